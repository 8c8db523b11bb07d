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
	m := &Matches{snapshot: s, filter: f}
	if err := f.check(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		m.matchReadings, m.matchSelection, m.matchGenres, m.matchTypes, m.matchTags, m.matchExceptions, m.matchSpeech, m.matchLemma,
		func() error { return m.matchWords(ctx) },
		func() error { return m.matchText(ctx) },
	} {
		if err := step(); err != nil {
			return nil, concordance.Explain("search the concordance", err)
		}
	}
	m.rows = m.without("")
	m.total = m.rows.Count()
	m.verseSet, m.coverage = sync.OnceValue(m.findVerses), sync.OnceValue(m.cover)
	return m, nil
}

// matchReadings narrows by reading.
func (m *Matches) matchReadings() (err error) {
	if m.readings, err = m.snapshot.choose(&m.filter); err != nil {
		return err
	}
	m.need(FacetAnnotator, func(row int) bool { return m.readings.Has(int(m.snapshot.figures.reading[row])) })
	return nil
}

// matchSelection narrows to the selection.
func (m *Matches) matchSelection() error {
	m.verses = bitset.New(ordinals)
	if m.filter.Selection == nil {
		m.selected = bitset.New(ordinals)
		m.selected.AddRange(1, ordinals)
		m.verses.Or(m.selected)
		return nil
	}
	var err error
	if m.selected, err = selectedVerses(m.filter.Selection); err != nil {
		return err
	}
	m.verses.Or(m.selected)
	m.conditions = append(m.conditions, fulfilled{FacetBook, m.snapshot.rowsIn(m.selected)})
	return nil
}

// matchGenres narrows to the genres of chapters and the periods of verses.
func (m *Matches) matchGenres() error {
	m.matchParts(FacetGenre, ByGenres, texts(m.filter.Genres))
	m.matchParts(FacetPeriod, ByPeriods, texts(m.filter.Periods))
	return nil
}

// matchParts narrows to the named parts of a division, unless none is named.
func (m *Matches) matchParts(facet FacetName, by Division, names []string) {
	if len(names) == 0 {
		return
	}
	d := divisions[by]()
	verses := bitset.New(len(m.snapshot.firstRow))
	for verse := 1; verse < len(m.snapshot.firstRow); verse++ {
		if slices.Contains(names, d.parts[d.of[verse]].name) {
			verses.Add(verse)
		}
	}
	m.selected.And(verses)
	m.verses.And(verses)
	m.need(facet, func(row int) bool { return verses.Has(int(m.snapshot.figures.verse[row])) })
}
