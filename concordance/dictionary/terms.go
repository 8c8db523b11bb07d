package dictionary

import (
	"slices"
	"strings"
	"unicode"

	"mashal"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// Terms are the words searched for in one language. Each term is one word, or
// several that must follow each other. A word that ends in "*" is the beginning
// of a word.
type Terms [][]string

// maxWords is the largest number of words of one query in one language.
const maxWords = 100

// ParseTerms parses what was typed into a field of a filter; words splits a
// text into words. Words in quotation marks are one term, and so are words that
// a maqqef or hyphen joins. A quotation mark between two letters is not a
// quotation mark but one of the gershayim of Hebrew abbreviations and numbers. A
// text without any word is a *mashal.FieldError.
func ParseTerms(field, typed string, words func(string) []string) (Terms, error) {
	text := strings.ToValidUTF8(typed, " ")
	var list Terms
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

// HebrewWords splits typed Hebrew into words.
func HebrewWords(s string) []string { return lexicon.HebrewWords(lexicon.TypedHebrew(s)) }

// TextWords splits a text in either language into words.
func TextWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(hebrew.NoPoints(s)), lexicon.NotWord)
}

// A Phrase compares English texts with words that must follow each
// other.
type Phrase []lexicon.Matcher

// NewPhrase returns the phrase of words, which are compared in any inflection unless exact is set.
func NewPhrase(words []string, exact bool) Phrase {
	p := make(Phrase, len(words))
	for i, w := range words {
		p[i] = lexicon.NewMatcher(w, exact)
	}
	return p
}

// At reports whether the phrase begins at a word of a text.
func (p Phrase) At(words []string, i int) bool {
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

// In reports whether a text contains the phrase.
func (p Phrase) In(words []string) bool {
	for i := range words {
		if p.At(words, i) {
			return true
		}
	}
	return false
}

// Typed returns the terms as ParseTerms reads them: several words of one term in quotation
// marks.
func (t Terms) Typed() string {
	list := make([]string, len(t))
	for i, term := range t {
		list[i] = strings.Join(term, " ")
		if len(term) > 1 {
			list[i] = `"` + list[i] + `"`
		}
	}
	return strings.Join(list, " ")
}

// Alternatives parses a text whose alternatives are separated by ";".
func Alternatives(field, typed string) ([]Terms, error) {
	var list []Terms
	for part := range strings.SplitSeq(typed, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		all, err := ParseTerms(field, part, TextWords)
		if len(TextWords(part)) > 0 && err != nil {
			return nil, err
		}
		list = append(list, withoutArticles(all)) // signs are found nowhere
	}
	if typed != "" && len(list) == 0 {
		return nil, mashal.NewFieldError(field, typed, "", "Give words; a semicolon separates alternatives.", "%.60q contains no search words", typed)
	}
	return list, nil
}

// withoutArticles drops the terms that are an article, unless all are.
func withoutArticles(all Terms) Terms {
	rest := slices.DeleteFunc(slices.Clone(all), func(term []string) bool { return len(term) == 1 && isArticle(term[0]) })
	if len(rest) == 0 {
		return all
	}
	return rest
}

func isArticle(word string) bool { return word == "a" || word == "an" || word == "the" }

// WithoutArticle returns a text in lower case without an article before its first
// word.
func WithoutArticle(text string) string {
	if first, rest, ok := strings.Cut(text, " "); ok && rest != "" && isArticle(first) {
		return rest
	}
	return text
}
