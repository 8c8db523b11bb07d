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

// A Page is the result of a handler. Exactly one of Template, JSON, Redirect,
// Stream and Attachment is set.
type Page struct {
	Template   string      // templates/TEMPLATE.html, which defines "content"
	Title      Message     // of the browser window
	Data       any         // .Data in the template
	Live       bool        // has content from outside the concordance, so it must not be cached
	JSON       any         // an answer for programs
	Redirect   string      // address to redirect to
	Stream     *Stream     // a file that is sent while it is computed
	Attachment *Attachment // a file
}

// A layout holds the templates of all pages in each language.
type layout struct {
	pages  map[string]func() (pages, error) // by language code; parsed on first use
	digest string
}

// pages maps names of pages to their templates. Each contains layout.html and the
// parts in templates/part.
type pages map[string]*template.Template

// newLayout parses the English templates. The Hebrew ones are parsed when they are
// first needed.
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

// newPages parses the templates of all pages in a language.
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
		localiser{in, a.url}.localise(set)
		all[strings.TrimSuffix(name, path.Ext(name))] = set
	}
	return all, nil
}

// render writes a page as HTML.
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

// digest returns a hash of the files in some trees.
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

// mustSub returns a folder of an embedded file system. It panics if the name is
// invalid.
func mustSub(tree fs.FS, dir string) fs.FS {
	part, err := fs.Sub(tree, dir)
	if err != nil {
		panic(err) // only for an invalid name
	}
	return part
}
