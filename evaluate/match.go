package evaluate

import (
	"cmp"
	"slices"

	"mashal"
)

// A Match is a matched pair: a figure of the reference and a predicted figure.
type Match struct {
	Reference, Predicted int     // the indexes of the figures
	Common               int     // the number of words that both have
	F1                   float64 // the F1 of their words
}

// MatchAll matches the figures of one verse regardless of their types, as
// Report.ByInstance(Any) does. A figure is matched with at most one figure of the other
// annotation, with which it shares words. Unanchored figures are not matched.
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

// pairUp matches the figures of one verse as MatchAll does, and then, in their order, those
// without words that have the same types.
func pairUp(reference, predicted []mashal.Figure) []Match {
	matches := MatchAll(reference, predicted)
	used := make([]bool, len(predicted))
	for i := range reference {
		for j := range predicted {
			f, g := &reference[i], &predicted[j]
			if !used[j] && len(f.Span.Ranges) == 0 && len(g.Span.Ranges) == 0 && slices.Equal(f.Types, g.Types) {
				matches, used[j] = append(matches, Match{Reference: i, Predicted: j}), true
				break
			}
		}
	}
	return matches
}

// match matches figures greedily, the pairs of the highest F1 first. Greedy matching
// reaches at least half of the optimal sum of F1. It is used because readers too match
// the most similar figures first.
func match(a, b []*mashal.Figure) []Match {
	var candidates []Match
	for x, f := range a {
		for y, g := range b {
			if n := f.Span.Common(g.Span); n > 0 {
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
