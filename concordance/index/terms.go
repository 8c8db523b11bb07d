package index

import (
	"slices"
	"strings"
	"unicode"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// terms are the words searched for in one language. Each term is one word, or
// several that must follow each other.
type terms [][]string

// maxWords is the largest number of words of one query in one language. SQLite
// limits the depth of an expression for its full-text index.
const maxWords = 100

// parseTerms parses what was typed into a field of a filter; words splits a
// text into words. A quotation mark between two letters is not a quotation
// mark but one of the gershayim of Hebrew abbreviations and numbers. A text
// without any word is a *mashal.FieldError.
func parseTerms(field, typed string, words func(string) []string) (terms, error) {
	text := strings.ToValidUTF8(typed, " ")
	var list terms
	var unquoted strings.Builder
	runes := []rune(text)
	isLetter := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsMark(runes[i]))
	}
	isQuote := func(i int) bool {
		return strings.ContainsRune("\"“”„«»״", runes[i]) && !(isLetter(i-1) && isLetter(i+1))
	}
	for i := 0; i < len(runes); i++ {
		if !isQuote(i) {
			unquoted.WriteRune(runes[i])
			continue
		}
		end := i + 1
		for end < len(runes) && !isQuote(end) {
			end++
		}
		if phrase := words(string(runes[i+1 : end])); len(phrase) > 0 {
			list = append(list, phrase)
		}
		unquoted.WriteByte(' ')
		i = end
	}
	for _, w := range words(unquoted.String()) {
		list = append(list, []string{w})
	}
	if len(list) == 0 && strings.TrimSpace(text) != "" {
		return nil, mashal.NewFieldError(field, typed, "", "Give words in letters; signs are not searched.", "there is no word in %.60q", typed)
	}
	if n := len(slices.Concat(list...)); n > maxWords {
		return nil, &mashal.FieldError{
			Field: field, Value: typed, Err: mashal.NewUsage(mashal.Messagef("Give at most %d words.", maxWords), mashal.Messagef("%d words are too many to search for", n)),
		}
	}
	return list, nil
}

// textWords splits a text in either language into words.
func textWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(hebrew.NoPoints(s)), lexicon.NotWord)
}

// occurIn reports whether a text, given as its words, contains all terms.
func (t terms) occurIn(words []string, same func(word, wanted string) bool) bool {
	for _, term := range t {
		found := false
		for i := 0; i+len(term) <= len(words) && !found; i++ {
			found = true
			for j, wanted := range term {
				found = found && same(words[i+j], wanted)
			}
		}
		if !found {
			return false
		}
	}
	return true
}
