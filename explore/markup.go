package explore

import (
	"fmt"
	"html/template"
)

// What stands in lists hundreds of times is written here and not in templates,
// which need ten times as long for it.

// Type is a type's name on the line that it is marked with.
func (s *scope) Type(t any) template.HTML { return s.typed(fmt.Sprint(t), s.T(t)) }

// Literal stands in the place of types where none is left.
func (s *scope) Literal() template.HTML { return s.typed("none", s.T("not figurative")) }

func (s *scope) typed(class, name string) template.HTML {
	return markup(`<span class="type u t-`, class, `">`, name, `</span>`)
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
