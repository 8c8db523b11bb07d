package concordance

import (
	"strings"
	"unicode"

	"mashal"

	"mashal/hebrew"
)

// hebrewWords splits a text into words of Hebrew letters, without points.
func hebrewWords(s string) []string {
	return strings.FieldsFunc(hebrew.Letters(s), notWord)
}

// englishWords splits a text into lower-case words.
func englishWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), notWord)
}

// notWord reports whether a character separates words. It agrees with the
// tokenizer of the full-text index.
func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }

// sameHebrew returns a comparison of a word, given as its forms separated by
// "/", with a wanted form. If exact, only the first form counts.
func sameHebrew(exact bool) func(forms, wanted string) bool {
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

// forms returns the forms by which a word is found, separated by "/": all its
// letters, then what remains without each of its prefixes: והארץ/הארץ/ארץ.
func forms(w *mashal.Word) string {
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
