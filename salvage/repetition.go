package salvage

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The number of letters from which a passage that is repeated immediately shows that
// bytes were sent twice, by kind: see repetition.sent. Of all verses of the Bible in
// Hebrew, in English and in transliteration, the longest passage that is repeated with a
// part of a word has 27 letters, the longest with points 15, the longest of English 10,
// and the longest with accents fewer than 8, because repeated words have other accents.
const (
	minTornWord   = 4
	minRestored   = 5 // of the word that is whole without one copy
	minInsideWord = 8
	minAccented   = 12
	minJoined     = 20
	minEnglishEnd = 28
	minPartWords  = 36
	minWholeWords = 100
)

// CheckRepetition returns an error if s has a passage twice in a row that only bytes
// which were sent twice can explain. It is meant for the Text.Check of quotations and
// of prose.
func CheckRepetition(s string) error {
	if r := findRepetition(s, repetition.sent); r != nil {
		return r.error(repeatedPassage)
	}
	return nil
}

// A repetition is a part of a text in which each byte equals the one n bytes later,
// except for the last n bytes. It has the passage of n bytes at least twice.
type repetition struct {
	s         string
	lo, hi, n int
}

// error returns the error of a check that found the repetition.
func (r repetition) error(k check) error { return k.errorf(excerpt(r.s, r.lo+r.n)) }

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
// reduplicated word repeats only itself. Whole words are repeated on purpose, with
// something between them.
func (r repetition) sent() bool {
	if !repeatedPassage.on() {
		return false
	}
	letters, words := r.letters()
	joined, whole, apart := r.meets()
	least := minJoined
	switch {
	case r.spaced() && r.english():
		least = minInsideWord
	case whole && (apart || words == 1):
		least = minWholeWords
	case joined && words == 1:
		least = minInsideWord
	case words > 1 && r.accented():
		least = minAccented
	case r.tearsWord():
		least = minTornWord
	case r.english():
		if !joined {
			least = minEnglishEnd
		}
	case !joined, r.afterPrefix():
		least = minPartWords
	}
	return letters >= least
}

// accented reports whether the passage has Hebrew accents.
func (r repetition) accented() bool {
	return strings.ContainsFunc(r.s[r.lo:r.lo+r.n], func(c rune) bool { return c >= 0x591 && c < 0x5af })
}

// spaced reports whether the passage begins and ends with a space, so that two stand
// where the copies meet.
func (r repetition) spaced() bool { return r.s[r.lo] == ' ' && r.s[r.lo+r.n-1] == ' ' }

// tearsWord reports whether the copies meet in or beside a part of an English word, while
// the text without one copy has only whole words there.
func (r repetition) tearsWord() bool {
	meet, end := r.lo+r.n, r.lo+2*r.n
	before, after := asciiWord(r.s, meet, -1), asciiWord(r.s, meet, +1)
	torn := func(word string) bool { // the list has all forms of short words
		return len(word) > 1 && (!isEnglish(word) || len(word) > 2 && len(word) <= 8 && !words().has(word))
	}
	if before != "" && after != "" {
		if slices.Contains(suffixes, after) {
			return false // "sacrificed sacrificing"
		}
		before, after = before+after, ""
	}
	if !torn(before) && !torn(after) {
		return false
	}
	restored := false
	for _, at := range [...]int{r.lo, end} {
		if !insideWord(r.s, at) {
			continue
		}
		word := asciiWord(r.s, at, -1) + asciiWord(r.s, at, +1)
		if len(word) < minRestored || !words().has(word) {
			return false
		}
		restored = true
	}
	return restored
}

// maxPrefix is the number of letters of the longest prefix of a Hebrew word in
// transliteration ("ûšehayyi"). A verse may repeat a passage after a prefix.
const maxPrefix = 8

// english reports whether the passage has whole words, and all of them are English.
// English words have no such prefixes.
func (r repetition) english() bool {
	words := strings.FieldsFunc(r.s[r.lo:r.lo+r.n], func(c rune) bool { return !partOfWord(c) })
	return len(words) > 2 && !slices.ContainsFunc(words[1:len(words)-1], func(word string) bool {
		return asciiWord(word, 0, +1) != word || !isEnglish(word)
	})
}

// afterPrefix reports whether what precedes the meeting place in its word may be the
// prefix of a Hebrew word.
func (r repetition) afterPrefix() bool {
	n, prefix := 0, true
	for rest := r.s[:r.lo+r.n]; ; n++ {
		c, size := utf8.DecodeLastRuneInString(rest)
		for unicode.IsMark(c) {
			rest = rest[:len(rest)-size]
			c, size = utf8.DecodeLastRuneInString(rest)
		}
		if !partOfWord(c) || size == 0 {
			return prefix && n <= maxPrefix
		}
		if unicode.Is(unicode.Hebrew, c) && (n >= 4 || !strings.ContainsRune("משהוכלב", c)) {
			prefix = false
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
// reports whether all copies meet inside a word, whole whether some begin and end
// between words, and apart whether such copies have a space or another sign between
// them.
func (r repetition) meets() (joined, whole, apart bool) {
	joined = true
	for k := r.lo; k < r.lo+r.n && k+2*r.n <= r.hi; k++ {
		meet := k + r.n
		joined = joined && insideWord(r.s, meet)
		if !insideWord(r.s, k) && !insideWord(r.s, meet+r.n) {
			whole, apart = true, apart || separates(r.s[meet-1]) || separates(r.s[meet])
		}
	}
	return joined, whole, apart
}

// separates reports whether a byte may stand between a passage and its repetition: one
// of white space, punctuation that no word begins with, and other scripts.
func separates(c byte) bool {
	return isBlank(c) || strings.IndexByte(",;:.!?-/|=+~", c) >= 0 || c >= 0x80
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
