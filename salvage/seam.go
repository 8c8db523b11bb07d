package salvage

import (
	"errors"
	"fmt"
	"strings"
)

// CheckProse says why prose that is sound character by character was still
// not written in one go: a piece may be missing from it or stand twice. It is
// meant for Text.Check of what a model writes in its own words in English, not
// of quotes. It goes by typography alone: white space at an end or doubled;
// brackets and quotation marks that do not pair; punctuation with the next word
// glued to it or a space before it; a capital in the midst of a word or a small
// letter at the beginning of a sentence; a letter alone; an enumeration that skips a number;
// and whatever Stutters finds.
func CheckProse(s string) error {
	if s != strings.TrimSpace(s) {
		return errors.New("white space at an end")
	}
	for _, pair := range [...][2]string{{"(", ")"}, {"[", "]"}, {"“", "”"}} {
		if open, shut := strings.Count(s, pair[0]), strings.Count(s, pair[1]); open != shut {
			return fmt.Errorf("%d %s but %d %s", open, pair[0], shut, pair[1])
		}
	}
	// A closing single quote is also an apostrophe, so it may be in excess.
	if open, shut := strings.Count(s, "‘"), strings.Count(s, "’"); open > shut {
		return fmt.Errorf("%d ‘ but %d ’", open, shut)
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
		seam := ""
		switch c := s[i]; {
		case lower(c) && c != 'a' && before == ' ' && after == ' ' && i+1 < len(s):
			seam = "a letter that stands alone"
		case c == ' ' && after == ' ' && i+1 < len(s):
			seam = "two spaces in a row"
		case upper(c) && lower(before):
			seam = "a capital inside a word"
		case c == '\'':
			if opens(before) && after != ' ' {
				quotes++
			} else if before != ' ' && !lower(after) && !upper(after) {
				quotes--
			}
		case c == '(' && after > '1' && after <= '9' && i+2 < len(s) && s[i+2] == ')' &&
			!strings.Contains(s[:i], string([]byte{'(', after - 1, ')'})):
			seam = "an enumeration that skips a number"
		case (c == ',' || c == ';' || c == ')') && (lower(after) || upper(after)),
			c == '.' && lower(before) && word(s[i+1:]) >= 3:
			seam = "no space after punctuation"
		case (c == ',' || c == ';' || c == ')') && before == ' ':
			seam = "a space before punctuation"
		case c == '.' && after == ' ' && i+2 < len(s) && lower(s[i+2]) && i >= 5 && word(s[i-4:i]) == 4:
			seam = "a sentence beginning with a small letter" // four letters are no abbreviation
		}
		if seam != "" {
			return fmt.Errorf("%s, %q", seam, around(s, i))
		}
	}
	if quotes > 0 {
		return errors.New("a quotation that is opened and not closed")
	}
	return CheckRepetition(s)
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }
func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// opens reports whether a quotation can begin after c.
func opens(c byte) bool { return strings.IndexByte(" \n([/-", c) >= 0 }

// word is how many small letters s begins with.
func word(s string) int {
	n := 0
	for n < len(s) && lower(s[n]) {
		n++
	}
	return n
}

// around is a little of s about offset i, for a message.
func around(s string, i int) string { return clip([]byte(s[max(0, i-12):min(len(s), i+12)])) }
