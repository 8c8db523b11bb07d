package explore

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"mashal/markup"
)

// A view is how a reader wants pages shown. It is part of every address, so
// that what is seen can be sent and cited; links keep it.
type view struct {
	Lang        string // of the interface: "en", "he"
	Theme       string // "" as the system has it, "light", "dark"
	Script      string // the Hebrew: "accents" (with points), "points", "letters"
	Traditional bool   // divine names as they are written where they are not to be pronounced
	Translit    bool   // a transliteration below the Hebrew
	Listed      bool   // figures described below their verses

	language *language
	source   source     // of citations
	formats  []string   // in which lists can be exported
	path     string     // of this page, escaped
	query    url.Values // of this page, all of it
	passing  []string   // parameters besides page that hold for what is shown now, and not for it with something changed
}

// viewParams are the parameters that make a view.
var viewParams = []string{"lang", "theme", "script", "names", "translit", "list"}

// newView reads the view. The path of the page is kept as it is sent, and with
// one slash before it: unescaped, or with two, it could be the address of
// another server ("//evil.example", "/\evil.example").
func newView(at *url.URL, p *params) view {
	v := view{
		Lang:        p.choice("lang", "en", "he"),
		Theme:       p.choice("theme", "system", "light", "dark"),
		Script:      p.choice("script", "accents", "points", "letters"),
		Traditional: p.choice("names", "text", "traditional") == "traditional",
		Translit:    p.flag("translit"),
		Listed:      p.flag("list"),
		path:        "/" + strings.TrimLeft(at.EscapedPath(), "/"),
		query:       p.values,
	}
	v.language = languageOf(v.Lang)
	return v
}

// Dir is the direction of the interface.
func (v *view) Dir() string { return v.language.dir }

// T is a message in the reader's language. The format is a string or of a type
// that is one, such as mashal.Type.
func (v *view) T(format any, args ...any) string {
	text, ok := format.(string)
	if !ok {
		text = fmt.Sprint(format)
	}
	return v.language.say(msg(text, args...))
}

// Say is a message that a page has prepared.
func (v *view) Say(m message) string { return v.language.say(m) }

// N is a message about a number of things, which stands first in it: "%d
// figure", "%d figures".
func (v *view) N(n int, one, many string) string {
	if n == 1 {
		return v.T(one, n)
	}
	return v.T(many, n)
}

// URL is the address of a page in this view, with parameters of its own: names
// and values by turns, of which empty ones are left out.
func (v *view) URL(path string, pairs ...string) string {
	q := v.kept()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	return address(path, q)
}

// With is the address of this page with some parameters changed: names and
// values by turns; an empty value removes the parameter. A list that changes
// is shown from its first page, and without the card that was open beside it;
// what is only to be shown in another view is shown as it is.
func (v *view) With(pairs ...string) string {
	q := url.Values{}
	maps.Copy(q, v.query)
	for i := 0; i < len(pairs); i += 2 {
		if !slices.Contains(viewParams, pairs[i]) {
			q = v.copied()
			break
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(pairs[i])
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return address(v.path, q)
}

// Toggle is the address of this page with one value of a parameter added, or
// removed if it is there.
func (v *view) Toggle(name, value string) string {
	q := v.copied()
	list := slices.Clone(q[name])
	if i := slices.Index(list, value); i >= 0 {
		list = slices.Delete(list, i, i+1)
	} else {
		list = append(list, value)
	}
	q[name] = list
	return address(v.path, q)
}

// A field is a hidden field of a form.
type field struct{ Name, Value string }

// Kept lists the parameters of the view, for forms, which lose the query of
// their address.
func (v *view) Kept() []field {
	var fields []field
	for _, name := range viewParams {
		for _, value := range v.query[name] {
			fields = append(fields, field{name, value})
		}
	}
	return fields
}

func (v *view) kept() url.Values {
	q := url.Values{}
	for _, f := range v.Kept() {
		q.Add(f.Name, f.Value)
	}
	return q
}

// copied is the query of this page without what changes with what it lists.
func (v *view) copied() url.Values {
	q := url.Values{}
	for name, list := range v.query {
		if name != "page" && !slices.Contains(v.passing, name) {
			q[name] = list
		}
	}
	return q
}

// address is a path with a query.
func address(path string, q url.Values) string { return joinQuery(path, q.Encode()) }

func joinQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

// style returns how the view writes texts.
func (v *view) style() markup.Style { return markup.Style{Script: v.Script, Traditional: v.Traditional} }
