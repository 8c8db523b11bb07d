package llm_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"mashal/llm"
)

// A server answers requests and probes as its functions say.
type brakeServer struct {
	brake    *llm.Brake
	started  time.Time
	request  func(at time.Duration, n int) (err error, useful bool) // n counts from 1
	probe    func(at time.Duration, n int) error
	takes    time.Duration // each request
	requests atomic.Int64
	probes   atomic.Int64
	inflight atomic.Int64
	most     atomic.Int64 // in flight at once
	accepts  bool

	mu     sync.Mutex
	pauses []string
}

func (s *brakeServer) gate(stopping <-chan struct{}) llm.Gate {
	return llm.Gate{
		Stopping: stopping,
		Probe: func(ctx context.Context) error {
			n := s.probes.Add(1)
			if s.probe == nil {
				return nil
			}
			return s.probe(time.Since(s.started), int(n))
		},
		Notify: func(p llm.Pause) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.pauses = append(s.pauses, p.String())
		},
	}
}

// ask sends requests until one is useful, and returns its failures.
func (s *brakeServer) ask(ctx context.Context) (failures int, err error) {
	for {
		pass, err := s.brake.Enter(ctx, s.gate(nil))
		if err != nil {
			return failures, err
		}
		n := s.requests.Add(1)
		s.most.Store(max(s.most.Load(), s.inflight.Add(1)))
		time.Sleep(s.takes)
		if s.accepts {
			pass.Accepted()
		}
		failure, useful := s.request(time.Since(s.started), int(n))
		s.inflight.Add(-1)
		held, stop := pass.Done(failure, useful)
		if useful {
			return failures, nil
		}
		failures++
		if stop != nil {
			return failures, stop
		}
		if !held {
			time.Sleep(time.Second)
		}
	}
}

// run asks for the given number of passages with so many workers. It returns the
// first error.
func (s *brakeServer) run(t *testing.T, workers, passages int) error {
	t.Helper()
	s.started = time.Now()
	jobs := make(chan int, passages)
	for n := range passages {
		jobs <- n
	}
	close(jobs)
	var wait sync.WaitGroup
	var first error
	var once sync.Once
	for range workers {
		wait.Go(func() {
			for range jobs {
				if _, err := s.ask(t.Context()); err != nil {
					once.Do(func() { first = err })
					return
				}
			}
		})
	}
	wait.Wait()
	return first
}

func failing(kind llm.Kind) error { return &llm.Error{Kind: kind, Err: errors.New("as the test says")} }

// TestBrakeOutage: an outage of a minute pauses the run, which goes on by itself.
// Few requests are sent into it.
func TestBrakeOutage(t *testing.T) {
	for _, kind := range []llm.Kind{llm.ServerError, llm.Overloaded, llm.Network, llm.Timeout, llm.Cut, llm.RateLimited} {
		for _, workers := range []int{1, 3, 64} {
			t.Run(fmt.Sprint(kind, workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					down := func(at time.Duration) bool { return at > 10*time.Second && at < 70*time.Second }
					s := &brakeServer{brake: llm.NewBrake(llm.DefaultBrake), takes: time.Second}
					s.request = func(at time.Duration, _ int) (error, bool) {
						if down(at) {
							return failing(kind), false
						}
						return nil, true
					}
					s.probe = func(at time.Duration, _ int) error {
						if down(at) {
							return failing(kind)
						}
						return nil
					}
					if err := s.run(t, workers, 40*workers); err != nil {
						t.Fatal(err)
					}
					wasted := s.requests.Load() - int64(40*workers)
					if most := int64(llm.DefaultBrake.Limit + workers); wasted == 0 || wasted > most {
						t.Errorf("%d requests were wasted, want 1 to %d", wasted, most)
					}
					if n := s.probes.Load(); n < 3 || n > 8 {
						t.Errorf("%d probes", n)
					}
					if took := time.Since(s.started); took > 3*time.Minute {
						t.Errorf("took %s", took)
					}
					if last := s.pauses[len(s.pauses)-1]; !strings.Contains(last, "answers again") {
						t.Errorf("pauses %q", s.pauses)
					}
					if state := s.brake.State(); state.InRow != 0 || state.Phase != llm.BrakeRunning || !state.Worked {
						t.Errorf("state %+v", state)
					}
				})
			})
		}
	}
}

// TestBrakeStops: what does not pass stops the run, after few requests.
func TestBrakeStops(t *testing.T) {
	type answer = func(at time.Duration, n int) (error, bool)
	always := func(kind llm.Kind) answer {
		return func(time.Duration, int) (error, bool) { return failing(kind), false }
	}
	for _, test := range []struct {
		name     string
		request  answer
		probe    error
		fatal    bool
		requests int64         // at most, with 64 workers
		within   time.Duration // from the start to the end
		why      string
	}{
		{"refused before anything worked", func(time.Duration, int) (error, bool) {
			return &llm.Error{Kind: llm.Network, Unreachable: true}, false
		}, nil, true, 3, 2 * time.Second, "no request can succeed"},
		{"no key", always(llm.Auth), nil, true, 3, 2 * time.Second, "no request can succeed"},
		{"no credit", always(llm.Quota), nil, true, 3, 2 * time.Second, "no request can succeed"},
		{"unknown model", always(llm.UnknownModel), nil, true, 3, 2 * time.Second, "no request can succeed"},
		{"down from the beginning", always(llm.ServerError), failing(llm.ServerError), false, 5, 11 * time.Minute, "no recovery within --patience 10m"},
		{"down for large requests", always(llm.ServerError), nil, false, 30, 12 * time.Minute, "no recovery within --patience 10m"},
		{"empty answers", always(llm.Empty), nil, false, 10, 2 * time.Minute, "answers could not be used (empty)"},
		{"malformed answers", always(llm.Malformed), failing(llm.Malformed), false, 5, 11 * time.Minute, "no recovery"},
		{"no verse", func(time.Duration, int) (error, bool) { return nil, false }, nil, false, 10, 2 * time.Minute, "no verse in the answers"},
		{"failures of two sorts in turn", func(_ time.Duration, n int) (error, bool) {
			return failing([]llm.Kind{llm.Empty, llm.ServerError}[n%2]), false
		}, nil, false, 20, 2 * time.Minute, "answers could not be used (empty)"},
		{"all refused", always(llm.Refused), nil, false, 30, 5 * time.Minute, "answers could not be used (refused)"},
		{"a long wait", func(time.Duration, int) (error, bool) {
			return &llm.Error{Kind: llm.RateLimited, RetryAfter: 3 * time.Hour}, false
		}, nil, false, 3, 2 * time.Second, "asks to wait 3h"},
		{"all refused after a success", func(_ time.Duration, n int) (error, bool) {
			return failing(llm.Refused), n <= 64
		}, nil, false, 64 + 60 + 64 + 10, 5 * time.Minute, "answers could not be used (refused)"},
		{"a model that cannot be loaded any more", func(_ time.Duration, n int) (error, bool) {
			return &llm.Error{Kind: llm.UnknownModel, Status: 500}, n <= 64
		}, &llm.Error{Kind: llm.UnknownModel, Status: 500}, false, 64 + 64 + 5, 12 * time.Minute, "no recovery within --patience 10m"},
		{"a key that expires", func(_ time.Duration, n int) (error, bool) {
			if n > 100 {
				return failing(llm.Auth), false
			}
			return nil, true
		}, nil, true, 165, time.Minute, "no request can succeed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &brakeServer{brake: llm.NewBrake(llm.DefaultBrake), takes: time.Second, request: test.request}
				s.probe = func(time.Duration, int) error { return test.probe }
				err := s.run(t, 64, 1000)
				stop := llm.AsStop(err)
				if stop == nil {
					t.Fatalf("%v", err)
				}
				if n := s.requests.Load(); n > test.requests {
					t.Errorf("%d requests", n)
				}
				if took := time.Since(s.started); took > test.within {
					t.Errorf("took %s", took)
				}
				if stop.Fatal != test.fatal || !strings.Contains(stop.Error(), test.why) {
					t.Errorf("fatal %v: %s", stop.Fatal, stop)
				}
			})
		})
	}
}

// TestBrakeHoldsNothingBack: failures that others follow with success, refusals and
// short waits pause nothing.
func TestBrakeHoldsNothingBack(t *testing.T) {
	for name, request := range map[string]func(at time.Duration, n int) (error, bool){
		"every second fails": func(_ time.Duration, n int) (error, bool) { return failing(llm.Overloaded), n%2 == 0 },
		"refusals after a success": func(_ time.Duration, n int) (error, bool) {
			return failing(llm.Refused), n == 1 || n > 50
		},
		"told to wait": func(_ time.Duration, n int) (error, bool) {
			return &llm.Error{Kind: llm.RateLimited, RetryAfter: 20 * time.Second}, n == 1 || n > 50
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &brakeServer{brake: llm.NewBrake(llm.DefaultBrake), takes: time.Second, request: request}
				if err := s.run(t, 1, 40); err != nil {
					t.Fatal(err)
				}
				if len(s.pauses) > 0 {
					t.Errorf("pauses %q", s.pauses)
				}
			})
		})
	}
}

// TestBrakeStarts: few requests are in flight until the server accepts one.
func TestBrakeStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &brakeServer{brake: llm.NewBrake(llm.DefaultBrake), takes: time.Second}
		s.request = func(at time.Duration, _ int) (error, bool) {
			if at < 30*time.Second {
				return failing(llm.Overloaded), false
			}
			return nil, true
		}
		s.probe = func(at time.Duration, _ int) error {
			err, _ := s.request(at, 0)
			return err
		}
		if err := s.run(t, 64, 100); err != nil {
			t.Fatal(err)
		}
		if n := s.requests.Load(); n > 100+8 {
			t.Errorf("%d requests", n)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s := &brakeServer{brake: llm.NewBrake(llm.DefaultBrake), takes: time.Minute, accepts: true}
		s.request = func(time.Duration, int) (error, bool) { return nil, true }
		done := make(chan error)
		go func() { done <- s.run(t, 64, 64) }()
		time.Sleep(time.Second)
		if n := s.requests.Load(); n != int64(llm.DefaultBrake.First) {
			t.Errorf("%d requests before the first is accepted", n)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if s.most.Load() < 60 {
			t.Errorf("at most %d in flight", s.most.Load())
		}
	})
}

// TestBrakeBeforeUsefulAnswers: a server that accepts requests, and of which no answer
// can be used, gets no more requests than pause the run.
func TestBrakeBeforeUsefulAnswers(t *testing.T) {
	for _, kind := range []llm.Kind{llm.Empty, llm.Malformed, llm.Cut, llm.PromptCut, llm.KindNone} {
		synctest.Test(t, func(t *testing.T) {
			s := &brakeServer{brake: llm.NewBrake(llm.DefaultBrake), takes: time.Second, accepts: true}
			s.request = func(time.Duration, int) (error, bool) {
				if kind == llm.KindNone {
					return nil, false
				}
				return failing(kind), false
			}
			var before int64
			s.probe = func(_ time.Duration, n int) error {
				if n == 1 {
					before = s.requests.Load()
				}
				return failing(kind)
			}
			if err := s.run(t, 4, 100); llm.AsStop(err) == nil {
				t.Fatal(err)
			}
			if before != int64(llm.DefaultBrake.Limit) {
				t.Errorf("%s: %d requests before the first probe, want %d", kind, before, llm.DefaultBrake.Limit)
			}
		})
	}
}

// TestBrakeOfUnusableAnswers: after answers that cannot be used, one request at a
// time shows whether the next can.
func TestBrakeOfUnusableAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &brakeServer{brake: llm.NewBrake(llm.DefaultBrake), takes: time.Second}
		s.request = func(at time.Duration, _ int) (error, bool) {
			if at > 10*time.Second && at < 20*time.Second {
				return failing(llm.Empty), false
			}
			return nil, true
		}
		if err := s.run(t, 8, 300); err != nil {
			t.Fatal(err)
		}
		if n := s.requests.Load() - 300; n > 16 {
			t.Errorf("%d requests were wasted", n)
		}
	})
}

// TestBrakeIsLeft: a caller that gives up while it waits or probes ends at once, and
// another one sends the next probe.
func TestBrakeIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := llm.NewBrake(llm.BrakeConfig{Limit: 1, Patience: time.Hour, First: 9, Base: time.Minute, Most: time.Hour})
		pass, err := b.Enter(t.Context(), llm.Gate{})
		if err != nil {
			t.Fatal(err)
		}
		if held, stop := pass.Done(failing(llm.Overloaded), false); !held || stop != nil {
			t.Fatal(held, stop)
		}
		probes := 0
		gate := func(stopping <-chan struct{}, hang bool) llm.Gate {
			return llm.Gate{Stopping: stopping, Probe: func(ctx context.Context) error {
				if probes++; hang {
					<-ctx.Done()
					return ctx.Err()
				}
				if probes < 3 {
					return failing(llm.Overloaded)
				}
				return nil
			}}
		}
		// The first caller probes at once, and is told to stop while it does.
		stopping := make(chan struct{})
		left := make(chan error, 1)
		go func() { _, err := b.Enter(t.Context(), gate(stopping, true)); left <- err }()
		time.Sleep(time.Second)
		entered := make(chan error, 1)
		go func() {
			pass, err := b.Enter(t.Context(), gate(nil, false))
			_, _ = pass.Done(nil, true)
			entered <- err
		}()
		synctest.Wait()
		close(stopping)
		began := time.Now()
		if err := <-left; !errors.Is(err, context.Canceled) || time.Since(began) > 0 {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		if err := <-entered; err != nil || probes != 3 || time.Since(began) != time.Minute {
			t.Errorf("%v after %d probes and %s", err, probes, time.Since(began))
		}
		// A caller whose context ends while it waits for the probe of another.
		pass, _ = b.Enter(t.Context(), llm.Gate{})
		pass.Done(failing(llm.Overloaded), false)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Enter(ctx, llm.Gate{Probe: func(context.Context) error { return failing(llm.Overloaded) }}); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

// TestBrakeExcuses: a request that failed in an outage is told so, and one that
// failed while the server answered others is not.
func TestBrakeExcuses(t *testing.T) {
	for _, down := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			b := llm.NewBrake(llm.BrakeConfig{Limit: 2, Patience: time.Hour, First: 9, Base: time.Second, Most: time.Hour})
			probes := 0
			g := llm.Gate{Probe: func(context.Context) error {
				if probes++; down && probes < 3 {
					return failing(llm.Overloaded)
				}
				return nil
			}}
			var before int
			for range 2 {
				pass, err := b.Enter(t.Context(), g)
				if err != nil {
					t.Fatal(err)
				}
				before = pass.Outages
				pass.Done(failing(llm.Overloaded), false)
			}
			pass, err := b.Enter(t.Context(), g)
			if err != nil {
				t.Fatal(err)
			}
			if grown := pass.Outages > before; grown != down {
				t.Errorf("down %v: %d outages, then %d", down, before, pass.Outages)
			}
			pass.Done(nil, true)
		})
	}
}

func TestPauseText(t *testing.T) {
	for _, test := range []struct {
		pause llm.Pause
		want  string
	}{
		{llm.Pause{Model: "openai:m", Kind: llm.Overloaded, InRow: 5, Probe: 20 * time.Second}, "paused: openai:m: overloaded (5 in a row), probing again in 20 s"},
		{llm.Pause{InRow: 5}, "paused: no verse in the answers (5 in a row), probing now"},
		{llm.Pause{Model: "openai:m", After: 200 * time.Second, Over: true}, "going on: openai:m: the server answers again after 3m20s"},
	} {
		if got := test.pause.String(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}
