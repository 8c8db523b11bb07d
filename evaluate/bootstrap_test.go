package evaluate_test

import (
	"math/rand/v2"
	"testing"

	"mashal/evaluate"
)

// TestBootstrapCoversTheTruth draws many annotations whose true precision is known. The
// verses of a chapter share a part of their quality. About 95 % of the intervals must
// contain the truth; percentile intervals of 60 clusters are known to cover a little less.
func TestBootstrapCoversTheTruth(t *testing.T) {
	const trials, chapters = 400, 60
	random := rand.New(rand.NewPCG(3, 1))
	covered := 0
	for trial := range trials {
		right, all := make([]int, chapters), make([]int, chapters)
		for c := range chapters {
			quality := .55 + .3*random.Float64() // .7 on average
			all[c] = 10
			for range all[c] {
				if random.Float64() < quality {
					right[c]++
				}
			}
		}
		interval, ok := evaluate.Bootstrap(chapters, 400, uint64(trial), func(drawn []int) (float64, bool) {
			var n, d int
			for c, times := range drawn {
				n, d = n+times*right[c], d+times*all[c]
			}
			return float64(n) / float64(d), true
		})
		if ok && interval.Low <= .7 && .7 <= interval.High {
			covered++
		}
	}
	if share := float64(covered) / trials; share < .92 || share > .98 {
		t.Errorf("%.3f of the intervals cover the truth, want about .95", share)
	}
}

func TestBootstrapIsNotAlwaysComputable(t *testing.T) {
	constant := func([]int) (float64, bool) { return 1, true }
	never := func([]int) (float64, bool) { return 0, false }
	if _, ok := evaluate.Bootstrap(1, 100, 1, constant); ok {
		t.Error("one cluster has an interval")
	}
	if _, ok := evaluate.Bootstrap(10, 100, 1, never); ok {
		t.Error("a statistic that is not computable has an interval")
	}
	if got, ok := evaluate.Bootstrap(10, 100, 1, constant); !ok || got != (evaluate.Interval{Low: 1, High: 1}) {
		t.Errorf("the interval of a constant is %v", got)
	}
}
