package evaluate

import (
	"math/rand/v2"
	"slices"
)

// An Interval is a confidence interval.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Confidence is the confidence of the intervals that Bootstrap returns.
const Confidence = .95

// Bootstrap returns the percentile bootstrap interval of a statistic (Efron and
// Tibshirani 1993, An Introduction to the Bootstrap, ch. 13). The units that are drawn
// are clusters, such as chapters, because verses of one chapter resemble each other.
// statistic computes the value from the number of times that each cluster was drawn, and
// reports false if it is not computable.
//
// The interval is not computable, and ok is false, if there are fewer than two clusters,
// or if the statistic is not computable for more than a tenth of the samples.
func Bootstrap(clusters, samples int, seed uint64, statistic func(drawn []int) (float64, bool)) (i Interval, ok bool) {
	if clusters < 2 || samples < 1 {
		return Interval{}, false
	}
	random := rand.New(rand.NewPCG(seed, 0))
	values := make([]float64, 0, samples)
	drawn := make([]int, clusters)
	for range samples {
		clear(drawn)
		for range clusters {
			drawn[random.IntN(clusters)]++
		}
		if v, ok := statistic(drawn); ok {
			values = append(values, v)
		}
	}
	return interval(values, samples)
}

// interval returns the interval of the values of a statistic, which was not computable
// for the rest of the samples.
func interval(values []float64, samples int) (Interval, bool) {
	if 10*len(values) < 9*samples {
		return Interval{}, false
	}
	slices.Sort(values)
	tail := int((1 - Confidence) / 2 * float64(len(values)))
	return Interval{values[tail], values[len(values)-1-tail]}, true
}
