package evaluate

import (
	"math"
	"slices"
)

// alignTwo returns the sum of the disorders in the best alignment of two raters' units:
// the dissimilarity of each aligned pair, and Empty for each other unit.
func alignTwo(a, b []Unit, d Dissimilarity) float64 {
	reach := d.reach(a, b)
	pairs := make([][]pair, len(a))
	first := 0
	for i, u := range a {
		for first < len(b) && b[first].Begin < u.Begin-reach {
			first++
		}
		for j := first; j < len(b) && b[j].Begin <= u.Begin+reach; j++ {
			if saved := 2*d.Empty - d.between(u, b[j]); saved > 0 {
				pairs[i] = append(pairs[i], pair{j, saved})
			}
		}
	}
	return d.Empty*float64(len(a)+len(b)) - heaviestMatching(pairs, len(b))
}

// reach returns the largest distance between the begins of two units that may be aligned.
// Two units that cost more together than apart never are.
func (d Dissimilarity) reach(raters ...[]Unit) int {
	longest := 0
	for _, units := range raters {
		for _, u := range units {
			longest = max(longest, u.length())
		}
	}
	if d.Position <= 0 {
		return math.MaxInt32
	}
	return int(min(math.MaxInt32, math.Sqrt(float64(len(raters))/d.Position)*2*float64(longest)))
}

// maxAlignments bounds the partial alignments that alignMany keeps at once.
const maxAlignments = 200_000

// alignMany returns the sum of the disorders of the unitary alignments in the best
// alignment of three or more raters' units. A unitary alignment has at most one unit of
// each rater; its disorder is the mean dissimilarity of all pairs of raters in it. It
// reports false if there are too many partial alignments.
//
// The units are aligned in the order of their begins. Partial alignments that have
// aligned the same units are equivalent, and only the best one is kept. Those that differ
// do so in units near the current one, so they are few where the text is not dense.
func alignMany(raters [][]Unit, d Dissimilarity) (float64, bool) {
	a := aligner{d: d, reach: d.reach(raters...), raters: len(raters), pairs: float64(len(raters)*(len(raters)-1)) / 2}
	for rater, units := range raters {
		for _, u := range units {
			a.units = append(a.units, ratedUnit{u, rater})
		}
	}
	slices.SortStableFunc(a.units, func(u, v ratedUnit) int { return u.Begin - v.Begin })
	// The key lists the aligned units from the current one on, as their distances from it.
	best := map[string]float64{"": 0}
	for i := range a.units {
		next := map[string]float64{}
		keep := func(aligned []int, cost float64) {
			key := make([]byte, 0, 2*len(aligned))
			for _, k := range aligned {
				if k > i {
					key = append(key, byte((k-i-1)>>8), byte(k-i-1))
				}
			}
			if known, ok := next[string(key)]; !ok || cost < known {
				next[string(key)] = cost
			}
		}
		for key, cost := range best {
			aligned := make([]int, 0, len(key)/2+a.raters)
			for k := 0; k < len(key); k += 2 {
				aligned = append(aligned, i+int(key[k])<<8+int(key[k+1]))
			}
			if len(aligned) > 0 && aligned[0] == i {
				keep(aligned, cost)
				continue
			}
			a.extend([]int{i}, aligned, 0, func(members []int, disorder float64) {
				all := slices.Concat(aligned, members)
				slices.Sort(all)
				keep(all, cost+disorder)
			})
		}
		if best = next; len(best) > maxAlignments {
			return 0, false
		}
	}
	return best[""], true
}

// An aligner enumerates unitary alignments.
type aligner struct {
	d      Dissimilarity
	reach  int
	raters int
	pairs  float64 // the number of pairs of raters
	units  []ratedUnit
}

// A ratedUnit is a unit with the index of its rater.
type ratedUnit struct {
	Unit
	rater int
}

// extend calls yield for each unitary alignment that has the members, further units after
// the last one that are not aligned yet, and no rater twice. sum is the dissimilarity of
// the members' pairs. Alignments that are not better than their units one by one are left
// out, as no best alignment has them.
func (a *aligner) extend(members, aligned []int, sum float64, yield func(members []int, disorder float64)) {
	n := len(members)
	together := (sum + a.d.Empty*(a.pairs-float64(n*(n-1))/2)) / a.pairs
	if n == 1 || together < float64(n)*a.d.Empty {
		yield(members, together)
	}
	if n == a.raters {
		return
	}
	first, last := a.units[members[0]], members[n-1]
next:
	for k := last + 1; k < len(a.units) && a.units[k].Begin <= first.Begin+a.reach && k-members[0] < 1<<16; k++ {
		if slices.Contains(aligned, k) {
			continue
		}
		with := sum
		for _, m := range members {
			if a.units[m].rater == a.units[k].rater {
				continue next
			}
			with += a.d.between(a.units[m].Unit, a.units[k].Unit)
		}
		if with/a.pairs < float64(a.raters)*a.d.Empty {
			a.extend(append(slices.Clone(members), k), aligned, with, yield)
		}
	}
}
