package llmsim

import "fmt"

// quote returns s as a JSON string. It keeps bytes that are not UTF-8, which
// encoding/json would replace.
func quote(s string) string {
	b := make([]byte, 0, len(s)+len(s)/8+2)
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c < 0x20 || c == 0x7f:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}
