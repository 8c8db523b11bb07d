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

	"mashal"
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

// A layout has the templates: one set per page and language, in the frame of
// layout.html with the parts in templates/part/*.html.
type layout struct {
	pages  map[pageIn]*template.Template
	digest string
}

// A pageIn is a page in a language.
type pageIn struct{ template, language string }

func newLayout(a *assets) (*layout, error) {
	files := sub(templateFiles, "templates")
	frame, err := template.New("layout.html").Funcs(template.FuncMap{
		"asset": a.url,
		"num":   digits,
		"plain": plain,
		"dir":   direction,
		"count": func(n int64) string { return digits(int(n)) },
	}).ParseFS(files, "layout.html", "part/*.html")
	if err != nil {
		return nil, fmt.Errorf("parse the layout: %w", err)
	}
	l := &layout{pages: map[pageIn]*template.Template{}}
	names, err := fs.Glob(files, "*.html")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if name == "layout.html" {
			continue
		}
		for _, in := range []*language{inEnglish, inHebrew} {
			set, err := frame.Clone()
			if err == nil {
				set, err = set.ParseFS(files, name)
			}
			if err != nil {
				return nil, fmt.Errorf("parse the page %s: %w", name, err)
			}
			in.localise(set)
			l.pages[pageIn{strings.TrimSuffix(name, path.Ext(name)), in.code}] = set
		}
	}
	l.digest, err = digest(templateFiles, messageFiles)
	return l, err
}

// render writes a page.
func (l *layout) render(w io.Writer, v *visit, p *page) error {
	set, ok := l.pages[pageIn{p.template, v.language.code}]
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
