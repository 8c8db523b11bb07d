package web

import (
	"strings"
	"unicode"
)

// Plain is a text that somebody else wrote, without what controls the
// direction or the look of the text around it.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', r == '\u061c', r == '\ufeff',
			r < ' ' && r != '\n' && r != '\t', r >= 0x7f && r < 0xa0, r >= 0xe0000 && r <= 0xe007f:
			return -1
		}
		return r
	}, s)
}

// direction is that of most letters of a text: an explanation in English may
// begin with the Hebrew word that it explains.
func direction(s string) string {
	balance := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Hebrew, r):
			balance++
		case unicode.IsLetter(r):
			balance--
		}
	}
	if balance > 0 {
		return "rtl"
	}
	return "ltr"
}

// A Excerpt is a text or the beginning of it.
type Excerpt struct {
	Text string
	Of   int // characters of the whole text; 0 if this is it
}

// Shorten returns at most a number of characters of a text.
func Shorten(s string, most int) Excerpt {
	n := 0
	for i := range s {
		if n++; n > most {
			return Excerpt{s[:i] + "…", len([]rune(s))}
		}
	}
	return Excerpt{Text: s}
}
