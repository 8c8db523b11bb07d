package index

import (
	"context"
	"slices"

	"mashal"
	"mashal/bitset"
	"mashal/concordance/dictionary"
	"mashal/query"
)

// matchQuery narrows by a query of words: to the figures that share a word with a match or, in
// figures, that have all words of one.
func (m *Matches) matchQuery(ctx context.Context) error {
	if m.filter.Query == "" {
		return nil
	}
	found, err := m.find(ctx)
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

// An answers is what queries have found, by answerKey, so that filters that differ in other
// conditions do not search the text again.
type answers map[string]*query.Found

// answerKey returns a text that is equal for filters whose queries find the same words. Conditions on
// figures make that depend on the readings and on what they have read of the selection.
func answerKey(q *query.Query, f *Filter) string {
	asked := Filter{Query: f.Query}
	if q.AsksFigures() {
		asked.Selection, asked.Genres, asked.Periods = f.Selection, f.Genres, f.Periods
		asked.Annotators, asked.Run, asked.Readings = f.Annotators, f.Run, f.Readings
		asked.Standings, asked.Detected = f.Standings, f.Detected
	}
	return asked.Key()
}

// has reports whether the answer to the query of a filter is known, or the filter has none.
func (a answers) has(f *Filter) bool {
	if f.Query == "" {
		return true
	}
	q, err := query.Parse(f.Query)
	return err == nil && a[answerKey(q, f)] != nil
}

// find returns what the query of the filter finds.
func (m *Matches) find(ctx context.Context) (*query.Found, error) {
	q, err := query.Parse(m.filter.Query)
	if err != nil {
		return nil, err
	}
	key := answerKey(q, &m.filter)
	if found := m.answers[key]; found != nil {
		return found, nil
	}
	found, err := m.snapshot.find(ctx, q, queriedFigures{m})
	if err == nil {
		m.answers[key] = found
	}
	return found, err
}

// find returns what a query finds.
func (s *Snapshot) find(ctx context.Context, q *query.Query, figures query.Figures) (*query.Found, error) {
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
	specific, general := meaning(&s.vocab.specific, v), meaning(&s.vocab.general, v)
	is = func(row int) bool {
		return specific.Has(int(tags.specific[row])) || general.Has(int(tags.category[row])) || general.Has(int(tags.domain[row]))
	}
	return is, func(row int) bool { return tags.specific[row]+tags.category[row]+tags.domain[row] > 0 }, nil
}

// meaning returns the strings that have the words of a value, by the rules of TagFilter.Any, or that
// match its regular expression.
func meaning(v *dictionary.Vocabulary, value *query.Value) bitset.Set {
	if text, ok := value.Plain(); ok {
		if wanted, err := dictionary.Alternatives("", text); err == nil {
			return v.Containing(wanted)
		}
	}
	found := bitset.New(v.Len())
	for n := 1; n < v.Len(); n++ {
		if value.In(v.String(n)) {
			found.Add(n)
		}
	}
	return found
}
