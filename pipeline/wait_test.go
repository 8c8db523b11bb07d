package pipeline_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/report"
)

// firstVerse makes a script that calls fn once for each passage.
func firstVerse(fn func(ctx context.Context, t *pipeline.Task) error) func(context.Context, *pipeline.Task, mashal.Ref, mashal.Result) (mashal.Result, error) {
	return func(ctx context.Context, t *pipeline.Task, ref mashal.Ref, r mashal.Result) (mashal.Result, error) {
		if ref.Verse == t.Verses[0] {
			return r, fn(ctx, t)
		}
		return r, nil
	}
}

// TestEfficiencyOfWaiting: a worker that waits half of the time shows 0.5, and one
// whose tasks wait while it works on others shows 1. The clock is a fake one, so
// that the machine takes no time for the rest.
func TestEfficiencyOfWaiting(t *testing.T) {
	for _, test := range []struct {
		name      string
		selection string
		script    func(ctx context.Context, t *pipeline.Task) error
		want      float64
	}{
		{"works half of the time, waits half of it", "Obadiah", func(ctx context.Context, t *pipeline.Task) error {
			time.Sleep(time.Minute)
			return t.Wait(ctx, time.Minute)
		}, .5},
		{"the limiter holds it back half of the time", "Obadiah", func(ctx context.Context, t *pipeline.Task) error {
			start := time.Now()
			time.Sleep(time.Minute)
			err := t.Queued(ctx, start, time.Since(start))
			time.Sleep(time.Minute)
			return err
		}, .5},
		{"six chapters wait in turn", "Joel Obadiah Nahum 1", func(ctx context.Context, t *pipeline.Task) error {
			time.Sleep(time.Minute)
			if err := t.Wait(ctx, time.Minute); err != nil {
				return err
			}
			time.Sleep(time.Minute)
			return nil
		}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := testConfig(t, test.selection, &paid{scripted: scripted{script: firstVerse(test.script)}})
				cfg.Workers = 1
				rep, err := pipeline.Run(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(rep.Efficiency-test.want) > .001 {
					t.Errorf("efficiency %.3f (worked %s, waited %s of %s), want %.3f", rep.Efficiency, rep.Worked, rep.Waited, rep.Wall, test.want)
				}
				apart(t, rep)
			})
		})
	}
}

// apart checks that each worker worked on one attempt at a time, within the run.
func apart(t *testing.T, rep *report.Report) {
	t.Helper()
	if rep.Efficiency < 0 || rep.Efficiency > 1 {
		t.Errorf("efficiency %v", rep.Efficiency)
	}
	workers := map[int][]mashal.WorkPeriod{}
	for i := range rep.Attempts {
		for _, p := range rep.Attempts[i].Worked() {
			workers[p.Worker] = append(workers[p.Worker], p)
		}
	}
	for worker, periods := range workers {
		slices.SortFunc(periods, func(a, b mashal.WorkPeriod) int {
			return cmp.Or(a.Started.Compare(b.Started), a.Ended.Compare(b.Ended))
		})
		last := rep.Run.Started
		for _, p := range periods {
			if p.Started.Before(last) || p.Ended.Before(p.Started) {
				t.Errorf("worker %d of %d works from %s to %s and was busy until %s", worker, rep.Run.Workers, p.Started, p.Ended, last)
			}
			last = p.Ended
		}
		if last.After(rep.Run.Ended) || worker > rep.Run.Workers {
			t.Errorf("worker %d of %d works until %s, the run ended %s", worker, rep.Run.Workers, last, rep.Run.Ended)
		}
	}
}

// TestWorkersWorkOnOneTask: with tasks that wait, are held back, fail and end as
// chance has it, no worker has two of them, and all events of a worker tell so.
func TestWorkersWorkOnOneTask(t *testing.T) {
	for _, workers := range []int{1, 3, 16} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			var mu sync.Mutex
			random := rand.New(rand.NewPCG(uint64(workers), 7))
			chance := func(n int) time.Duration {
				mu.Lock()
				defer mu.Unlock()
				return time.Duration(random.IntN(n)) * time.Millisecond
			}
			annotator := &paid{most: 9}
			annotator.script = firstVerse(func(ctx context.Context, t *pipeline.Task) error {
				for range 3 {
					time.Sleep(chance(3))
					if err := t.Wait(ctx, chance(20)); err != nil {
						return err
					}
					start := time.Now()
					time.Sleep(chance(5))
					if err := t.Queued(ctx, start, time.Since(start)); err != nil {
						return err
					}
				}
				if chance(5) == 0 {
					return errors.New("chance")
				}
				return nil
			})
			cfg := testConfig(t, "Joel Obadiah Nahum", annotator)
			cfg.Validator, cfg.Workers = &judge{}, workers
			busy := map[int]string{}
			cfg.Observe = func(e pipeline.Event) {
				switch e := e.(type) {
				case pipeline.Started:
					begins(t, busy, e.Assignment)
				case pipeline.Resumed:
					begins(t, busy, e.Assignment)
				case pipeline.Waiting:
					ends(t, busy, e.Assignment)
				case pipeline.Ended:
					ends(t, busy, e.Assignment)
				}
			}
			rep, err := pipeline.Run(t.Context(), cfg)
			if err != nil && mashal.CodeOf(err) != mashal.Incomplete {
				t.Fatal(err)
			}
			if len(busy) > 0 {
				t.Errorf("at the end %v are busy", slices.Collect(maps.Values(busy)))
			}
			apart(t, rep)
			waits := 0
			for _, a := range rep.Attempts {
				waits += len(a.Waits)
			}
			if waits < 20 {
				t.Errorf("%d waits are recorded", waits)
			}
		})
	}
}

func begins(t *testing.T, busy map[int]string, a pipeline.Assignment) {
	if was, known := busy[a.Worker]; known {
		t.Errorf("worker %d begins %s while it has %s", a.Worker, a.Reference(), was)
	}
	busy[a.Worker] = string(a.Purpose) + a.Reference()
}

func ends(t *testing.T, busy map[int]string, a pipeline.Assignment) {
	if was := busy[a.Worker]; was != string(a.Purpose)+a.Reference() {
		t.Errorf("worker %d ends %s, it has %q", a.Worker, a.Reference(), was)
	}
	delete(busy, a.Worker)
}

// TestBoundHolds: the wall time of a run whose tasks take as long as a model would,
// and partly wait, is the time that the same tasks take longest first, with any number of workers.
// The clock is a fake one, so that the machine takes no time for the rest; how near
// a real run comes is measured by the simulator (docs/models.md).
func TestBoundHolds(t *testing.T) {
	for _, workers := range []int{1, 3, 16, 64} {
		synctest.Test(t, func(t *testing.T) {
			annotator := &paid{most: 10}
			annotator.script = firstVerse(func(ctx context.Context, t *pipeline.Task) error {
				words := 0
				for _, v := range t.Verses {
					words += len(t.Chapter.Verses[v-1].Words)
				}
				time.Sleep(time.Minute + time.Duration(words)*100*time.Millisecond)
				if t.Verses[0] == 1 {
					return t.Wait(ctx, 8*time.Second)
				}
				return nil
			})
			cfg := testConfig(t, "Hosea Joel Obadiah Nahum Habakkuk", annotator)
			cfg.Workers = workers
			rep, err := pipeline.Run(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d workers: %.3f × the bound of %s, efficiency %.2f", workers, rep.BoundRatio, rep.LongestFirst, rep.Efficiency)
			if rep.BoundRatio < 1/1.02 || rep.BoundRatio > 1.02 {
				t.Errorf("%d workers: %s of wall time, the bound is %s", workers, rep.Wall, rep.LongestFirst)
			}
			apart(t, rep)
		})
	}
}

// TestBoundHoldsWithFailures: if 60 % of the requests fail at once and the waits are
// short, as those of llm.DefaultPolicy are, the wall time stays near the bound.
func TestBoundHoldsWithFailures(t *testing.T) {
	var sum float64
	const seeds = 5
	for seed := range uint64(seeds) {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			random := rand.New(rand.NewPCG(seed, 7))
			fails := func() bool {
				mu.Lock()
				defer mu.Unlock()
				return random.Float64() < .6
			}
			annotator := &paid{most: 10}
			annotator.script = firstVerse(func(ctx context.Context, t *pipeline.Task) error {
				words := 0
				for _, v := range t.Verses {
					words += len(t.Chapter.Verses[v-1].Words)
				}
				for n := 1; fails(); n++ {
					d := llm.DefaultPolicy.Decide(&llm.Error{Kind: llm.Overloaded}, llm.Situation{Attempts: min(n, 8)})
					if err := t.Wait(ctx, d.Wait); err != nil {
						return err
					}
				}
				time.Sleep(5*time.Second + time.Duration(words)*300*time.Millisecond)
				return nil
			})
			cfg := testConfig(t, "Hosea Joel Obadiah Nahum Habakkuk", annotator)
			cfg.Workers = 3
			rep, err := pipeline.Run(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%.3f × the bound of %s, efficiency %.2f", rep.BoundRatio, rep.LongestFirst, rep.Efficiency)
			sum += rep.BoundRatio
			apart(t, rep)
		})
	}
	if mean := sum / seeds; mean > 1.15 {
		t.Errorf("%.3f × the bound on average", mean)
	}
}

// TestZeroLength: a run whose attempts all have zero length still has a manifest.
func TestZeroLength(t *testing.T) {
	cfg := testConfig(t, "Joel", &scripted{script: func(context.Context, *pipeline.Task, mashal.Ref, mashal.Result) (mashal.Result, error) {
		return mashal.Result{}, errors.New("at once")
	}})
	rep, err := pipeline.Run(t.Context(), cfg)
	if mashal.CodeOf(err) != mashal.Incomplete {
		t.Fatal(err)
	}
	readJSON(t, filepath.Join(cfg.Folder.Run(rep.Run.ID), "manifest.json"))
}

// TestPanicKeepsItsStack: the log of the run tells where the annotator or the
// validator panicked.
func TestPanicKeepsItsStack(t *testing.T) {
	for _, test := range []struct {
		name      string
		annotator *scripted
		validator *judge
	}{
		{"annotator", &scripted{script: func(context.Context, *pipeline.Task, mashal.Ref, mashal.Result) (mashal.Result, error) {
			panicHere()
			return mashal.Result{}, nil
		}}, nil},
		{"validator", &scripted{}, &judge{script: func(context.Context, mashal.Ref) error { panicHere(); return nil }}},
	} {
		cfg := testConfig(t, "Obadiah", test.annotator)
		if test.validator != nil {
			cfg.Validator = test.validator
		}
		rep, err := pipeline.Run(t.Context(), cfg)
		if mashal.CodeOf(err) != mashal.Incomplete {
			t.Fatal(err)
		}
		log, err := os.ReadFile(filepath.Join(cfg.Folder.Run(rep.Run.ID), "run.log"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"ERROR: the " + test.name + " panicked", `passage="Obadiah 1"`, `panic="out of ink"`, "pipeline_test.panicHere", "wait_test.go:"} {
			if !strings.Contains(string(log), want) {
				t.Errorf("%s: the log lacks %q:\n%s", test.name, want, log)
			}
		}
	}
}

func panicHere() { panic("out of ink") }
