package explore

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"

	"mashal"
)

// What stands in lists hundreds of times is written here and not in templates,
// which need ten times as long for it.

// Type is a type's name on the line that it is marked with.
func (s *scope) Type(t mashal.Type) template.HTML { return s.typed(string(t), s.T(t)) }

// Literal stands in the place of types where none is left.
func (s *scope) Literal() template.HTML { return s.typed("none", s.T("not figurative")) }

func (s *scope) typed(class, name string) template.HTML {
	return markup(`<span class="type u t-`, class, `">`, name, `</span>`)
}

// Notes lists the figures of a verse, each a link to its card; with what
// explains them if the view has that.
func (s *scope) Notes(notes []figureNote) template.HTML {
	var b strings.Builder
	b.Grow(400 * len(notes)) // what most take, without explanations
	b.WriteString(`<ul class="notes">`)
	for i := range notes {
		f := &notes[i]
		class := "note"
		if f.Open {
			class = "note open"
		}
		add(&b, markup(`<li><a class="`, class, `" href="`, f.Href, `" data-f="`, f.MarkID, `">`))
		for _, t := range f.Types {
			add(&b, s.Type(t), " ")
		}
		if len(f.Types) == 0 {
			add(&b, s.Literal(), " ")
		}
		add(&b, s.Says(f.Target.Specific, f.Vehicle.Specific))
		if f.Words == "" {
			add(&b, markup(` <em>`, s.T("without a place"), `</em>`))
		}
		add(&b, `</a>`)
		if s.Listed && f.Explanation != "" {
			prose := s.Prose(f.Explanation).Text
			add(&b, markup(`<p class="prose" dir="`, direction(prose), `">`, prose, `</p>`))
		}
		add(&b, `</li>`)
	}
	add(&b, `</ul>`)
	return template.HTML(b.String())
}

// Verse is a verse of a chapter. Only says that figures of other types than
// the wanted are left out.
func (s *scope) Verse(row verseRow, only bool) template.HTML {
	var b strings.Builder
	b.Grow(len(row.Hebrew) + len(row.English) + 400*(2+len(row.Figures)))
	id := row.Ref.OSIS()
	add(&b, markup(`<section class="verse" id="`, id, `" aria-label="`, s.Ref(row.Ref), `">
<a class="no" href="#`, id, `">`, strconv.Itoa(row.Ref.Verse), `</a> <a class="to-cite" href="`, s.URL("/cite/"+id), `">`, s.T("Cite"), `</a>
<div class="he">`), s.hebrew(&row))
	for _, k := range row.Ketiv {
		add(&b, markup(`<p class="ketiv">`, s.T("ketiv"), ` <bdi lang="he" class="hebrew">`, cmp.Or(k.Written, "—"), `</bdi> · `,
			s.T("qere"), ` <bdi lang="he" class="hebrew">`, k.Read, `</bdi></p>`))
	}
	none := s.T("none found")
	if only {
		none = s.T("none of these types")
	}
	add(&b, `</div>
<div class="en">`, s.english(&row), s.outcome(&row, none))
	if row.Deliberation != "" {
		prose := s.Prose(row.Deliberation).Text
		add(&b, markup(`<p class="deliberation" dir="`, direction(prose), `">`, prose, `</p>`))
	}
	add(&b, `</div>
</section>
`)
	return template.HTML(b.String())
}

// Hit is a row of what was found.
func (s *scope) Hit(row findRow) template.HTML {
	var b strings.Builder
	b.Grow(len(row.Hebrew) + len(row.English) + 400*(2+len(row.Figures)))
	add(&b, markup(`<li class="hit s-`, s.Script, `"><p class="where"><a href="`, row.Href, `">`, s.Ref(row.Ref), `</a>`))
	if row.Annotator != "" {
		add(&b, markup(` <small><bdi>`, plain(row.Annotator), `</bdi></small>`))
	}
	add(&b, `</p><div class="pair"><div>`, s.hebrew(&row.verseRow), `</div><div class="en">`, s.english(&row.verseRow), s.outcome(&row.verseRow, s.T("none found")), `</div></div></li>`)
	return template.HTML(b.String())
}

// hebrew is the Hebrew of a verse.
func (s *scope) hebrew(row *verseRow) template.HTML {
	lanes := template.HTML(strconv.Itoa(row.Lanes))
	html := `<p class="hebrew lanes-` + lanes + `" lang="he" dir="rtl">` + row.Hebrew + `</p>`
	if row.Translit != "" {
		html += `<p class="translit lanes-` + lanes + `" lang="he-Latn" dir="ltr">` + row.Translit + `</p>`
	}
	return html
}

// english is the English of a verse, which may stand in the one before.
func (s *scope) english(row *verseRow) template.HTML {
	text := row.English
	if text == "" {
		text = markup(`<em class="unknown">`, s.T("translated with the verse before"), `</em>`)
	}
	return `<p class="english lanes-` + template.HTML(strconv.Itoa(row.Lanes)) + `" lang="en" dir="ltr">` + text + `</p>`
}

// outcome is the figures of a verse, or why there are none: what is said of a
// verse that was read is given.
func (s *scope) outcome(row *verseRow, none string) template.HTML {
	switch {
	case len(row.Figures) > 0:
		return s.Notes(row.Figures)
	case row.State == mashal.Done:
		return markup(`<p class="state">`, none, `</p>`)
	case row.State == mashal.Failed:
		return markup(`<p class="state failed"><strong>`, s.T("failed"), `</strong>: <span dir="auto">`, s.Said(row.Failure), `</span></p>`)
	}
	return markup(`<p class="state not-run">`, s.T("not run"), `</p>`)
}

// FacetValues lists the values of a facet with their counts.
func (s *scope) FacetValues(values []facetLink) template.HTML {
	var b strings.Builder
	b.Grow(200 * len(values))
	b.WriteString(`<ul>`)
	for i := range values {
		value := &values[i]
		add(&b, markup(`<li><a href="`, value.Href, `"`))
		if value.Selected {
			add(&b, ` aria-current="true"`)
		}
		add(&b, `><span class="label">`)
		if value.Type != "" {
			add(&b, s.Type(value.Type))
		} else {
			add(&b, markup(`<bdi>`, value.Label, `</bdi>`))
		}
		add(&b, markup(`</span> <span class="n">`, digits(value.Count), `</span></a></li>`))
	}
	add(&b, `</ul>`)
	return template.HTML(b.String())
}

// Says is what a figure speaks of and as what; nothing if both are unknown.
func (s *scope) Says(target, vehicle string) template.HTML {
	if target == "" && vehicle == "" {
		return ""
	}
	said := func(what string) template.HTML {
		if what == "" {
			return markup(`<span class="unknown" title="`, s.T("not named"), `">?</span>`)
		}
		return markup(`<bdi>`, s.Said(what), `</bdi>`)
	}
	return `<span class="says">` + said(target) + markup(` <span class="arrow" role="img" aria-label="`, s.T("spoken of as"), `">`, s.Forth(), `</span> `) + said(vehicle) + `</span>`
}

// add writes HTML behind what there is already.
func add(b *strings.Builder, parts ...template.HTML) {
	for _, part := range parts {
		b.WriteString(string(part))
	}
}

// markup is HTML in which every second part is text that is escaped, between
// tags or within quotation marks.
func markup(parts ...string) template.HTML {
	for i := 1; i < len(parts); i += 2 {
		parts[i] = template.HTMLEscapeString(parts[i])
	}
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	html := make([]byte, 0, n)
	for _, part := range parts {
		html = append(html, part...)
	}
	return template.HTML(html) // tags are constants, the rest is escaped
}
