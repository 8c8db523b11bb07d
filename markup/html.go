package markup

import (
	"html/template"
	"strings"
)

// What stands in lists hundreds of times is written here and not in templates,
// which need ten times as long for it.

// An Builder is HTML while it is written.
type Builder struct{ strings.Builder }

// Put writes HTML in which every second part is text that is escaped, between
// tags or within quotation marks.
func (h *Builder) Put(parts ...string) {
	for i, part := range parts {
		if i%2 == 1 {
			part = template.HTMLEscapeString(part)
		}
		h.WriteString(part)
	}
}

// Raw writes what was written as HTML before.
func (h *Builder) Raw(part template.HTML) { h.WriteString(string(part)) }

// Done returns the HTML that was built.
func (h *Builder) Done() template.HTML {
	return template.HTML(h.String()) //nolint:gosec // tags are constants, the rest is escaped
}

// Join is a short piece of HTML, as put writes it.
func Join(parts ...string) template.HTML {
	var h Builder
	h.Put(parts...)
	return h.Done()
}
