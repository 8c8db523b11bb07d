package explore

import (
	"cmp"
	"html/template"
	"strconv"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
	"mashal/markup"
)

// comparedHTML returns a figure with its Hebrew words as HTML.
func comparedHTML(s *web.Scope, f *figureNote) template.HTML {
	var h markup.Builder
	putNote(s, &h, f, f.Hebrew)
	return h.Done()
}

// putNote writes the link to a figure's card: the words if any, its types, target
// and vehicle.
func putNote(s *web.Scope, h *markup.Builder, f *figureNote, words string) {
	class := "note"
	if f.Open {
		class = "note open"
	}
	h.Put(`<a class="`, class, `" href="`, f.Href, `" data-f="`, f.MarkID, `">`)
	if words != "" {
		h.Put(`<span class="he" lang="he">`, s.Said(words), `</span> `)
	}
	for _, t := range f.Types {
		s.PutType(h, t)
		h.Put(" ")
	}
	if len(f.Types) == 0 {
		h.Put(`<span class="type u t-none">`, s.T("rejected"), `</span> `)
	}
	s.WriteFoundSides(h, f.Target.Specific, f.Vehicle.Specific, f.found)
	if f.Words == "" {
		h.Put(` <em>`, s.T("not located"), `</em>`)
	}
	h.Put(`</a>`)
}

// putNotes writes the list of a verse's figures. It includes their explanations if
// the view shows lists.
func putNotes(s *web.Scope, h *markup.Builder, notes []figureNote) {
	h.Put(`<ul class="notes">`)
	for i := range notes {
		f := &notes[i]
		h.Put(`<li>`)
		putNote(s, h, f, "")
		if s.Listed && f.Explanation != "" {
			s.PutProse(h, "prose", f.Explanation)
		}
		h.Put(`</li>`)
	}
	h.Put(`</ul>`)
}

// verseHTML returns a verse of a chapter as HTML. With only, the list of figures is
// filtered by type.
func verseHTML(s *web.Scope, row verseRow, only bool) template.HTML {
	var h markup.Builder
	h.Grow(row.size())
	id := row.Ref.OSIS()
	h.Put(`<section class="verse" id="`, id, `" aria-label="`, s.Ref(row.Ref), `">
<a class="no" href="#`, id, `">`, strconv.Itoa(row.Ref.Verse), `</a> <a class="to-cite" href="`, s.URL("/cite/"+id), `">`, s.T("Cite"), `</a> <a class="to-cite to-words" href="`, s.URL("/word/"+id), `">`, s.T("Words"), `</a>
`)
	putHebrewColumn(s, &h, &row)
	h.Put(`<div class="en">`)
	if s.Languages != "hebrew" {
		putEnglish(s, &h, &row)
	}
	putOutcome(s, &h, &row, only)
	if row.Deliberation != "" {
		s.PutProse(&h, "deliberation", row.Deliberation)
	}
	if s.Reviewing {
		h.Put(`<p class="state to-review"><a href="`, s.URL("/review/verse/"+id), `">`, s.T("Review"), `</a></p>`)
	}
	h.Put(`</div>
</section>
`)
	return h.Done()
}

// putHebrewColumn writes the Hebrew of a verse with its ketivs, unless the view has
// the English alone.
func putHebrewColumn(s *web.Scope, h *markup.Builder, row *verseRow) {
	if s.Languages == "english" {
		return
	}
	h.Put(`<div class="he">`)
	putHebrew(s, h, row)
	for _, k := range row.Ketiv {
		h.Put(`<p class="ketiv">`, s.T("ketiv"), ` <bdi lang="he" class="hebrew">`, cmp.Or(k.Written, "—"), `</bdi> · `,
			s.T("qere"), ` <bdi lang="he" class="hebrew">`, k.Read, `</bdi></p>`)
	}
	h.Put(`</div>
`)
}

// hitHTML returns a row of search results as HTML.
func hitHTML(s *web.Scope, row searchRow) template.HTML {
	var h markup.Builder
	h.Grow(row.size())
	h.Put(`<li class="hit s-`, s.Script, `"><p class="where"><a href="`, row.Href, `">`, s.Ref(row.Ref), `</a>`)
	putPeriod(s, &h, row.Period)
	if row.Annotator != "" {
		h.Put(` <small><bdi>`, web.Plain(row.Annotator), `</bdi></small>`)
	}
	h.Put(`</p><div class="texts"><div>`)
	putHebrew(s, &h, &row.verseRow)
	h.Put(`</div><div class="en">`)
	putEnglish(s, &h, &row.verseRow)
	putOutcome(s, &h, &row.verseRow, false)
	h.Put(`</div></div></li>`)
	return h.Done()
}

// putPeriod writes the period of a verse's language. It writes nothing for "".
func putPeriod(s *web.Scope, h *markup.Builder, p index.Period) {
	if p != "" {
		h.Put(` <small class="period">`, s.T(string(p)), `</small>`)
	}
}

// size estimates the length of the row as HTML in bytes.
func (row *verseRow) size() int {
	return len(row.Hebrew) + len(row.English) + len(row.Translit) + 500 + 350*len(row.Figures)
}

// putHebrew writes the Hebrew of a verse, and its transliteration if there is one.
func putHebrew(s *web.Scope, h *markup.Builder, row *verseRow) {
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

// putEnglish writes the English of a verse. A verse without one is translated with
// the previous verse.
func putEnglish(s *web.Scope, h *markup.Builder, row *verseRow) {
	h.Put(`<p class="english lanes-`, strconv.Itoa(row.Lanes), `" lang="en" dir="ltr">`)
	if row.English == "" {
		h.Put(`<em class="unknown">`, s.T("translated with the previous verse"), `</em>`)
	}
	h.Raw(row.English)
	h.Put(`</p>`)
}

// putOutcome writes the figures of a verse or, if it has none, its outcome. It writes
// nothing for a verse that a matcher has not marked, because its silence is no statement.
// With only, the list of figures is filtered by type.
func putOutcome(s *web.Scope, h *markup.Builder, row *verseRow, only bool) {
	switch {
	case len(row.Figures) > 0:
		putNotes(s, h, row.Figures)
	case row.Done() && row.Kind.Matcher():
	case row.Done() && row.LeftOut > 0:
		h.Put(`<p class="state"><a href="`, row.LeftHref, `">`, s.T("%d figures are left out: conventional ones and suggestions", row.LeftOut), `</a></p>`)
	case row.Done() && only:
		h.Put(`<p class="state">`, s.T("none of these types"), `</p>`)
	case row.Done():
		h.Put(`<p class="state">`, s.T(row.Kind.Silence()), `</p>`)
	case row.Outcome == mashal.HasFailed:
		h.Put(`<p class="state failed"><strong>`, s.T("failed"), `</strong>: <span dir="auto">`, s.Said(row.Failure), `</span></p>`)
	default:
		h.Put(`<p class="state not-run">`, s.T("not run"), `</p>`)
	}
}

// facetValues returns the values of a facet as a list of links with counts.
func facetValues(s *web.Scope, values []facetLink) template.HTML {
	var h markup.Builder
	h.Grow(200 * len(values))
	h.Put(`<ul>`)
	for i := range values {
		value := &values[i]
		h.Put(`<li><a href="`, value.Href, `"`)
		if value.Selected {
			h.Put(` aria-current="true"`)
		}
		if value.Type != "" {
			h.Put(` `)
			h.WriteString(string(s.Def(value.Type)))
		}
		h.Put(`><span class="label">`)
		if value.Type != "" {
			s.PutType(&h, value.Type)
		} else {
			h.Put(`<bdi>`, value.Label, `</bdi>`)
		}
		if value.NotDone {
			h.Put(`</span> <span class="n">`, s.T("not annotated"), `</span></a></li>`)
			continue
		}
		h.Put(`</span> <span class="n">`, web.Digits(value.Count), `</span></a></li>`)
	}
	h.Put(`</ul>`)
	return h.Done()
}
