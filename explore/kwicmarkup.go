package explore

import (
	"html/template"
	"strconv"

	"mashal/concordance/index"
)

// kwicLines writes the lines of a concordance.
func kwicLines(s *scope, rows []kwicRow) template.HTML {
	var h html
	for i := range rows {
		r := &rows[i]
		class := "line"
		if r.Literal {
			class = "line literal"
		}
		h.put("\n<li class=\"", class, `"><a class="ref" href="`, r.Href, `">`, s.Ref(r.Ref))
		putPeriod(s, &h, r.Period)
		h.put(`</a>
<p class="text hebrew lanes-`, strconv.Itoa(r.Lanes), `" lang="he" dir="rtl"><span class="before">`)
		h.raw(r.Before)
		h.put(`</span> <span class="key">`)
		if r.Unplaced {
			h.put(`<em>`, s.T("without a place"), `</em>`)
		}
		h.raw(r.Key)
		h.put(`</span> <span class="after">`)
		h.raw(r.After)
		h.put(`</span></p>
<span class="what">`)
		if r.Literal {
			h.put(`<span class="tag">`, s.T("literal"), `</span>`)
		}
		for i := range r.Figures {
			putNote(s, &h, &r.Figures[i], "")
		}
		h.put(`</span>`)
		if r.English != "" {
			h.put(`<p class="gloss english lanes-`, strconv.Itoa(r.EnglishLanes), `" lang="en" dir="ltr">`)
			h.raw(r.English)
			h.put(`</p>`)
		}
		h.put(`</li>`)
	}
	return h.done()
}

// kwicGroupList writes what lines have in common, with how many do.
func kwicGroupList(s *scope, p *kwicPage) template.HTML {
	var h html
	apart := p.ByLemma() && p.Uses == "both"
	label := "label he"
	if p.Key == index.KeyVehicle && p.Grouping == index.GroupByForm {
		label = "label"
	}
	for i := range p.Groups {
		g := &p.Groups[i]
		name := s.Said(g.Name)
		if name == "" {
			name = s.T("none")
		}
		end := `</a></li>`
		switch {
		case g.Selected:
			h.put(`<li><a href="`, g.Href, `" aria-current="true">`)
		case g.Href != "":
			h.put(`<li><a href="`, g.Href, `">`)
		default:
			h.put(`<li><span>`)
			end = `</span></li>`
		}
		h.put(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="literal" width="`, strconv.Itoa(g.Bar),
			`" height="10"/><rect class="figurative" width="`, strconv.Itoa(g.BarFigurative), `" height="10"/></svg><span class="`, label, `" dir="auto">`, name, `</span> `)
		if apart {
			h.put(`<span class="n"><span title="`, s.T("figurative"), `">`, digits(g.Figurative), `</span> <span class="lit" title="`, s.T("literal"), `">`, digits(g.Literal), `</span></span>`)
		} else {
			h.put(`<span class="n">`, digits(g.Lines()), `</span>`)
		}
		h.put(end)
	}
	return h.done()
}

// dispersionRows writes the table of a strip: what has been read of the text.
func dispersionRows(s *scope, t *dispersion) template.HTML {
	var h html
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Words == 0 {
			continue
		}
		h.put("\n<tr><th scope=\"row\"><a href=\"", r.Href, `">`, r.Says, `</a></th>`)
		cells := []string{digits(r.Figurative), strconv.FormatFloat(r.Rate(), 'f', 2, 64), digits(r.Words)}
		if t.Literal {
			cells = []string{cells[0], digits(r.Literal), strconv.Itoa(r.Share()) + " %", cells[1], cells[2]}
		}
		for _, cell := range cells {
			h.put(`<td class="n">`, cell, `</td>`)
		}
		h.put(`</tr>`)
	}
	return h.done()
}
