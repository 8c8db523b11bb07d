package llm_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mashal"
	"mashal/llm"
)

var small = mashal.Tokens{Input: 100, Output: 100}

func acquire(t *testing.T, l *llm.Limiter, u mashal.Tokens) *llm.Lease {
	t.Helper()
	lease, err := l.Acquire(context.Background(), u)
	if err != nil {
		t.Fatal(err)
	}
	return lease
}

// TestOneWorkersWaitStopsAll checks that after a 429 no request starts before the
// wait is over, and then half as many at once.
func TestOneWorkersWaitStopsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(8, llm.Limits{})
		start := time.Now()
		var leases []*llm.Lease
		for range 8 {
			leases = append(leases, acquire(t, l, small))
		}
		if waited := time.Since(start); waited != 0 {
			t.Fatalf("the first eight requests waited %s", waited)
		}
		limited := &llm.Error{Kind: llm.RateLimited, RetryAfter: 20 * time.Second}
		for i, lease := range leases {
			time.Sleep(time.Second)
			limited := *limited
			limited.RetryAfter -= time.Duration(i) * time.Second
			lease.Done(llm.Response{}, &limited)
		}
		if s := l.Stats(); s.Shrunk != 1 || s.Window != 4 {
			t.Errorf("a burst of eight 429s shrinks the window more than once: %+v", s)
		}
		var running, most atomic.Int64
		var group sync.WaitGroup
		for range 12 {
			group.Go(func() {
				lease := acquire(t, l, small)
				if since := time.Since(start); since < 21*time.Second {
					t.Errorf("started after %s, told to wait until 21s", since)
				}
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(10 * time.Second)
				running.Add(-1)
				lease.Done(llm.Response{}, nil)
			})
		}
		group.Wait()
		if got := most.Load(); got > 6 || got < 4 {
			t.Errorf("%d at once after the window shrank to 4", got)
		}
	})
}

// TestWindow checks that the window halves with each round of failures down to
// one, and grows by one with each round of successes up to its maximum.
func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(16, llm.Limits{})
		round := func(n int, err error) int {
			var leases []*llm.Lease
			for range n {
				leases = append(leases, acquire(t, l, small))
			}
			time.Sleep(time.Second)
			for _, lease := range leases {
				lease.Done(llm.Response{}, err)
			}
			return l.Stats().Window
		}
		for _, want := range []int{8, 4, 2, 1, 1} {
			if got := round(l.Stats().Window, &llm.Error{Kind: llm.Overloaded}); got != want {
				t.Errorf("the window is %d, want %d", got, want)
			}
		}
		for want := 2; want <= 16; want++ {
			rounds := 0
			for l.Stats().Window < want && rounds < 3 {
				round(l.Stats().Window, nil)
				rounds++
			}
			if got := l.Stats().Window; got != want {
				t.Fatalf("the window is %d after %d rounds, want %d", got, rounds, want)
			}
		}
		if got := round(16, nil); got != 16 {
			t.Errorf("the window exceeds its maximum: %d", got)
		}
		// Failures that are not caused by load do not change it.
		for _, kind := range []llm.Kind{llm.ServerError, llm.Network, llm.BadRequest, llm.Cut, llm.Canceled} {
			if got := round(16, &llm.Error{Kind: kind}); got != 16 {
				t.Errorf("%s shrinks the window to %d", kind, got)
			}
		}
	})
}

// TestConfiguredRates checks limits per minute from the configuration.
func TestConfiguredRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(1000, llm.Limits{Requests: llm.Window{Limit: 60}})
		start := time.Now()
		for range 120 {
			acquire(t, l, small).Done(llm.Response{}, nil)
		}
		if d := time.Since(start).Round(time.Second); d != time.Minute {
			t.Errorf("120 requests at 60 a minute, after a minute without any, took %s, want 1m", d)
		}

		l = llm.NewLimiter(1000, llm.Limits{Tokens: llm.Window{Limit: 6000}})
		start = time.Now()
		used := llm.Response{Usage: mashal.Tokens{Input: 500, Output: 100, Reported: true}}
		for range 30 {
			acquire(t, l, mashal.Tokens{Input: 500, Output: 100}).Done(used, nil)
		}
		if d := time.Since(start).Round(time.Second); d != 2*time.Minute {
			t.Errorf("18000 tokens at 6000 a minute, after a minute without any, took %s, want 2m", d)
		}
		// A request larger than the tokens of a minute waits for a full bucket.
		start = time.Now()
		acquire(t, l, mashal.Tokens{Input: 50_000}).Done(llm.Response{}, nil)
		if d := time.Since(start).Round(time.Second); d != time.Minute {
			t.Errorf("a very large request waited %s, want 1m", d)
		}
	})
}

// TestLearnedLimits checks that the headers of an answer delay the next request,
// also where the limit is not one per minute.
func TestLearnedLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(10, llm.Limits{})
		acquire(t, l, small).Done(llm.Response{Limits: llm.Limits{
			Requests: llm.Window{Limit: 200, Remaining: 0, Reset: 200 * 432 * time.Second}, // a day
		}}, nil)
		start := time.Now()
		acquire(t, l, small).Done(llm.Response{}, nil)
		if d := time.Since(start).Round(time.Second); d != 432*time.Second {
			t.Errorf("one of 200 requests a day was delayed by %s, want 432s", d)
		}

		l = llm.NewLimiter(10, llm.Limits{})
		acquire(t, l, small).Done(llm.Response{Limits: llm.Limits{
			Tokens: llm.Window{Limit: 30000, Remaining: 1000, Reset: 58 * time.Second},
		}, Usage: mashal.Tokens{Input: 900, Output: 100, Reported: true}}, nil)
		start = time.Now()
		acquire(t, l, mashal.Tokens{Input: 5900, Output: 5000}) // expects 5900 in and, as before, 100 out
		if d := time.Since(start).Round(time.Second); d != 10*time.Second {
			t.Errorf("6000 tokens with 1000 left at 500 a second waited %s, want 10s", d)
		}
	})
}

// TestOrder checks that requests start in the order in which they came, and that
// a request cancelled while it waits does not delay others.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(1, llm.Limits{})
		first := acquire(t, l, small)
		gone := errors.New("gone")
		ctx, cancel := context.WithCancelCause(context.Background())
		var order []int
		var group sync.WaitGroup
		for i := range 5 {
			group.Go(func() {
				c := context.Background()
				if i == 1 {
					c = ctx
				}
				lease, err := l.Acquire(c, small)
				if i == 1 {
					if !errors.Is(err, gone) {
						t.Errorf("the canceled one got %v", err)
					}
					return
				}
				order = append(order, i)
				lease.Done(llm.Response{}, nil)
			})
			synctest.Wait()
		}
		cancel(gone)
		synctest.Wait()
		first.Done(llm.Response{}, nil)
		group.Wait()
		if want := []int{0, 2, 3, 4}; len(order) != 4 || order[0] != want[0] || order[1] != want[1] || order[2] != want[2] || order[3] != want[3] {
			t.Errorf("order is %v, want %v", order, want)
		}
		if s := l.Stats(); s.MaxUsed != 1 {
			t.Errorf("%d at once, want 1", s.MaxUsed)
		}
	})
}

func TestNoLimiter(t *testing.T) {
	var l *llm.Limiter
	lease, err := l.Acquire(t.Context(), small)
	if err != nil {
		t.Fatal(err)
	}
	lease.Done(llm.Response{}, nil)
	if l.Stats() != (llm.LimiterStats{}) {
		t.Error("a nil limiter has statistics")
	}
}

// TestWaitsEndWhenStopping ends the wait for the limits of a key when the run is
// asked to stop.
func TestWaitsEndWhenStopping(t *testing.T) {
	stopping := make(chan struct{})
	l := llm.NewLimiter(2, llm.Limits{})
	acquire(t, l, small).Done(llm.Response{}, &llm.Error{Kind: llm.RateLimited, RetryAfter: time.Hour})
	client := &llm.Client{Provider: unasked{t}, Limiter: l}
	waits := make(chan error)
	go func() {
		_, err := client.Stream(llm.WithStopping(t.Context(), stopping), llm.Request{Model: "m", Prompt: "p"}, func([]byte) error { return nil })
		waits <- err
	}()
	time.Sleep(10 * time.Millisecond)
	close(stopping)
	select {
	case err := <-waits:
		if llm.KindOf(err) != llm.Canceled {
			t.Errorf("a wait ends with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the wait goes on")
	}
}

// unasked is a provider that must not be asked.
type unasked struct{ t *testing.T }

func (unasked) Name() string { return "unasked" }

func (u unasked) Stream(context.Context, llm.Request, func([]byte) error) (llm.Response, error) {
	u.t.Error("a request was sent")
	return llm.Response{}, nil
}
