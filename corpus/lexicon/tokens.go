package lexicon

import (
	"strings"
	"unicode"

	"mashal"
	"mashal/hebrew"
)

// HebrewWords splits a text into words of Hebrew letters, without points.
func HebrewWords(s string) []string {
	return strings.FieldsFunc(hebrew.Letters(s), NotWord)
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

// SameHebrew returns a comparison of a word, given as its forms separated by
// "/", with a wanted form. If exact, only the first form counts.
func SameHebrew(exact bool) func(forms, wanted string) bool {
	return func(forms, wanted string) bool {
		for form := range strings.SplitSeq(forms, "/") {
			if form == wanted {
				return true
			}
			if exact {
				return false
			}
		}
		return false
	}
}

// wholeWord returns the first of a word's forms, the one with all prefixes.
func wholeWord(forms string) string {
	word, _, _ := strings.Cut(forms, "/")
	return word
}
