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

// A textTable is a table of the file that has a full-text index.
type textTable string

const (
	verseTable  textTable = "verse"
	figureTable textTable = "figure"
)

// findWords returns the ids of the rows that contain the words. The full-text
// index knows neither the order of Hebrew words nor exact words, so its matches
// are then checked one by one.
func findWords(ctx context.Context, q concordance.Querier, table textTable, inHebrew, inEnglish terms, exact bool) ([]int64, error) {
	expression := matchExpression(inHebrew, inEnglish)
	if !exact && !slices.ContainsFunc(inHebrew, func(term []string) bool { return len(term) > 1 }) {
		return matchingIDs(ctx, q, table, expression)
	}
	ids := []int64{}
	same := lexicon.SameHebrew(exact)
	err := concordance.Each(ctx, q, func(scan func(...any) error) error {
		var id int64
		var forms, english string
		if err := scan(&id, &forms, &english); err != nil {
			return err
		}
		if inHebrew.occurIn(strings.Fields(forms), same) &&
			(!exact || inEnglish.occurIn(lexicon.EnglishWords(english), func(a, b string) bool { return a == b })) {
			ids = append(ids, id)
		}
		return nil
	}, `SELECT c.id, c.hebrew_forms, c.english FROM `+string(table)+`_text x JOIN `+string(table)+` c ON c.id = x.rowid WHERE `+string(table)+`_text MATCH ?`, expression)
	if err != nil {
		return nil, fmt.Errorf("search the words: %w", err)
	}
	return ids, nil
}

// matchExpression returns an expression for the full-text index that matches
// all rows that can contain the words. Words are quoted, so they are never
// operators.
func matchExpression(inHebrew, inEnglish terms) string {
	var all []string
	for _, term := range inHebrew {
		for _, word := range term { // not as a phrase: a word's other forms stand between it and the next
			all = append(all, `hebrew_forms : `+quoted(word))
		}
	}
	for _, term := range inEnglish {
		all = append(all, `english : `+quoted(strings.Join(term, " ")))
	}
	return strings.Join(all, " AND ")
}

func quoted(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// matchingIDs returns the ids of the rows that an expression matches. They are
// read as one string, which takes a third of the time of as many rows.
func matchingIDs(ctx context.Context, q concordance.Querier, table textTable, expression string) (ids []int64, err error) {
	var list sql.NullString
	err = concordance.Each(ctx, q, func(scan func(...any) error) error { return scan(&list) },
		`SELECT group_concat(rowid) FROM `+string(table)+`_text WHERE `+string(table)+`_text MATCH ?`, expression)
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
