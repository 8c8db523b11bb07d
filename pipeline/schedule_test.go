package pipeline_test

import (
	"testing"
	"time"

	"mashal/pipeline"
)

func TestLongestFirst(t *testing.T) {
	for _, test := range []struct {
		name    string
		jobs    [][]time.Duration
		workers int
		want    time.Duration
	}{
		{"nothing to do", nil, 3, 0},
		{"one worker does all", [][]time.Duration{{3}, {1}, {2}}, 1, 6},
		{"more workers than jobs", [][]time.Duration{{3}, {1}, {2}}, 8, 3},
		{"the order given does not matter", [][]time.Duration{{1}, {1}, {4}, {2}}, 2, 4},
		// Graham's example, where longest first takes 11 and the best schedule 9.
		{"Graham's worst case for three", [][]time.Duration{{5}, {5}, {4}, {4}, {3}, {3}, {3}}, 3, 11},
		{"what follows waits for what is before it", [][]time.Duration{{5, 5}}, 2, 10},
		{"most ahead first", [][]time.Duration{{4}, {3, 3}}, 1, 10},
		{"the other worker fills the gap", [][]time.Duration{{4, 1}, {2, 2}, {3}}, 2, 6},
		{"no worker counts as one", [][]time.Duration{{2}, {2}}, 0, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := pipeline.LongestFirst(test.jobs, test.workers); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}
