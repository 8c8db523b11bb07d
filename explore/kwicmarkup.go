package explore

import (
	"html/template"
	"strconv"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/web"
	"mashal/markup"
)

// useClass returns the CSS class of a use outside figures.
func useClass(use mashal.Use) string {
	if use == mashal.Literal {
		return "literal"
	}
	return "unmarked"
}

// kwicLines returns the lines as HTML.
func kwicLines(s *web.Scope, rows []kwicRow) template.HTML {
	var h markup.Builder
	for i := range rows {
		r := &rows[i]
		class := "line"
		if r.Use != mashal.Figurative {
			class = "line " + useClass(r.Use)
		}
		h.Put("\n<li class=\"", class, `"><a class="ref" href="`, r.Href, `">`, s.Ref(r.Ref))
		putPeriod(s, &h, r.Period)
		h.Put(`</a>
<p class="text hebrew lanes-`, strconv.Itoa(r.Lanes), `" lang="he" dir="rtl"><span class="before">`)
		h.Raw(r.Before)
		h.Put(`</span> <span class="key">`)
		if r.Unplaced {
			h.Put(`<em>`, s.T("not located"), `</em>`)
		}
		h.Raw(r.Key)
		h.Put(`</span> <span class="after">`)
		h.Raw(r.After)
		h.Put(`</span></p>
<span class="what">`)
		if r.Use != mashal.Figurative {
			h.Put(`<span class="tag">`, s.T(string(r.Use)), `</span>`)
		}
		for i := range r.Figures {
			putNote(s, &h, &r.Figures[i], "")
		}
		h.Put(`</span>`)
		if r.English != "" {
			h.Put(`<p class="gloss english lanes-`, strconv.Itoa(r.EnglishLanes), `" lang="en" dir="ltr">`)
			h.Raw(r.English)
			h.Put(`</p>`)
		}
		h.Put(`</li>`)
	}
	return h.Done()
}

// groupUses counts the lines of a group by use, in words.
func groupUses(s *web.Scope, g groupLink, readers bool) string {
	return usesText(s.View, &g.UseCount, readers)
}

// kwicGroupList returns the groups of lines with their bars and counts as HTML.
func kwicGroupList(s *web.Scope, p *kwicPage) template.HTML {
	var h markup.Builder
	apart := p.ByLemma() && p.Uses == "both"
	label := "label he"
	if p.Key() == index.KeyVehicle && p.Grouping == index.GroupByForm {
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
			h.Put(`<li><a href="`, g.Href, `" aria-current="true">`)
		case g.Href != "":
			h.Put(`<li><a href="`, g.Href, `">`)
		default:
			h.Put(`<li><span>`)
			end = `</span></li>`
		}
		h.Put(`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">`)
		if g.Bar > 0 {
			h.Put(`<rect class="literal" width="`, strconv.Itoa(g.Bar), `" height="10"/>`)
		}
		h.Put(`<rect class="figurative" width="`, strconv.Itoa(g.BarFigurative), `" height="10"/></svg><span class="`, label, `" dir="auto">`, name, `</span> `)
		if apart {
			h.Put(`<span class="n"><span title="`, s.Say(p.UseLabel(mashal.Figurative)), `">`, web.Digits(g.Figurative), `</span>`)
			for _, use := range []mashal.Use{mashal.Literal, mashal.UnmarkedWord} {
				if p.Of(use) > 0 {
					h.Put(` <span class="lit" title="`, s.T(string(use)), `">`, web.Digits(g.Of(use)), `</span>`)
				}
			}
			h.Put(`</span>`)
		} else {
			h.Put(`<span class="n">`, web.Digits(g.Lines()), `</span>`)
		}
		h.Put(end)
	}
	return h.Done()
}

// dispersionRows returns the rows of the table below a dispersion chart as HTML. It
// omits books and chapters that were not annotated.
func dispersionRows(s *web.Scope, t *dispersion) template.HTML {
	var h markup.Builder
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Words == 0 {
			continue
		}
		h.Put("\n<tr><th scope=\"row\"><a href=\"", r.Href, `">`, r.Says, `</a></th>`)
		cells := []string{web.Digits(r.Figurative)}
		if t.Literal {
			cells = append(cells, web.Digits(r.UseCount.Literal))
		}
		if t.NotMarked {
			cells = append(cells, web.Digits(r.UseCount.NotMarked))
		}
		if t.Shares {
			cells = append(cells, strconv.Itoa(r.Share())+" %")
		}
		cells = append(cells, strconv.FormatFloat(r.Rate(), 'f', 2, 64), web.Digits(r.Words))
		for _, cell := range cells {
			h.Put(`<td class="n">`, cell, `</td>`)
		}
		h.Put(`</tr>`)
	}
	return h.Done()
}
