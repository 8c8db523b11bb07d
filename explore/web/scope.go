package web

import (
	"html/template"
	"slices"

	"mashal"
	"mashal/markup"
)

// A Scope is the dot of a template. The embedded view has methods for messages (T,
// Say) and addresses (URL, With, Toggle).
type Scope struct {
	*View
	Page  string // name of the template
	Title Message
	Data  any
}

// Of returns the scope with other data, for a nested template.
func (s *Scope) Of(data any) *Scope {
	within := *s
	within.Data = data
	return &within
}

// Nav lists the pages of the navigation bar.
func (s *Scope) Nav() []navItem {
	if !s.HidesRecord && s.Reviewing {
		return navigation
	}
	return slices.DeleteFunc(slices.Clone(navigation), func(item navItem) bool {
		return item.Page == "runs" && s.HidesRecord || item.Page == "review" && !s.Reviewing
	})
}

// A navItem is an entry of the navigation bar.
type navItem struct {
	Label Message
	Path  string
	Page  string // template name; the entry is not a link on this page
}

var navigation = []navItem{
	{Msg("Books"), "/", "home"},
	{Msg("Read"), "/read/Gen/1", "read"},
	{Msg("Search"), "/search", "search"},
	{Msg("Concordance"), "/concordance", "kwic"},
	{Msg("Compare"), "/compare", "comparebook"},
	{Msg("Charts"), "/charts", "charts"},
	{Msg("Runs"), "/runs", "runs"},
	{Msg("Review"), "/review", "review"},
	{Msg("About"), "/about", "about"},
}

// Chapter formats a chapter in the language of the page.
func (s *Scope) Chapter(ch mashal.Chapter) string {
	return s.Language.Chapter(ch)
}

// ChapterURL returns the address of a chapter.
func (s *Scope) ChapterURL(ch mashal.Chapter) string { return s.URL(ReadPath(ch)) }

// Type returns the name of a type as HTML, underlined like its figures.
func (s *Scope) Type(t mashal.Type) template.HTML {
	var h markup.Builder
	s.PutType(&h, t)
	return h.Done()
}

// PutType writes the name of a type, underlined like its figures.
func (s *Scope) PutType(h *markup.Builder, t mashal.Type) {
	s.define(string(t)) // terms.js finds it by the class
	h.Put(`<span class="type u t-`, string(t), `">`, s.T(string(t)), `</span>`)
}

// Says returns the target and the vehicle of a figure as HTML, or "" if both are
// unknown.
func (s *Scope) Says(target, vehicle string) template.HTML {
	var h markup.Builder
	s.WriteSides(&h, target, vehicle)
	return h.Done()
}

// WriteSides writes the target and the vehicle of a figure: "target → vehicle".
func (s *Scope) WriteSides(h *markup.Builder, target, vehicle string) {
	s.WriteFoundSides(h, target, vehicle, nil)
}

// WriteFoundSides is WriteSides with what was searched for in mark elements. found
// returns its byte ranges in a text on a side; nil finds nothing.
func (s *Scope) WriteFoundSides(h *markup.Builder, target, vehicle string, found func(side, text string) [][2]int) {
	if target == "" && vehicle == "" {
		return
	}
	said := func(side, what string) {
		if what == "" {
			h.Put(`<span class="unknown" title="`, s.T("not named"), `">?</span>`)
			return
		}
		h.Put(`<bdi>`)
		what = s.Said(what)
		at := 0
		if found != nil {
			for _, r := range found(side, what) {
				h.Put(``, what[at:r[0]], `<mark>`, what[r[0]:r[1]], `</mark>`)
				at = r[1]
			}
		}
		h.Put(``, what[at:], `</bdi>`)
	}
	h.Put(`<span class="says">`)
	said("target", target)
	h.Put(` <span class="arrow" role="img" aria-label="`, s.T("described as"), `">`, s.Forth(), `</span> `)
	said("vehicle", vehicle)
	h.Put(`</span>`)
}

// PutProse writes a long text of an annotator as a paragraph with a CSS class.
func (s *Scope) PutProse(h *markup.Builder, class, said string) {
	prose := s.Prose(said).Text
	h.Put(`<p class="`, class, `" dir="`, direction(prose), `">`, prose, `</p>`)
}

// Back returns an arrow against the reading direction.
func (s *Scope) Back() string {
	if s.Dir() == "rtl" {
		return "→"
	}
	return "←"
}

// Ref formats a verse in the language of the page.
func (s *Scope) Ref(ref mashal.Ref) string {
	return s.Language.Ref(ref)
}

// Forth returns an arrow in the reading direction.
func (s *Scope) Forth() string {
	if s.Dir() == "rtl" {
		return "←"
	}
	return "→"
}
