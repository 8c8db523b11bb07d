package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/ledger"
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

// TestEfficiencyOfWaiting: the time that a worker waits is no work, and a worker
// whose tasks wait while it works on others shows that it works. What the machine
// takes for the rest may be either. report.TestTimes has exact figures.
func TestEfficiencyOfWaiting(t *testing.T) {
	const while = 150 * time.Millisecond
	for _, test := range []struct {
		name      string
		selection string
		script    func(ctx context.Context, t *pipeline.Task) error
		works     time.Duration // at least
		waits     time.Duration // of the worker, at least
	}{
		{"works half of the time, waits half of it", "Obadiah", func(ctx context.Context, t *pipeline.Task) error {
			time.Sleep(while)
			return t.Wait(ctx, while)
		}, while, while},
		{"the limiter holds it back half of the time", "Obadiah", func(ctx context.Context, t *pipeline.Task) error {
			start := time.Now()
			time.Sleep(while)
			err := t.Queued(ctx, start, time.Since(start))
			time.Sleep(while)
			return err
		}, while, while},
		{"six chapters wait at once", "Joel Obadiah Nahum 1", func(ctx context.Context, t *pipeline.Task) error {
			if err := t.Wait(ctx, while); err != nil {
				return err
			}
			time.Sleep(while)
			return nil
		}, 6 * while, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := testConfig(t, test.selection, &paid{scripted: scripted{script: firstVerse(test.script)}})
			cfg.Workers = 1
			rep, err := pipeline.Run(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			from, to := test.works.Seconds()/rep.Wall.Seconds(), 1-test.waits.Seconds()/rep.Wall.Seconds()
			if rep.Efficiency < from || rep.Efficiency > to {
				t.Errorf("efficiency %.3f (worked %s, waited %s of %s), want %.3f to %.3f", rep.Efficiency, rep.Worked, rep.Waited, rep.Wall, from, to)
			}
			apart(t, rep)
		})
	}
}

// apart checks that each worker worked on one attempt at a time, within the run.
func apart(t *testing.T, rep *report.Report) {
	t.Helper()
	if rep.Efficiency < 0 || rep.Efficiency > 1 {
		t.Errorf("efficiency %v", rep.Efficiency)
	}
	workers := map[int][]ledger.WorkPeriod{}
	for i := range rep.Attempts {
		for _, p := range rep.Attempts[i].Worked() {
			workers[p.Worker] = append(workers[p.Worker], p)
		}
	}
	for worker, periods := range workers {
		slices.SortFunc(periods, func(a, b ledger.WorkPeriod) int { return a.Started.Compare(b.Started) })
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

// TestBoundHolds: the wall time of a run whose tasks take a while, and partly wait,
// is near the time that the same tasks take longest first, with any number of
// workers.
func TestBoundHolds(t *testing.T) {
	for _, workers := range []int{1, 3, 16, 64} {
		annotator := &paid{most: 10}
		annotator.script = firstVerse(func(ctx context.Context, t *pipeline.Task) error {
			time.Sleep(time.Duration(len(t.Verses)) * 4 * time.Millisecond)
			if t.Verses[0] == 1 {
				return t.Wait(ctx, 30*time.Millisecond)
			}
			return nil
		})
		cfg := testConfig(t, "Joel Obadiah Nahum Habakkuk", annotator)
		cfg.Workers = workers
		rep, err := pipeline.Run(t.Context(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		// A run begins and ends in some 50 ms; how near it comes is measured by
		// the simulator (docs/models.md).
		t.Logf("%d workers: %.3f × the bound of %s, efficiency %.2f", workers, rep.BoundRatio, rep.LongestFirst, rep.Efficiency)
		if over := rep.Wall - rep.LongestFirst; rep.BoundRatio < .99 || over > rep.LongestFirst/5+400*time.Millisecond {
			t.Errorf("%d workers: %s of wall time, the bound is %s", workers, rep.Wall, rep.LongestFirst)
		}
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
		for _, want := range []string{"ERROR: the " + test.name + " panicked", "passage=Obadiah 1", "panic=out of ink", "pipeline_test.panicHere", "wait_test.go:"} {
			if !strings.Contains(string(log), want) {
				t.Errorf("%s: the log lacks %q:\n%s", test.name, want, log)
			}
		}
	}
}

func panicHere() { panic("out of ink") }
