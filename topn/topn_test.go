package topn_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"mashal/topn"
)

// TestOf compares Of with sorting everything.
func TestOf(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		values := make([]int, r.IntN(50))
		for i := range values {
			values[i] = r.IntN(30)
		}
		n := r.IntN(60) - 2
		want := slices.Sorted(slices.Values(values))
		want = want[:min(max(n, 0), len(want))]
		if got := topn.Of(values, n, cmp.Compare[int]); !slices.Equal(got, want) {
			t.Fatalf("the first %d of %v: %v, want %v", n, values, got, want)
		}
	}
}
