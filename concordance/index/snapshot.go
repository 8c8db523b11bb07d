package index

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strings"
	"sync"

	"mashal"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// A Snapshot is the concordance at one moment. It does not change.
type Snapshot struct {
	file    *file
	words   *lexicon.Source
	version string
	meta    map[string]string

	readings []*reading // by chapter in the order of the canon, then by id
	byID     map[int64]int
	chapters map[mashal.Chapter][2]int // of readings, the end exclusive
	current  lexicon.Bits              // of readings

	*columns
	vocabularies
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
	ReadingInfo
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
func (s *Snapshot) Lexicon() *lexicon.Lexicon { return s.words.Lexicon() }

// Meta is what the concordance says of itself, as Concordance.Meta has it.
func (s *Snapshot) Meta() map[string]string { return maps.Clone(s.meta) }

// Ledger is what tells the ledger that the concordance was made from from
// others, in which the same numbers are of other readings: the id of its first
// run.
func (s *Snapshot) Ledger() string { return s.meta[concordance.MetaSource] }

// A loader makes snapshots, each from the one before it and what has changed
// since.
type loader struct {
	words                                           *lexicon.Source
	specific, general, subtypes, speakers, purposes *dictionary
}

func newLoader(words *lexicon.Source) loader {
	return loader{words, newDictionary(), newDictionary(), newDictionary(), newDictionary(), newDictionary()}
}

// load makes the snapshot of a file as it is now. It is the one before if
// nothing has changed.
func (l *loader) load(ctx context.Context, f *file, before *Snapshot) (s *Snapshot, err error) {
	tx, err := f.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	s = &Snapshot{file: f, words: l.words, meta: map[string]string{}}
	digest := sha256.New()
	if err := s.loadMeta(ctx, tx, digest); err != nil {
		return nil, fmt.Errorf("read what the concordance is: %w", err)
	}
	if err := s.loadReadings(ctx, tx, digest); err != nil {
		return nil, fmt.Errorf("list the readings: %w", err)
	}
	s.version = hex.EncodeToString(digest.Sum(nil)[:12])
	if before != nil && before.version == s.version && before.file == f {
		return before, nil
	}
	fresh := l.changed(s, before)
	loaded, err := l.loadFigures(ctx, tx, s, fresh)
	if err != nil {
		return nil, fmt.Errorf("read the figures: %w", err)
	}
	if err := s.loadStates(ctx, tx, fresh); err != nil {
		return nil, fmt.Errorf("read what became of the verses: %w", err)
	}
	s.assemble(before, loaded, fresh)
	s.vocabularies = vocabularies{l.specific.now(), l.general.now(), l.subtypes.now(), l.speakers.now(), l.purposes.now()}
	s.finish()
	return s, nil
}

func (s *Snapshot) loadMeta(ctx context.Context, tx *sql.Tx, digest hash.Hash) error {
	return concordance.Each(ctx, tx, func(scan func(...any) error) error {
		var key, value string
		if err := scan(&key, &value); err != nil {
			return err
		}
		s.meta[key] = value
		fmt.Fprintf(digest, "%q %q\n", key, value)
		return nil
	}, `SELECT key, value FROM meta ORDER BY key`)
}

// loadReadings lists the readings. A reading's content changes only with its
// revision, so the list tells whether anything has changed.
func (s *Snapshot) loadReadings(ctx context.Context, tx *sql.Tx, digest hash.Hash) error {
	err := concordance.Each(ctx, tx, func(scan func(...any) error) error {
		r := &reading{}
		err := scan(&r.ID, &r.Chapter.Book, &r.Chapter.Number, &r.Annotator, &r.Kind, &r.rank, &r.Version, &r.Number, &r.Run, &r.revision, &r.Current)
		if err != nil {
			return err
		}
		if !r.Chapter.Valid() {
			return fmt.Errorf("reading %d is of no chapter", r.ID)
		}
		fmt.Fprintf(digest, "%d %d %t %q %q\n", r.ID, r.revision, r.Current, r.Run, r.Annotator)
		s.readings = append(s.readings, r)
		return nil
	}, `SELECT id, book, chapter, annotator, kind, rank, version, number, run, revision, current FROM reading ORDER BY book, chapter, id`)
	if err != nil {
		return err
	}
	s.byID, s.chapters = make(map[int64]int, len(s.readings)), map[mashal.Chapter][2]int{}
	latest := map[string]*reading{}
	for i, r := range s.readings {
		s.byID[r.ID] = i
		span, ok := s.chapters[r.Chapter]
		if !ok {
			span[0] = i
			clear(latest)
		}
		s.chapters[r.Chapter] = [2]int{span[0], i + 1}
		if earlier := latest[r.Annotator]; earlier != nil {
			earlier.Latest = false
		}
		r.Latest = true
		latest[r.Annotator] = r
	}
	return nil
}

// changed is the readings that the snapshot before does not have as they are
// now, by their numbers.
func (l *loader) changed(s, before *Snapshot) lexicon.Bits {
	fresh := lexicon.NewBits(len(s.readings))
	for i, r := range s.readings {
		if before != nil && before.file == s.file {
			if n, ok := before.byID[r.ID]; ok && before.readings[n].revision == r.revision && before.meta[concordance.MetaText] == s.meta[concordance.MetaText] {
				old := before.readings[n]
				r.states, r.Done, r.Failed, r.Figures = old.states, old.Done, old.Failed, old.Figures
				continue
			}
		}
		r.states = make([]verseState, r.Chapter.Verses())
		fresh.Set(i)
	}
	return fresh
}

// loadStates reads what became of the verses of the given readings.
func (s *Snapshot) loadStates(ctx context.Context, tx *sql.Tx, fresh lexicon.Bits) error {
	return eachOf(ctx, tx, s, fresh, `SELECT reading, verse, state, figures FROM verse_reading`, `reading, verse`, 1,
		func(scan func(...any) error) error {
			var id, verse int64
			var state mashal.State
			var figures int
			if err := scan(&id, &verse, &state, &figures); err != nil {
				return err
			}
			n, ok := s.byID[id]
			if !ok || !fresh.Has(n) {
				return nil
			}
			r := s.readings[n]
			v := int(verse - int64(r.Chapter.FirstOrdinal()))
			if v < 0 || v >= len(r.states) {
				return fmt.Errorf("reading %d, of %s, has the verse %d", id, r.Chapter, verse)
			}
			r.Figures += figures
			switch {
			case state == mashal.Failed:
				r.states[v] = verseFailed
				r.Failed++
			case figures > 0:
				r.states[v] = verseFigures
				r.Done++
			default:
				r.states[v] = verseNone
				r.Done++
			}
			return nil
		})
}

// eachOf calls fn for the rows of a table that belong to the given readings,
// in the order of the table's key. The first column of the key is the id of
// the reading times a factor, and more. When many of the readings are given it
// goes through the whole table, once, and fn sees others too.
func eachOf(ctx context.Context, tx *sql.Tx, s *Snapshot, given lexicon.Bits, query, key string, factor int64, fn func(scan func(...any) error) error) error {
	ids := make([]int64, 0, given.Count())
	for i := range given.Each() {
		ids = append(ids, s.readings[i].ID)
	}
	if len(ids) > len(s.readings)/4 {
		return concordance.Each(ctx, tx, fn, query+` ORDER BY `+key)
	}
	slices.Sort(ids)
	first, _, _ := strings.Cut(key, ",")
	for _, id := range ids {
		if err := concordance.Each(ctx, tx, fn, query+` WHERE `+first+` BETWEEN $1 AND $2 ORDER BY `+key, id*factor, (id+1)*factor-1); err != nil {
			return err
		}
	}
	return nil
}

// assemble puts the rows of the snapshot before that are as they were and
// those that were loaded into the order of the canon.
func (s *Snapshot) assemble(before *Snapshot, loaded *columns, fresh lexicon.Bits) {
	type source struct {
		from    *columns
		row     uint32
		reading uint32
	}
	rows := make([]source, 0, loaded.len())
	for row := range loaded.len() {
		rows = append(rows, source{loaded, uint32(row), loaded.reading[row]})
	}
	if before != nil {
		number := make([]int, len(before.readings)) // here, -1 for none
		for i, r := range before.readings {
			n, ok := s.byID[r.ID]
			if number[i] = n; !ok || fresh.Has(n) {
				number[i] = -1
			}
		}
		for row := range before.columns.len() {
			if n := number[before.reading[row]]; n >= 0 {
				rows = append(rows, source{before.columns, uint32(row), uint32(n)})
			}
		}
	}
	slices.SortFunc(rows, func(a, b source) int {
		if c := int(a.from.verse[a.row]) - int(b.from.verse[b.row]); c != 0 {
			return c
		}
		if c := int(a.reading) - int(b.reading); c != 0 {
			return c
		}
		return int(a.from.ordinal[a.row]) - int(b.from.ordinal[b.row])
	})
	s.columns = newColumns(len(rows))
	for _, r := range rows {
		s.columns.copy(r.from, int(r.row), r.reading)
	}
}

// finish makes what follows from the rows.
func (s *Snapshot) finish() {
	verses := mashal.Verses
	s.firstRow = make([]uint32, verses+1)
	row := 0
	for v := range s.firstRow {
		for row < s.columns.len() && int(s.verse[row]) <= v {
			row++
		}
		s.firstRow[v] = uint32(row)
	}
	s.current = lexicon.NewBits(len(s.readings))
	for i, r := range s.readings {
		if r.Current {
			s.current.Set(i)
		}
	}
	s.orders = s.permutations()
	s.described = sync.OnceValue(s.describe)
	s.annotatorTallies = sync.OnceValue(s.countAnnotators)
	s.rowLemmas = sync.OnceValue(s.listLemmas)
	s.phrases, s.vehicles = sync.OnceValue(s.numberPhrases), sync.OnceValue(s.numberVehicles)
	s.wordsBefore = sync.OnceValue(func() numbering { return s.numberWords(GroupByBefore) })
	s.wordsAfter = sync.OnceValue(func() numbering { return s.numberWords(GroupByAfter) })
}

// rowsOf is the rows of a verse, by its ordinal from 1, the end exclusive.
func (s *Snapshot) rowsOf(verse int) (first, end int) {
	return int(s.firstRow[verse-1]), int(s.firstRow[verse])
}

// id is the id of a row's figure in the file.
func (s *Snapshot) id(row int) int64 {
	r := s.readings[s.reading[row]]
	verse := int64(s.verse[row]) - int64(r.Chapter.FirstOrdinal()) + 1
	return r.ID*concordance.PerReading + verse*concordance.PerVerse + int64(s.ordinal[row])
}

// row is the row of a figure, by its id; false if there is none.
func (s *Snapshot) row(id int64) (int, bool) {
	n, ok := s.byID[id/concordance.PerReading]
	if !ok {
		return 0, false
	}
	verse := int64(s.readings[n].Chapter.FirstOrdinal()) + id%concordance.PerReading/concordance.PerVerse - 1
	if verse < 1 || verse >= int64(len(s.firstRow)) {
		return 0, false
	}
	first, end := s.rowsOf(int(verse))
	for row := first; row < end; row++ {
		if int(s.reading[row]) == n && int64(s.ordinal[row]) == id%concordance.PerVerse {
			return row, true
		}
	}
	return 0, false
}

// CopyTo writes a compact copy of the file to path, which must not exist.
func (s *Snapshot) CopyTo(ctx context.Context, path string) error {
	return s.file.Concordance.CopyTo(ctx, path)
}
