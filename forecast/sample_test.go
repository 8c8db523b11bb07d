package forecast_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"mashal"
	"mashal/forecast"
	"mashal/reference"
)

func selected(t *testing.T, s string) mashal.Selection {
	t.Helper()
	selection, err := reference.ParseSelection(strings.Fields(s))
	if err != nil {
		t.Fatal(err)
	}
	return selection
}

func TestDrawSample(t *testing.T) {
	divide := asking{passage: 10}.Passages
	all := selected(t, "Joel Psalms 119")
	s := forecast.DrawSample(all, divide, 5, 1)
	if len(s.Passages) != 5 || s.Of != 9+18 || s.Verses != 73+176 {
		t.Fatalf("%+v", s)
	}
	if again := forecast.DrawSample(all, divide, 5, 1); !reflect.DeepEqual(s, again) {
		t.Errorf("the same seed draws %+v and %+v", s, again)
	}
	if other := forecast.DrawSample(all, divide, 5, 2); reflect.DeepEqual(s, other) {
		t.Error("another seed draws the same")
	}
	if whole := forecast.DrawSample(all, divide, 100, 1); !reflect.DeepEqual(whole.Selection(all), all) {
		t.Errorf("all passages are %s", whole.Selection(all))
	}
	// Each passage is drawn as often as any other.
	drawn := map[mashal.Passage]int{}
	for seed := range uint64(2700) {
		for _, p := range forecast.DrawSample(all, divide, 5, seed).Passages {
			drawn[p]++
		}
	}
	for p, n := range drawn {
		if n < 400 || n > 600 {
			t.Errorf("%v is drawn %d times of 2700, want about 500", p, n)
		}
	}
	// Verses that the selection does not have are not drawn.
	part := selected(t, "Joel 1:1-3,9-12")
	if s := forecast.DrawSample(part, divide, 9, 1); s.Selection(part).Verses() != 7 || !reflect.DeepEqual(s.Selection(part), part) {
		t.Errorf("%s of %s", s.Selection(part), part)
	}
}

// TestEstimateTotal checks that about 95 % of the intervals hold the true total.
func TestEstimateTotal(t *testing.T) {
	all := selected(t, "Psalms")
	divide := func(verses []int) [][]int { return [][]int{verses} }
	rng := rand.New(rand.NewPCG(1, 1))
	cost := map[mashal.Chapter]float64{}
	total := 0.0
	for _, p := range all {
		cost[p.Chapter] = .01 + .002*float64(p.Len())*(1+.4*rng.NormFloat64())
		total += cost[p.Chapter]
	}
	for _, n := range []int{5, 10, 30} {
		held, width := 0, 0.0
		const draws = 1000
		for seed := range uint64(draws) {
			s := forecast.DrawSample(all, divide, n, seed)
			var observed []forecast.Observation
			for _, p := range s.Passages {
				observed = append(observed, forecast.Observation{Verses: p.Len(), Amount: cost[p.Chapter]})
			}
			e := s.EstimateTotal(observed)
			if e.Low <= total && total <= e.High {
				held++
			}
			width += (e.High - e.Low) / total / draws
		}
		t.Logf("%d passages: %.1f %% of the intervals hold the total, mean width %.0f %%", n, 100*float64(held)/draws, 100*width)
		if held < 880 || held > 990 {
			t.Errorf("%d passages: %d of %d intervals hold the total", n, held, draws)
		}
	}
	s := forecast.DrawSample(all, divide, 150, 1)
	var observed []forecast.Observation
	for _, p := range s.Passages {
		observed = append(observed, forecast.Observation{Verses: p.Len(), Amount: cost[p.Chapter]})
	}
	if e := s.EstimateTotal(observed); math.Abs(e.Total-total) > 1e-9 || e.High-e.Low > 1e-9 {
		t.Errorf("of all passages: %+v, want %g", e, total)
	}
	if e := s.EstimateTotal(observed[:1]); !math.IsNaN(e.Low) || !math.IsNaN(e.High) || e.Total <= 0 {
		t.Errorf("of one passage: %+v", e)
	}
	if e := s.EstimateTotal(nil); !math.IsNaN(e.Total) {
		t.Errorf("of none: %+v", e)
	}
}
