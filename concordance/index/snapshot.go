package index

import (
	"context"
	"errors"
	"maps"
	"sync"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/concordance/dictionary"
	"mashal/corpus/lexicon"
	"mashal/query"
)

// ErrChanged reports that a reading was replaced after the snapshot was made.
var ErrChanged = errors.New("the concordance has changed meanwhile")

// A Snapshot is the concordance at one moment. It does not change.
type Snapshot struct {
	file    *file
	lexicon *lexicon.Lexicon
	words   func() (*query.Words, error) // for queries
	version string
	meta    map[string]string

	readings []*reading // by chapter in the order of the canon, then by id
	byID     map[int64]int
	chapters map[mashal.Chapter][2]int // the first of its readings, and the end
	current  bitset.Set                // of readings

	figures   *columns
	uncounted bool // a figure does not count
	vocab     vocabularies
	firstRow  []uint32 // of each verse, by ordinal from 0; one more at the end

	// These are computed when first needed.
	orders           map[ordering]func() []uint32
	described        func() map[Kind][]numberCount
	annotatorTallies func() []Tally
	annotatorNumbers func() []int // by reading, the number of its annotator in annotatorTallies
	choices          choices
	rowLemmas        func() rowLemmas

	texts   *figureTexts
	sources *figureSources
	dates   *readingDates

	// These number the rows by what their lines are grouped by.
	phrases, vehicles, wordsBefore, wordsAfter func() numbering
}

// A reading is one annotator's result for one chapter.
type reading struct {
	info     ReadingInfo
	revision int64
	states   []verseState // by verse, from 0
}

// A ReadingInfo describes one reading of one chapter.
type ReadingInfo struct {
	ID        int64                `json:"id"`
	Chapter   mashal.Chapter       `json:"-"`
	Annotator string               `json:"annotator"`
	Kind      mashal.AnnotatorKind `json:"kind"`
	Version   string               `json:"version"`
	Number    int                  `json:"number"` // 1 for the annotator's first one of the chapter
	Run       string               `json:"run"`
	Current   bool                 `json:"current"` // of the annotator of the highest rank, or of the chosen run
	Default   bool                 `json:"default"` // what pages of its chapter show if no annotator is named
	Latest    bool                 `json:"latest"`  // the annotator's last one of the chapter
	Done      int                  `json:"done"`    // verses
	Failed    int                  `json:"failed"`  // verses
	Figures   int                  `json:"figures"`
}

// A verseState is the state of a verse in a reading.
type verseState uint8

const (
	verseNotRun verseState = iota
	verseNone              // done, without figures
	verseFigures
	verseFailed
)

// done reports whether the verse was read, or searched by a matcher.
func (s verseState) done() bool { return s == verseNone || s == verseFigures }

// A Tally counts the readings of one annotator or run.
type Tally struct {
	Name     string               `json:"name"` // of the annotator, or the run
	Kind     mashal.AnnotatorKind `json:"kind"`
	Readings int                  `json:"readings"`
	Current  int                  `json:"current"` // of them
	Chapters int                  `json:"chapters"`
	Done     int                  `json:"done"`   // verses
	Failed   int                  `json:"failed"` // verses
	Figures  int                  `json:"figures"`
}

// An ordering is a key by which figures are sorted.
type ordering string

// rowLemmas are the nouns, verbs and adjectives of each row, without
// duplicates.
type rowLemmas struct {
	lemmas []lexicon.LemmaID
	ends   []uint32 // by row+1, the end of its lemmas
}

// A numbering numbers lines or rows. Those of the same group have the same
// number, which is less than size.
type numbering struct {
	numbers []uint32
	size    int
}

// Version returns a name of the content: two snapshots with the same version
// give the same answers. It is the same in every process, so it can be an ETag.
func (s *Snapshot) Version() string { return s.version }

// Lexicon returns the words of the text.
func (s *Snapshot) Lexicon() *lexicon.Lexicon { return s.lexicon }

// Meta returns the properties of the concordance, like Concordance.Meta.
func (s *Snapshot) Meta() map[string]string { return maps.Clone(s.meta) }

// A Dates is when the readings of an annotator were made: the days of its first and of its last
// verse, "2006-01-02".
type Dates struct{ First, Last string }

// readingDates are the dates of all annotators. They are read from the file when first needed.
type readingDates struct {
	once sync.Once
	err  error
	of   map[string]Dates
}

// Dates returns when the latest readings of an annotator were made. They are "" for an annotator
// that is unknown.
func (s *Snapshot) Dates(ctx context.Context, annotator string) (Dates, error) {
	d := s.dates
	d.once.Do(func() {
		d.of = map[string]Dates{}
		d.err = concordance.Each(context.WithoutCancel(ctx), s.file.db.Read(), func(scan func(...any) error) error {
			var reading int64
			var first, last string
			if err := scan(&reading, &first, &last); err != nil {
				return err
			}
			if r, ok := s.Reading(reading); ok && r.Latest {
				of, known := d.of[r.Annotator]
				if !known || first < of.First {
					of.First = first
				}
				of.Last = max(of.Last, last)
				d.of[r.Annotator] = of
			}
			return nil
		}, `SELECT reading, substr(min(at), 1, 10), substr(max(at), 1, 10) FROM verse_reading GROUP BY reading`)
	})
	return d.of[annotator], concordance.Explain("read when verses were annotated", d.err)
}

// Ledger returns the id of the first run of the ledger that the concordance was
// made from. It tells apart ledgers in which the same ids mean other readings.
func (s *Snapshot) Ledger() string { return s.meta[concordance.MetaSource] }

// rowsOf returns the rows of a verse. The end is exclusive.
func (s *Snapshot) rowsOf(verse int) (first, end int) {
	return int(s.firstRow[verse-1]), int(s.firstRow[verse])
}

// id returns the id of a row's figure in the file.
func (s *Snapshot) id(row int) int64 {
	r := s.readings[s.figures.reading[row]]
	verse := int64(s.figures.verse[row]) - int64(r.info.Chapter.FirstOrdinal()) + 1
	return r.info.ID*concordance.PerReading + verse*concordance.PerVerse + int64(s.figures.ordinal[row])
}

// row returns the row of the figure with an id, and false if there is none.
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

// CopyTo writes a compact copy of the snapshot's file, as it is now, to a path
// that must not exist. Writers are not blocked.
func (s *Snapshot) CopyTo(ctx context.Context, path string) error {
	return s.file.db.CopyTo(ctx, path)
}

// level returns the column of a side and level, and the vocabulary of its
// numbers.
func (s *Snapshot) level(side int, l Level) ([]uint32, *dictionary.Vocabulary) {
	switch l {
	case Category:
		return s.figures.tags[side].category, &s.vocab.general
	case Domain:
		return s.figures.tags[side].domain, &s.vocab.general
	}
	return s.figures.tags[side].specific, &s.vocab.specific
}

// tag returns the tag of a row on a side.
func (s *Snapshot) tag(side, row int) mashal.Tag {
	t := &s.figures.tags[side]
	return mashal.Tag{Specific: s.vocab.specific.String(int(t.specific[row])), Category: s.vocab.general.String(int(t.category[row])), Domain: s.vocab.general.String(int(t.domain[row]))}
}
