package filters

import (
	"net/url"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
)

// Links gives the addresses of the figures behind the marks of a chart: the
// page that finds them under the conditions of this page, some of which a mark
// replaces by closer ones.
type Links struct {
	base     string            // the find page with all conditions that no mark replaces
	replaced map[string]string // those that marks may, by parameter
	order    []string          // of their parameters
	typed    bool              // the page wants some types
	in       mashal.Selection  // that the page wants; nil for everything
}

// NewLinks prepares addresses in which some parameters may be replaced.
func NewLinks(req *web.Request, f *index.Filter, replaced ...string) *Links {
	kept := req.View.ViewQuery()
	l := &Links{replaced: map[string]string{}, order: replaced, typed: len(f.Types) > 0, in: f.Selection}
	for _, param := range Params {
		values := req.View.Query[param.Name]
		switch {
		case len(values) == 0 || param.Name == "state":
		case slices.Contains(replaced, param.Name):
			l.replaced[param.Name] = "&" + url.Values{param.Name: values}.Encode()
		default:
			kept[param.Name] = values
		}
	}
	l.base = "/search?" + kept.Encode()
	return l
}

// A Param is a parameter and its value.
type Param struct{ Name, Value string }

// To is the address with some parameters set: those that may be replaced are,
// others are added. It is "" if a value is none that an address can have.
func (l *Links) To(pairs ...Param) string {
	var b strings.Builder
	b.WriteString(l.base)
	for _, name := range l.order {
		if !slices.ContainsFunc(pairs, func(p Param) bool { return p.Name == name }) {
			b.WriteString(l.replaced[name])
		}
	}
	for _, p := range pairs {
		if len(p.Value) > web.MaxValue || !web.IsText(p.Value) || strings.TrimSpace(p.Value) == "" {
			return ""
		}
		b.WriteString("&" + p.Name + "=" + url.QueryEscape(p.Value))
	}
	return strings.Replace(b.String(), "?&", "?", 1)
}

// OfTypes says that figures are of some types, all at once, besides what the
// page wants of their types already.
func (l *Links) OfTypes(types ...mashal.Type) []Param {
	var pairs []Param
	for i, t := range types {
		name := "also"
		if i == 0 && !l.typed {
			name = "type"
		}
		pairs = append(pairs, Param{name, string(t)})
	}
	return pairs
}

// Within says that figures are in a book or a chapter of it, as far as the
// page wants that.
func (l *Links) Within(name string, has func(mashal.Chapter) bool) Param {
	if l.in == nil {
		return Param{"in", name}
	}
	var part mashal.Selection
	for _, p := range l.in {
		if has(p.Chapter) {
			part = append(part, p)
		}
	}
	return Param{"in", part.String()}
}

// Margin says that a side of figures is what a margin of a crosstab has.
func Margin(side string, level index.Level, margins []index.Margin, at int) []Param {
	name := side + "-" + string(level)
	switch m := &margins[at]; {
	case m.Named():
		return []Param{{name, m.Name}}
	case m.Unknown():
		return []Param{{"unnamed", name}}
	}
	var pairs []Param
	for i := range margins {
		if margins[i].Named() {
			pairs = append(pairs, Param{"except", name + ":" + margins[i].Name})
		}
	}
	return pairs
}
