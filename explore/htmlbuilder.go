package explore

import (
	"html/template"
	"strings"
)

// What stands in lists hundreds of times is written here and not in templates,
// which need ten times as long for it.

// An html is HTML while it is written.
type html struct{ strings.Builder }

// put writes HTML in which every second part is text that is escaped, between
// tags or within quotation marks.
func (h *html) put(parts ...string) {
	for i, part := range parts {
		if i%2 == 1 {
			part = template.HTMLEscapeString(part)
		}
		h.WriteString(part)
	}
}

// raw writes what was written as HTML before.
func (h *html) raw(part template.HTML) { h.WriteString(string(part)) }

func (h *html) done() template.HTML {
	return template.HTML(h.String()) //nolint:gosec // tags are constants, the rest is escaped
}

// markup is a short piece of HTML, as put writes it.
func markup(parts ...string) template.HTML {
	var h html
	h.put(parts...)
	return h.done()
}
