package salvage

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The number of letters from which a passage that is repeated immediately shows that
// bytes were sent twice. Rhyme, reduplication and rhetoric repeat less. See
// repetition.sent for the kinds.
const (
	minInsideWord = 8
	minJoined     = 20
	minPartWords  = 48
	minWholeWords = 100
)

// CheckRepetition returns an error if s has a passage twice in a row that only bytes
// which were sent twice can explain. It is meant for the Text.Check of quotations and
// of prose.
func CheckRepetition(s string) error {
	if r := findRepetition(s, repetition.sent); r != nil {
		return r.error()
	}
	return nil
}

// A repetition is a part of a text in which each byte equals the one n bytes later,
// except for the last n bytes. It has the passage of n bytes at least twice.
type repetition struct {
	s         string
	lo, hi, n int
}

func (r repetition) error() error {
	return fmt.Errorf("a passage is repeated, %q", excerpt(r.s, r.lo+r.n))
}

// gram is the number of bytes by which repetitions are found.
const gram = 8

// findRepetition returns the first repetition in s that counts. The time is linear.
func findRepetition(s string, counts func(repetition) bool) *repetition {
	if len(s) < 2*gram {
		return nil
	}
	var last [1 << 9]int32 // the last offset after a sequence of gram bytes, by hash
	var window uint64      // the last gram bytes
	budget := 32 * len(s)  // the number of comparisons that are left
	for i := range len(s) {
		window = window<<8 | uint64(s[i])
		if i < gram-1 {
			continue
		}
		slot := &last[window*0x9e3779b97f4a7c15>>55]
		from, to := int(*slot), i+1
		*slot = int32(to)
		n := to - from
		if from == 0 || n < gram || s[i] != s[from-1] || s[to-gram:to] != s[from-gram:from] {
			continue
		}
		lo, hi := from-gram, to
		for lo > 0 && s[lo-1] == s[lo-1+n] {
			lo--
		}
		for hi < len(s) && s[hi] == s[hi-n] {
			hi++
		}
		if r := (repetition{s, lo, hi, n}); hi-lo >= 2*n && counts(r) {
			return &r
		}
		if budget -= hi - lo - n; budget < 0 {
			return nil
		}
	}
	return nil
}

// sent reports whether the passage was probably sent twice. A passage that was cut
// out anywhere mostly begins and ends inside words, so that a word of two halves
// stands where the copies meet. Rhyming words ("plunder under") and longer forms of a
// word ("stand standing") repeat parts of words too, but meet at a space, and a
// reduplicated word repeats only itself. Whole words are repeated on purpose.
func (r repetition) sent() bool {
	letters, words := r.letters()
	if letters < minInsideWord {
		return false
	}
	joined, whole := r.meets()
	switch {
	case whole:
		return letters >= minWholeWords
	case joined && words == 1:
		return true
	case !joined, !r.english() && r.prefix() <= maxPrefix:
		return letters >= minPartWords
	}
	return letters >= minJoined
}

// maxPrefix is the number of letters of the longest prefix of a Hebrew word, also in
// transliteration ("ûšehayyi"). A verse may repeat a passage after a prefix.
const maxPrefix = 8

// english reports whether the passage is English, which has no such prefixes.
func (r repetition) english() bool {
	for _, word := range [...]string{" the ", " of ", " and ", " is ", " to ", " in ", " as ", " that "} {
		if strings.Contains(r.s[r.lo:r.lo+r.n], word) {
			return true
		}
	}
	return false
}

// prefix returns the number of letters before the place where the first two copies
// meet in a word.
func (r repetition) prefix() (n int) {
	for rest := r.s[:r.lo+r.n]; ; n++ {
		c, size := utf8.DecodeLastRuneInString(rest)
		for unicode.IsMark(c) {
			rest = rest[:len(rest)-size]
			c, size = utf8.DecodeLastRuneInString(rest)
		}
		if !partOfWord(c) || size == 0 {
			return n
		}
		rest = rest[:len(rest)-size]
	}
}

// letters returns the number of letters in the passage, and of its words or parts of
// words.
func (r repetition) letters() (letters, words int) {
	inside := false
	for _, c := range r.s[r.lo : r.lo+r.n] {
		if unicode.IsLetter(c) {
			letters++
		}
		if part := partOfWord(c); part != inside {
			if inside = part; part {
				words++
			}
		}
	}
	return letters, words
}

// meets compares the places at which the passage can be cut into copies. joined
// reports whether all copies meet inside a word, and whole whether some begin and end
// between words.
func (r repetition) meets() (joined, whole bool) {
	joined = true
	for k := r.lo; k < r.lo+r.n && k+2*r.n <= r.hi; k++ {
		joined = joined && insideWord(r.s, k+r.n)
		whole = whole || !insideWord(r.s, k) && !insideWord(r.s, k+2*r.n)
	}
	return joined, whole
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
	if r < utf8.RuneSelf {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || r == utf8.RuneError
}
