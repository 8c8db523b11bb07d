package evaluate

import (
	"math"
	"math/rand/v2"
	"slices"
)

// A Dissimilarity says how different two units are: Position times the positional
// dissimilarity, plus Category times the categorical one, which is 0 for equal and 1 for
// different categories, times Empty. The positional dissimilarity is the square of the
// sum of the distances of the begins and of the ends, divided by the sum of the lengths.
// A unit without a counterpart costs Empty (Mathet, Widlöcher and Métivier 2015, "The
// Unified and Holistic Method Gamma (γ) for Inter-Annotator Agreement Measure and
// Alignment", Computational Linguistics 41:437-479, sections 4.2 to 4.4).
type Dissimilarity struct {
	Position float64 `json:"position"`
	Category float64 `json:"category"`
	Empty    float64 `json:"empty"`
}

// DefaultDissimilarity gives position and category equal weight, as the paper does.
var DefaultDissimilarity = Dissimilarity{Position: 1, Category: 1, Empty: 1}

// between returns the dissimilarity of two units.
func (d Dissimilarity) between(a, b Unit) float64 {
	apart := (math.Abs(float64(a.Begin-b.Begin)) + math.Abs(float64(a.End-b.End))) / float64(a.length()+b.length())
	sum := d.Position * apart * apart
	if a.Category != b.Category {
		sum += d.Category
	}
	return sum * d.Empty
}

// A Gamma is the agreement of raters by the measure gamma. With the same Seed and
// Dissimilarity the same units give the same values.
type Gamma struct {
	Value         float64       `json:"-"`        // 1 - Observed / Expected
	Observed      float64       `json:"observed"` // the disorder of the best alignment
	Expected      float64       `json:"expected"` // the mean disorder of the best alignments of random continua
	Samples       int           `json:"samples"`  // the number of random continua
	Seed          uint64        `json:"seed"`
	Dissimilarity Dissimilarity `json:"dissimilarity"`
}

const (
	minSamples = 30
	maxSamples = 1000
)

// MeasureGamma returns gamma for two or more raters who read the same continuum of length
// words. Units of one rater may overlap, nest and be equal. A discontinuous figure is
// given as one unit for each of its parts, as for AlphaU.
//
// A random continuum has, for each rater, the units of a rater drawn at random, shifted
// around the continuum by a random number of words; shifts differ by at least half the
// mean length of a unit (section 5.2 of the paper). There are at least 30 continua, and
// up to 1,000 if their mean is not yet within 2 % with 95 % confidence (section 5.3).
//
// Gamma is not computable, and ok is false, if there are fewer than two raters, if one
// has no units, or if the units of three or more raters are too dense for the best
// alignment to be found.
func MeasureGamma(raters [][]Unit, length int, d Dissimilarity, seed uint64) (g Gamma, ok bool) {
	g = Gamma{Seed: seed, Dissimilarity: d}
	sorted := make([][]Unit, len(raters))
	words, units := 0, 0
	for i, list := range raters {
		sorted[i] = byBegin(list)
		if len(sorted[i]) == 0 {
			return g, false
		}
		units += len(sorted[i])
		for _, u := range sorted[i] {
			words += u.length()
		}
	}
	if len(raters) < 2 {
		return g, false
	}
	if g.Observed, ok = disorder(sorted, d); !ok {
		return g, false
	}
	s := sampler{random: rand.New(rand.NewPCG(seed, 0)), raters: sorted, length: length, apart: words / units / 2}
	var sum, squares float64
	for wanted := minSamples; g.Samples < wanted; {
		sample, ok := disorder(s.continuum(), d)
		if !ok {
			return g, false
		}
		sum, squares = sum+sample, squares+sample*sample
		if g.Samples++; g.Samples == minSamples {
			n := float64(g.Samples)
			mean := sum / n
			deviation := math.Sqrt(max(0, squares-n*mean*mean) / (n - 1))
			needed := deviation / mean * 1.96 / .02
			wanted = int(min(maxSamples, max(minSamples, math.Ceil(needed*needed))))
		}
	}
	g.Expected = sum / float64(g.Samples)
	g.Value = 1 - g.Observed/g.Expected
	return g, true
}

// byBegin returns the units that have words, in the order of their begins.
func byBegin(units []Unit) []Unit {
	list := slices.DeleteFunc(slices.Clone(units), func(u Unit) bool { return u.length() <= 0 })
	slices.SortStableFunc(list, func(u, v Unit) int { return u.Begin - v.Begin })
	return list
}

// A sampler makes random continua.
type sampler struct {
	random *rand.Rand
	raters [][]Unit
	length int
	apart  int // the least difference of two shifts, in words
}

// continuum returns a random continuum with as many raters as there are.
func (s *sampler) continuum() [][]Unit {
	var shifts []int
	sample := make([][]Unit, len(s.raters))
	for i := range sample {
		shifts = append(shifts, s.shift(shifts))
		units := slices.Clone(s.raters[s.random.IntN(len(s.raters))])
		for k, u := range units {
			units[k].Begin = (u.Begin + shifts[i]) % max(1, s.length)
			units[k].End = units[k].Begin + u.length()
		}
		sample[i] = byBegin(units)
	}
	return sample
}

// shift returns a random shift that is far enough from the earlier ones, or any shift if
// the continuum is too short for one.
func (s *sampler) shift(earlier []int) int {
	const tries = 100
	shift := 0
	for range tries {
		shift = s.random.IntN(max(1, s.length))
		if !slices.ContainsFunc(earlier, func(e int) bool { return max(shift-e, e-shift) < s.apart }) {
			break
		}
	}
	return shift
}

// disorder returns the disorder of the best alignment of the raters' units, which are in
// the order of their begins: the sum of the disorders of its unitary alignments, divided
// by the mean number of units of a rater.
func disorder(raters [][]Unit, d Dissimilarity) (float64, bool) {
	units := 0
	for _, list := range raters {
		units += len(list)
	}
	mean := float64(units) / float64(len(raters))
	if len(raters) == 2 {
		return alignTwo(raters[0], raters[1], d) / mean, true
	}
	sum, ok := alignMany(raters, d)
	return sum / mean, ok
}
