package explore

import (
	"cmp"
	"html/template"
	"strconv"

	"mashal"
	"mashal/concordance/index"
	"mashal/markup"
)

// Type is a type's name on the line that it is marked with.
func (s *scope) Type(t mashal.Type) template.HTML {
	var h markup.HTML
	s.putType(&h, t)
	return h.HTML()
}

func (s *scope) putType(h *markup.HTML, t mashal.Type) {
	h.Put(`<span class="type u t-`, string(t), `">`, s.T(string(t)), `</span>`)
}

// Says is what a figure speaks of and as what; nothing if both are unknown.
func (s *scope) Says(target, vehicle string) template.HTML {
	var h markup.HTML
	s.putSays(&h, target, vehicle)
	return h.HTML()
}

func (s *scope) putSays(h *markup.HTML, target, vehicle string) {
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
	h.Put(` <span class="arrow" role="img" aria-label="`, s.T("spoken of as"), `">`, s.Forth(), `</span> `)
	said(vehicle)
	h.Put(`</span>`)
}

// noteHTML is a figure said in short, as a link to its card.
func noteHTML(s *scope, f *figureNote) template.HTML {
	var h markup.HTML
	putNote(s, &h, f, "")
	return h.HTML()
}

// comparedHTML is the same with the figure's words.
func comparedHTML(s *scope, f *figureNote) template.HTML {
	var h markup.HTML
	putNote(s, &h, f, f.Hebrew)
	return h.HTML()
}

func putNote(s *scope, h *markup.HTML, f *figureNote, words string) {
	class := "note"
	if f.Open {
		class = "note open"
	}
	h.Put(`<a class="`, class, `" href="`, f.Href, `" data-f="`, f.MarkID, `">`)
	if words != "" {
		h.Put(`<span class="he" lang="he">`, s.Said(words), `</span> `)
	}
	for _, t := range f.Types {
		s.putType(h, t)
		h.Put(" ")
	}
	if len(f.Types) == 0 {
		h.Put(`<span class="type u t-none">`, s.T("not figurative"), `</span> `)
	}
	s.putSays(h, f.Target.Specific, f.Vehicle.Specific)
	if f.Words == "" {
		h.Put(` <em>`, s.T("without a place"), `</em>`)
	}
	h.Put(`</a>`)
}

// putNotes lists the figures of a verse; with what explains them if the view
// has that.
func putNotes(s *scope, h *markup.HTML, notes []figureNote) {
	h.Put(`<ul class="notes">`)
	for i := range notes {
		f := &notes[i]
		h.Put(`<li>`)
		putNote(s, h, f, "")
		if s.Listed && f.Explanation != "" {
			s.putProse(h, "prose", f.Explanation)
		}
		h.Put(`</li>`)
	}
	h.Put(`</ul>`)
}

// putProse writes what an annotator said at length, as a paragraph of a class.
func (s *scope) putProse(h *markup.HTML, class, said string) {
	prose := s.Prose(said).Text
	h.Put(`<p class="`, class, `" dir="`, markup.Direction(prose), `">`, prose, `</p>`)
}

// verseHTML is a verse of a chapter. Only says that figures of other types than
// the wanted are left out.
func verseHTML(s *scope, row verseRow, only bool) template.HTML {
	var h markup.HTML
	h.Grow(row.size())
	id := row.Ref.OSIS()
	h.Put(`<section class="verse" id="`, id, `" aria-label="`, s.Ref(row.Ref), `">
<a class="no" href="#`, id, `">`, strconv.Itoa(row.Ref.Verse), `</a> <a class="to-cite" href="`, s.URL("/cite/"+id), `">`, s.T("Cite"), `</a>
<div class="he">`)
	putHebrew(s, &h, &row)
	for _, k := range row.Ketiv {
		h.Put(`<p class="ketiv">`, s.T("ketiv"), ` <bdi lang="he" class="hebrew">`, cmp.Or(k.Written, "—"), `</bdi> · `,
			s.T("qere"), ` <bdi lang="he" class="hebrew">`, k.Read, `</bdi></p>`)
	}
	none := s.T("none found")
	if only {
		none = s.T("none of these types")
	}
	h.Put(`</div>
<div class="en">`)
	putEnglish(s, &h, &row)
	putOutcome(s, &h, &row, none)
	if row.Deliberation != "" {
		s.putProse(&h, "deliberation", row.Deliberation)
	}
	h.Put(`</div>
</section>
`)
	return h.HTML()
}

// hitHTML is a row of what was found.
func hitHTML(s *scope, row findRow) template.HTML {
	var h markup.HTML
	h.Grow(row.size())
	h.Put(`<li class="hit s-`, s.Script, `"><p class="where"><a href="`, row.Href, `">`, s.Ref(row.Ref), `</a>`)
	putPeriod(s, &h, row.Period)
	if row.Annotator != "" {
		h.Put(` <small><bdi>`, markup.Plain(row.Annotator), `</bdi></small>`)
	}
	h.Put(`</p><div class="texts"><div>`)
	putHebrew(s, &h, &row.verseRow)
	h.Put(`</div><div class="en">`)
	putEnglish(s, &h, &row.verseRow)
	putOutcome(s, &h, &row.verseRow, s.T("none found"))
	h.Put(`</div></div></li>`)
	return h.HTML()
}

// putPeriod writes the age of a verse's language, where rows are ordered by it.
func putPeriod(s *scope, h *markup.HTML, p index.Period) {
	if p != "" {
		h.Put(` <small class="period">`, s.T(string(p)), `</small>`)
	}
}

// size is about how many bytes of HTML the row becomes.
func (row *verseRow) size() int {
	return len(row.Hebrew) + len(row.English) + len(row.Translit) + 500 + 350*len(row.Figures)
}

// putHebrew writes the Hebrew of a verse.
func putHebrew(s *scope, h *markup.HTML, row *verseRow) {
	lanes := strconv.Itoa(row.Lanes)
	h.Put(`<p class="hebrew lanes-`, lanes, `" lang="he" dir="rtl">`)
	h.Raw(row.Hebrew)
	h.Put(`</p>`)
	if row.Translit != "" {
		h.Put(`<p class="translit lanes-`, lanes, `" lang="he-Latn" dir="ltr">`)
		h.Raw(row.Translit)
		h.Put(`</p>`)
	}
}

// putEnglish writes the English of a verse, which may stand in the one before.
func putEnglish(s *scope, h *markup.HTML, row *verseRow) {
	h.Put(`<p class="english lanes-`, strconv.Itoa(row.Lanes), `" lang="en" dir="ltr">`)
	if row.English == "" {
		h.Put(`<em class="unknown">`, s.T("translated with the verse before"), `</em>`)
	}
	h.Raw(row.English)
	h.Put(`</p>`)
}

// putOutcome writes the figures of a verse, or why there are none: what is
// said of a verse that was read is given.
func putOutcome(s *scope, h *markup.HTML, row *verseRow, none string) {
	switch {
	case len(row.Figures) > 0:
		putNotes(s, h, row.Figures)
	case row.State == mashal.Done:
		h.Put(`<p class="state">`, none, `</p>`)
	case row.State == mashal.Failed:
		h.Put(`<p class="state failed"><strong>`, s.T("failed"), `</strong>: <span dir="auto">`, s.Said(row.Failure), `</span></p>`)
	default:
		h.Put(`<p class="state not-run">`, s.T("not run"), `</p>`)
	}
}

// facetValues lists the values of a facet with their counts.
func facetValues(s *scope, values []facetLink) template.HTML {
	var h markup.HTML
	h.Grow(200 * len(values))
	h.Put(`<ul>`)
	for i := range values {
		value := &values[i]
		h.Put(`<li><a href="`, value.Href, `"`)
		if value.Selected {
			h.Put(` aria-current="true"`)
		}
		h.Put(`><span class="label">`)
		if value.Type != "" {
			s.putType(&h, value.Type)
		} else {
			h.Put(`<bdi>`, value.Label, `</bdi>`)
		}
		h.Put(`</span> <span class="n">`, digits(value.Count), `</span></a></li>`)
	}
	h.Put(`</ul>`)
	return h.HTML()
}
