package quota_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mashal/fleet/quota"
	"mashal/llm"
)

func failing(kind llm.Kind) error {
	return &llm.Error{Kind: kind, Provider: "openai", Err: errors.New("as the test says")}
}

// brakes opens the brake of one run in several processes.
func brakes(t *testing.T, all []*quota.Quota, c llm.BrakeConfig) (list []*llm.Brake) {
	t.Helper()
	for _, q := range all {
		b, err := q.Brake(t.Context(), "run", "openai:m", c)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, b)
	}
	return list
}

// TestProcessesShareABrake lets a server fail while 4 processes with 8 callers each send
// requests: the failures of all count, all pause, one of them probes at a time, and all go
// on.
func TestProcessesShareABrake(t *testing.T) {
	address, _ := newDatabase(t)
	c := llm.BrakeConfig{Limit: 5, Patience: time.Hour, First: 3, Base: 20 * time.Millisecond, Most: 50 * time.Millisecond}
	list := brakes(t, processes(t, address, 4), c)
	var answered, wasted, probing, probes, inflight, most atomic.Int64
	var down atomic.Bool
	var accepted atomic.Bool
	var pauses, ends [4]atomic.Int64
	gate := func(i int) llm.Gate {
		return llm.Gate{
			Probe: func(context.Context) error {
				if probing.Add(1) > 1 {
					t.Error("two probes at a time")
				}
				defer probing.Add(-1)
				if probes.Add(1) >= 4 {
					down.Store(false)
					return nil
				}
				return failing(llm.Overloaded)
			},
			Notify: func(p llm.Pause) {
				if p.Over {
					ends[i].Add(1)
				} else {
					pauses[i].Add(1)
				}
			},
		}
	}
	var callers sync.WaitGroup
	for i, b := range list {
		for range 8 {
			callers.Go(func() {
				for answered.Load() < 400 {
					pass, err := b.Enter(t.Context(), gate(i))
					if err != nil {
						t.Error(err)
						return
					}
					if n := inflight.Add(1); !accepted.Load() {
						most.Store(max(most.Load(), n))
					}
					time.Sleep(5 * time.Millisecond)
					inflight.Add(-1)
					if down.Load() {
						wasted.Add(1)
						_, _ = pass.Done(failing(llm.Overloaded), false)
						continue
					}
					accepted.Store(true)
					if held, stop := pass.Done(nil, true); stop != nil {
						t.Error(held, stop)
						return
					}
					if answered.Add(1) == 200 {
						down.Store(true)
					}
				}
			})
		}
	}
	callers.Wait()
	if most.Load() > int64(c.First) {
		t.Errorf("%d requests in flight before the server has accepted one", most.Load())
	}
	if n := probes.Load(); n < 4 || n > 8 {
		t.Errorf("%d probes", n)
	}
	if n := wasted.Load(); n < int64(c.Limit) || n > int64(c.Limit)+64 {
		t.Errorf("%d requests failed", n)
	}
	// A process learns of a pause when it is about to send something.
	var seen int64
	for i := range list {
		if pauses[i].Load() != ends[i].Load() {
			t.Errorf("process %d: %d pauses, %d ends", i, pauses[i].Load(), ends[i].Load())
		}
		seen += pauses[i].Load()
	}
	if seen == 0 {
		t.Error("no process has seen a pause")
	}
}

// TestBrakeStopsAllProcesses checks that a failure that cannot pass stops every process,
// with the reason.
func TestBrakeStopsAllProcesses(t *testing.T) {
	address, _ := newDatabase(t)
	list := brakes(t, processes(t, address, 2), llm.DefaultBrake)
	pass, err := list[0].Enter(t.Context(), llm.Gate{})
	if err != nil {
		t.Fatal(err)
	}
	if _, stop := pass.Done(failing(llm.Auth), false); llm.AsStop(stop) == nil {
		t.Fatal(stop)
	}
	_, err = list[1].Enter(t.Context(), llm.Gate{})
	stop := llm.AsStop(err)
	if stop == nil || !stop.Fatal || llm.KindOf(stop.Err) != llm.Auth || stop.Error() != "no request can succeed: openai: auth: as the test says" {
		t.Errorf("%v", err)
	}
}

// TestDeadProcessLeavesTheBrake checks that neither requests nor the probe of a process
// that died hold others back.
func TestDeadProcessLeavesTheBrake(t *testing.T) {
	address, db := newDatabase(t)
	all := processes(t, address, 2)
	list := brakes(t, all, llm.BrakeConfig{Limit: 1, Patience: time.Hour, First: 2, Base: time.Millisecond, Most: time.Millisecond})
	die := func() {
		execute(t, db, `DELETE FROM fleet.holder WHERE id = 'process 0'`)
		if _, err := all[1].Reap(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // in flight when the process dies
		if _, err := list[0].Enter(t.Context(), llm.Gate{}); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := list[1].Enter(ctx, llm.Gate{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a third request before the first was accepted: %v", err)
	}
	die()
	pass, err := list[1].Enter(t.Context(), llm.Gate{})
	if err != nil {
		t.Fatal(err)
	}
	if held, _ := pass.Done(failing(llm.Overloaded), false); !held {
		t.Error("one failure does not pause the run")
	}

	// The first process probes, and dies while it does.
	begun := make(chan struct{})
	ctx, kill := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = list[0].Enter(ctx, llm.Gate{Probe: func(ctx context.Context) error {
			close(begun)
			<-ctx.Done()
			return ctx.Err()
		}})
	}()
	<-begun
	if _, err := list[1].Enter(t.Context(), llm.Gate{HasNext: true}); !errors.Is(err, llm.ErrPaused) {
		t.Errorf("a caller with another model got %v", err)
	}
	die()
	pass, err = list[1].Enter(t.Context(), llm.Gate{Probe: func(context.Context) error { return nil }})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = pass.Done(nil, true)
	kill()
	<-left
}
