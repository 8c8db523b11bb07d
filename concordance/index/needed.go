package index

import (
	"context"

	"mashal"
	"mashal/bitset"
	"mashal/concordance"
	"mashal/query"
)

// needed is the part of a file that a snapshot loads.
type needed struct {
	readings bitset.Set
	verses   bitset.Set // nil for all
	figures  *keyRanges // by id; nil for all, also of other readings and verses
	states   bool
}

// everything returns all that the given readings have. If they are more than
// half of all readings, one pass over the tables is faster than many ranges.
func everything(s *Snapshot, readings bitset.Set) needed {
	n := needed{readings: readings, states: true}
	if readings.Count() <= len(s.readings)/2 {
		n.figures = n.ranges(s)
	}
	return n
}

// neededFor returns what a filter can find: figures of the readings that it
// chooses, in the verses of its selection with its words. The states of the verses must
// have been loaded: which readings are chosen depends on them. It fails as Match does if
// the filter is invalid.
func neededFor(ctx context.Context, s *Snapshot, f *Filter) (needed, error) {
	n := needed{}
	if err := f.Check(); err != nil {
		return n, err
	}
	selected, err := f.selected()
	if err != nil {
		return n, err
	}
	chosen, _, err := s.choose(f, selected)
	if err != nil {
		return n, err
	}
	n.readings = chosen.readings
	if n.verses, err = s.versesFor(ctx, f); err != nil {
		return n, err
	}
	n.figures = n.ranges(s)
	if len(n.figures.firsts) > mashal.Verses/8 {
		n.figures = nil // one pass over the tables is faster
	}
	return n, nil
}

// versesFor returns the verses of a filter's selection that have its words, or
// nil if all verses are meant.
func (s *Snapshot) versesFor(ctx context.Context, f *Filter) (bitset.Set, error) {
	l := s.lexicon
	inHebrew, inEnglish, err := f.words()
	if err != nil {
		return nil, err
	}
	var verses bitset.Set
	narrow := func(to bitset.Set) {
		if verses == nil {
			verses = to
		} else {
			verses.And(to)
		}
	}
	if f.Selection != nil {
		selected, err := selectedVerses(f.Selection)
		if err != nil {
			return nil, err
		}
		narrow(selected)
	}
	for _, phrase := range inHebrew {
		narrow(l.VersesWith(l.PhraseStarts(phrase, f.Exact), len(phrase)))
	}
	if f.Query != "" {
		q, err := query.Parse(f.Query)
		if err != nil {
			return nil, err
		}
		if !q.AsksFigures() {
			found, err := s.find(ctx, q, nil)
			if err != nil {
				return nil, err
			}
			narrow(l.VersesWith(found.Words, 1))
		}
	}
	if f.InFigure {
		return verses, nil // its English is not always that of the verse
	}
	for _, phrase := range inEnglish {
		narrow(l.EnglishVerses(phrase, f.Exact))
	}
	return verses, nil
}

// ranges returns the ids of the figures of the needed readings and verses.
func (n *needed) ranges(s *Snapshot) *keyRanges {
	ranges := &keyRanges{firsts: []int64{}, length: concordance.PerReading}
	if n.verses != nil {
		ranges.length = concordance.PerVerse
	}
	for i := range n.readings.All() {
		r := &s.readings[i].info
		id := r.ID * concordance.PerReading
		if n.verses == nil {
			ranges.firsts = append(ranges.firsts, id)
			continue
		}
		first := r.Chapter.FirstOrdinal()
		for verse := range r.Chapter.Verses() {
			id += concordance.PerVerse
			if n.verses.Has(first + verse) {
				ranges.firsts = append(ranges.firsts, id)
			}
		}
	}
	return ranges
}

// has reports whether a figure of a reading, by its number, is needed.
func (n *needed) has(reading, verse int) bool {
	return n.readings.Has(reading) && (n.verses == nil || n.verses.Has(verse))
}

// keyRanges are ranges of keys that have the same length.
type keyRanges struct {
	firsts []int64 // the first key of each
	length int64
}
