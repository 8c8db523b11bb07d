package explore

import (
	"net/url"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
)

// finds gives the addresses of the figures behind the marks of a chart: the
// page that finds them under the conditions of this page, some of which a mark
// replaces by closer ones.
type finds struct {
	base     string            // the find page with all conditions that no mark replaces
	replaced map[string]string // those that marks may, by parameter
	order    []string          // of their parameters
	typed    bool              // the page wants some types
	in       mashal.Selection  // that the page wants; nil for everything
}

// newLinks prepares addresses in which some parameters may be replaced.
func newLinks(req *visit, f *index.Filter, replaced ...string) *finds {
	kept := req.view.kept()
	l := &finds{replaced: map[string]string{}, order: replaced, typed: len(f.Types) > 0, in: f.Selection}
	for _, param := range filterParams {
		values := req.view.query[param.name]
		switch {
		case len(values) == 0 || param.name == "state":
		case slices.Contains(replaced, param.name):
			l.replaced[param.name] = "&" + url.Values{param.name: values}.Encode()
		default:
			kept[param.name] = values
		}
	}
	l.base = "/find?" + kept.Encode()
	return l
}

// A pair is a parameter and its value.
type pair struct{ name, value string }

// to is the address with some parameters set: those that may be replaced are,
// others are added. It is "" if a value is none that an address can have.
func (l *finds) to(pairs ...pair) string {
	var b strings.Builder
	b.WriteString(l.base)
	for _, name := range l.order {
		if !slices.ContainsFunc(pairs, func(p pair) bool { return p.name == name }) {
			b.WriteString(l.replaced[name])
		}
	}
	for _, p := range pairs {
		if len(p.value) > maxValue || !isText(p.value) || strings.TrimSpace(p.value) == "" {
			return ""
		}
		b.WriteString("&" + p.name + "=" + url.QueryEscape(p.value))
	}
	return strings.Replace(b.String(), "?&", "?", 1)
}

// ofTypes says that figures are of some types, all at once, besides what the
// page wants of their types already.
func (l *finds) ofTypes(types ...mashal.Type) []pair {
	var pairs []pair
	for i, t := range types {
		name := "also"
		if i == 0 && !l.typed {
			name = "type"
		}
		pairs = append(pairs, pair{name, string(t)})
	}
	return pairs
}

// within says that figures are in a book or a chapter of it, as far as the
// page wants that.
func (l *finds) within(name string, has func(mashal.Chapter) bool) pair {
	if l.in == nil {
		return pair{"in", name}
	}
	var part mashal.Selection
	for _, p := range l.in {
		if has(p.Chapter) {
			part = append(part, p)
		}
	}
	return pair{"in", part.String()}
}

// margin says that a side of figures is what a margin of a crosstab has.
func margin(side string, level index.Level, margins []index.Margin, at int) []pair {
	name := side + "-" + string(level)
	switch m := &margins[at]; {
	case m.Named():
		return []pair{{name, m.Name}}
	case m.Unknown():
		return []pair{{"unnamed", name}}
	}
	var pairs []pair
	for i := range margins {
		if margins[i].Named() {
			pairs = append(pairs, pair{"except", name + ":" + margins[i].Name})
		}
	}
	return pairs
}
