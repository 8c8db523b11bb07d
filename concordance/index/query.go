package index

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"mashal"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// A Query says which figures are wanted. Its conditions narrow each other; the
// zero Query wants all figures of the current readings.
type Query struct {
	// Hebrew and English are words that the verse must have, all of them in
	// any order; words in quotation marks must follow each other. Hebrew is
	// found with or without points and accents, and also behind prefixes: ארץ
	// finds והארץ, הארץ finds והארץ and not ארץ. English is found in its
	// inflections: rock finds rocks. Nothing in them is an operator.
	Hebrew, English string

	Exact    bool // the words as they stand: no prefixes before, no other inflections
	InFigure bool // the words must stand in the figure itself

	Selection mashal.Selection // nil for everything
	Types     []mashal.Type    // any of them, after all verdicts

	// Target, Vehicle, Ground and Posture are found in any level of the tag,
	// in capitals or not, as a part of it.
	Target, Vehicle, Ground, Posture string

	// Lemma is read by Lexicon.Lemmas, which must be given with it; the figure
	// must have a word of one of them, and a verse that is asked for without
	// such a figure must have one itself.
	Lemma   string
	Lexicon *lexicon.Lexicon

	Annotator     string  // whose latest readings are searched; "" for the current ones
	MinConfidence float64 // 0 to 1

	// Verses asks also for the verses that have the words but no figure of
	// which the other conditions are true.
	Verses bool

	Traditional bool // texts with the divine names altered

	Limit  int // hits returned at most; 0 for all
	Offset int // hits left out before them
}

// terms is what is asked for in one language: each term is one word, or
// several that follow each other.
type terms [][]string

// A condition is a part of a WHERE clause with its arguments.
type condition struct {
	sql  string
	args []any
}

// check refuses what cannot be meant.
func (q *Query) check() error {
	for _, t := range q.Types {
		if !t.Valid() {
			return mashal.Usagef("The types are "+listTypes()+".", "there is no type %q", string(t))
		}
	}
	switch {
	case !(q.MinConfidence >= 0 && q.MinConfidence <= 1):
		return mashal.Usagef("Give a number from 0 to 1.", "%v is not a confidence", q.MinConfidence)
	case q.Limit < 0:
		return mashal.Usagef("Give a number from 1, or 0 for all.", "%d is not a number of hits", q.Limit)
	case q.Offset < 0:
		return mashal.Usagef("Give a number from 0.", "%d is not a number of hits to leave out", q.Offset)
	case q.Lemma != "" && q.Lexicon == nil:
		return errors.New("search for a lemma: no lexicon was given")
	case q.InFigure && q.Hebrew == "" && q.English == "":
		return mashal.Usagef("Give Hebrew or English words.", "there are no words to be found in figures")
	}
	return nil
}

func listTypes() string {
	names := make([]string, len(mashal.Types))
	for i, t := range mashal.Types {
		names[i] = string(t)
	}
	return strings.Join(names, ", ")
}

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
		return nil, mashal.Usagef(fmt.Sprintf("Give at most %d words.", maxWords), "%d words are too many to search for", n)
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

// where is the passages of a selection as ranges of verse ids.
func where(s mashal.Selection) condition {
	if s == nil {
		return condition{sql: `1`}
	}
	var ranges [][2]int64
	for _, p := range s {
		first := int64(p.Chapter.FirstOrdinal()) + int64(p.First) - 1
		last := first + int64(p.Len()) - 1
		if n := len(ranges) - 1; n >= 0 && ranges[n][1] == first-1 {
			ranges[n][1] = last
			continue
		}
		ranges = append(ranges, [2]int64{first, last})
	}
	if len(ranges) == 0 {
		return condition{sql: `0`}
	}
	c := condition{`v.id BETWEEN ? AND ?`, []any{ranges[0][0], ranges[len(ranges)-1][1]}}
	if len(ranges) > 1 {
		c.sql += ` AND EXISTS (SELECT 1 FROM json_each(?) j WHERE v.id BETWEEN json_extract(j.value, '$[0]') AND json_extract(j.value, '$[1]'))`
		c.args = append(c.args, jsonOf(ranges))
	}
	return c
}

// figureConditions are those on figures, save the words.
func (q *Query) figureConditions() []condition {
	var list []condition
	if len(q.Types) > 0 {
		list = append(list, condition{
			`EXISTS (SELECT 1 FROM figure_type t WHERE t.figure = f.id AND t.final AND t.type IN (SELECT value FROM json_each(?)))`,
			[]any{jsonOf(q.Types)},
		})
	}
	for i, wanted := range []string{q.Target, q.Vehicle, q.Ground, q.Posture} {
		if wanted == "" {
			continue
		}
		pattern := "%" + escapeLike(strings.ToValidUTF8(wanted, "")) + "%"
		list = append(list, condition{
			`EXISTS (SELECT 1 FROM figure_tag t WHERE t.figure = f.id AND t.side = ?
				AND (t.specific LIKE ? ESCAPE '\' OR t.category LIKE ? ESCAPE '\' OR t.domain LIKE ? ESCAPE '\'))`,
			[]any{concordance.Sides[i].Name, pattern, pattern, pattern},
		})
	}
	if q.MinConfidence > 0 {
		list = append(list, condition{`f.confidence >= ?`, []any{q.MinConfidence}})
	}
	return list
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, "\x00", "").Replace(s)
}

func jsonOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("encode %T: %v", v, err)) // of numbers and strings
	}
	return string(b)
}
