package index

import (
	"context"
	"slices"
	"sync"

	"mashal/bitset"
	"mashal/concordance"
)

// Match applies a filter. An invalid value is a *mashal.FieldError: an
// annotator, run, reading, subtype, speaker, category or domain that the
// concordance does not have, an unknown type, a confidence out of range, a text
// without words.
func (s *Snapshot) Match(ctx context.Context, f Filter) (*Matches, error) {
	return s.match(ctx, f, answers{})
}

// match is Match with the known answers to queries, to which it adds.
func (s *Snapshot) match(ctx context.Context, f Filter, known answers) (*Matches, error) {
	m := &Matches{snapshot: s, filter: f, answers: known}
	if err := f.Check(); err != nil {
		return nil, err
	}
	m.coverage = sync.OnceValue(m.cover)
	for _, step := range []func() error{
		m.matchSelection, m.matchReadings, m.matchTypes, m.matchTags, m.matchExceptions, m.matchSpeech, m.matchLemma,
		func() error { return m.matchWords(ctx) },
		func() error { return m.matchText(ctx) },
		func() error { return m.matchRules(ctx) },
		func() error { return m.matchQuery(ctx) },
	} {
		if err := step(); err != nil {
			return nil, concordance.Explain("search the concordance", err)
		}
	}
	m.rows = m.without("")
	m.total = m.rows.Count()
	m.verseSet, m.shares = sync.OnceValue(m.findVerses), sync.OnceValue(m.countShares)
	return m, nil
}

// matchReadings narrows by reading.
func (m *Matches) matchReadings() (err error) {
	if m.chosen, m.byDefault, err = m.snapshot.choose(&m.filter, m.selected); err != nil {
		return err
	}
	m.readings = m.chosen.readings
	m.conditions = append(m.conditions, fulfilled{FacetAnnotator, m.chosen.rows()})
	return nil
}

// matchSelection narrows to the selection, the genres of chapters and the periods of
// verses.
func (m *Matches) matchSelection() error {
	var err error
	if m.selected, err = m.filter.selected(); err != nil {
		return err
	}
	m.verses = bitset.New(ordinals)
	m.verses.Or(m.selected)
	if m.filter.Selection != nil {
		verses, err := selectedVerses(m.filter.Selection)
		if err != nil {
			return err
		}
		m.conditions = append(m.conditions, fulfilled{FacetBook, m.snapshot.rowsIn(verses)})
	}
	for _, p := range m.filter.parts() {
		verses := p.verses()
		m.need(p.facet, func(row int) bool { return verses.Has(int(m.snapshot.figures.verse[row])) })
	}
	return nil
}

// selected returns the verses of the filter's selection, genres and periods.
func (f *Filter) selected() (bitset.Set, error) {
	selected := bitset.New(ordinals)
	selected.AddRange(1, ordinals)
	if f.Selection != nil {
		verses, err := selectedVerses(f.Selection)
		if err != nil {
			return nil, err
		}
		selected.And(verses)
	}
	for _, p := range f.parts() {
		selected.And(p.verses())
	}
	return selected, nil
}

// A namedParts is the parts of a division that a filter names.
type namedParts struct {
	facet FacetName
	by    Division
	names []string
}

// parts returns the named genres and periods, without a division of which no part is named.
func (f *Filter) parts() []namedParts {
	return slices.DeleteFunc([]namedParts{
		{FacetGenre, ByGenres, texts(f.Genres)}, {FacetPeriod, ByPeriods, texts(f.Periods)},
	}, func(p namedParts) bool { return len(p.names) == 0 })
}

// verses returns the verses of the parts.
func (p namedParts) verses() bitset.Set {
	d := divisions[p.by]()
	verses := bitset.New(ordinals)
	for verse := 1; verse < ordinals; verse++ {
		if slices.Contains(p.names, d.parts[d.of[verse]].name) {
			verses.Add(verse)
		}
	}
	return verses
}
