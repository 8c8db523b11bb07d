package explore

import (
	"regexp"
	"strings"
	"unicode"

	"mashal/hebrew"
)

// maxShown is how many characters of one text that an annotator wrote are
// shown. Explanations have a few hundred; a model that repeats itself writes
// a million.
const maxShown = 5000

// A shortened is a text or the beginning of it.
type shortened struct {
	Text string
	Of   int // characters of the whole text; 0 if this is it
}

func shorten(s string, most int) shortened {
	n := 0
	for i := range s {
		if n++; n > most {
			return shortened{s[:i] + "…", len([]rune(s))}
		}
	}
	return shortened{Text: s}
}

// Prose is what an annotator wrote, at most so much of it as anybody reads, as
// Said says it.
func (v *view) Prose(s string) shortened {
	short := shorten(s, maxShown)
	short.Text = v.Said(short.Text)
	return short
}

// Said is a short text that an annotator wrote: without what controls the text
// around it, and with the divine names as the view has them.
func (v *view) Said(s string) string {
	s = plain(s)
	if v.Traditional {
		s = traditionalHebrew(hebrew.TraditionalEnglish(s))
	}
	return s
}

// Words of prose that are divine names whatever they stand for; others, such
// as El and Shaddai, look like words of other meanings, which only a lemma
// tells apart.
var (
	tetragram = regexp.MustCompile(`^[ומשהכלב]*יהוה$`)
	elohim    = regexp.MustCompile(`^[ומשהכלב]*אלהי(ם|נו|ך|כם|כן|ו|ה|הם|הן|מו)?$`)
)

// traditionalHebrew is prose with the divine names in its Hebrew altered.
func traditionalHebrew(s string) string {
	if !isHebrew(s) {
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
		switch letters := hebrew.Letters(word); {
		case tetragram.MatchString(letters):
			word, _ = hebrew.Traditional(word, "3068", "HNp")
		case elohim.MatchString(letters):
			word, _ = hebrew.Traditional(word, "430", "HNcmpa")
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
