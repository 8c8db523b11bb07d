package llm_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mashal"
	"mashal/llm"
)

// arrival is a request as a server sees it.
type arrival struct {
	at     time.Time
	tokens int64
}

// mostWithin returns the most requests and tokens that arrived within a minute.
func mostWithin(all []arrival) (requests int, tokens int64) {
	first, sum := 0, int64(0)
	for i, a := range all {
		sum += a.tokens
		for ; a.at.Sub(all[first].at) >= time.Minute; first++ {
			sum -= all[first].tokens
		}
		requests, tokens = max(requests, i-first+1), max(tokens, sum)
	}
	return requests, tokens
}

// TestLimitHoldsInEveryMinute slides a window of a minute over what arrives at a
// server, the first minute and pauses included. What arrives is at least 98 % of
// what the limit allows while requests wait.
func TestLimitHoldsInEveryMinute(t *testing.T) {
	for _, test := range []struct {
		name    string
		limits  llm.Limits
		learned bool
		tokens  func() int64
		latency func() time.Duration
		pause   time.Duration // in the middle nothing is asked for
		least   float64       // of the limit, in part
	}{
		{"requests", llm.Limits{Requests: llm.Window{Limit: 60}}, false, func() int64 { return 1 }, func() time.Duration { return time.Second }, 0, .98},
		{"slow arrivals", llm.Limits{Requests: llm.Window{Limit: 60}}, false, func() int64 { return 1 }, func() time.Duration { return time.Duration(rand.IntN(500)) * time.Millisecond }, 0, .98},
		{"idle between", llm.Limits{Requests: llm.Window{Limit: 60}}, false, func() int64 { return 1 }, func() time.Duration { return time.Second }, 90 * time.Second, 0},
		{"tokens", llm.Limits{Tokens: llm.Window{Limit: 60_000}}, false, func() int64 { return 500 }, func() time.Duration { return 20 * time.Second }, 0, .98},
		{"tokens of all sizes", llm.Limits{Tokens: llm.Window{Limit: 60_000}}, false, func() int64 { return 1 + rand.Int64N(1000) }, func() time.Duration { return time.Second }, 0, .96},
		{"large tokens", llm.Limits{Tokens: llm.Window{Limit: 30_000}}, false, func() int64 { return 1 + rand.Int64N(20_000) }, func() time.Duration { return time.Second }, 0, .5},
		{"learned", llm.Limits{Requests: llm.Window{Limit: 60}}, true, func() int64 { return 1 }, func() time.Duration { return time.Second }, 0, .9},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				limits := test.limits
				if test.learned {
					limits = llm.Limits{}
				}
				l := llm.NewLimiter(64, limits)
				if test.learned {
					told := test.limits.Requests
					told.Remaining = told.Limit
					acquire(t, l, small).Done(llm.Response{Limits: llm.Limits{Requests: told}}, nil)
					time.Sleep(time.Minute)
				}
				const length = 5 * time.Minute
				start := time.Now()
				var mu sync.Mutex
				var all []arrival
				var workers sync.WaitGroup
				ctx, cancel := context.WithDeadline(t.Context(), start.Add(length))
				defer cancel()
				for range 64 {
					workers.Go(func() {
						for {
							tokens := test.tokens()
							lease, err := l.Acquire(ctx, mashal.Tokens{Input: tokens})
							if err != nil {
								return
							}
							latency := test.latency()
							time.Sleep(min(latency, time.Second/2)) // on its way
							mu.Lock()
							all = append(all, arrival{time.Now(), tokens})
							mu.Unlock()
							time.Sleep(latency)
							lease.Done(llm.Response{Usage: mashal.Tokens{Input: tokens, Reported: true}}, nil)
							if middle := start.Add(length / 2); test.pause > 0 && time.Now().After(middle) && time.Now().Before(middle.Add(test.pause)) {
								time.Sleep(test.pause)
							}
						}
					})
				}
				workers.Wait()
				requests, tokens := mostWithin(all)
				if limit := test.limits.Requests.Limit; limit > 0 && int64(requests) > limit {
					t.Errorf("%d requests arrived within a minute, and %d are allowed", requests, limit)
				}
				if limit := test.limits.Tokens.Limit; limit > 0 && tokens > limit {
					t.Errorf("%d tokens arrived within a minute, and %d are allowed", tokens, limit)
				}
				part := 1.
				if limit := test.limits.Requests.Limit; limit > 0 {
					part = float64(len(all)) / (float64(limit) * length.Minutes())
				} else {
					var sum int64
					for _, a := range all {
						sum += a.tokens
					}
					part = float64(sum) / (float64(test.limits.Tokens.Limit) * length.Minutes())
				}
				t.Logf("%.1f %% of the limit", 100*part)
				if part < test.least {
					t.Errorf("%.1f %% of the limit was used", 100*part)
				}
			})
		})
	}
}
