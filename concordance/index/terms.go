package index

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"mashal"
	"mashal/concordance"
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

// textTerms parses what was typed into the field "text". The full-text index takes the
// beginning of a word only at the end of a phrase, so elsewhere in one it is refused.
func textTerms(typed string) (terms, error) {
	list, err := parseTerms("text", typed, textWords)
	if err != nil {
		return nil, err
	}
	for _, term := range list {
		for _, w := range term[:len(term)-1] {
			if strings.HasSuffix(w, "*") {
				return nil, mashal.NewFieldError("text", typed, "", "Write the word in full, or leave out the quotation marks and hyphens.",
					"the beginning of a word, %.60q, can only be the last word of a phrase", w)
			}
		}
	}
	return list, nil
}

// figuresWith returns the ids of the figures that the full-text index finds for
// a phrase, by the stems of English words: in their words in both languages, and in their
// explanations.
func figuresWith(ctx context.Context, q concordance.Querier, phrase []string) ([]int64, error) {
	last := len(phrase) - 1
	words, beginning := strings.CutSuffix(strings.Join(phrase, " "), "*")
	if last < 0 || words == "" {
		return nil, nil
	}
	expression := quoted(words)
	if beginning {
		expression += " *"
	}
	return matchingIDs(ctx, q, expression)
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// matchingIDs returns the ids of the figures that an expression matches. They are
// read as one string, which takes a third of the time of as many rows.
func matchingIDs(ctx context.Context, q concordance.Querier, expression string) (ids []int64, err error) {
	var list sql.NullString
	err = concordance.Each(ctx, q, func(scan func(...any) error) error { return scan(&list) },
		`SELECT group_concat(rowid) FROM figure_text WHERE figure_text MATCH ?`, expression)
	if err != nil {
		return nil, fmt.Errorf("search the words: %w", err)
	}
	if !list.Valid {
		return nil, nil
	}
	for s := range strings.SplitSeq(list.String, ",") {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("search the words: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// jsonOf encodes numbers or strings for SQLite's json_each.
func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err))
	}
	return string(b)
}
