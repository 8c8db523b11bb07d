package evaluate

import (
	"cmp"
	"slices"
)

// A Unit is a stretch of a continuum of words that one rater marked.
type Unit struct {
	Begin, End int // the first word, and the word after the last one
	Category   string
}

// length returns the number of words of the unit.
func (u Unit) length() int { return u.End - u.Begin }

// AlphaU returns Krippendorff's alpha for unitizing (Krippendorff 2004, "Measuring the
// Reliability of Qualitative Text Analysis Data", Quality & Quantity 38:787-800): the
// agreement on where units begin and end, beyond what units of the same lengths at
// random places would reach. raters has the units of each rater, in words 0 to length of
// one continuum that all of them read. If category is "", disagreements are summed over
// all categories.
//
// The formula is defined for units of one rater that do not overlap. Overlapping or
// nested units of one rater and one category are therefore merged. A discontinuous
// figure is given as one unit for each of its parts.
//
// AlphaU is not computable, and ok is false, if there are fewer than two raters or no
// units.
func AlphaU(raters [][]Unit, length int, category string) (alpha float64, ok bool) {
	var observed, expected float64
	for _, c := range categories(raters) {
		if category == "" || c == category {
			o, e := unitizingDisagreement(raters, length, c)
			observed, expected = observed+o, expected+e
		}
	}
	if len(raters) < 2 || expected == 0 {
		return 0, false
	}
	return 1 - observed/expected, true
}

// categories returns the categories of all units, sorted.
func categories(raters [][]Unit) []string {
	var all []string
	for _, units := range raters {
		for _, u := range units {
			all = append(all, u.Category)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unitizingDisagreement returns the observed and the expected disagreement on the units
// of one category: D_oc and D_ec of the paper.
func unitizingDisagreement(raters [][]Unit, length int, category string) (observed, expected float64) {
	units, gaps := make([][]Unit, len(raters)), make([][]Unit, len(raters))
	for i, all := range raters {
		units[i] = disjoint(all, category)
		gaps[i] = between(units[i], length)
	}
	m, l := float64(len(raters)), float64(length)
	for i := range units {
		for j := range i {
			observed += overlaps(units[i], units[j]) + isolated(units[i], units[j]) + isolated(units[j], units[i])
		}
	}
	observed /= m * (m - 1) / 2 * l * l

	// The lengths of gaps, in descending order, with the sum of the lengths so far: a unit
	// fits into each gap that is at least as long in gap - unit + 1 places.
	var places []int
	for _, list := range gaps {
		for _, g := range list {
			places = append(places, g.length())
		}
	}
	slices.SortFunc(places, func(a, b int) int { return cmp.Compare(b, a) })
	sums := make([]float64, len(places)+1)
	for i, p := range places {
		sums[i+1] = sums[i] + float64(p)
	}
	var number, own float64
	for _, list := range units {
		number += float64(len(list))
		for _, u := range list {
			own += float64(u.length()) * float64(u.length()-1)
		}
	}
	for _, list := range units {
		for _, u := range list {
			v := float64(u.length())
			fit, _ := slices.BinarySearchFunc(places, u.length(), func(place, want int) int {
				if place >= want {
					return -1
				}
				return 1
			})
			expected += (number-1)/3*(2*v*v*v-3*v*v+v) + v*v*(sums[fit]-float64(fit)*(v-1))
		}
	}
	if pairs := m*l*(m*l-1) - own; pairs > 0 {
		expected *= 2 / l / pairs
	}
	return observed, expected
}

// disjoint returns the units of the category in order, overlapping ones merged. Units
// that only touch stay apart, because a boundary between them was set.
func disjoint(all []Unit, category string) []Unit {
	var list []Unit
	for _, u := range all {
		if u.Category == category && u.length() > 0 {
			list = append(list, u)
		}
	}
	slices.SortFunc(list, func(a, b Unit) int { return cmp.Or(a.Begin-b.Begin, a.End-b.End) })
	merged := list[:0]
	for _, u := range list {
		if last := len(merged) - 1; last >= 0 && u.Begin < merged[last].End {
			merged[last].End = max(merged[last].End, u.End)
			continue
		}
		merged = append(merged, u)
	}
	return merged
}

// between returns the gaps between disjoint units, up to the length of the continuum.
func between(units []Unit, length int) []Unit {
	var gaps []Unit
	begin := 0
	for _, u := range units {
		if u.Begin > begin {
			gaps = append(gaps, Unit{Begin: begin, End: u.Begin})
		}
		begin = u.End
	}
	if begin < length {
		gaps = append(gaps, Unit{Begin: begin, End: length})
	}
	return gaps
}

// overlaps returns the sum, over all pairs of units of two raters that share words, of
// the squared differences between their begins and between their ends.
func overlaps(a, b []Unit) float64 {
	var sum float64
	for _, u := range a {
		for i := firstAfter(b, u.Begin); i < len(b) && b[i].Begin < u.End; i++ {
			begin, end := float64(u.Begin-b[i].Begin), float64(u.End-b[i].End)
			sum += begin*begin + end*end
		}
	}
	return sum
}

// isolated returns the sum of the squared lengths of those units that share no word with
// a unit of the other rater.
func isolated(units, others []Unit) float64 {
	var sum float64
	for _, u := range units {
		if i := firstAfter(others, u.Begin); i == len(others) || others[i].Begin >= u.End {
			sum += float64(u.length()) * float64(u.length())
		}
	}
	return sum
}

// firstAfter returns the index of the first of the disjoint units that ends after the
// word.
func firstAfter(units []Unit, word int) int {
	i, _ := slices.BinarySearchFunc(units, word+1, func(u Unit, end int) int { return cmp.Compare(u.End, end) })
	return i
}
