package rules

import (
	"cmp"
	"slices"
	"strings"

	"mashal"
)

// merge joins figures that cover the same words, and figures of the same types
// of which one contains the other. It returns them in word order. Rules overlap
// on purpose: one may find an idiom where another finds a metonymy. A conventional figure
// joins no other: absorb removes it in the words of one.
func merge(found []mashal.Figure, v *verseView) []mashal.Figure {
	found = joinRepeated(found, v)
	slices.SortStableFunc(found, func(a, b mashal.Figure) int { return cmp.Compare(b.Confidence, a.Confidence) })
	var figures []mergedFigure
	for i := range found {
		f := newMerged(&found[i])
		k := slices.IndexFunc(figures, func(g mergedFigure) bool {
			return g.Standing == f.Standing && (g.Is(mashal.Simile) == f.Is(mashal.Simile) && sameWords(g.Span, f.Span) || sameImage(g.Figure, f.Figure))
		})
		if k < 0 {
			figures = append(figures, f)
			continue
		}
		mergeInto(&figures[k], &f)
	}
	var merged []mashal.Figure
	for _, f := range absorb(figures) {
		f.Source, f.Explanation = strings.Join(f.sources, " + "), strings.Join(f.explanations, " ")
		merged = append(merged, *f.Figure)
	}
	slices.SortStableFunc(merged, func(a, b mashal.Figure) int {
		ra, rb := a.Span.Ranges, b.Span.Ranges
		return cmp.Or(ra[0].First-rb[0].First, ra[len(ra)-1].Last-rb[len(rb)-1].Last)
	})
	for i := range merged {
		merged[i].English = v.verse.EnglishOf(merged[i].Span)
	}
	return merged
}

// A mergedFigure is a figure with the sources and explanations of those that were merged into
// it. They are joined at the end, or merging many would take the square of their number.
type mergedFigure struct {
	*mashal.Figure
	sources, explanations []string
}

func newMerged(f *mashal.Figure) mergedFigure {
	return mergedFigure{f, []string{f.Source}, []string{f.Explanation}}
}

// joinRepeated joins single words that one rule found in the same half of a verse, and
// figures that repeat a word: an image that several words carry is one figure. Similes
// are not joined, because each marker compares anew.
func joinRepeated(found []mashal.Figure, v *verseView) []mashal.Figure {
	var joined []mashal.Figure
	ofRule := map[string][]int{} // indexes in joined
	for _, f := range found {
		k := slices.IndexFunc(ofRule[f.Source], func(i int) bool {
			g := &joined[i]
			return !g.Is(mashal.Simile) && (f.Span.Words() == 1 && v.half(g.Span) == v.half(f.Span) || v.shareLemma(g.Span, f.Span))
		})
		if k < 0 {
			ofRule[f.Source] = append(ofRule[f.Source], len(joined))
			joined = append(joined, f)
			continue
		}
		i := ofRule[f.Source][k]
		joined[i].Span = mashal.ExactSpan(append(slices.Clone(joined[i].Span.Ranges), f.Span.Ranges...)...)
	}
	return joined
}

// half returns the half of the verse in which a span begins: 0 up to the atnah, then 1.
func (v *verseView) half(s mashal.Span) int {
	for i := range s.Ranges[0].First - 1 {
		if v.accents[i] >= clauseEnd {
			return 1
		}
	}
	return 0
}

// shareLemma reports whether two spans have a lemma in common.
func (v *verseView) shareLemma(a, b mashal.Span) bool {
	for i := range v.tokens {
		if !a.Contains(i + 1) {
			continue
		}
		for k := range v.tokens {
			if b.Contains(k+1) && v.tokens[i].lemma.base() == v.tokens[k].lemma.base() {
				return true
			}
		}
	}
	return false
}

// absorb removes figures most of whose words are those of a simile: the simile carries
// their image. A simile with a hyperbole in its words is a hyperbole too. It also removes
// conventional figures in the words of others, which revive them.
func absorb(figures []mergedFigure) []mergedFigure {
	absorbed := make([]bool, len(figures))
	for i := range figures {
		for k := range figures {
			within := figures[i].Is(mashal.Simile) && !figures[k].Is(mashal.Simile) ||
				figures[i].Standing != mashal.Conventional && figures[k].Standing == mashal.Conventional
			if !within || 2*figures[i].Span.Common(figures[k].Span) <= figures[k].Span.Words() {
				continue
			}
			absorbed[k] = true
			if figures[i].Is(mashal.Simile) && figures[k].Is(mashal.Hyperbole) {
				figures[k].Types = []mashal.Type{mashal.Hyperbole}
				mergeInto(&figures[i], &figures[k])
			}
		}
	}
	kept := figures[:0]
	for i := range figures {
		if !absorbed[i] {
			kept = append(kept, figures[i])
		}
	}
	return kept
}

// sameWords reports whether two spans have at least half of their united words
// in common, so that a reader takes them for the same expression.
func sameWords(a, b mashal.Span) bool {
	n := a.Common(b)
	return 2*n >= a.Words()+b.Words()-n
}

// sameImage reports whether two figures of the same types or with the same vehicle
// share words. Similes need more: two of them may share what they compare.
func sameImage(f, g *mashal.Figure) bool {
	if f.Is(mashal.Simile) || g.Is(mashal.Simile) {
		return sameTypes(f.Types, g.Types) && (contains(f.Span, g.Span) || contains(g.Span, f.Span))
	}
	return (sameTypes(f.Types, g.Types) || f.Vehicle.Specific == g.Vehicle.Specific) && f.Span.Common(g.Span) > 0
}

// sameTypes reports whether the longer list contains all types of the other.
func sameTypes(a, b []mashal.Type) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	return !slices.ContainsFunc(b, func(t mashal.Type) bool { return !slices.Contains(a, t) })
}

// contains reports whether a contains all words of b.
func contains(a, b mashal.Span) bool { return a.Common(b) == b.Words() }

// mergeInto adds to f what f lacks of g. f has the higher confidence. The vehicle and
// the target of a simile take precedence, because the verse names them; those of
// another figure are no substitute for them.
func mergeInto(f, g *mergedFigure) {
	toSimile, ofSimile := f.Is(mashal.Simile), g.Is(mashal.Simile)
	switch {
	case contains(f.Span, g.Span):
	case contains(g.Span, f.Span) && !toSimile && !ofSimile: // the light of the face, not the light
		f.Span = g.Span
	case !sameWords(f.Span, g.Span):
		f.Span = mashal.ExactSpan(slices.Concat(f.Span.Ranges, g.Span.Ranges)...)
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
		if side.into != &f.Ground && toSimile != ofSimile && !side.from.IsZero() {
			if ofSimile {
				*side.into = *side.from
			}
			continue
		}
		if side.into.IsZero() {
			*side.into = *side.from
		}
	}
	if !slices.Equal(f.sources, g.sources) {
		f.sources = append(f.sources, g.sources...)
		f.explanations = append(f.explanations, g.explanations...)
	}
}
