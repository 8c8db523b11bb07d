package hebrew

import (
	"regexp"
	"strings"
	"unicode"
)

// Words of prose that are divine names whatever they stand for; others, such
// as El and Shaddai, look like words of other meanings, which only a lemma
// tells apart.
var (
	tetragram = regexp.MustCompile(`^[ומשהכלב]*יהוה$`)
	elohim    = regexp.MustCompile(`^[ומשהכלב]*אלהי(ם|נו|ך|כם|כן|ו|ה|הם|הן|מו)?$`)
)

// TraditionalProse is what somebody wrote about the text, in English, Hebrew or
// both by turns, with the divine names altered in both.
func TraditionalProse(s string) string {
	s = TraditionalEnglish(s)
	if !strings.ContainsFunc(s, inHebrewWord) {
		return s
	}
	var b strings.Builder
	for s != "" {
		n := strings.IndexFunc(s, inHebrewWord)
		if n < 0 {
			n = len(s)
		}
		b.WriteString(s[:n])
		s = s[n:]
		n = strings.IndexFunc(s, func(r rune) bool { return !inHebrewWord(r) })
		if n < 0 {
			n = len(s)
		}
		word := s[:n]
		switch letters := Letters(word); {
		case tetragram.MatchString(letters):
			word, _ = Traditional(word, "3068", "HNp")
		case elohim.MatchString(letters):
			word, _ = Traditional(word, "430", "HNcmpa")
		}
		b.WriteString(word)
		s = s[n:]
	}
	return b.String()
}

// inHebrewWord reports whether a character is part of one: a letter, a point
// or an accent, and not what parts words.
func inHebrewWord(r rune) bool {
	return unicode.Is(unicode.Hebrew, r) && (unicode.IsLetter(r) || unicode.IsMark(r))
}
