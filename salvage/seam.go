package salvage

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// repeatedBytes is how long a passage must be for its immediate repetition to
// be a copying error rather than rhetoric.
const repeatedBytes = 24

// Seamless says why prose that is sound character by character was still
// not written in one go: a piece may be missing from it or stand twice. It is
// meant for Text.Check of what a model writes in its own words, not of quotes.
// It finds: white space at an end or doubled, brackets and typographic quotes
// that do not pair, a comma or full stop glued to the next word, a capital in
// the midst of a lower-case word, and a passage at once repeated.
func Seamless(s string) error {
	if s != strings.TrimSpace(s) {
		return errors.New("white space at an end")
	}
	if strings.Contains(s, "  ") {
		return errors.New("two spaces in a row")
	}
	for _, pair := range [...][2]string{{"(", ")"}, {"[", "]"}, {"“", "”"}} {
		if open, shut := strings.Count(s, pair[0]), strings.Count(s, pair[1]); open != shut {
			return fmt.Errorf("%d %s but %d %s", open, pair[0], shut, pair[1])
		}
	}
	for i := 1; i < len(s); i++ {
		switch before, c := s[i-1], s[i]; {
		case lower(before) && upper(c):
			return fmt.Errorf("a capital inside a word, %q", around(s, i))
		case (before == ',' || before == ';') && (lower(c) || upper(c)):
			return fmt.Errorf("no space after %q, %q", before, around(s, i))
		}
	}
	if i := repeated(s); i >= 0 {
		return fmt.Errorf("a passage stands twice in a row, %q", around(s, i))
	}
	return nil
}

func lower(c byte) bool { return c >= 'a' && c <= 'z' }
func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// around is a little of s about offset i, for a message.
func around(s string, i int) string { return clip([]byte(s[max(0, i-12):min(len(s), i+12)])) }

// repeated is the offset at which a passage of at least repeatedBytes bytes
// begins for the second time just where it ended, or -1. It looks only where the
// same eight bytes stood before, so it is linear on any but contrived text; the
// comparisons are counted so that contrived text costs no more.
func repeated(s string) int {
	const gram = 8
	b := []byte(s)
	var last [1 << 9]int32 // offset + 1 of the latest passage with a hash
	spare := 16 * len(b)
	for i := 0; i+gram <= len(b) && spare > 0; i++ {
		h := uint32(2166136261)
		for _, c := range b[i : i+gram] {
			h = (h ^ uint32(c)) * 16777619
		}
		slot := &last[h>>23]
		from := int(*slot) - 1
		*slot = int32(i + 1)
		n := i - from
		if from < 0 || n < repeatedBytes || i+n > len(b) || b[i] != b[from] {
			continue
		}
		spare -= n
		if bytes.Equal(b[from:i], b[i:i+n]) {
			return i
		}
	}
	return -1
}
