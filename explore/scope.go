package explore

import (
	"html/template"
	"strconv"

	"mashal"
)

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

// A navItem is a page that every page leads to.
type navItem struct {
	Label message
	Path  string
	Page  string // its template, which is not linked from itself
}

var navigation = []navItem{
	{msg("Books"), "/", "home"},
	{msg("Read"), "/read/Gen/1", "read"},
	{msg("Find"), "/find", "find"},
	{msg("Concordance"), "/concordance", "kwic"},
	{msg("Compare"), "/compare", "comparebook"},
	{msg("See"), "/see", "see"},
	{msg("Runs"), "/runs", "runs"},
}

// Chapter is a chapter as people cite it.
func (s *scope) Chapter(ch mashal.Chapter) string {
	return s.language.book(ch.Book) + " " + strconv.Itoa(ch.Number)
}

// ChapterURL is the address of a chapter.
func (s *scope) ChapterURL(ch mashal.Chapter) string { return s.URL(readPath(ch)) }

// AllTypes are the types in their order.
func (s *scope) AllTypes() []mashal.Type { return mashal.Types }

// Type is a type's name on the line that it is marked with.
func (s *scope) Type(t mashal.Type) template.HTML {
	var h html
	s.putType(&h, t)
	return h.done()
}

func (s *scope) putType(h *html, t mashal.Type) {
	h.put(`<span class="type u t-`, string(t), `">`, s.T(string(t)), `</span>`)
}

// Says is what a figure speaks of and as what; nothing if both are unknown.
func (s *scope) Says(target, vehicle string) template.HTML {
	var h html
	s.putSays(&h, target, vehicle)
	return h.done()
}

func (s *scope) putSays(h *html, target, vehicle string) {
	if target == "" && vehicle == "" {
		return
	}
	said := func(what string) {
		if what == "" {
			h.put(`<span class="unknown" title="`, s.T("not named"), `">?</span>`)
			return
		}
		h.put(`<bdi>`, s.Said(what), `</bdi>`)
	}
	h.put(`<span class="says">`)
	said(target)
	h.put(` <span class="arrow" role="img" aria-label="`, s.T("spoken of as"), `">`, s.Forth(), `</span> `)
	said(vehicle)
	h.put(`</span>`)
}

// putProse writes what an annotator said at length, as a paragraph of a class.
func (s *scope) putProse(h *html, class, said string) {
	prose := s.Prose(said).Text
	h.put(`<p class="`, class, `" dir="`, direction(prose), `">`, prose, `</p>`)
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
