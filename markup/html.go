package markup

import (
	"html/template"
	"strings"
)

// The HTML of long lists is built here, because a template takes ten times as long.

// A Builder builds HTML.
type Builder struct{ strings.Builder }

// Put writes HTML. It escapes every second part as text, for use between tags or in
// a quoted attribute.
func (h *Builder) Put(parts ...string) {
	for i, part := range parts {
		if i%2 == 1 {
			part = template.HTMLEscapeString(part)
		}
		h.WriteString(part)
	}
}

// Raw writes HTML without escaping it.
func (h *Builder) Raw(part template.HTML) { h.WriteString(string(part)) }

// Done returns the HTML that was built.
func (h *Builder) Done() template.HTML {
	return template.HTML(h.String()) //nolint:gosec // tags are constants, the rest is escaped
}

// Join returns a short piece of HTML from parts, as Put does.
func Join(parts ...string) template.HTML {
	var h Builder
	h.Put(parts...)
	return h.Done()
}
