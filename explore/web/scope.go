package web

import (
	"html/template"

	"mashal"
	"mashal/markup"
)

// A Scope is what a template sees as its dot. The methods of the view say how
// to write messages (T, N, Say) and addresses (URL, With, Toggle).
type Scope struct {
	*View
	Page  string // the template's name
	Title Message
	Data  any
}

// Of is the scope with other data, for a template within a template.
func (s *Scope) Of(data any) *Scope {
	within := *s
	within.Data = data
	return &within
}

// Nav lists the pages that every page leads to.
func (s *Scope) Nav() []navItem { return navigation }

// A navItem is a page that every page leads to.
type navItem struct {
	Label Message
	Path  string
	Page  string // its template, which is not linked from itself
}

var navigation = []navItem{
	{Msg("Books"), "/", "home"},
	{Msg("Read"), "/read/Gen/1", "read"},
	{Msg("Search"), "/search", "search"},
	{Msg("Concordance"), "/concordance", "kwic"},
	{Msg("Compare"), "/compare", "comparebook"},
	{Msg("Charts"), "/charts", "charts"},
	{Msg("Runs"), "/runs", "runs"},
}

// Chapter is a chapter as people cite it.
func (s *Scope) Chapter(ch mashal.Chapter) string {
	return s.Language.Chapter(ch)
}

// ChapterURL is the address of a chapter.
func (s *Scope) ChapterURL(ch mashal.Chapter) string { return s.URL(ReadPath(ch)) }

// AllTypes are the types in their order.
func (s *Scope) AllTypes() []mashal.Type { return mashal.Types }

// Type is a type's name on the line that it is marked with.
func (s *Scope) Type(t mashal.Type) template.HTML {
	var h markup.Builder
	s.PutType(&h, t)
	return h.Done()
}

// PutType writes the name of a type, underlined as its figures are.
func (s *Scope) PutType(h *markup.Builder, t mashal.Type) {
	h.Put(`<span class="type u t-`, string(t), `">`, s.T(string(t)), `</span>`)
}

// Says is what a figure speaks of and as what; nothing if both are unknown.
func (s *Scope) Says(target, vehicle string) template.HTML {
	var h markup.Builder
	s.PutSays(&h, target, vehicle)
	return h.Done()
}

// PutSays writes the target and the vehicle of a figure.
func (s *Scope) PutSays(h *markup.Builder, target, vehicle string) {
	if target == "" && vehicle == "" {
		return
	}
	said := func(what string) {
		if what == "" {
			h.Put(`<span class="unknown" title="`, s.T("not named"), `">?</span>`)
			return
		}
		h.Put(`<bdi>`, s.Said(what), `</bdi>`)
	}
	h.Put(`<span class="says">`)
	said(target)
	h.Put(` <span class="arrow" role="img" aria-label="`, s.T("described as"), `">`, s.Forth(), `</span> `)
	said(vehicle)
	h.Put(`</span>`)
}

// PutProse writes what an annotator said at length, as a paragraph of a class.
func (s *Scope) PutProse(h *markup.Builder, class, said string) {
	prose := s.Prose(said).Text
	h.Put(`<p class="`, class, `" dir="`, direction(prose), `">`, prose, `</p>`)
}

// Back is an arrow against the direction of reading.
func (s *Scope) Back() string {
	if s.Dir() == "rtl" {
		return "→"
	}
	return "←"
}

// Ref is a verse as people cite it.
func (s *Scope) Ref(ref mashal.Ref) string {
	return s.Language.Ref(ref)
}

// Forth is an arrow in the direction of reading.
func (s *Scope) Forth() string {
	if s.Dir() == "rtl" {
		return "←"
	}
	return "→"
}
