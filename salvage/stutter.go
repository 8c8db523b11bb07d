package salvage

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// How long a passage must be, in characters, for its immediate repetition to be
// a copying error. A join in the midst of a word needs few; where only the ends
// are in the midst of words it may be a rhyme ("plunder under"), and whole words
// may be rhetoric.
const (
	stutterJoined = 6
	stutterBroken = 8
	stutterWhole  = 24
)

// CheckRepetition says where a passage stands twice in a row as nobody writes it. It
// is meant for Text.Check of quotes as well as of prose.
func CheckRepetition(s string) error {
	const gram = stutterJoined
	var last [1 << 9]int32 // offset + 1 of the latest few bytes with a hash
	// Every comparison is counted, so that no text costs more than linear time.
	for i, spare := 0, 32*len(s); i+gram <= len(s) && spare > 0; i++ {
		h := uint32(2166136261)
		for k := range gram {
			h = (h ^ uint32(s[i+k])) * 16777619
		}
		slot := &last[h>>23]
		from := int(*slot) - 1
		*slot = int32(i + 1)
		n := i - from
		if from < 0 || n < stutterJoined || s[i:i+gram] != s[from:from+gram] {
			continue
		}
		lo, hi := from, i+gram // as far as s agrees with itself at distance n
		for lo > 0 && s[lo-1] == s[lo-1+n] {
			lo--
		}
		for hi < len(s) && s[hi] == s[hi-n] {
			hi++
		}
		spare -= hi - lo - n
		if hi-lo < 2*n {
			continue
		}
		size := utf8.RuneCountInString(s[lo : lo+n])
		if size >= stutterWhole || size >= stutterBroken && !wholeWords(s, lo, hi, n) || size >= stutterJoined && joined(s, lo, hi, n) {
			return fmt.Errorf("a passage stands twice in a row, %q", around(s, lo+n))
		}
	}
	return nil
}

// wholeWords reports whether two passages of n bytes, each beginning and ending
// between words, stand in a row within s[lo:hi].
func wholeWords(s string, lo, hi, n int) bool {
	for k := lo; k+2*n <= hi; k++ {
		if !splits(s, k) && !splits(s, k+n) && !splits(s, k+2*n) {
			return true
		}
	}
	return false
}

// joined reports whether two passages of n bytes that stand in a row within
// s[lo:hi] meet in the midst of a word wherever they are taken to begin.
func joined(s string, lo, hi, n int) bool {
	for k := lo; k+2*n <= hi; k++ {
		if !splits(s, k+n) {
			return false
		}
	}
	return true
}

// splits reports whether a word goes on across offset i.
func splits(s string, i int) bool {
	if i == 0 || i == len(s) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return partOfWord(before) && partOfWord(after)
}

// partOfWord takes half a character for one too: none ends there.
func partOfWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsMark(r) || r == utf8.RuneError
}
