package commandtest

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
)

// A Torture is a row of the table that `make torture` prints: blows of one kind to running
// programs, and the harm that they have done. docs/keeping.md defines its columns.
type Torture struct {
	Blows int // the number that must hit

	name string
	seed uint64
	mu   sync.Mutex
	hits int
	sum  Harm
}

// NewTorture returns a row of few blows, or of many if MASHAL_TORTURE is set. After the
// test and its subtests the row is logged, and appended to the file that MASHAL_TORTURE
// names. The random numbers begin with MASHAL_SEED if it is set.
func NewTorture(t testing.TB, name string, few, many int) *Torture {
	t.Helper()
	r := &Torture{Blows: few, name: name, seed: rand.Uint64()}
	table := os.Getenv("MASHAL_TORTURE")
	if table != "" {
		r.Blows = many
	}
	if s := os.Getenv("MASHAL_SEED"); s != "" {
		var err error
		if r.seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("MASHAL_SEED: %v", err)
		}
	}
	t.Cleanup(func() {
		s := r.sum
		line := fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d of %d | %d |\n", name, r.hits, s.Lost, s.Altered, s.Doubled, s.False, s.Twice, s.InFlight, r.seed)
		t.Log("blows that hit, lost, altered, doubled, falsely reported, tokens bought twice, seed:\n" + line)
		if r.hits != r.Blows && !t.Failed() {
			t.Errorf("%d blows have hit, want %d", r.hits, r.Blows)
		}
		if table == "" {
			return
		}
		file, err := os.OpenFile(table, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err != nil {
			t.Error(err)
			return
		}
		if _, err := file.WriteString(line); err != nil {
			t.Error(err)
		}
		if err := file.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// Random returns the random numbers of the n-th blow.
func (r *Torture) Random(n int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.name)) // never fails
	return rand.New(rand.NewPCG(r.seed, h.Sum64()+uint64(n)))
}

// Left returns how many blows are still to hit.
func (r *Torture) Left() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.Blows - r.hits
}

// Run calls blow in parallel subtests until enough blows have hit a live process.
func (r *Torture) Run(t *testing.T, blow func(t *testing.T, random *rand.Rand) (hit bool, harm Harm)) {
	t.Helper()
	n := 0
	for r.Left() > 0 && !t.Failed() {
		if n > 10*r.Blows {
			t.Fatal("most blows miss")
		}
		t.Run(r.name, func(t *testing.T) {
			for range r.Left() {
				n++
				random := r.Random(n)
				t.Run(strconv.Itoa(n), func(t *testing.T) {
					t.Parallel()
					hit, harm := blow(t, random)
					hits := 0
					if hit {
						hits = 1
					}
					r.Add(t, hits, harm)
				})
			}
		})
	}
}

// Add adds blows that have hit, and their harm. The test fails if there is any other than
// tokens that were bought twice, or if these are more than were in flight.
func (r *Torture) Add(t testing.TB, hits int, h Harm) {
	t.Helper()
	if h.Lost+h.Altered+h.Doubled+h.False > 0 || h.Twice > h.InFlight {
		t.Errorf("%+v", h)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hits += hits
	r.sum.Lost += h.Lost
	r.sum.Altered += h.Altered
	r.sum.Doubled += h.Doubled
	r.sum.False += h.False
	r.sum.Twice += h.Twice
	r.sum.InFlight += h.InFlight
}
