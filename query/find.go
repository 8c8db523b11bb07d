package query

import (
	"context"
	"math/bits"

	"mashal/bitset"
)

// Found is what a query finds.
type Found struct {
	Words   bitset.Set // of all matches
	Matches []Match    // by their first words
}

// A Match is where a query matches. Matches that begin with the same word are one, with the
// numbers of words of the shortest and of the longest of them.
type Match struct {
	First             uint32 // word
	Shortest, Longest uint8
}

// Find returns the matches of a query. An error is a *mashal.FieldError if no word can meet a
// condition, or that of ctx.
func (w *Words) Find(ctx context.Context, q *Query, figures Figures) (*Found, error) {
	p, err := compile(q)
	if err != nil {
		return nil, err
	}
	e := evaluation{ctx: ctx, query: q, words: w, figures: figures, tested: map[testKey]truth{}}
	m := matcher{program: p, words: w, meeting: make([]bitset.Set, len(p.steps)), found: &Found{Words: bitset.New(w.count)}}
	meeting := map[*wordNode]bitset.Set{}
	for i, s := range p.steps {
		if s.word == nil || s.word.condition == nil {
			continue
		}
		if _, ok := meeting[s.word]; !ok {
			t, err := e.meeting(s.word.condition)
			if err != nil {
				return nil, err
			}
			meeting[s.word] = t.yes
		}
		m.meeting[i] = meeting[s.word]
	}
	m.ends = w.verseEnds
	if q.within == Colon {
		m.ends = w.colonEnds()
	}
	return m.found, m.run(ctx)
}

// A matcher follows the matches of one unit of the text at once. The state of a position is the
// set of the words at which the matches that have come to it begin, as bits: no verse has more
// than 64 words.
type matcher struct {
	*program
	words   *Words
	meeting []bitset.Set // by step, the words that meet its condition; nil for all
	ends    bitset.Set   // last words of units
	found   *Found

	state, next []uint64 // by step; reused
}

// run finds all matches.
func (m *matcher) run(ctx context.Context) error {
	m.state, m.next = make([]uint64, len(m.steps)), make([]uint64, len(m.steps))
	starts := m.starts()
	first := 0
	for n, last := 0, 0; first < m.words.count; n, first = n+1, last+1 {
		if n%1000 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for last = first; !m.ends.Has(last); {
			last++
		}
		if starts.anyIn(first, last) {
			m.unit(first, last)
		}
	}
	return nil
}

// candidates are words at which matches can begin; nil for all.
type candidates bitset.Set

// anyIn reports whether a word from first to last is in the set.
func (c candidates) anyIn(first, last int) bool {
	if c == nil {
		return true
	}
	for w := first; w <= last; w++ {
		if bitset.Set(c).Has(w) {
			return true
		}
	}
	return false
}

// starts returns the words that the first words of matches must be among.
func (m *matcher) starts() candidates {
	state := make([]uint64, len(m.steps))
	state[0] = 1
	m.spread(state)
	all := bitset.New(m.words.count)
	for i, s := range m.steps {
		if state[i] == 0 || s.word == nil {
			continue
		}
		if m.meeting[i] == nil {
			return nil
		}
		all.Or(m.meeting[i])
	}
	return candidates(all)
}

// unit finds the matches in the words first to last.
func (m *matcher) unit(first, last int) {
	state, next := m.state, m.next
	clear(state)
	var shortest, longest [64]uint8
	end := len(m.steps) - 1
	for w := first; w <= last; w++ {
		state[0] |= 1 << (w - first)
		m.spread(state)
		clear(next)
		some := false
		for i, s := range m.steps {
			if state[i] != 0 && s.word != nil && (m.meeting[i] == nil || m.meeting[i].Has(w)) {
				next[i+1] |= state[i]
				some = true
			}
		}
		state, next = next, state
		if !some {
			continue
		}
		m.spread(state)
		for set := state[end]; set != 0; set &= set - 1 {
			start := bits.TrailingZeros64(set)
			length := uint8(w - first - start + 1)
			if longest[start] = length; shortest[start] == 0 {
				shortest[start] = length
			}
		}
	}
	for start, n := range longest {
		if n > 0 {
			m.found.Matches = append(m.found.Matches, Match{uint32(first + start), shortest[start], n})
			m.found.Words.AddRange(first+start, first+start+int(n))
		}
	}
}

// spread moves along all forks. A pattern is followed once, and once more for each repetition
// that is within another, because only these lead back.
func (m *matcher) spread(state []uint64) {
	for changed := true; changed; {
		changed = false
		for _, i := range m.forks {
			if state[i] == 0 {
				continue
			}
			for _, to := range m.steps[i].next {
				if more := state[i] &^ state[to]; more != 0 {
					state[to] |= more
					changed = changed || to < i
				}
			}
		}
	}
}
