package index

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
)

// Matches is what a filter finds in a snapshot. Finding is the dear part;
// pages, facets and statistics are asked of it afterwards.
type Matches struct {
	snapshot *Snapshot
	filter   Filter

	readings   bitset.Set // that are wanted
	conditions []fulfilled
	rows       bitset.Set // that were found: what fulfils all conditions
	total      int

	// Verses, by ordinal.
	selected bitset.Set        // of the selection
	verses   bitset.Set        // of them, those that fulfil the conditions verses can meet
	verseSet func() bitset.Set // that Verses gives
	coverage func() coverage   // of the selection
}

// fulfilled is the rows that fulfil one condition of a filter.
type fulfilled struct {
	facet FacetName // which counts without the condition; "" if none does
	rows  bitset.Set
}

// Match finds what a filter wants. What cannot be meant in the filter is a
// *mashal.FieldError: an annotator, run, reading, subtype, speaker, category or
// domain that is not in the concordance, a type that there is not, a
// confidence out of range, words that are none.
func (s *Snapshot) Match(ctx context.Context, f Filter) (*Matches, error) {
	m := &Matches{snapshot: s, filter: f}
	if err := f.check(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		m.chooseReadings, m.matchSelection, m.matchGenres, m.matchKinds, m.matchTags, m.matchOthers, m.matchSpeech, m.matchLemma,
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

// without is the rows that fulfil all conditions but those of a facet.
func (m *Matches) without(facet FacetName) bitset.Set {
	all := bitset.Full(m.snapshot.figures.len())
	for _, c := range m.conditions {
		if facet == "" || c.facet != facet {
			all.And(c.rows)
		}
	}
	return all
}

// need narrows the figures by a condition.
func (m *Matches) need(facet FacetName, is func(row int) bool) {
	m.conditions = append(m.conditions, fulfilled{facet, m.snapshot.figures.where(is)})
}

// needVerses narrows verses, and figures to those in them.
func (m *Matches) needVerses(verses bitset.Set) {
	m.verses.And(verses)
	m.conditions = append(m.conditions, fulfilled{rows: m.snapshot.rowsIn(verses)})
}

// rowsIn is the rows of some verses.
func (s *Snapshot) rowsIn(verses bitset.Set) bitset.Set {
	rows := bitset.New(s.figures.len())
	for verse := range verses.All() {
		rows.AddRange(s.rowsOf(verse))
	}
	return rows
}

// chooseReadings finds the readings that are wanted.
func (m *Matches) chooseReadings() error {
	f := &m.filter
	m.readings = bitset.New(len(m.snapshot.readings))
	switch {
	case len(f.Readings) > 0:
		for _, id := range f.Readings {
			n, ok := m.snapshot.byID[id]
			if !ok {
				return mashal.NewFieldError("readings", fmt.Sprint(id), "", "A reading may have been dropped by a new build.", "there is no reading %d", id)
			}
			m.readings.Add(n)
		}
	case f.Run != "":
		if err := oneOf("run", "run", f.Run, names(m.snapshot.Runs())); err != nil {
			return err
		}
		for i, r := range m.snapshot.readings {
			if r.info.Run == f.Run && (len(f.Annotators) == 0 || slices.Contains(f.Annotators, r.info.Annotator)) {
				m.readings.Add(i)
			}
		}
	case len(f.Annotators) > 0:
		for i, r := range m.snapshot.readings {
			if r.info.Latest && slices.Contains(f.Annotators, r.info.Annotator) {
				m.readings.Add(i)
			}
		}
	default:
		m.readings = m.snapshot.current
	}
	for _, a := range f.Annotators {
		if err := oneOf("annotators", "annotator", a, names(m.snapshot.Annotators())); err != nil {
			return err
		}
	}
	m.need(FacetAnnotator, func(row int) bool { return m.readings.Has(int(m.snapshot.figures.reading[row])) })
	return nil
}

func names(tallies []Tally) []string {
	list := make([]string, len(tallies))
	for i, t := range tallies {
		list[i] = t.Name
	}
	return list
}

func (m *Matches) matchSelection() error {
	m.selected, m.verses = bitset.New(len(m.snapshot.firstRow)), bitset.New(len(m.snapshot.firstRow))
	if m.filter.Selection == nil {
		m.selected.AddRange(1, len(m.snapshot.firstRow))
		m.verses.Or(m.selected)
		return nil
	}
	for _, p := range m.filter.Selection {
		if !p.Valid() || p.First < 1 || p.Last > p.Verses() {
			return mashal.NewFieldError("selection", p.String(), "", "Chapters and verses are counted as in Hebrew Bibles.", "there is no %s", p)
		}
		first := p.Chapter.FirstOrdinal() + p.First - 1
		m.selected.AddRange(first, first+p.Len())
	}
	m.verses.Or(m.selected)
	m.conditions = append(m.conditions, fulfilled{FacetBook, m.snapshot.rowsIn(m.selected)})
	return nil
}

// Snapshot returns the snapshot that was searched.
func (m *Matches) Snapshot() *Snapshot { return m.snapshot }

// Total is the number of figures.
func (m *Matches) Total() int { return m.total }

// matchGenres narrows verses, and what is selected of them, by the genres of
// their chapters and the periods of their language.
func (m *Matches) matchGenres() error {
	m.matchParts(FacetGenre, ByGenres, texts(m.filter.Genres))
	m.matchParts(FacetPeriod, ByPeriods, texts(m.filter.Periods))
	return nil
}

// matchParts narrows verses, and what is selected of them, to those in some
// parts of the text; no parts narrow nothing.
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
