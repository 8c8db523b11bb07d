package index

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"

	"mashal/bitset"
	"mashal/concordance"
	"mashal/corpus/lexicon"
)

// A loader loads snapshots of a file. Each reuses what has not changed since
// the one before it.
type loader struct {
	lexicon                                         *lexicon.Lexicon
	only                                            *Filter // nil to load everything
	specific, general, subtypes, speakers, purposes *dictionary
}

func newLoader(lexicon *lexicon.Lexicon, only *Filter) loader {
	return loader{lexicon, only, newDictionary(), newDictionary(), newDictionary(), newDictionary(), newDictionary()}
}

// load returns a snapshot of the file as it is now. It returns before itself if
// nothing has changed.
func (l *loader) load(ctx context.Context, f *file, before *Snapshot) (s *Snapshot, err error) {
	tx, err := f.db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	s = &Snapshot{file: f, lexicon: l.lexicon, meta: map[string]string{}}
	s.annotatorTallies = sync.OnceValue(s.countAnnotators)
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
	if l.only != nil {
		before = nil // which lacks what the filter does not need
	}
	fresh := l.changed(s, before)
	needed := everything(s, fresh)
	if l.only != nil {
		if needed, err = neededFor(ctx, tx, s, l.only); err != nil {
			return nil, err
		}
	}
	loaded, err := l.loadFigures(ctx, tx, s, needed)
	if err != nil {
		return nil, fmt.Errorf("read the figures: %w", err)
	}
	if needed.states {
		if err := s.loadStates(ctx, tx, fresh); err != nil {
			return nil, fmt.Errorf("read what became of the verses: %w", err)
		}
	}
	s.assemble(before, loaded, fresh)
	s.vocab = vocabularies{l.specific.vocabulary(), l.general.vocabulary(), l.subtypes.vocabulary(), l.speakers.vocabulary(), l.purposes.vocabulary()}
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

// assemble merges the unchanged rows of before and the loaded rows in the order
// of the canon.
func (s *Snapshot) assemble(before *Snapshot, loaded *columns, fresh bitset.Set) {
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
			n, ok := s.byID[r.info.ID]
			if number[i] = n; !ok || fresh.Has(n) {
				number[i] = -1
			}
		}
		for row := range before.figures.len() {
			if n := number[before.figures.reading[row]]; n >= 0 {
				rows = append(rows, source{before.figures, uint32(row), uint32(n)})
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
	s.figures = newColumns(len(rows))
	for _, r := range rows {
		s.figures.copy(r.from, int(r.row), r.reading)
	}
}

// finish computes what depends on the rows.
func (s *Snapshot) finish() {
	s.firstRow = make([]uint32, ordinals)
	row := 0
	for v := range s.firstRow {
		for row < s.figures.len() && int(s.figures.verse[row]) <= v {
			row++
		}
		s.firstRow[v] = uint32(row)
	}
	s.orders = s.permutations()
	s.described = sync.OnceValue(s.describe)
	s.rowLemmas = sync.OnceValue(s.listLemmas)
	s.phrases, s.vehicles = sync.OnceValue(s.numberPhrases), sync.OnceValue(s.numberVehicles)
	s.wordsBefore = sync.OnceValue(func() numbering { return s.numberWords(GroupByBefore) })
	s.wordsAfter = sync.OnceValue(func() numbering { return s.numberWords(GroupByAfter) })
}
