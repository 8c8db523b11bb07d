package index

import (
	"mashal"
	"mashal/bitset"
)

// A Matches is the result of a filter on a snapshot. Matching is expensive, so
// pages, facets and statistics reuse its result.
type Matches struct {
	snapshot *Snapshot
	filter   Filter

	readings   bitset.Set // chosen by the filter
	byDefault  string     // the annotator that was chosen because the filter names none
	hebrew     terms
	english    terms
	found      []foundHebrew // for marks
	conditions []fulfilled
	rows       bitset.Set // found: they meet all conditions
	total      int

	// Verses, by ordinal.
	selected bitset.Set        // in the selection, genres and periods
	verses   bitset.Set        // of them, those that meet the conditions on words and lemma
	verseSet func() bitset.Set // returned by Verses
	coverage func() coverage   // of the selection
	shares   func() []Share    // of the annotators
}

// A fulfilled condition is the rows that meet one condition of a filter.
type fulfilled struct {
	facet FacetName // counted without the condition; "" for none
	rows  bitset.Set
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

// Snapshot returns the snapshot that was searched.
func (m *Matches) Snapshot() *Snapshot { return m.snapshot }

// Total returns the number of figures found.
func (m *Matches) Total() int { return m.total }

// A coverage is the states of the selected verses in the chosen readings. A
// verse that failed in one and was done in another is done. Those in read were
// done by a reader, the others of done only by matchers.
type coverage struct{ done, read, withFigures, failed bitset.Set }

// Default returns the annotator that was chosen for its coverage, because the filter names
// no annotator, run or reading. It returns "" if the filter names one, the concordance has
// no other, or no verse was done.
func (m *Matches) Default() string { return m.byDefault }

// Simulated reports whether some of the chosen readings are simulated.
func (m *Matches) Simulated() bool {
	for n := range m.readings.All() {
		if m.snapshot.readings[n].info.Kind == mashal.BySimulation {
			return true
		}
	}
	return false
}
