package web

import (
	"html/template"
	"slices"

	"mashal"
	"mashal/definitions"
	"mashal/markup"
)

// Names of types and fields have definitions, which a page shows when a name is pointed at,
// focused or tapped, and which are the descriptions of the names for screen readers. A page
// contains the definition of each name that it has once. static/js/terms.js shows them; without
// scripts, a button opens its definition.

// Term returns the name of a field as a button that shows its definition.
func (s *Scope) Term(key, name string) template.HTML {
	if !s.define(key) {
		return markup.Join(``, name)
	}
	var h markup.Builder
	s.putTerm(&h, key, "term", name)
	return h.Done()
}

// TypeTerm returns the name of a type as a button that shows its definition, underlined like
// the figures of the type.
func (s *Scope) TypeTerm(t mashal.Type) template.HTML {
	s.define(string(t))
	var h markup.Builder
	s.putTerm(&h, string(t), "term type u t-"+string(t), s.T(string(t)))
	return h.Done()
}

func (s *Scope) putTerm(h *markup.Builder, key, class, name string) {
	h.Put(`<button type="button" class="`, class, `" popovertarget="p-`, key, `" popovertargetaction="show" data-term="`, key, `" aria-describedby="d-`, key, `">`, name, `</button>`)
}

// Def returns the attributes by which a link, a field or a heading that can be focused has
// the definition of its name. It returns none for a key without a definition.
func (s *Scope) Def(key any) template.HTMLAttr {
	k := keyOf(key)
	if !s.define(k) {
		return ""
	}
	return template.HTMLAttr(`data-term="` + k + `" aria-describedby="d-` + k + `"`) //nolint:gosec // a key of the table
}

// keyOf returns a key that is a string, or of a type whose values are strings.
func keyOf(key any) string {
	switch key := key.(type) {
	case string:
		return key
	case mashal.Type:
		return string(key)
	}
	return ""
}

// define adds the definition with a key to those that the page contains, and reports
// whether there is one.
func (v *View) define(key string) bool {
	if definitions.Of(key) == nil {
		return false
	}
	if !slices.Contains(v.defined, key) {
		v.defined = append(v.defined, key)
	}
	return true
}

// Definitions returns the definitions of the names that the page has had so far, without
// those that it contains already.
func (s *Scope) Definitions() template.HTML {
	var h markup.Builder
	for _, key := range s.defined[s.contained:] {
		d := definitions.Of(key)
		h.Put(`<div class="def" popover id="p-`, key, `"><span id="d-`, key, `">`, s.T(d.Text), `</span>`)
		if d.Part != "" {
			h.Put(` <a href="`, s.URL("/manual")+"#"+d.Part, `">`, s.T("Manual"), `</a>`)
		}
		h.Put(`</div>`)
	}
	s.contained = len(s.defined)
	return h.Done()
}
