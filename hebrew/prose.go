package hebrew

import (
	"regexp"
	"strings"
	"unicode"
)

// The divine names that are recognised without a lemma. Others, such as El and
// Shaddai, are spelled like common words.
var (
	tetragram = regexp.MustCompile(`^[ומשהכלב]*יהוה$`)
	elohim    = regexp.MustCompile(`^[ומשהכלב]*אלהי(ם|נו|ך|כם|כן|ו|ה|הם|הן|מו)?$`)
)

// TraditionalProse replaces the divine names in prose about the text, such as an
// explanation of a figure. The prose can mix English and Hebrew. English is
// replaced as by TraditionalEnglish. In Hebrew only YHWH and Elohim are replaced.
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
			word, _ = Traditional(word, "3068", "HNp", "", "")
		case elohim.MatchString(letters):
			word, _ = Traditional(word, "430", "HNcmpa", "", "")
		}
		b.WriteString(word)
		s = s[n:]
	}
	return b.String()
}

// inHebrewWord reports whether r is a Hebrew letter, point or accent.
func inHebrewWord(r rune) bool {
	return unicode.Is(unicode.Hebrew, r) && (unicode.IsLetter(r) || unicode.IsMark(r))
}
