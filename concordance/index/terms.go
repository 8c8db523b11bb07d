package index

import (
	"slices"
	"strings"
	"unicode"

	"mashal"
)

// terms is what is asked for in one language: each term is one word, or
// several that follow each other.
type terms [][]string

// parseTerms reads what a person typed. A quotation mark inside a word is one
// of the gershayim that Hebrew abbreviations and numbers have.
func parseTerms(s string, words func(string) []string) (terms, error) {
	s = strings.ToValidUTF8(s, " ")
	var list terms
	var bare strings.Builder
	runes := []rune(s)
	isLetter := func(i int) bool {
		return i >= 0 && i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsMark(runes[i]))
	}
	for i := 0; i < len(runes); i++ {
		if !isQuote(runes[i]) || isLetter(i-1) && isLetter(i+1) {
			bare.WriteRune(runes[i])
			continue
		}
		end := i + 1
		for end < len(runes) && (!isQuote(runes[end]) || isLetter(end-1) && isLetter(end+1)) {
			end++
		}
		if phrase := words(string(runes[i+1 : end])); len(phrase) > 0 {
			list = append(list, phrase)
		}
		bare.WriteByte(' ')
		i = end
	}
	for _, w := range words(bare.String()) {
		list = append(list, []string{w})
	}
	if len(list) == 0 && strings.TrimSpace(s) != "" {
		return nil, mashal.Usagef("Give words in letters; signs are not searched.", "there is no word in %q", s)
	}
	if n := len(slices.Concat(list...)); n > maxWords {
		return nil, mashal.NewUsage(mashal.Messagef("Give at most %d words.", maxWords), mashal.Messagef("%d words are too many to search for", n))
	}
	return list, nil
}

// maxWords is how many words a query has at most in one language; the
// full-text index bounds the depth of an expression.
const maxWords = 100

func isQuote(r rune) bool { return strings.ContainsRune("\"“”„«»״", r) }

// match is the expression for the full-text index that finds all rows that can
// have the terms. Words go into it as strings, so nothing in them is an
// operator.
func match(inHebrew, inEnglish terms) string {
	var all []string
	for _, t := range inHebrew {
		for _, word := range t { // forms stand between words, so phrases are looked for afterwards
			all = append(all, `hebrew_forms : `+quoted(word))
		}
	}
	for _, t := range inEnglish {
		all = append(all, `english : `+quoted(strings.Join(t, " ")))
	}
	return strings.Join(all, " AND ")
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// decided reports whether the full-text index alone can tell which rows have
// the terms.
func decided(inHebrew terms, exact bool) bool {
	return !exact && !slices.ContainsFunc(inHebrew, func(t []string) bool { return len(t) > 1 })
}

// have reports whether a text has all terms.
func have(words []string, all terms, same func(word, wanted string) bool) bool {
	for _, t := range all {
		found := false
		for i := 0; i+len(t) <= len(words) && !found; i++ {
			found = true
			for j, wanted := range t {
				found = found && same(words[i+j], wanted)
			}
		}
		if !found {
			return false
		}
	}
	return true
}
