package lexicon

import (
	"regexp"
	"strings"
	"unicode"

	"mashal"
	"mashal/hebrew"
)

// HebrewWords splits a text into words of Hebrew letters, without points.
func HebrewWords(s string) []string {
	return strings.FieldsFunc(hebrew.Letters(s), NotWord)
}

// theName is the substitute that is said for the tetragrammaton, as a word.
const (
	tetragrammaton = "יהוה"
	theName        = "השם"
)

// writtenName matches what is written for the tetragrammaton: ה׳, ד׳, יי, יקוק,
// with prefixes.
var writtenName = regexp.MustCompile(`(^|[^\pL\pM])([ושכלבמ]*)(?:[הד]['׳’‘´` + "`" + `]|יי['׳’]?|ײ['׳’]?|יקוק|ידוד|י[-־]ה[-־]ו[-־]ה)($|[^\pL\pM])`)

// TypedHebrew returns typed Hebrew without points, and with the tetragrammaton
// where another writing stands for it.
func TypedHebrew(s string) string {
	s = hebrew.NoPoints(s)
	for {
		replaced := writtenName.ReplaceAllString(s, "${1}${2}"+tetragrammaton+"${3}")
		if replaced == s {
			return s
		}
		s = replaced
	}
}

// arePrefixes reports whether all letters of a word can be prefixes.
func arePrefixes(word string) bool {
	return strings.Trim(word, "ושכלבמ") == ""
}

// EnglishWords splits a text into lower-case words.
func EnglishWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), NotWord)
}

// NotWord reports whether a character separates words. It agrees with the
// tokenizer of the full-text index.
func NotWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

// IsHebrew reports whether a word consists of Hebrew letters only.
func IsHebrew(word string) bool {
	for _, r := range word {
		if r < 'א' || r > 'ת' {
			return false
		}
	}
	return word != ""
}

// Forms returns the forms by which a word is found, separated by "/": all its
// letters, then what remains without each of its prefixes: והארץ/הארץ/ארץ.
func Forms(w *mashal.Word) string {
	all := hebrew.Letters(w.Text)
	rest := w.Segments
	for range strings.Count(w.Lemma, "/") {
		_, after, ok := strings.Cut(rest, "/")
		if !ok {
			break
		}
		rest = after
		if form := hebrew.Letters(strings.ReplaceAll(rest, "/", "")); form != "" {
			all += "/" + form
		}
	}
	return all
}

// wholeWord returns the first of a word's forms, the one with all prefixes.
func wholeWord(forms string) string {
	word, _, _ := strings.Cut(forms, "/")
	return word
}
