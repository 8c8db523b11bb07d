package index

import (
	"slices"
	"sync"

	"mashal"
	"mashal/bitset"
)

// A choice is the readings that a filter chooses, with what does not depend on its other
// conditions.
type choice struct {
	snapshot   *Snapshot
	readings   bitset.Set
	annotators func() []int      // numbers in annotatorTallies, in order
	rows       func() bitset.Set // their figures
	verses     func() bitset.Set // that have such figures
	whole      func() coverage   // of all verses

	kept    bool // by the snapshot, so that counts of all figures are worth keeping
	mu      sync.Mutex
	tallied map[string][]int
}

// newChoice returns the choice of some readings. The caller must not change the set afterwards.
func (s *Snapshot) newChoice(readings bitset.Set) *choice {
	c := &choice{snapshot: s, readings: readings}
	c.rows = sync.OnceValue(func() bitset.Set {
		return s.figures.where(func(row int) bool { return readings.Has(int(s.figures.reading[row])) })
	})
	c.verses = sync.OnceValue(func() bitset.Set { return s.versesOf(c.rows()) })
	c.annotators, c.whole = sync.OnceValue(c.listAnnotators), sync.OnceValue(c.cover)
	return c
}

// tally returns the counts of all figures of a kept choice by a property, which count computes
// the first time. The caller must not change them.
func (c *choice) tally(property string, count func(rows bitset.Set) []int) []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	counts, ok := c.tallied[property]
	if !ok {
		counts = count(c.rows())
		c.tallied[property] = counts
	}
	return counts
}

// listAnnotators returns the numbers of the annotators of the readings.
func (c *choice) listAnnotators() []int {
	of, numbers := c.snapshot.annotatorNumbers(), bitset.New(len(c.snapshot.annotatorTallies()))
	for n := range c.readings.All() {
		numbers.Add(of[n])
	}
	return slices.Collect(numbers.All())
}

// cover computes the coverage of all verses.
func (c *choice) cover() coverage {
	n := len(c.snapshot.firstRow)
	covered := coverage{done: bitset.New(n), read: bitset.New(n), withFigures: bitset.New(n), failed: bitset.New(n)}
	c.eachState(func(verse int, state verseState, kind mashal.AnnotatorKind) {
		switch {
		case state == verseFailed:
			covered.failed.Add(verse)
		case state.done():
			covered.done.Add(verse)
			if kind.Claim() == mashal.ByReader {
				covered.read.Add(verse)
			}
			if state == verseFigures {
				covered.withFigures.Add(verse)
			}
		}
	})
	covered.failed.AndNot(covered.done)
	return covered
}

// eachState calls fn for every verse of every reading, with the kind of its annotator.
func (c *choice) eachState(fn func(verse int, state verseState, kind mashal.AnnotatorKind)) {
	for n := range c.readings.All() {
		r := c.snapshot.readings[n]
		first := r.info.Chapter.FirstOrdinal()
		for i, state := range r.states {
			fn(first+i, state, r.info.Kind)
		}
	}
}

// A choiceKey names a choice that depends on nothing but the snapshot.
type choiceKey struct {
	annotator string // or Mixture
	named     bool   // the filter names it, so that its latest readings are chosen
}

// choices are the choices that were made so far: two of each annotator at most.
type choices struct {
	mu   sync.Mutex
	made map[choiceKey]*choice
}

// choiceOf returns the choice with a key, which readings computes the first time.
func (s *Snapshot) choiceOf(key choiceKey, readings func() bitset.Set) *choice {
	s.choices.mu.Lock()
	defer s.choices.mu.Unlock()
	c := s.choices.made[key]
	if c == nil {
		c = s.newChoice(readings())
		c.kept, c.tallied = true, map[string][]int{}
		s.choices.made[key] = c
	}
	return c
}
