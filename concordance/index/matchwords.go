package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
	"mashal/query"
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
	phrases := make([]englishPhrase, len(m.english))
	for i, words := range m.english {
		phrases[i] = newEnglishPhrase(words, m.filter.Exact)
	}
	m.verses.And(verses)
	m.need("", func(row int) bool { return texts.contain(row, phrases) })
	return nil
}

// words parses the conditions on words.
func (f *Filter) words() (hebrew, english terms, err error) {
	if hebrew, err = parseTerms("hebrew", f.Hebrew, hebrewWords); err != nil {
		return nil, nil, err
	}
	english, err = parseTerms("english", f.English, lexicon.EnglishWords)
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
		part := []terms{{term}}
		addMatching(rows, m.snapshot.figures.subtype, m.snapshot.vocab.subtypes.containing(part))
		addMatching(rows, m.snapshot.figures.speaker, m.snapshot.vocab.speakers.containing(part))
		addMatching(rows, m.snapshot.figures.purpose, m.snapshot.vocab.purposes.containing(part))
		specific, general := m.snapshot.vocab.specific.containing(part), m.snapshot.vocab.general.containing(part)
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

// contain reports whether the English of a row contains all phrases.
func (t *figureTexts) contain(row int, phrases []englishPhrase) bool {
	for _, p := range phrases {
		if !p.in(t.own[row]) && !p.in(t.traditional[row]) {
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
	phrases := make([]englishPhrase, len(m.english))
	for i, words := range m.english {
		phrases[i] = newEnglishPhrase(words, m.filter.Exact)
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
	all, err := alternatives(side, m.filter.tagFilters()[sideNumber(side)].Any)
	if err != nil {
		return nil
	}
	var phrases []englishPhrase
	for _, terms := range all {
		for _, words := range terms {
			phrases = append(phrases, newEnglishPhrase(words, false))
		}
	}
	found := placesOf(phrases, text)
	slices.SortFunc(found, func(a, b [2]int) int { return a[0] - b[0] })
	return mergeRanges(found)
}

// placesOf returns the byte ranges of a text that phrases match.
func placesOf(phrases []englishPhrase, text string) [][2]int {
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
			if phrase.at(words, i) {
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

// matchQuery narrows by a query of words: to the figures that share a word with a match or, in
// figures, that have all words of one.
func (m *Matches) matchQuery(ctx context.Context) error {
	if m.filter.Query == "" {
		return nil
	}
	found, err := m.snapshot.find(ctx, m.filter.Query, queriedFigures{m})
	if err != nil {
		return err
	}
	m.found = append(m.found, foundHebrew{found.Words, 1})
	verses, rows := m.snapshot.lexicon.VersesWith(found.Words, 1), bitset.New(m.snapshot.figures.len())
	has := func(row int) bool {
		return m.snapshot.lexicon.HasWord(int(m.snapshot.figures.verse[row]), m.snapshot.figures.span(row), found.Words)
	}
	if m.filter.InFigure {
		ends := make(map[uint32]uint32, len(found.Matches)) // of the shortest matches, by their first words
		for _, match := range found.Matches {
			ends[match.First] = match.First + uint32(match.Shortest)
		}
		has = func(row int) bool { return m.snapshot.hasMatch(row, ends) }
	}
	for verse := range verses.All() {
		for row, end := m.snapshot.rowsOf(verse); row < end; row++ {
			if has(row) {
				rows.Add(row)
			}
		}
	}
	m.verses.And(verses)
	m.conditions = append(m.conditions, fulfilled{rows: rows})
	return nil
}

// find returns what a query finds.
func (s *Snapshot) find(ctx context.Context, text string, figures query.Figures) (*query.Found, error) {
	q, err := query.Parse(text)
	if err != nil {
		return nil, err
	}
	words, err := s.words()
	if err != nil {
		return nil, err
	}
	return words.Find(ctx, q, figures)
}

// hasMatch reports whether all words of a match are in a figure. Ends are the ends of matches, by
// their first words.
func (s *Snapshot) hasMatch(row int, ends map[uint32]uint32) bool {
	first, _ := s.lexicon.Verse(int(s.figures.verse[row]))
	inFigure := map[uint32]bool{}
	for _, r := range s.figures.span(row) {
		for w := r.First; w <= r.Last; w++ {
			inFigure[uint32(first)+uint32(w)-1] = true
		}
	}
	for start := range inFigure {
		end, ok := ends[start]
		for w := start; ok && w < end; w++ {
			ok = inFigure[w]
		}
		if ok {
			return true
		}
	}
	return false
}

// queriedFigures are the figures that conditions of a query ask for: those of the chosen readings
// that count and still have a type.
type queriedFigures struct{ *Matches }

// Having returns the words of figures with a value, and those of which the annotators say that they
// have it not: words of other figures, and words outside figures in verses that a reader has read.
// A tag that is not named says nothing of its words, and neither does the silence of a matcher.
func (q queriedFigures) Having(_ context.Context, attribute string, v *query.Value) (with, without bitset.Set, err error) {
	s := q.snapshot
	is, named, err := q.values(attribute, v)
	if err != nil {
		return nil, nil, err
	}
	types := s.figures.final
	if q.filter.Detected {
		types = s.figures.detected
	}
	_, size := s.lexicon.Verse(mashal.Verses)
	with, without = bitset.New(size), bitset.New(size)
	other, unknown := bitset.New(size), bitset.New(size) // words of other figures, and of those that say nothing
	for row := range s.figures.len() {
		if types[row] == 0 || !q.readings.Has(int(s.figures.reading[row])) {
			continue
		}
		words := other
		switch {
		case !q.counts(s.figures.standing[row]) || !named(row):
			words = unknown
		case is(row):
			words = with
		}
		first, _ := s.lexicon.Verse(int(s.figures.verse[row]))
		for _, r := range s.figures.span(row) {
			words.AddRange(first+int(r.First)-1, first+int(r.Last))
		}
	}
	for verse := range q.coverage().read.All() {
		without.AddRange(s.lexicon.Verse(verse))
	}
	without.Or(other)
	without.AndNot(unknown)
	without.AndNot(with)
	return with, without, nil
}

// counts reports whether figures of a standing count: claims, or those that the filter asks for.
func (q queriedFigures) counts(standing mashal.Standing) bool {
	if len(q.filter.Standings) > 0 {
		return slices.Contains(q.filter.Standings, standing)
	}
	return standing == mashal.Claimed
}

// values returns functions that report whether a row has a value of an attribute, and whether it
// has any.
func (q queriedFigures) values(attribute string, v *query.Value) (is, named func(row int) bool, err error) {
	s := q.snapshot
	if attribute == "figure" {
		types := s.figures.final
		if q.filter.Detected {
			types = s.figures.detected
		}
		return func(row int) bool {
			return slices.ContainsFunc(types[row].list(), func(t mashal.Type) bool { return v.Is(string(t)) })
		}, func(int) bool { return true }, nil
	}
	tags := &s.figures.tags[sideNumber(attribute)]
	specific, general := s.vocab.specific.meaning(v), s.vocab.general.meaning(v)
	is = func(row int) bool {
		return specific.Has(int(tags.specific[row])) || general.Has(int(tags.category[row])) || general.Has(int(tags.domain[row]))
	}
	return is, func(row int) bool { return tags.specific[row]+tags.category[row]+tags.domain[row] > 0 }, nil
}

// meaning returns the strings that have the words of a value, by the rules of TagFilter.Any, or that
// match its regular expression.
func (v *vocabulary) meaning(value *query.Value) bitset.Set {
	if text, ok := value.Plain(); ok {
		if wanted, err := alternatives("", text); err == nil {
			return v.containing(wanted)
		}
	}
	found := bitset.New(v.len())
	for n := 1; n < v.len(); n++ {
		if value.In(v.string(n)) {
			found.Add(n)
		}
	}
	return found
}
