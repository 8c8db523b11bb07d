package explore

import (
	"cmp"
	"html/template"
	"strconv"

	"mashal"
	"mashal/concordance/index"
)

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

// noteHTML is a figure said in short, as a link to its card.
func noteHTML(s *scope, f *figureNote) template.HTML {
	var h html
	putNote(s, &h, f, "")
	return h.done()
}

// comparedHTML is the same with the figure's words.
func comparedHTML(s *scope, f *figureNote) template.HTML {
	var h html
	putNote(s, &h, f, f.Hebrew)
	return h.done()
}

func putNote(s *scope, h *html, f *figureNote, words string) {
	class := "note"
	if f.Open {
		class = "note open"
	}
	h.put(`<a class="`, class, `" href="`, f.Href, `" data-f="`, f.MarkID, `">`)
	if words != "" {
		h.put(`<span class="he" lang="he">`, s.Said(words), `</span> `)
	}
	for _, t := range f.Types {
		s.putType(h, t)
		h.put(" ")
	}
	if len(f.Types) == 0 {
		h.put(`<span class="type u t-none">`, s.T("not figurative"), `</span> `)
	}
	s.putSays(h, f.Target.Specific, f.Vehicle.Specific)
	if f.Words == "" {
		h.put(` <em>`, s.T("without a place"), `</em>`)
	}
	h.put(`</a>`)
}

// putNotes lists the figures of a verse; with what explains them if the view
// has that.
func putNotes(s *scope, h *html, notes []figureNote) {
	h.put(`<ul class="notes">`)
	for i := range notes {
		f := &notes[i]
		h.put(`<li>`)
		putNote(s, h, f, "")
		if s.Listed && f.Explanation != "" {
			s.putProse(h, "prose", f.Explanation)
		}
		h.put(`</li>`)
	}
	h.put(`</ul>`)
}

// putProse writes what an annotator said at length, as a paragraph of a class.
func (s *scope) putProse(h *html, class, said string) {
	prose := s.Prose(said).Text
	h.put(`<p class="`, class, `" dir="`, direction(prose), `">`, prose, `</p>`)
}

// verseHTML is a verse of a chapter. Only says that figures of other types than
// the wanted are left out.
func verseHTML(s *scope, row verseRow, only bool) template.HTML {
	var h html
	h.Grow(row.size())
	id := row.Ref.OSIS()
	h.put(`<section class="verse" id="`, id, `" aria-label="`, s.Ref(row.Ref), `">
<a class="no" href="#`, id, `">`, strconv.Itoa(row.Ref.Verse), `</a> <a class="to-cite" href="`, s.URL("/cite/"+id), `">`, s.T("Cite"), `</a>
<div class="he">`)
	putHebrew(s, &h, &row)
	for _, k := range row.Ketiv {
		h.put(`<p class="ketiv">`, s.T("ketiv"), ` <bdi lang="he" class="hebrew">`, cmp.Or(k.Written, "—"), `</bdi> · `,
			s.T("qere"), ` <bdi lang="he" class="hebrew">`, k.Read, `</bdi></p>`)
	}
	none := s.T("none found")
	if only {
		none = s.T("none of these types")
	}
	h.put(`</div>
<div class="en">`)
	putEnglish(s, &h, &row)
	putOutcome(s, &h, &row, none)
	if row.Deliberation != "" {
		s.putProse(&h, "deliberation", row.Deliberation)
	}
	h.put(`</div>
</section>
`)
	return h.done()
}

// hitHTML is a row of what was found.
func hitHTML(s *scope, row findRow) template.HTML {
	var h html
	h.Grow(row.size())
	h.put(`<li class="hit s-`, s.Script, `"><p class="where"><a href="`, row.Href, `">`, s.Ref(row.Ref), `</a>`)
	putPeriod(s, &h, row.Period)
	if row.Annotator != "" {
		h.put(` <small><bdi>`, plain(row.Annotator), `</bdi></small>`)
	}
	h.put(`</p><div class="texts"><div>`)
	putHebrew(s, &h, &row.verseRow)
	h.put(`</div><div class="en">`)
	putEnglish(s, &h, &row.verseRow)
	putOutcome(s, &h, &row.verseRow, s.T("none found"))
	h.put(`</div></div></li>`)
	return h.done()
}

// putPeriod writes the age of a verse's language, where rows are ordered by it.
func putPeriod(s *scope, h *html, p index.Period) {
	if p != "" {
		h.put(` <small class="period">`, s.T(string(p)), `</small>`)
	}
}

// size is about how many bytes of HTML the row becomes.
func (row *verseRow) size() int {
	return len(row.Hebrew) + len(row.English) + len(row.Translit) + 500 + 350*len(row.Figures)
}

// putHebrew writes the Hebrew of a verse.
func putHebrew(s *scope, h *html, row *verseRow) {
	lanes := strconv.Itoa(row.Lanes)
	h.put(`<p class="hebrew lanes-`, lanes, `" lang="he" dir="rtl">`)
	h.raw(row.Hebrew)
	h.put(`</p>`)
	if row.Translit != "" {
		h.put(`<p class="translit lanes-`, lanes, `" lang="he-Latn" dir="ltr">`)
		h.raw(row.Translit)
		h.put(`</p>`)
	}
}

// putEnglish writes the English of a verse, which may stand in the one before.
func putEnglish(s *scope, h *html, row *verseRow) {
	h.put(`<p class="english lanes-`, strconv.Itoa(row.Lanes), `" lang="en" dir="ltr">`)
	if row.English == "" {
		h.put(`<em class="unknown">`, s.T("translated with the verse before"), `</em>`)
	}
	h.raw(row.English)
	h.put(`</p>`)
}

// putOutcome writes the figures of a verse, or why there are none: what is
// said of a verse that was read is given.
func putOutcome(s *scope, h *html, row *verseRow, none string) {
	switch {
	case len(row.Figures) > 0:
		putNotes(s, h, row.Figures)
	case row.State == mashal.Done:
		h.put(`<p class="state">`, none, `</p>`)
	case row.State == mashal.Failed:
		h.put(`<p class="state failed"><strong>`, s.T("failed"), `</strong>: <span dir="auto">`, s.Said(row.Failure), `</span></p>`)
	default:
		h.put(`<p class="state not-run">`, s.T("not run"), `</p>`)
	}
}

// facetValues lists the values of a facet with their counts.
func facetValues(s *scope, values []facetLink) template.HTML {
	var h html
	h.Grow(200 * len(values))
	h.put(`<ul>`)
	for i := range values {
		value := &values[i]
		h.put(`<li><a href="`, value.Href, `"`)
		if value.Selected {
			h.put(` aria-current="true"`)
		}
		h.put(`><span class="label">`)
		if value.Type != "" {
			s.putType(&h, value.Type)
		} else {
			h.put(`<bdi>`, value.Label, `</bdi>`)
		}
		h.put(`</span> <span class="n">`, digits(value.Count), `</span></a></li>`)
	}
	h.put(`</ul>`)
	return h.done()
}
