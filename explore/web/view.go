package web

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"mashal/markup"
)

// A View holds the display settings of a page. They are part of its address, so
// that a page can be shared and cited as it is shown; links keep them.
type View struct {
	Lang        string // of the interface: "en", "he"
	Theme       string // "" for the system's, "light", "dark"
	Script      string // of the Hebrew: "accents" (with points), "points", "letters"
	Traditional bool   // replace divine names by their traditional reading
	Translit    bool   // show a transliteration below the Hebrew
	Listed      bool   // show the descriptions of figures below their verses
	Languages   string // of the text when reading: "both", "hebrew", "english"
	Font        string // size of the text: "small", "medium", "large", "larger"
	Lined       bool   // set poetry in lines

	Simulated     bool // what is shown is simulated
	TakeSimulated bool // it may be exported all the same

	HidesRecord bool // there are no pages of runs and calls
	Reviewing   bool // there are pages on which figures are decided
	Stale       bool // the concordance was removed or cannot be read: what is shown is as it was before

	Language  *Language
	Source    Source     // data for citations
	Formats   []string   // export formats of lists
	Path      string     // of this page, escaped
	Query     url.Values // of this page
	Pinned    string     // the annotator that Query has because the page chose it; "" if the request names one
	Transient []string   // parameters that links to a changed page drop, in addition to page

	defined   []string // keys of definitions that the page needs
	contained int      // how many of these it contains already
}

// ViewParams lists the parameters of the view.
var ViewParams = []string{"lang", "theme", "script", "names", "translit", "list", "languages", "font", "layout"}

// newView reads the view. The path keeps its escapes and has one leading slash.
// Unescaped, or with two slashes, it could be the address of another server
// ("//evil.example", "/\evil.example").
func newView(at *url.URL, p *Params) View {
	v := View{
		Lang:        p.Choice("lang", "en", "he"),
		Theme:       p.Choice("theme", "system", "light", "dark"),
		Script:      p.Choice("script", "accents", "points", "letters"),
		Traditional: p.Choice("names", "text", "traditional") == "traditional",
		Translit:    p.Flag("translit"),
		Listed:      p.Flag("list"),
		Languages:   p.Choice("languages", "both", "hebrew", "english"),
		Font:        p.Choice("font", "medium", "small", "large", "larger"),
		Lined:       p.Choice("layout", "verses", "lines") == "lines",
		Path:        "/" + strings.TrimLeft(at.EscapedPath(), "/"),
		Query:       p.values,
	}
	v.Language = languageOf(v.Lang)
	return v
}

// PinAnnotator adds the annotator that the page has chosen to the query, so that links of
// the page keep it.
func (v *View) PinAnnotator(name string) {
	q := url.Values{}
	maps.Copy(q, v.Query)
	q.Set("annotator", name)
	v.Query, v.Pinned = q, name
}

// Dir returns the direction of the interface, "ltr" or "rtl".
func (v *View) Dir() string { return v.Language.dir }

// T formats a message in the language of the page. The format is a string or a
// value of a string type such as mashal.Type.
func (v *View) T(format any, args ...any) string {
	text, ok := format.(string)
	if !ok {
		text = fmt.Sprint(format)
	}
	return v.Language.say(Msg(text, args...))
}

// Say formats a prepared message in the language of the page.
func (v *View) Say(m Message) string { return v.Language.say(m) }

// URL returns the address of a page in this view. pairs are names and values of its
// parameters in turn; empty values are omitted.
func (v *View) URL(path string, pairs ...string) string {
	q := v.ViewQuery()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	return Address(path, q)
}

// With returns the address of this page with some parameters changed. pairs are
// names and values in turn; an empty value removes the parameter. Unless only the
// view changes, the link leads to the first page of a list and closes an open card.
func (v *View) With(pairs ...string) string {
	q := url.Values{}
	maps.Copy(q, v.Query)
	for i := 0; i < len(pairs); i += 2 {
		if !slices.Contains(ViewParams, pairs[i]) {
			q = v.ListQuery()
			break
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return Address(v.Path, q)
}

// Toggle returns the address of this page with a value added to a parameter, or
// removed if the parameter has it.
func (v *View) Toggle(name, value string) string { return v.ParamLink(name).Toggle(value) }

// A Field is a hidden field of a form.
type Field struct{ Name, Value string }

// Kept lists the parameters of the view as hidden fields, because a form replaces
// the query of its address.
func (v *View) Kept() []Field {
	var fields []Field
	for _, name := range ViewParams {
		for _, value := range v.Query[name] {
			fields = append(fields, Field{name, value})
		}
	}
	return fields
}

// ViewQuery returns the parameters of the view.
func (v *View) ViewQuery() url.Values {
	q := url.Values{}
	for _, f := range v.Kept() {
		q.Add(f.Name, f.Value)
	}
	return q
}

// ListQuery returns the query of this page without the page number and the
// transient parameters.
func (v *View) ListQuery() url.Values {
	q := url.Values{}
	for name, list := range v.Query {
		if name != "page" && !slices.Contains(v.Transient, name) {
			q[name] = list
		}
	}
	return q
}

// Address returns a path with a query.
func Address(path string, q url.Values) string { return JoinQuery(path, q.Encode()) }

// JoinQuery returns a path with an encoded query, which may be "".
func JoinQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// Style returns how the view writes texts.
func (v *View) Style() markup.Style {
	return markup.Style{Script: v.Script, Traditional: v.Traditional}
}
