package salvage

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// The length in characters from which a passage that is repeated immediately counts
// as an error. Passages that meet inside a word need to be short only. Passages with
// parts of words can be a rhyme ("plunder under"). Passages of whole words can be
// rhetoric.
const (
	minInsideWord = 6
	minPartWords  = 8
	minWholeWords = 24
)

// CheckRepetition returns an error if s has a passage twice in a row that looks like
// a copying error. It is meant for the Text.Check of quotations and of prose.
func CheckRepetition(s string) error {
	const gram = minInsideWord
	var last [1 << 9]int32 // the last offset, plus 1, of a sequence of gram bytes, by hash
	// budget bounds the number of comparisons, so that the time is linear.
	for i, budget := 0, 32*len(s); i+gram <= len(s) && budget > 0; i++ {
		h := uint32(2166136261)
		for k := range gram {
			h = (h ^ uint32(s[i+k])) * 16777619
		}
		slot := &last[h>>23]
		from := int(*slot) - 1
		*slot = int32(i + 1)
		n := i - from
		if from < 0 || n < minInsideWord || s[i:i+gram] != s[from:from+gram] {
			continue
		}
		lo, hi := from, i+gram // s[lo:hi] is periodic: each byte equals the one n bytes later
		for lo > 0 && s[lo-1] == s[lo-1+n] {
			lo--
		}
		for hi < len(s) && s[hi] == s[hi-n] {
			hi++
		}
		budget -= hi - lo - n
		if hi-lo < 2*n {
			continue
		}
		size := utf8.RuneCountInString(s[lo : lo+n])
		if size >= minWholeWords || size >= minPartWords && !wholeWords(s, lo, hi, n) || size >= minInsideWord && meetInsideWord(s, lo, hi, n) {
			return fmt.Errorf("a passage is repeated, %q", excerpt(s, lo+n))
		}
	}
	return nil
}

// wholeWords reports whether s[lo:hi] has two successive passages of n bytes that
// consist of whole words.
func wholeWords(s string, lo, hi, n int) bool {
	for k := lo; k+2*n <= hi; k++ {
		if !insideWord(s, k) && !insideWord(s, k+n) && !insideWord(s, k+2*n) {
			return true
		}
	}
	return false
}

// meetInsideWord reports whether all pairs of successive passages of n bytes in
// s[lo:hi] meet inside a word.
func meetInsideWord(s string, lo, hi, n int) bool {
	for k := lo; k+2*n <= hi; k++ {
		if !insideWord(s, k+n) {
			return false
		}
	}
	return true
}

// insideWord reports whether the offset i is inside a word.
func insideWord(s string, i int) bool {
	if i == 0 || i == len(s) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return partOfWord(before) && partOfWord(after)
}

// partOfWord reports whether r is a letter, a mark, or an incomplete character.
func partOfWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || r == utf8.RuneError
}
