package index

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/concordance/dictionary"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// matchLemma narrows by lemma.
func (m *Matches) matchLemma() error {
	if m.filter.Lemma == "" {
		return nil
	}
	ids, err := m.snapshot.lexicon.LemmaIDs(m.filter.Lemma)
	if err != nil {
		return err
	}
	words := m.snapshot.lexicon.WordsWithLemmas(ids)
	m.found = append(m.found, foundHebrew{words, 1})
	verses, rows := m.snapshot.lexicon.VersesWith(words, 1), bitset.New(m.snapshot.figures.len())
	for verse := range verses.All() {
		for row, end := m.snapshot.rowsOf(verse); row < end; row++ {
			if m.snapshot.lexicon.HasWord(verse, m.snapshot.figures.span(row), words) {
				rows.Add(row)
			}
		}
	}
	m.conditions = append(m.conditions, fulfilled{FacetLemma, rows})
	m.verses.And(verses)
	return nil
}

// matchWords narrows by Hebrew and English words.
func (m *Matches) matchWords(ctx context.Context) error {
	var err error
	if m.hebrew, m.english, err = m.filter.words(); err != nil {
		return err
	}
	for _, phrase := range m.hebrew {
		m.matchHebrew(phrase)
	}
	if len(m.english) == 0 {
		return nil
	}
	verses := bitset.Full(ordinals)
	for _, phrase := range m.english {
		verses.And(m.snapshot.lexicon.EnglishVerses(phrase, m.filter.Exact))
	}
	if !m.filter.InFigure {
		m.needVerses(verses)
		return nil
	}
	texts, err := m.snapshot.figureEnglish(ctx)
	if err != nil {
		return err
	}
	phrases := make([]dictionary.Phrase, len(m.english))
	for i, words := range m.english {
		phrases[i] = dictionary.NewPhrase(words, m.filter.Exact)
	}
	m.verses.And(verses)
	m.need("", func(row int) bool { return texts.contain(row, phrases) })
	return nil
}

// words parses the conditions on words.
func (f *Filter) words() (hebrew, english dictionary.Terms, err error) {
	if hebrew, err = dictionary.ParseTerms("hebrew", f.Hebrew, dictionary.HebrewWords); err != nil {
		return nil, nil, err
	}
	english, err = dictionary.ParseTerms("english", f.English, lexicon.EnglishWords)
	return hebrew, english, err
}

// matchHebrew narrows by a Hebrew phrase.
func (m *Matches) matchHebrew(words []string) {
	starts := m.snapshot.lexicon.PhraseStarts(words, m.filter.Exact)
	m.found = append(m.found, foundHebrew{starts, len(words)})
	verses := m.snapshot.lexicon.VersesWith(starts, len(words))
	if !m.filter.InFigure {
		m.needVerses(verses)
		return
	}
	m.verses.And(verses)
	m.need("", func(row int) bool {
		verse := int(m.snapshot.figures.verse[row])
		return verses.Has(verse) && m.snapshot.lexicon.HasPhrase(verse, m.snapshot.figures.span(row), starts, len(words))
	})
}

// rowsWithIDs returns the rows of the figures with the given ids.
func (s *Snapshot) rowsWithIDs(ids []int64) bitset.Set {
	rows := bitset.New(s.figures.len())
	for _, id := range ids {
		if row, ok := s.row(id); ok {
			rows.Add(row)
		}
	}
	return rows
}

// matchText narrows by words anywhere in the annotation.
func (m *Matches) matchText(ctx context.Context) error {
	wanted, err := textTerms(m.filter.Text)
	if err != nil {
		return err
	}
	for _, term := range wanted {
		ids, err := figuresWith(ctx, m.snapshot.file.db.Read(), term)
		if err != nil {
			return fmt.Errorf("look for the text: %w", err)
		}
		rows := m.snapshot.rowsWithIDs(ids)
		part := []dictionary.Terms{{term}}
		addMatching(rows, m.snapshot.figures.subtype, m.snapshot.vocab.subtypes.Containing(part))
		addMatching(rows, m.snapshot.figures.speaker, m.snapshot.vocab.speakers.Containing(part))
		addMatching(rows, m.snapshot.figures.purpose, m.snapshot.vocab.purposes.Containing(part))
		specific, general := m.snapshot.vocab.specific.Containing(part), m.snapshot.vocab.general.Containing(part)
		for side := range m.snapshot.figures.tags {
			m.snapshot.orTags(rows, side, specific, general)
		}
		m.conditions = append(m.conditions, fulfilled{rows: rows})
	}
	return nil
}

// figureTexts are the English words of the figures, by row. They are read from
// the file when a search in figures first needs them.
type figureTexts struct {
	once        sync.Once
	err         error
	own         [][]string
	traditional map[int][]string // of rows in which it differs
}

// figureEnglish returns the English words of the figures.
func (s *Snapshot) figureEnglish(ctx context.Context) (*figureTexts, error) {
	t := s.texts
	t.once.Do(func() {
		t.own, t.traditional = make([][]string, s.figures.len()), map[int][]string{}
		t.err = concordance.Each(context.WithoutCancel(ctx), s.file.db.Read(), func(scan func(...any) error) error {
			var id int64
			var english, traditional string
			if err := scan(&id, &english, &traditional); err != nil {
				return err
			}
			row, ok := s.row(id)
			if !ok {
				return nil
			}
			t.own[row] = lexicon.EnglishWords(english)
			if traditional != "" {
				t.traditional[row] = lexicon.EnglishWords(traditional)
			}
			return nil
		}, `SELECT id, english, COALESCE(english_traditional, '') FROM figure WHERE english <> ''`)
	})
	return t, t.err
}

// figureSources are the rules that found the figures, by row: none for figures of readers.
// They are read from the file when a search or the page of a rule first needs them.
type figureSources struct {
	once  sync.Once
	err   error
	rules [][]string
}

// figureRules returns the rules that found the figures, by row.
func (s *Snapshot) figureRules(ctx context.Context) ([][]string, error) {
	of := s.sources
	of.once.Do(func() {
		of.rules = make([][]string, s.figures.len())
		divided := map[string][]string{}
		of.err = concordance.Each(context.WithoutCancel(ctx), s.file.db.Read(), func(scan func(...any) error) error {
			var id int64
			var source string
			if err := scan(&id, &source); err != nil {
				return err
			}
			if divided[source] == nil {
				divided[source] = strings.Split(source, " + ")
			}
			if row, ok := s.row(id); ok {
				of.rules[row] = divided[source]
			}
			return nil
		}, `SELECT id, source FROM figure WHERE source <> ''`)
	})
	return of.rules, of.err
}

// matchRules narrows by the rules that found the figures.
func (m *Matches) matchRules(ctx context.Context) error {
	if len(m.filter.Rules) == 0 {
		return nil
	}
	rules, err := m.snapshot.figureRules(ctx)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, of := range rules {
		for _, rule := range of {
			known[rule] = true
		}
	}
	for _, rule := range m.filter.Rules {
		if err := oneOf("rules", "rule with figures", rule, slices.Sorted(maps.Keys(known))); err != nil {
			return err
		}
	}
	m.need("", func(row int) bool {
		return slices.ContainsFunc(rules[row], func(rule string) bool { return slices.Contains(m.filter.Rules, rule) })
	})
	return nil
}

// RuleCounts returns the number of matching figures that each rule found, alone or with others.
func (m *Matches) RuleCounts(ctx context.Context) (map[string]int, error) {
	rules, err := m.snapshot.figureRules(ctx)
	if err != nil {
		return nil, concordance.Explain("count the figures of rules", err)
	}
	counts := map[string]int{}
	for row := range m.rows.All() {
		for _, rule := range rules[row] {
			counts[rule]++
		}
	}
	return counts, nil
}

// contain reports whether the English of a row contains all phrases.
func (t *figureTexts) contain(row int, phrases []dictionary.Phrase) bool {
	for _, p := range phrases {
		if !p.In(t.own[row]) && !p.In(t.traditional[row]) {
			return false
		}
	}
	return true
}

// foundHebrew is the words of the text at which a phrase that was searched for
// begins, and its length in words.
type foundHebrew struct {
	starts bitset.Set
	length int
}

// MarksWords reports whether the filter has words or a lemma, so that MarkHebrew
// and MarkEnglish can find some.
func (m *Matches) MarksWords() bool { return len(m.found)+len(m.english) > 0 }

// MarkHebrew returns the Hebrew words of a verse that were searched for, from 1,
// in order.
func (m *Matches) MarkHebrew(ref mashal.Ref) []int {
	first, end := m.snapshot.lexicon.Verse(ref.Ordinal())
	var words []int
	for _, f := range m.found {
		for w := first; w+f.length <= end; w++ {
			if f.starts.Has(w) {
				for i := range f.length {
					words = append(words, w-first+i+1)
				}
			}
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// MarkEnglish returns the byte ranges of an English text that were searched for,
// in order, also by the traditional rendering of divine names. The end of a range
// is exclusive.
func (m *Matches) MarkEnglish(text string) [][2]int {
	if len(m.english) == 0 {
		return nil
	}
	phrases := make([]dictionary.Phrase, len(m.english))
	for i, words := range m.english {
		phrases[i] = dictionary.NewPhrase(words, m.filter.Exact)
	}
	found := placesOf(phrases, text)
	if hebrew.TraditionalEnglish(text) != text {
		mapped := hebrew.MapTraditionalEnglish(text)
		for _, r := range placesOf(phrases, mapped.Text) {
			found = append(found, [2]int{mapped.Source(r[0]), mapped.Source(r[1])})
		}
	}
	slices.SortFunc(found, func(a, b [2]int) int { return a[0] - b[0] })
	return mergeRanges(found)
}

// MarkTag returns the byte ranges of a level of a tag that were searched for on a
// side, by its name.
func (m *Matches) MarkTag(side, text string) [][2]int {
	all, err := dictionary.Alternatives(side, m.filter.tagFilters()[sideNumber(side)].Any)
	if err != nil {
		return nil
	}
	var phrases []dictionary.Phrase
	for _, terms := range all {
		for _, words := range terms {
			phrases = append(phrases, dictionary.NewPhrase(words, false))
		}
	}
	found := placesOf(phrases, text)
	slices.SortFunc(found, func(a, b [2]int) int { return a[0] - b[0] })
	return mergeRanges(found)
}

// placesOf returns the byte ranges of a text that phrases match.
func placesOf(phrases []dictionary.Phrase, text string) [][2]int {
	if len(phrases) == 0 {
		return nil
	}
	var words []string
	var places [][2]int
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if lexicon.NotWord(r) {
			at += size
			continue
		}
		end := at
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			if lexicon.NotWord(r) {
				break
			}
			end += size
		}
		words, places = append(words, strings.ToLower(text[at:end])), append(places, [2]int{at, end})
		at = end
	}
	var found [][2]int
	for _, phrase := range phrases {
		for i := range words {
			if phrase.At(words, i) {
				found = append(found, [2]int{places[i][0], places[i+len(phrase)-1][1]})
			}
		}
	}
	return found
}

// mergeRanges joins ranges that overlap. They must be sorted by their beginning.
func mergeRanges(ranges [][2]int) [][2]int {
	var merged [][2]int
	for _, r := range ranges {
		if n := len(merged); n > 0 && r[0] <= merged[n-1][1] {
			merged[n-1][1] = max(merged[n-1][1], r[1])
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// textTerms parses what was typed into the field "text". The full-text index takes the
// beginning of a word only at the end of a phrase, so elsewhere in one it is refused.
func textTerms(typed string) (dictionary.Terms, error) {
	list, err := dictionary.ParseTerms("text", typed, dictionary.TextWords)
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
