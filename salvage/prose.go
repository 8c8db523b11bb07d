package salvage

import (
	"errors"
	"fmt"
	"strings"
)

// CheckProse returns an error if English prose shows signs that a part of it is
// missing or repeated. It is meant for the Text.Check of a model's own words, not of
// quotations. The signs are typographical: white space at either end or doubled;
// brackets and quotation marks that are not paired; no space after punctuation, or
// a space before it; a capital letter inside a word; a lower-case letter at the
// beginning of a sentence; a single letter; an enumeration that skips a number; and
// the repetitions that CheckRepetition finds.
func CheckProse(s string) error {
	if s != strings.TrimSpace(s) {
		return errors.New("white space at the beginning or end")
	}
	for _, pair := range [...][2]string{{"(", ")"}, {"[", "]"}, {"“", "”"}} {
		if opening, closing := strings.Count(s, pair[0]), strings.Count(s, pair[1]); opening != closing {
			return fmt.Errorf("%d %s but %d %s", opening, pair[0], closing, pair[1])
		}
	}
	// A closing single quotation mark is also an apostrophe, so there may be more.
	if opening, closing := strings.Count(s, "‘"), strings.Count(s, "’"); opening > closing {
		return fmt.Errorf("%d ‘ but %d ’", opening, closing)
	}
	quotes := 0
	for i := 0; i < len(s); i++ {
		var before, after byte = ' ', ' '
		if i > 0 {
			before = s[i-1]
		}
		if i+1 < len(s) {
			after = s[i+1]
		}
		sign := ""
		switch c := s[i]; {
		case lower(c) && c != 'a' && before == ' ' && after == ' ' && i+1 < len(s):
			sign = "a single letter"
		case c == ' ' && after == ' ' && i+1 < len(s):
			sign = "two spaces"
		case upper(c) && lower(before):
			sign = "a capital letter inside a word"
		case c == '\'':
			if opens(before) && after != ' ' {
				quotes++
			} else if before != ' ' && !lower(after) && !upper(after) {
				quotes--
			}
		case c == '(' && after > '1' && after <= '9' && i+2 < len(s) && s[i+2] == ')' &&
			!strings.Contains(s[:i], string([]byte{'(', after - 1, ')'})):
			sign = "an enumeration that skips a number"
		case (c == ',' || c == ';' || c == ')') && (lower(after) || upper(after)),
			c == '.' && lower(before) && word(s[i+1:]) >= 3:
			sign = "no space after punctuation"
		case (c == ',' || c == ';' || c == ')') && before == ' ':
			sign = "a space before punctuation"
		case c == '.' && after == ' ' && i+2 < len(s) && lower(s[i+2]) && i >= 5 && word(s[i-4:i]) == 4:
			sign = "a sentence that begins with a lower-case letter" // a word of four letters is not an abbreviation
		}
		if sign != "" {
			return fmt.Errorf("%s, %q", sign, excerpt(s, i))
		}
	}
	if quotes > 0 {
		return errors.New("a quotation that is not closed")
	}
	return CheckRepetition(s)
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }
func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// opens reports whether a quotation mark after c can open a quotation.
func opens(c byte) bool { return strings.IndexByte(" \n([/-", c) >= 0 }

// word returns the number of lower-case letters at the start of s.
func word(s string) int {
	n := 0
	for n < len(s) && lower(s[n]) {
		n++
	}
	return n
}

// excerpt returns the text around the offset i, for a message.
func excerpt(s string, i int) string { return clip([]byte(s[max(0, i-12):min(len(s), i+12)])) }
