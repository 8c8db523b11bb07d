package web

import (
	"strings"
	"unicode"

	"mashal/hebrew"
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

// MaxShown is the maximum number of characters of an annotator's text that a page
// shows. Explanations have a few hundred; a model that repeats itself writes a
// million.
const MaxShown = 5000

// Prose returns a text of an annotator as Said does, shortened to MaxShown
// characters.
func (v *View) Prose(s string) Excerpt {
	short := Shorten(s, MaxShown)
	short.Text = v.Said(short.Text)
	return short
}

// Said returns a text of an annotator for a page: without control characters, and
// with divine names replaced if the view says so.
func (v *View) Said(s string) string {
	s = Plain(s)
	if v.Traditional {
		s = hebrew.TraditionalProse(s)
	}
	return s
}
