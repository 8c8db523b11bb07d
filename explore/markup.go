package explore

import (
	"html/template"

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
	html := template.HTML(`<ul class="notes">`)
	for i := range notes {
		f := &notes[i]
		class := "note"
		if f.Open {
			class = "note open"
		}
		html += markup(`<li><a class="`, class, `" href="`, f.Href, `" data-f="`, f.MarkID, `">`)
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
		html += `</a>`
		if s.Listed && f.Explanation != "" {
			prose := s.Prose(f.Explanation).Text
			html += markup(`<p class="prose" dir="`, direction(prose), `">`, prose, `</p>`)
		}
		html += `</li>`
	}
	return html + `</ul>`
}

// FacetValues lists the values of a facet with their counts.
func (s *scope) FacetValues(values []facetLink) template.HTML {
	html := template.HTML(`<ul>`)
	for i := range values {
		value := &values[i]
		html += markup(`<li><a href="`, value.Href, `"`)
		if value.Selected {
			html += ` aria-current="true"`
		}
		html += `><span class="label">`
		if value.Type != "" {
			html += s.Type(value.Type)
		} else {
			html += markup(`<bdi>`, value.Label, `</bdi>`)
		}
		html += markup(`</span> <span class="n">`, digits(value.Count), `</span></a></li>`)
	}
	return html + `</ul>`
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
