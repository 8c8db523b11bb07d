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

// A Matches is the result of a filter on a snapshot. Matching is expensive, so
// pages, facets and statistics reuse its result.
type Matches struct {
	snapshot *Snapshot
	filter   Filter

	readings   bitset.Set // chosen by the filter
	conditions []fulfilled
	rows       bitset.Set // found: they meet all conditions
	total      int

	// Verses, by ordinal.
	selected bitset.Set        // in the selection, genres and periods
	verses   bitset.Set        // of them, those that meet the conditions on words and lemma
	verseSet func() bitset.Set // returned by Verses
	coverage func() coverage   // of the selection
}

// A fulfilled condition is the rows that meet one condition of a filter.
type fulfilled struct {
	facet FacetName // counted without the condition; "" for none
	rows  bitset.Set
}

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

// without returns the rows that meet all conditions except those of a facet.
func (m *Matches) without(facet FacetName) bitset.Set {
	all := bitset.Full(m.snapshot.figures.len())
	for _, c := range m.conditions {
		if facet == "" || c.facet != facet {
			all.And(c.rows)
		}
	}
	return all
}

// need adds a condition on figures.
func (m *Matches) need(facet FacetName, is func(row int) bool) {
	m.conditions = append(m.conditions, fulfilled{facet, m.snapshot.figures.where(is)})
}

// needVerses adds a condition on verses and on the figures in them.
func (m *Matches) needVerses(verses bitset.Set) {
	m.verses.And(verses)
	m.conditions = append(m.conditions, fulfilled{rows: m.snapshot.rowsIn(verses)})
}

// rowsIn returns the rows of some verses.
func (s *Snapshot) rowsIn(verses bitset.Set) bitset.Set {
	rows := bitset.New(s.figures.len())
	for verse := range verses.All() {
		rows.AddRange(s.rowsOf(verse))
	}
	return rows
}

// matchReadings narrows by reading.
func (m *Matches) matchReadings() (err error) {
	if m.readings, err = m.snapshot.choose(&m.filter); err != nil {
		return err
	}
	m.need(FacetAnnotator, func(row int) bool { return m.readings.Has(int(m.snapshot.figures.reading[row])) })
	return nil
}

// choose returns the readings that a filter chooses.
func (s *Snapshot) choose(f *Filter) (bitset.Set, error) {
	for _, a := range f.Annotators {
		if err := oneOf("annotators", "reading by", a, names(s.Annotators())); err != nil {
			return nil, err
		}
	}
	chosen := bitset.New(len(s.readings))
	switch {
	case len(f.Readings) > 0:
		for _, id := range f.Readings {
			n, ok := s.byID[id]
			if !ok {
				return nil, mashal.NewFieldError("readings", fmt.Sprint(id), "", "A reading may have been dropped by a new build.", "there is no reading %d", id)
			}
			chosen.Add(n)
		}
	case f.Run != "":
		if err := oneOf("run", "run", f.Run, names(s.Runs())); err != nil {
			return nil, err
		}
		for i, r := range s.readings {
			if r.info.Run == f.Run && (len(f.Annotators) == 0 || slices.Contains(f.Annotators, r.info.Annotator)) {
				chosen.Add(i)
			}
		}
	case len(f.Annotators) > 0:
		for i, r := range s.readings {
			if r.info.Latest && slices.Contains(f.Annotators, r.info.Annotator) {
				chosen.Add(i)
			}
		}
	default:
		return s.current, nil
	}
	return chosen, nil
}

// names returns the names of annotators or runs.
func names(tallies []Tally) []string {
	list := make([]string, len(tallies))
	for i, t := range tallies {
		list[i] = t.Name
	}
	return list
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

// selectedVerses returns the verses of a selection, by ordinal.
func selectedVerses(selection mashal.Selection) (bitset.Set, error) {
	verses := bitset.New(ordinals)
	for _, p := range selection {
		if !p.Valid() || p.First < 1 || p.Last > p.Verses() {
			return nil, mashal.NewFieldError("selection", p.String(), "", "Chapters and verses are numbered as in the Hebrew Bible.", "there is no %s", p)
		}
		first := p.Chapter.FirstOrdinal() + p.First - 1
		verses.AddRange(first, first+p.Len())
	}
	return verses, nil
}

// Snapshot returns the snapshot that was searched.
func (m *Matches) Snapshot() *Snapshot { return m.snapshot }

// Total returns the number of figures found.
func (m *Matches) Total() int { return m.total }

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
