package schedule_test

import (
	"slices"
	"testing"
	"time"

	"mashal/schedule"
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
			if got := schedule.LongestFirst(chainsOf(test.jobs), test.workers); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// chainsOf returns chains of jobs without delays.
func chainsOf(work [][]time.Duration) [][]schedule.Job {
	chains := make([][]schedule.Job, len(work))
	for i, jobs := range work {
		for _, d := range jobs {
			chains[i] = append(chains[i], schedule.Job{Work: d})
		}
	}
	return chains
}

func TestDelays(t *testing.T) {
	for _, test := range []struct {
		name    string
		chains  [][]schedule.Job
		workers int
		want    time.Duration
	}{
		{"a delay takes time and no worker", [][]schedule.Job{{{Work: 1}, {Delay: 5, Work: 1}}, {{Work: 4}}}, 1, 7},
		{"nothing else to do", [][]schedule.Job{{{Work: 1}, {Delay: 5, Work: 1}}}, 3, 7},
		{"several wait at once", [][]schedule.Job{{{Work: 1}, {Delay: 9, Work: 1}}, {{Work: 1}, {Delay: 9, Work: 1}}}, 1, 12},
		{"before the first job", [][]schedule.Job{{{Delay: 2, Work: 1}}, {{Work: 1}}}, 1, 3},
	} {
		if got := schedule.LongestFirst(test.chains, test.workers); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

// TestLongDifferences: the order holds where the difference of two durations does
// not fit into 32 bits (4.3 s), which is an int on some machines.
func TestLongDifferences(t *testing.T) {
	const tooLong = 1 << 32
	chains := chainsOf([][]time.Duration{{1}, {1 + tooLong}, {2}, {3 + 2*tooLong}, {1 + tooLong/2}})
	var order []int
	schedule.Simulate(chains, 1, func(chain, _ int, _ time.Duration) { order = append(order, chain) })
	if want := []int{3, 1, 4, 2, 0}; !slices.Equal(order, want) {
		t.Errorf("started in the order %v, want %v", order, want)
	}
}
