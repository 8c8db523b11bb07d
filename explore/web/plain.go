package web

import (
	"strings"
	"unicode"
)

// Plain removes control characters from a text of an annotator, including those
// that change the direction of the text around it.
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

// direction returns the direction of the majority of letters, "rtl" or "ltr". An
// English explanation can begin with a Hebrew word.
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

// An Excerpt is a text, shortened or whole.
type Excerpt struct {
	Text string
	Of   int // characters of the whole text; 0 if Text is not shortened
}

// Shorten returns a text shortened to at most most characters.
func Shorten(s string, most int) Excerpt {
	n := 0
	for i := range s {
		if n++; n > most {
			return Excerpt{s[:i] + "…", len([]rune(s))}
		}
	}
	return Excerpt{Text: s}
}
