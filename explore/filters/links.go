package filters

import (
	"net/url"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
)

// Links builds the addresses of the figures behind the marks of a chart: the search
// page with the conditions of this page, some of which a mark replaces by narrower
// ones.
type Links struct {
	base     string            // the search page with all conditions that marks do not replace
	replaced map[string]string // conditions that marks can replace, by parameter
	order    []string          // the parameters in replaced
	typed    bool              // the page has a condition on the type
	in       mashal.Selection  // selected passages; nil for all
}

// NewLinks returns links that can replace the given parameters.
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

// A Param is a parameter with its value.
type Param struct{ Name, Value string }

// To returns the address with some parameters set. A parameter in replaced is
// replaced, any other is added. It returns "" if a value cannot be part of an
// address.
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

// OfTypes returns the parameters that select figures with all the given types, in
// addition to the page's condition on the type.
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

// Within returns the parameter that selects figures in a book or chapter called
// name, intersected with the passages that the page selects. has reports whether a
// chapter belongs to it.
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

// Margin returns the parameters that select the figures counted in a margin of a
// crosstab.
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
