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
			h.Text(part)
		} else {
			h.WriteString(part)
		}
	}
}

// Text writes a text, escaped as template.HTMLEscapeString does.
func (h *Builder) Text(s string) {
	done := 0
	for i := range len(s) {
		if escape := escapes[s[i]]; escape != "" {
			h.WriteString(s[done:i])
			h.WriteString(escape)
			done = i + 1
		}
	}
	h.WriteString(s[done:])
}

// escapes has what stands for each byte in HTML; "" for the byte itself.
var escapes = func() (of [256]string) {
	for _, c := range "\x00\"&'<>" {
		of[c] = template.HTMLEscapeString(string(c))
	}
	return of
}()

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
