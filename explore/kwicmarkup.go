package explore

import (
	"html/template"
	"strconv"
	"strings"

	"mashal/concordance"
)

// Note is a figure said in short, as a link to its card.
func (s *scope) Note(f *figureNote) template.HTML { return s.note(f, "") }

// Compared is the same with the figure's words.
func (s *scope) Compared(f *figureNote) template.HTML {
	return s.note(f, markup(`<span class="he" lang="he">`, s.Said(f.Hebrew), `</span> `))
}

func (s *scope) note(f *figureNote, words template.HTML) template.HTML {
	html := markup(`<a class="note" href="`, f.Href, `" data-f="`, f.MarkID, `">`) + words
	for _, t := range f.Types {
		html += s.Type(t) + " "
	}
	if len(f.Types) == 0 {
		html += s.Literal() + " "
	}
	html += s.Says(f.Target.Specific, f.Vehicle.Specific)
	if f.Words == "" {
		html += markup(` <em>`, s.T("without a place"), `</em>`)
	}
	return html + "</a>"
}

// Lines writes the lines of a concordance.
func (s *scope) Lines(rows []kwicRow) template.HTML {
	var b strings.Builder
	unplaced := markup(`<em>`, s.T("without a place"), `</em>`)
	tag := markup(`<span class="tag">`, s.T("literal"), `</span>`)
	write := func(parts ...template.HTML) {
		for _, part := range parts {
			b.WriteString(string(part))
		}
	}
	for i := range rows {
		r := &rows[i]
		class, key := "line", r.Key
		if r.Literal {
			class = "line literal"
		}
		if r.Unplaced {
			key = unplaced
		}
		write(markup("\n<li class=\"", class, `"><a class="ref" href="`, r.Href, `">`, s.Ref(r.Ref), `</a>
<p class="text hebrew lanes-`, strconv.Itoa(r.Lanes), `" lang="he" dir="rtl"><span class="before">`), r.Before, `</span> <span class="key">`, key, `</span> <span class="after">`, r.After, `</span></p>
<span class="what">`)
		if r.Literal {
			write(tag)
		}
		for i := range r.Figures {
			write(s.Note(&r.Figures[i]))
		}
		write(`</span>`)
		if r.English != "" {
			write(markup(`<p class="gloss english lanes-`, strconv.Itoa(r.EnglishLanes), `" lang="en" dir="ltr">`), r.English, `</p>`)
		}
		write(`</li>`)
	}
	return template.HTML(b.String()) //nolint:gosec // every part of it is escaped
}

// Groups writes what lines have in common, with how many do.
func (s *scope) Groups(p *kwicPage) template.HTML {
	var b strings.Builder
	none, figurative, literal := s.T("none"), s.T("figurative"), s.T("literal")
	apart := p.ByLemma() && p.Uses == "both"
	label := "label he"
	if p.Key == concordance.KeyVehicle && p.Grouping == concordance.GroupByForm {
		label = "label"
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		name := s.Said(g.Name)
		if name == "" {
			name = none
		}
		open, end := template.HTML(`<span>`), template.HTML(`</span>`)
		if g.Href != "" {
			open, end = markup(`<a href="`, g.Href, `">`), `</a>`
		}
		if g.Selected {
			open = markup(`<a href="`, g.Href, `" aria-current="true">`)
		}
		count := markup(`<span class="n">`, digits(g.Lines()), `</span>`)
		if apart {
			count = markup(`<span class="n"><span title="`, figurative, `">`, digits(g.Figurative), `</span> <span class="lit" title="`, literal, `">`, digits(g.Literal), `</span></span>`)
		}
		bar := markup(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="literal" width="`, strconv.Itoa(g.Bar),
			`" height="10"/><rect class="figurative" width="`, strconv.Itoa(g.BarFigurative), `" height="10"/></svg>`)
		b.WriteString(string(`<li>` + open + bar + markup(`<span class="`, label, `" dir="auto">`, name, `</span> `) + count + end + `</li>`))
	}
	return template.HTML(b.String()) //nolint:gosec // every part of it is escaped
}

// StripRows writes the table of a strip: what has been read of the text.
func (s *scope) StripRows(t *strip) template.HTML {
	var b strings.Builder
	cell := func(text string) { b.WriteString(string(markup(`<td class="n">`, text, `</td>`))) }
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Words == 0 {
			continue
		}
		b.WriteString(string(markup("\n<tr><th scope=\"row\"><a href=\"", r.Href, `">`, r.Says, `</a></th>`)))
		cell(digits(r.Figurative))
		if t.Literal {
			cell(digits(r.Literal))
			cell(strconv.Itoa(r.Share()) + " %")
		}
		cell(strconv.FormatFloat(r.Rate(), 'f', 2, 64))
		cell(digits(r.Words))
		b.WriteString(`</tr>`)
	}
	return template.HTML(b.String()) //nolint:gosec // every part of it is escaped
}
