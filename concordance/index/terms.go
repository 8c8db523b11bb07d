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
// several that must follow each other. A word that ends in "*" is the beginning
// of a word.
type terms [][]string

// maxWords is the largest number of words of one query in one language.
const maxWords = 100

// parseTerms parses what was typed into a field of a filter; words splits a
// text into words. Words in quotation marks are one term, and so are words that
// a maqqef or hyphen joins. A quotation mark between two letters is not a
// quotation mark but one of the gershayim of Hebrew abbreviations and numbers. A
// text without any word is a *mashal.FieldError.
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
		if phrase := splitWords(string(runes[i+1:end]), words); len(phrase) > 0 {
			list = append(list, phrase)
		}
		unquoted.WriteByte(' ')
		i = end
	}
	for chunk := range strings.FieldsSeq(unquoted.String()) {
		found := splitWords(chunk, words)
		if len(found) > 1 && strings.ContainsAny(chunk, "־-‐‑") {
			list = append(list, found)
			continue
		}
		for _, w := range found {
			list = append(list, []string{w})
		}
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

// splitWords splits a text into words and keeps a "*" that follows one.
func splitWords(text string, words func(string) []string) []string {
	var list []string
	for {
		before, after, ok := strings.Cut(text, "*")
		found := words(before)
		if ok && len(found) > 0 && before == strings.TrimRightFunc(before, unicode.IsSpace) && !strings.HasSuffix(before, "*") {
			found[len(found)-1] += "*"
		}
		list = append(list, found...)
		if !ok {
			return list
		}
		text = after
	}
}

// hebrewWords splits typed Hebrew into words.
func hebrewWords(s string) []string { return lexicon.HebrewWords(lexicon.TypedHebrew(s)) }

// textWords splits a text in either language into words.
func textWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(hebrew.NoPoints(s)), lexicon.NotWord)
}

// An englishPhrase compares English texts with words that must follow each
// other.
type englishPhrase []lexicon.Matcher

func newEnglishPhrase(words []string, exact bool) englishPhrase {
	p := make(englishPhrase, len(words))
	for i, w := range words {
		p[i] = lexicon.NewMatcher(w, exact)
	}
	return p
}

// at reports whether the phrase begins at a word of a text.
func (p englishPhrase) at(words []string, i int) bool {
	if i+len(p) > len(words) {
		return false
	}
	for n := range p {
		if !p[n].Matches(words[i+n]) {
			return false
		}
	}
	return true
}

// in reports whether a text contains the phrase.
func (p englishPhrase) in(words []string) bool {
	for i := range words {
		if p.at(words, i) {
			return true
		}
	}
	return false
}
