package salvage

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// repeatedRunes is how long a passage must be for its immediate repetition to
// be a copying error rather than rhetoric or a Hebrew word said twice.
const repeatedRunes = 12

// Seamless says why prose that is sound character by character was still
// not written in one go: a piece may be missing from it or stand twice. It is
// meant for Text.Check of what a model writes in its own words in English, not
// of quotes. It goes by typography alone: white space at an end or doubled;
// brackets and quotation marks that do not pair; punctuation with the next word
// glued to it or a space before it; a capital in the midst of a word or a small
// letter at the beginning of a sentence; and a passage at once repeated.
func Seamless(s string) error {
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
	if i := repeated(s); i >= 0 {
		return fmt.Errorf("a passage stands twice in a row, %q", around(s, i))
	}
	return nil
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

// repeated is the offset at which a passage of at least repeatedRunes characters
// has just stood twice in a row, or -1. It looks where the same eight bytes stood
// before and measures how far the text agrees with itself at that distance; the
// comparisons are counted, so that no text costs more than linear time.
func repeated(s string) int {
	const gram = 8
	var last [1 << 9]int32 // offset + 1 of the latest eight bytes with a hash
	spare := 32 * len(s)
	for i := 0; i+gram <= len(s) && spare > 0; i++ {
		h := uint32(2166136261)
		for k := range gram {
			h = (h ^ uint32(s[i+k])) * 16777619
		}
		slot := &last[h>>23]
		from := int(*slot) - 1
		*slot = int32(i + 1)
		n := i - from
		if from < 0 || n < repeatedRunes || s[i:i+gram] != s[from:from+gram] {
			continue
		}
		lo, hi := from, i+gram // s[lo:hi-n] is s[lo+n:hi]
		for lo > 0 && s[lo-1] == s[lo-1+n] {
			lo--
		}
		for hi < len(s) && s[hi] == s[hi-n] {
			hi++
		}
		if hi-lo >= 2*n && utf8.RuneCountInString(s[lo:lo+n]) >= repeatedRunes {
			return lo + n
		}
		spare -= hi - lo - n
	}
	return -1
}
