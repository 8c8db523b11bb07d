package evaluate

import (
	"cmp"
	"slices"

	"mashal"
)

// A Match is a figure of the reference and a predicted one that belong
// together, by their places in the two lists.
type Match struct {
	Reference, Predicted int
	Common               int     // words that both have
	F1                   float64 // counted in words
}

// MatchAll matches the figures of one verse, of whatever types, as
// Report.ByInstance(Any) counts them: each with at most one of the other
// annotation with which it shares words. Figures without a place are matched
// with none.
func MatchAll(reference, predicted []mashal.Figure) []Match {
	a, b := make([]*mashal.Figure, len(reference)), make([]*mashal.Figure, len(predicted))
	for i := range reference {
		a[i] = &reference[i]
	}
	for i := range predicted {
		b[i] = &predicted[i]
	}
	return match(a, b)
}

// match matches figures, best pairs first. Greedy matching is not always the
// best total, but it is within half of it and does what a reader would: the
// figures most alike belong together.
func match(a, b []*mashal.Figure) []Match {
	var candidates []Match
	for x, f := range a {
		for y, g := range b {
			if n := overlap(f.Span, g.Span); n > 0 {
				candidates = append(candidates, Match{x, y, n, ratio(2*n, f.Span.Words()+g.Span.Words())})
			}
		}
	}
	slices.SortStableFunc(candidates, func(m, n Match) int { return cmp.Compare(n.F1, m.F1) })
	usedA, usedB := make([]bool, len(a)), make([]bool, len(b))
	return slices.DeleteFunc(candidates, func(m Match) bool {
		if usedA[m.Reference] || usedB[m.Predicted] {
			return true
		}
		usedA[m.Reference], usedB[m.Predicted] = true, true
		return false
	})
}

// overlap is the number of words that two spans share.
func overlap(a, b mashal.Span) int {
	n := 0
	for _, r := range a.Ranges {
		for _, s := range b.Ranges {
			n += max(0, min(r.Last, s.Last)-max(r.First, s.First)+1)
		}
	}
	return n
}

// Overlap reports whether two figures share a word.
func Overlap(a, b *mashal.Figure) bool { return overlap(a.Span, b.Span) > 0 }
