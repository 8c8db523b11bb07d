package web

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"mashal/markup"
)

// A View is how a reader wants pages shown. It is part of every address, so
// that what is seen can be sent and cited; links keep it.
type View struct {
	Lang        string // of the interface: "en", "he"
	Theme       string // "" as the system has it, "light", "dark"
	Script      string // the Hebrew: "accents" (with points), "points", "letters"
	Traditional bool   // divine names as they are written where they are not to be pronounced
	Translit    bool   // a transliteration below the Hebrew
	Listed      bool   // figures described below their verses

	Simulated     bool // what is shown is simulated
	TakeSimulated bool // it may be exported all the same

	Language  *Language
	Source    Source     // of citations
	Formats   []string   // in which lists can be exported
	Path      string     // of this page, escaped
	Query     url.Values // of this page, all of it
	Transient []string   // parameters besides page that hold for what is shown now, and not for it with something changed
}

// ViewParams are the parameters that make a view.
var ViewParams = []string{"lang", "theme", "script", "names", "translit", "list"}

// newView reads the view. The path of the page is kept as it is sent, and with
// one slash before it: unescaped, or with two, it could be the address of
// another server ("//evil.example", "/\evil.example").
func newView(at *url.URL, p *Params) View {
	v := View{
		Lang:        p.Choice("lang", "en", "he"),
		Theme:       p.Choice("theme", "system", "light", "dark"),
		Script:      p.Choice("script", "accents", "points", "letters"),
		Traditional: p.Choice("names", "text", "traditional") == "traditional",
		Translit:    p.Flag("translit"),
		Listed:      p.Flag("list"),
		Path:        "/" + strings.TrimLeft(at.EscapedPath(), "/"),
		Query:       p.values,
	}
	v.Language = languageOf(v.Lang)
	return v
}

// Dir is the direction of the interface.
func (v *View) Dir() string { return v.Language.dir }

// T is a message in the reader's language. The format is a string or of a type
// that is one, such as mashal.Type.
func (v *View) T(format any, args ...any) string {
	text, ok := format.(string)
	if !ok {
		text = fmt.Sprint(format)
	}
	return v.Language.say(Msg(text, args...))
}

// Say is a message that a page has prepared.
func (v *View) Say(m Message) string { return v.Language.say(m) }

// URL is the address of a page in this view, with parameters of its own: names
// and values by turns, of which empty ones are left out.
func (v *View) URL(path string, pairs ...string) string {
	q := v.ViewQuery()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	return Address(path, q)
}

// With is the address of this page with some parameters changed: names and
// values by turns; an empty value removes the parameter. A list that changes
// is shown from its first page, and without the card that was open beside it;
// what is only to be shown in another view is shown as it is.
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

// Toggle is the address of this page with one value of a parameter added, or
// removed if it is there.
func (v *View) Toggle(name, value string) string {
	q := v.ListQuery()
	list := slices.Clone(q[name])
	if i := slices.Index(list, value); i >= 0 {
		list = slices.Delete(list, i, i+1)
	} else {
		list = append(list, value)
	}
	q[name] = list
	return Address(v.Path, q)
}

// A Field is a hidden field of a form.
type Field struct{ Name, Value string }

// Kept lists the parameters of the view, for forms, which lose the query of
// their address.
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

// ListQuery is the query of this page without what changes with what it lists.
func (v *View) ListQuery() url.Values {
	q := url.Values{}
	for name, list := range v.Query {
		if name != "page" && !slices.Contains(v.Transient, name) {
			q[name] = list
		}
	}
	return q
}

// Address is a path with a query.
func Address(path string, q url.Values) string { return JoinQuery(path, q.Encode()) }

// JoinQuery returns a path with a query.
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
