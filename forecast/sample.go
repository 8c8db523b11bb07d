package forecast

import (
	"math"
	"math/rand/v2"
	"slices"

	"mashal"
)

// A Sample is some passages of a selection, drawn at random.
type Sample struct {
	Passages []mashal.Passage // in canonical order
	Of       int              // passages of the selection
	Verses   int              // of the selection
}

// DrawSample draws at most n passages of a selection, each with the same
// probability. divide divides verses of a chapter as the annotator divides them
// into requests, so that the rest of the selection is later divided as the whole
// would be. The same seed draws the same passages.
func DrawSample(selection mashal.Selection, divide func(verses []int) [][]int, n int, seed uint64) Sample {
	s := Sample{Verses: selection.Verses()}
	var all []mashal.Passage
	for _, ch := range selection.Chapters() {
		var verses []int
		for _, p := range selection.Passages(ch) {
			verses = append(verses, p.Numbers()...)
		}
		for _, part := range divide(verses) {
			all = append(all, mashal.Passage{Chapter: ch, First: part[0], Last: part[len(part)-1]})
		}
	}
	s.Of = len(all)
	rng := rand.New(rand.NewPCG(seed, 0))
	drawn := rng.Perm(len(all))[:min(n, len(all))]
	slices.Sort(drawn)
	for _, i := range drawn {
		s.Passages = append(s.Passages, all[i])
	}
	return s
}

// Selection returns the verses of the sample that the selection has.
func (s *Sample) Selection(of mashal.Selection) mashal.Selection {
	var parts []mashal.Passage
	for _, p := range s.Passages {
		for _, whole := range of.Passages(p.Chapter) {
			part := mashal.Passage{Chapter: p.Chapter, First: max(p.First, whole.First), Last: min(p.Last, whole.Last)}
			if part.First <= part.Last {
				parts = append(parts, part)
			}
		}
	}
	return mashal.Select(parts...)
}

// An Observation is what a passage of a sample took.
type Observation struct {
	Verses int
	Amount float64 // dollars or tokens
}

// An Estimate is an amount for a whole selection with its 95 % confidence interval.
type Estimate struct {
	Total     float64
	Low, High float64 // NaN if the sample is too small for an interval
}

// EstimateTotal estimates an amount for the whole selection from the passages of
// the sample that were observed. Amounts are taken to be proportional to the verses
// of a passage (a ratio estimate). The interval is by Student's t.
func (s *Sample) EstimateTotal(observed []Observation) Estimate {
	n := float64(len(observed))
	var verses int
	var amount float64
	for _, o := range observed {
		verses += o.Verses
		amount += o.Amount
	}
	if verses == 0 {
		return Estimate{math.NaN(), math.NaN(), math.NaN()}
	}
	rate := amount / float64(verses)
	e := Estimate{Total: rate * float64(s.Verses), Low: math.NaN(), High: math.NaN()}
	if n < 2 {
		return e
	}
	var squares float64
	for _, o := range observed {
		d := o.Amount - rate*float64(o.Verses)
		squares += d * d
	}
	rest := 1 - n/float64(s.Of) // nothing is uncertain about what was observed
	mean := float64(verses) / n
	half := studentT(len(observed)-1) * float64(s.Verses) / mean * math.Sqrt(max(0, rest)/n*squares/(n-1))
	e.Low, e.High = max(amount, e.Total-half), e.Total+half
	return e
}

// studentT returns the 97.5 % quantile of Student's t distribution with the given
// degrees of freedom: by the first terms of its expansion around the normal
// quantile, and from a table where these are too few.
func studentT(freedom int) float64 {
	if table := []float64{12.706, 4.303, 3.182, 2.776, 2.571}; freedom <= len(table) {
		return table[freedom-1]
	}
	const z = 1.959964
	v := float64(freedom)
	return z + (z*z*z+z)/(4*v) + (5*math.Pow(z, 5)+16*z*z*z+3*z)/(96*v*v)
}
