package evaluate

import (
	"slices"

	"mashal"
)

// A Vote is a figure with the number of readings that have it.
type Vote struct {
	Figure  mashal.Figure
	Support int
}

// Majority returns the figures that more than half of the readings of one verse have, and
// those that fewer have, each in the order of the text. readings is the number of readings
// asked for; some may have failed, and count as having no figure.
//
// Figures that share words are the same figure, the most similar first, and so are figures
// without words of the same types; those of one reading are different figures. Of the
// versions of a figure, the one whose words agree best with the others is kept, with the
// types that more than half of its readings give, or its own if there are none, and the mean
// of the confidences.
func Majority(figures [][]mashal.Figure, readings int) (kept, outvoted []Vote) {
	var groups [][]mashal.Figure
	for _, reading := range figures {
		groups = addReading(groups, reading)
	}
	for _, group := range groups {
		v := Vote{agreed(group), len(group)}
		if 2*v.Support > readings {
			kept = append(kept, v)
		} else {
			outvoted = append(outvoted, v)
		}
	}
	for _, list := range [][]Vote{kept, outvoted} {
		slices.SortStableFunc(list, func(a, b Vote) int { return place(&a.Figure) - place(&b.Figure) })
	}
	return kept, outvoted
}

// noPlace is the place of figures without words, after all words.
const noPlace = 1 << 20

// place returns the first word of a figure, or noPlace.
func place(f *mashal.Figure) int {
	if len(f.Span.Ranges) == 0 {
		return noPlace
	}
	return f.Span.Ranges[0].First
}

// addReading adds the figures of one reading to the groups of those before.
func addReading(groups [][]mashal.Figure, reading []mashal.Figure) [][]mashal.Figure {
	known := make([]mashal.Figure, len(groups))
	for i, group := range groups {
		known[i] = agreed(group)
	}
	at := make([]int, len(reading)) // the group of each figure
	for i := range at {
		at[i] = -1
	}
	for _, m := range pairUp(known, reading) {
		at[m.Predicted] = m.Reference
	}
	for i, g := range at {
		if g < 0 {
			groups = append(groups, []mashal.Figure{reading[i]})
			continue
		}
		groups[g] = append(groups[g], reading[i])
	}
	return groups
}

// agreed returns the figure on which the versions of a group agree best.
func agreed(group []mashal.Figure) mashal.Figure {
	best, most := 0, -1.0
	for i := range group {
		sum := 0.0
		for j := range group {
			sum += ratio(2*group[i].Span.Common(group[j].Span), group[i].Span.Words()+group[j].Span.Words())
		}
		if sum > most {
			best, most = i, sum
		}
	}
	f := group[best]
	var types []mashal.Type
	for _, t := range mashal.Types {
		n := 0
		for i := range group {
			if group[i].Is(t) {
				n++
			}
		}
		if 2*n > len(group) {
			types = append(types, t)
		}
	}
	if types != nil {
		f.Types = types
	}
	f.Confidence = 0
	for i := range group {
		f.Confidence += group[i].Confidence / float64(len(group))
	}
	f.Confidence = min(1, f.Confidence)
	return f
}
