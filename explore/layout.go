package explore

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"sync"

	"mashal"
	"mashal/markup"
)

//go:embed templates
var templateFiles embed.FS

// A page is what a handler answers with.
type page struct {
	template   string      // templates/TEMPLATE.html, which defines "content"
	title      message     // of the window
	data       any         // .Data in the template
	live       bool        // it shows more than the concordance, so that it must not be kept
	json       any         // an answer for programs, instead of a template
	redirect   string      // an address to go to instead
	stream     *stream     // a file that is sent while it is made, instead of a template
	attachment *attachment // a file, instead of a template
}

// A scope is what a template sees as its dot. The methods of the view say how
// to write messages (T, N, Say) and addresses (URL, With, Toggle).
type scope struct {
	*view
	Page  string // the template's name
	Title message
	Data  any
}

// Of is the scope with other data, for a template within a template.
func (s *scope) Of(data any) *scope {
	within := *s
	within.Data = data
	return &within
}

// Nav lists the pages that every page leads to.
func (s *scope) Nav() []navItem { return navigation }

// A layout has the templates, a set of them in each language.
type layout struct {
	pages  map[string]func() (pages, error) // by the code of the language; made when it is first spoken
	digest string
}

// pages are the templates of pages by their names: each in the frame of
// layout.html, with the parts in templates/part/*.html.
type pages map[string]*template.Template

func newLayout(a *assets) (*layout, error) {
	l := &layout{pages: map[string]func() (pages, error){}}
	for _, in := range []*language{inEnglish, inHebrew} {
		l.pages[in.code] = sync.OnceValues(func() (pages, error) { return newPages(a, in) })
	}
	_, err := l.pages[inEnglish.code]()
	if err != nil {
		return nil, err
	}
	l.digest, err = digest(templateFiles, messageFiles)
	return l, err
}

func newPages(a *assets, in *language) (pages, error) {
	files := sub(templateFiles, "templates")
	frame, err := template.New("layout.html").Funcs(template.FuncMap{
		"asset": a.url,
		"num":   digits,
		"plain": markup.Plain,
		"dir":   markup.Direction,
		"count": func(n int64) string { return digits(int(n)) },
	}).Funcs(pageFuncs()).Funcs(chartFuncs()).Funcs(runFuncs()).ParseFS(files, "layout.html", "part/*.html")
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
func (l *layout) render(w io.Writer, v *visit, p *page) error {
	pages, err := l.pages[v.view.language.code]()
	if err != nil {
		return err
	}
	set, ok := pages[p.template]
	if !ok {
		return fmt.Errorf("there is no template %s", p.template)
	}
	return set.Execute(w, &scope{view: &v.view, Page: p.template, Title: p.title, Data: p.data})
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

// Back is an arrow against the direction of reading.
func (s *scope) Back() string {
	if s.Dir() == "rtl" {
		return "→"
	}
	return "←"
}

// Ref is a verse as people cite it.
func (s *scope) Ref(ref mashal.Ref) string {
	return s.language.book(ref.Book) + " " + strconv.Itoa(ref.Number) + ":" + strconv.Itoa(ref.Verse)
}

// Forth is an arrow in the direction of reading.
func (s *scope) Forth() string {
	if s.Dir() == "rtl" {
		return "←"
	}
	return "→"
}
