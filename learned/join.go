package learned

import (
	"cmp"
	"slices"
	"strings"

	"mashal"
)

// Join joins what the rules and the model find in a verse. A figure of a type that both
// claim on some of the same words is one figure, which names both sources; its words and
// sides are those of the rule, which says what it saw, and its confidence the higher one.
// A suggestion of a type that is claimed on some of the same words is dropped. Conventional
// figures stay as they are, and what the model alone claims on their words is dropped: it
// marks the dead metaphor. A metaphor most of whose words are those of a simile is dropped
// too: the simile carries the image, as it does among the rules.
func Join(byRules, byModel []mashal.Figure) []mashal.Figure {
	joined := make([]mashal.Figure, len(byRules), len(byRules)+len(byModel))
	copy(joined, byRules)
	for _, f := range byModel {
		i := slices.IndexFunc(joined, func(g mashal.Figure) bool {
			return g.Is(f.Types[0]) && g.Counts() && g.Span.Common(f.Span) > 0
		})
		switch {
		case i < 0 && f.Counts() && carried(byRules, &f):
		case i < 0:
			joined = append(joined, f)
		case f.Counts():
			g := &joined[i]
			if !strings.Contains(g.Source, f.Source) { // a rule's figure can meet several
				g.Source += " + " + f.Source
			}
			g.Confidence = max(g.Confidence, f.Confidence)
			g.Explanation += " " + f.Explanation
		}
	}
	sortFigures(joined)
	return joined
}

// carried reports whether a figure has words of a conventional figure of its type, or most
// of its words are those of a simile.
func carried(byRules []mashal.Figure, f *mashal.Figure) bool {
	return slices.ContainsFunc(byRules, func(g mashal.Figure) bool {
		n := g.Span.Common(f.Span)
		return g.Standing == mashal.Conventional && g.Is(f.Types[0]) && n > 0 || g.Is(mashal.Simile) && 2*n > f.Span.Words()
	})
}

// sortFigures sorts figures by their first word, claims before suggestions.
func sortFigures(figures []mashal.Figure) {
	slices.SortStableFunc(figures, func(a, b mashal.Figure) int {
		if p := cmp.Compare(place(&a), place(&b)); p != 0 || a.Counts() == b.Counts() {
			return p
		}
		if a.Counts() {
			return -1
		}
		return 1
	})
}

// place returns the first word of a figure.
func place(f *mashal.Figure) int {
	if len(f.Span.Ranges) == 0 {
		return 0
	}
	return f.Span.Ranges[0].First
}
