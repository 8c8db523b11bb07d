package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
)

//go:embed templates
var templateFiles embed.FS

// A Page is what a handler answers with.
type Page struct {
	Template   string      // templates/TEMPLATE.html, which defines "content"
	Title      Message     // of the window
	Data       any         // .Data in the template
	Live       bool        // it shows more than the concordance, so that it must not be kept
	JSON       any         // an answer for programs, instead of a template
	Redirect   string      // an address to go to instead
	Stream     *Stream     // a file that is sent while it is made, instead of a template
	Attachment *Attachment // a file, instead of a template
}

// A layout has the templates, a set of them in each language.
type layout struct {
	pages  map[string]func() (pages, error) // by the code of the language; made when it is first spoken
	digest string
}

// pages are the templates of pages by their names: each in the frame of
// layout.html, with the parts in templates/part/*.html.
type pages map[string]*template.Template

func newLayout(a *assets, funcs template.FuncMap) (*layout, error) {
	l := &layout{pages: map[string]func() (pages, error){}}
	for _, in := range []*Language{English, Hebrew} {
		l.pages[in.Code] = sync.OnceValues(func() (pages, error) { return newPages(a, in, funcs) })
	}
	_, err := l.pages[English.Code]()
	if err != nil {
		return nil, err
	}
	l.digest, err = digest(templateFiles, messageFiles)
	return l, err
}

func newPages(a *assets, in *Language, funcs template.FuncMap) (pages, error) {
	files := mustSub(templateFiles, "templates")
	frame, err := template.New("layout.html").Funcs(template.FuncMap{
		"asset": a.url,
		"num":   Digits,
		"plain": Plain,
		"dir":   direction,
		"count": func(n int64) string { return Digits(int(n)) },
	}).Funcs(funcs).ParseFS(files, "layout.html", "part/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	names, err := fs.Glob(files, "*.html")
	if err != nil {
		return nil, err
	}
	all := pages{}
	for _, name := range names {
		if name == "layout.html" {
			continue
		}
		set, err := frame.Clone()
		if err == nil {
			set, err = set.ParseFS(files, name)
		}
		if err != nil {
			return nil, fmt.Errorf("parse the page %s: %w", name, err)
		}
		in.localise(set)
		all[strings.TrimSuffix(name, path.Ext(name))] = set
	}
	return all, nil
}

// render writes a page.
func (l *layout) render(w io.Writer, req *Request, p *Page) error {
	pages, err := l.pages[req.View.Language.Code]()
	if err != nil {
		return err
	}
	set, ok := pages[p.Template]
	if !ok {
		return fmt.Errorf("there is no template %s", p.Template)
	}
	return set.Execute(w, &Scope{View: &req.View, Page: p.Template, Title: p.Title, Data: p.Data})
}

// digest names the content of embedded files.
func digest(trees ...fs.FS) (string, error) {
	sum := sha256.New()
	for _, tree := range trees {
		err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(tree, name)
			fmt.Fprintf(sum, "%s %d\n%s", name, len(body), body)
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:9]), nil
}
