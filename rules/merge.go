package rules

import (
	"cmp"
	"slices"

	"mashal"
)

// merge makes one figure of those that are on the same words, or of the same
// types on a part of the same words, and puts the figures in the order of their
// words. Rules overlap on purpose: what one knows as an idiom another knows as
// a metonymy.
func merge(found []mashal.Figure, verse *mashal.Verse) []mashal.Figure {
	slices.SortStableFunc(found, func(a, b mashal.Figure) int { return cmp.Compare(b.Confidence, a.Confidence) })
	var merged []mashal.Figure
	for _, f := range found {
		i := slices.IndexFunc(merged, func(g mashal.Figure) bool {
			return sameWords(g.Span, f.Span) || sameTypes(g.Types, f.Types) && (contains(g.Span, f.Span) || contains(f.Span, g.Span))
		})
		if i < 0 {
			merged = append(merged, f)
			continue
		}
		mergeInto(&merged[i], &f)
	}
	slices.SortStableFunc(merged, func(a, b mashal.Figure) int {
		ra, rb := a.Span.Ranges, b.Span.Ranges
		return cmp.Or(ra[0].First-rb[0].First, ra[len(ra)-1].Last-rb[len(rb)-1].Last)
	})
	for i := range merged {
		merged[i].English = verse.EnglishOf(merged[i].Span)
	}
	return merged
}

// sameWords reports whether two spans are the same words for a reader: at least
// half of the words of both together are common to both.
func sameWords(a, b mashal.Span) bool {
	common := 0
	for _, r := range a.Ranges {
		for w := r.First; w <= r.Last; w++ {
			if b.Contains(w) {
				common++
			}
		}
	}
	return 2*common >= a.Words()+b.Words()-common
}

// sameTypes reports whether one list has all types of the other.
func sameTypes(a, b []mashal.Type) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(b, func(t mashal.Type) bool { return !slices.Contains(a, t) })
}

// contains reports whether all words of b are in a.
func contains(a, b mashal.Span) bool {
	for _, r := range b.Ranges {
		for w := r.First; w <= r.Last; w++ {
			if !a.Contains(w) {
				return false
			}
		}
	}
	return true
}

// mergeInto adds to the surer figure what the other says.
func mergeInto(f, g *mashal.Figure) {
	if !sameWords(f.Span, g.Span) && g.Span.Words() > f.Span.Words() {
		f.Span = g.Span
	}
	for _, t := range g.Types {
		if !f.Is(t) {
			f.Types = append(f.Types, t)
			slices.SortFunc(f.Types, func(a, b mashal.Type) int {
				return slices.Index(mashal.Types, a) - slices.Index(mashal.Types, b)
			})
		}
	}
	f.Subtype = cmp.Or(f.Subtype, g.Subtype)
	for _, side := range []struct{ into, from *mashal.Tag }{
		{&f.Vehicle, &g.Vehicle}, {&f.Target, &g.Target}, {&f.Ground, &g.Ground},
	} {
		if side.into.IsZero() {
			*side.into = *side.from
		}
	}
	if f.Source != g.Source {
		f.Source += " + " + g.Source
		f.Explanation += " " + g.Explanation
	}
}
