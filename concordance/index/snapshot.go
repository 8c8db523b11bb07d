package index

import (
	"context"
	"maps"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// A Snapshot is the concordance at one moment. It does not change.
type Snapshot struct {
	file    *file
	lexicon *lexicon.Lexicon
	version string
	meta    map[string]string

	readings []*reading // by chapter in the order of the canon, then by id
	byID     map[int64]int
	chapters map[mashal.Chapter][2]int // of readings, the end exclusive
	current  bitset.Set                // of readings

	figures  *columns
	vocab    vocabularies
	firstRow []uint32 // of each verse, by ordinal from 0; one more at the end

	// What is made when it is first asked for.
	orders           map[ordering]func() []uint32
	described        func() map[Kind][]numberCount
	annotatorTallies func() []Tally
	rowLemmas        func() rowLemmas

	// The rows by what lines of them are counted by.
	phrases, vehicles, wordsBefore, wordsAfter func() numbering
}

// A reading is what one annotator made of one chapter.
type reading struct {
	info     ReadingInfo
	rank     int
	revision int64
	states   []verseState // by verse, from 0
}

// A verseState is what became of a verse in a reading.
type verseState uint8

const (
	verseNotRun verseState = iota
	verseNone              // done, without figures
	verseFigures
	verseFailed
)

// Version names the content: two snapshots with the same version answer the
// same. It is fit for an ETag, and outlives the process.
func (s *Snapshot) Version() string { return s.version }

// Lexicon has the words of the text.
func (s *Snapshot) Lexicon() *lexicon.Lexicon { return s.lexicon }

// Meta is what the concordance says of itself, as Concordance.Meta has it.
func (s *Snapshot) Meta() map[string]string { return maps.Clone(s.meta) }

// Ledger is what tells the ledger that the concordance was made from from
// others, in which the same numbers are of other readings: the id of its first
// run.
func (s *Snapshot) Ledger() string { return s.meta[concordance.MetaSource] }

// rowsOf is the rows of a verse, by its ordinal from 1, the end exclusive.
func (s *Snapshot) rowsOf(verse int) (first, end int) {
	return int(s.firstRow[verse-1]), int(s.firstRow[verse])
}

// id is the id of a row's figure in the file.
func (s *Snapshot) id(row int) int64 {
	r := s.readings[s.figures.reading[row]]
	verse := int64(s.figures.verse[row]) - int64(r.info.Chapter.FirstOrdinal()) + 1
	return r.info.ID*concordance.PerReading + verse*concordance.PerVerse + int64(s.figures.ordinal[row])
}

// row is the row of a figure, by its id; false if there is none.
func (s *Snapshot) row(id int64) (int, bool) {
	n, ok := s.byID[id/concordance.PerReading]
	if !ok {
		return 0, false
	}
	verse := int64(s.readings[n].info.Chapter.FirstOrdinal()) + id%concordance.PerReading/concordance.PerVerse - 1
	if verse < 1 || verse >= int64(len(s.firstRow)) {
		return 0, false
	}
	first, end := s.rowsOf(int(verse))
	for row := first; row < end; row++ {
		if int(s.figures.reading[row]) == n && int64(s.figures.ordinal[row]) == id%concordance.PerVerse {
			return row, true
		}
	}
	return 0, false
}

// CopyTo writes a compact copy of the file that the snapshot was read from, as
// it is now, to a path at which nothing may be yet. Writers go on meanwhile.
func (s *Snapshot) CopyTo(ctx context.Context, path string) error {
	return s.file.db.CopyTo(ctx, path)
}
