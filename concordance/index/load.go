package index

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/concordance/dictionary"
	"mashal/corpus/lexicon"
	"mashal/query"
)

// A loader loads snapshots of a file. Each reuses what has not changed since
// the one before it.
type loader struct {
	lexicon *lexicon.Lexicon
	words   func() (*query.Words, error) // of the lexicon, read when first needed
	only    *Filter                      // nil to load everything
	strings dictionaries
}

func newLoader(lexicon *lexicon.Lexicon, only *Filter) loader {
	words := sync.OnceValues(func() (*query.Words, error) { return query.NewWords(lexicon) })
	return loader{lexicon, words, only, newDictionaries()}
}

// load returns a snapshot of the file as it is now. It returns before itself if
// nothing has changed.
func (l *loader) load(ctx context.Context, f *file, before *Snapshot) (s *Snapshot, err error) {
	tx, err := f.db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, tx.Rollback()) }()
	s = &Snapshot{file: f, lexicon: l.lexicon, words: l.words, meta: map[string]string{}, choices: choices{made: map[choiceKey]*choice{}}}
	s.annotatorTallies, s.annotatorNumbers = sync.OnceValue(s.countAnnotators), sync.OnceValue(s.numberAnnotators)
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
	fresh := s.changed(before)
	needed := everything(s, fresh)
	if needed.states {
		if err := s.loadStates(ctx, tx, fresh); err != nil {
			return nil, fmt.Errorf("read what became of the verses: %w", err)
		}
	}
	s.setDefaults()
	if l.only != nil {
		if needed, err = neededFor(ctx, s, l.only); err != nil {
			return nil, err
		}
	}
	loaded, err := s.loadFigures(ctx, tx, needed, &l.strings)
	if err != nil {
		return nil, fmt.Errorf("read the figures: %w", err)
	}
	s.assemble(before, loaded, fresh)
	s.vocab = l.strings.vocabularies()
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
	s.uncounted = slices.ContainsFunc(s.figures.standing, func(is mashal.Standing) bool { return is != mashal.Claimed })
	s.orders, s.texts, s.sources, s.dates = s.permutations(), &figureTexts{}, &figureSources{}, &readingDates{}
	s.described = sync.OnceValue(s.describe)
	s.rowLemmas = sync.OnceValue(s.listLemmas)
	s.phrases, s.vehicles = sync.OnceValue(s.numberPhrases), sync.OnceValue(s.numberVehicles)
	s.wordsBefore = sync.OnceValue(func() numbering { return s.numberWords(GroupByBefore) })
	s.wordsAfter = sync.OnceValue(func() numbering { return s.numberWords(GroupByAfter) })
}

// loadReadings loads the list of readings. A reading's content changes only
// together with its revision, so the list tells whether anything has changed.
// SQLite joins the readings of a run and annotator to one string, which is read
// in a third of the time of as many rows.
func (s *Snapshot) loadReadings(ctx context.Context, tx *sql.Tx, digest hash.Hash) error {
	err := concordance.Each(ctx, tx, func(scan func(...any) error) error {
		var common ReadingInfo
		var list string
		if err := scan(&common.Annotator, &common.Kind, &common.Version, &common.Run, &list); err != nil {
			return err
		}
		for numbers := range strings.SplitSeq(list, ",") {
			r, err := parseReading(common, numbers)
			if err != nil {
				return err
			}
			s.readings = append(s.readings, r)
		}
		return nil
	}, `SELECT annotator, kind, version, run, group_concat(id || ' ' || book || ' ' || chapter || ' ' || number || ' ' || revision || ' ' || current)
		FROM reading GROUP BY annotator, kind, version, run`)
	if err != nil {
		return err
	}
	slices.SortFunc(s.readings, func(a, b *reading) int {
		return cmp.Or(a.info.Chapter.FirstOrdinal()-b.info.Chapter.FirstOrdinal(), cmp.Compare(a.info.ID, b.info.ID))
	})
	for _, r := range s.readings {
		fmt.Fprintf(digest, "%d %d %t %q %q\n", r.info.ID, r.revision, r.info.Current, r.info.Run, r.info.Annotator)
	}
	s.current = bitset.New(len(s.readings))
	s.byID, s.chapters = make(map[int64]int, len(s.readings)), map[mashal.Chapter][2]int{}
	latest := map[string]*reading{}
	for i, r := range s.readings {
		s.byID[r.info.ID] = i
		if r.info.Current {
			s.current.Add(i)
		}
		span, ok := s.chapters[r.info.Chapter]
		if !ok {
			span[0] = i
			clear(latest)
		}
		s.chapters[r.info.Chapter] = [2]int{span[0], i + 1}
		if earlier := latest[r.info.Annotator]; earlier != nil {
			earlier.info.Latest = false
		}
		r.info.Latest = true
		latest[r.info.Annotator] = r
	}
	return nil
}

// parseReading returns a reading with the given id, book, chapter, number,
// revision and mark of the current one.
func parseReading(info ReadingInfo, numbers string) (*reading, error) {
	var n [6]int64
	fields := 0
	for field := range strings.SplitSeq(numbers, " ") {
		value, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, err
		}
		n[fields] = value
		fields++
	}
	info.ID, info.Chapter, info.Number, info.Current = n[0], mashal.Chapter{Book: mashal.Book(n[1]), Number: int(n[2])}, int(n[3]), n[5] != 0
	if !info.Chapter.Valid() {
		return nil, fmt.Errorf("reading %d is of no chapter", info.ID)
	}
	return &reading{info: info, revision: n[4]}, nil
}

// changed returns the readings that before lacks or has in another revision.
// Those that it has keep their states.
func (s *Snapshot) changed(before *Snapshot) bitset.Set {
	fresh := bitset.New(len(s.readings))
	for i, r := range s.readings {
		if before != nil && before.file == s.file {
			if n, ok := before.byID[r.info.ID]; ok && before.readings[n].revision == r.revision && before.meta[concordance.MetaText] == s.meta[concordance.MetaText] {
				old := before.readings[n]
				r.states, r.info.Done, r.info.Failed, r.info.Figures = old.states, old.info.Done, old.info.Failed, old.info.Figures
				continue
			}
		}
		r.states = make([]verseState, r.info.Chapter.Verses())
		fresh.Add(i)
	}
	return fresh
}

// loadStates reads the states of the verses of the given readings. SQLite joins
// those of a reading to one string ("5873- 5874+ 5875f"), which is read in a
// fifth of the time of as many rows.
func (s *Snapshot) loadStates(ctx context.Context, tx *sql.Tx, fresh bitset.Set) error {
	query := rowQuery{
		columns: `reading, sum(figures),
			group_concat(verse || CASE WHEN state = 'failed' THEN 'f' WHEN figures > 0 THEN '+' ELSE '-' END, ' ')`,
		from: `verse_reading`, groupBy: `reading`, orderBy: `reading`, key: `reading`,
	}
	var ids *keyRanges // nil for all
	if fresh.Count() <= len(s.readings)/2 {
		ids = &keyRanges{firsts: []int64{}, length: 1}
		for i := range fresh.All() {
			ids.firsts = append(ids.firsts, s.readings[i].info.ID)
		}
	}
	return query.each(ctx, tx, ids, func(scan func(...any) error) error {
		var id int64
		var figures int
		var states string
		if err := scan(&id, &figures, &states); err != nil {
			return err
		}
		n, ok := s.byID[id]
		if !ok || !fresh.Has(n) {
			return nil
		}
		return s.readings[n].setStates(figures, states)
	})
}

// setStates sets the states of the verses as loadStates reads them.
func (r *reading) setStates(figures int, states string) error {
	r.info.Figures = figures
	first := r.info.Chapter.FirstOrdinal()
	for verseState := range strings.SplitSeq(states, " ") {
		end := len(verseState) - 1
		verse, err := strconv.Atoi(verseState[:max(end, 0)])
		if err != nil {
			return fmt.Errorf("reading %d: %w", r.info.ID, err)
		}
		v := verse - first
		if v < 0 || v >= len(r.states) {
			return fmt.Errorf("reading %d, of %s, has the verse %d", r.info.ID, r.info.Chapter, verse)
		}
		switch verseState[end] {
		case 'f':
			r.states[v] = verseFailed
			r.info.Failed++
		case '+':
			r.states[v] = verseFigures
			r.info.Done++
		default:
			r.states[v] = verseNone
			r.info.Done++
		}
	}
	return nil
}

// vocabularies hold the strings of the columns.
type vocabularies struct {
	specific dictionary.Vocabulary // the first level of tags
	general  dictionary.Vocabulary // categories and domains
	subtypes dictionary.Vocabulary
	speakers dictionary.Vocabulary
	purposes dictionary.Vocabulary
}

// dictionaries number the strings of each vocabulary.
type dictionaries struct{ specific, general, subtypes, speakers, purposes *dictionary.Dictionary }

func newDictionaries() dictionaries {
	return dictionaries{dictionary.New(), dictionary.New(), dictionary.New(), dictionary.New(), dictionary.New()}
}

// vocabularies returns the present strings.
func (d *dictionaries) vocabularies() vocabularies {
	return vocabularies{d.specific.Vocabulary(), d.general.Vocabulary(), d.subtypes.Vocabulary(), d.speakers.Vocabulary(), d.purposes.Vocabulary()}
}
