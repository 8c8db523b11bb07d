package llm

import (
	"context"
	"sync"
	"time"

	"mashal"
)

// A Limiter keeps the rate limits of one key for all its clients. It delays
// requests, in the order in which they came,
//
//   - until the wait that the vendor asked for is over (a 429 for one request
//     delays all),
//   - until the limits of requests and tokens per minute allow them, as far as
//     the vendor's headers or the configuration state these limits: no more than
//     the limit is taken in any minute,
//   - while the number of requests under way is at a window. The window halves
//     when the vendor is overloaded and grows by one with each round of
//     successes, like that of TCP.
//
// Several processes can share the limits of a key, and the waits that the vendor
// asks for, through Rates. Each process then has its own window.
//
// A nil Limiter delays nothing. A Limiter is safe for concurrent use.
type Limiter struct {
	mu       sync.Mutex
	most     int     // the largest window
	window   float64 // requests that may be under way
	inflight int
	until    time.Time // no request starts before
	shrunk   time.Time // when window last shrank
	full     time.Time // when the window was last used up
	requests bucket
	tokens   bucket
	rates    Rates   // shares limits and waits between processes; nil for those of this one
	output   float64 // running mean of the tokens of an answer; 0 before the first
	queue    []*waiter
	timer    *time.Timer
	stats    LimiterStats
}

// LimiterStats counts what a limiter did so far.
type LimiterStats struct {
	Waited  time.Duration // the sum over all requests
	Shrunk  int           // how often the window halved
	Window  int           // requests that may be under way now
	MaxUsed int           // the most requests that were under way at once

	InFlight, Waiting int    // requests that are under way, and that are delayed
	Requests, Tokens  Window // what is left of the limits per minute; zero for no limit
}

// A waiter is a request that is delayed.
type waiter struct {
	tokens float64
	since  time.Time
	ready  chan struct{}
	lease  *Lease // set when ready is closed
}

// A Lease allows one request to be sent.
type Lease struct {
	limiter       *Limiter
	tokens        float64
	started       time.Time
	request, used *take // of the limits of this process
	shared        Taken // of limits that several processes share; nil for none
}

// Rates keeps the rate limits of one key, and the waits that the vendor asks for, for
// the limiters of several processes. It is safe for concurrent use.
type Rates interface {
	// Take takes one request and so many tokens, and blocks until the request may be
	// sent. It returns the cause of ctx if ctx ends first, and takes nothing then.
	Take(ctx context.Context, tokens float64) (Taken, error)
}

// A LeftRates is a Rates that knows what is left of its limits.
type LeftRates interface {
	Rates

	// Left returns the limits and what was left of them a moment ago; zero for no limit.
	Left() Limits
}

// A Taken is what one request took of shared limits. Exactly one of its methods is
// called, once.
type Taken interface {
	// Done reports the end of the request: the tokens that it used, the limits in the
	// headers of its answer, and how long the vendor asks all requests to wait.
	Done(used float64, limits Limits, pause time.Duration)

	// Cancel reports that the request was not sent.
	Cancel()
}

// NewLimiter returns a limiter for at most most requests under way (at least 1)
// and for the limits that are set, per minute.
func NewLimiter(most int, limits Limits) *Limiter {
	now := time.Now()
	l := NewSharedLimiter(most, nil)
	l.requests, l.tokens = newBucket(limits.Requests.Limit, now), newBucket(limits.Tokens.Limit, now)
	return l
}

// NewSharedLimiter returns a limiter for at most most requests of this process under
// way (at least 1), and for the limits that rates keeps for several processes.
func NewSharedLimiter(most int, rates Rates) *Limiter {
	most = max(most, 1)
	return &Limiter{most: most, window: float64(most), rates: rates}
}

// Acquire waits until a request may be sent. estimate is what the request is
// expected to use at most. Acquire fails with the cause of ctx if ctx ends first.
func (l *Limiter) Acquire(ctx context.Context, estimate mashal.Tokens) (*Lease, error) {
	if l == nil {
		return nil, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	l.mu.Lock()
	w := &waiter{since: time.Now(), ready: make(chan struct{})}
	// Answers are mostly much shorter than allowed, so their mean is reserved.
	// Vendors that count the allowed output answer with a 429, and the next
	// headers state what remains.
	out := l.output
	if out == 0 {
		out = 4096
	}
	w.tokens = float64(estimate.Input) + min(out, float64(estimate.Output))
	l.queue = append(l.queue, w)
	l.pump(w.since)
	l.mu.Unlock()
	select {
	case <-w.ready:
		return l.share(ctx, w.lease)
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.lease != nil { // it was given while the context ended
		w.lease.giveBack(time.Now())
	} else {
		for i := range l.queue {
			if l.queue[i] == w {
				l.queue = append(l.queue[:i], l.queue[i+1:]...)
				break
			}
		}
	}
	l.pump(time.Now())
	return nil, context.Cause(ctx)
}

// share waits until the limits that several processes share allow the request of a
// lease.
func (l *Limiter) share(ctx context.Context, lease *Lease) (*Lease, error) {
	if l.rates == nil {
		return lease, nil
	}
	begun := time.Now()
	taken, err := l.rates.Take(ctx, lease.tokens)
	if err != nil {
		lease.Cancel()
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	lease.shared, lease.started = taken, time.Now()
	l.stats.Waited += lease.started.Sub(begun)
	return lease, nil
}

// pump starts the requests that may start, and a timer that calls it when the
// next one may.
func (l *Limiter) pump(now time.Time) {
	for len(l.queue) > 0 {
		w := l.queue[0]
		if l.inflight >= l.allowed() {
			return // Done calls pump
		}
		delay := l.until.Sub(now)
		delay = max(delay, l.requests.delay(now, 1), l.tokens.delay(now, w.tokens))
		if delay > 0 {
			if l.timer != nil {
				l.timer.Stop()
			}
			l.timer = time.AfterFunc(delay, func() {
				l.mu.Lock()
				defer l.mu.Unlock()
				l.pump(time.Now())
			})
			return
		}
		l.queue = l.queue[1:]
		l.inflight++
		l.stats.MaxUsed = max(l.stats.MaxUsed, l.inflight)
		l.stats.Waited += now.Sub(w.since)
		if l.inflight >= l.allowed() {
			l.full = now
		}
		w.lease = &Lease{limiter: l, tokens: w.tokens, started: now, request: l.requests.take(now, 1), used: l.tokens.take(now, w.tokens)}
		close(w.ready)
	}
}

func (l *Limiter) allowed() int { return max(1, int(l.window)) }

// Done returns the lease, with the result of the request. It must be called once
// for each lease.
func (le *Lease) Done(resp Response, err error) {
	if le == nil {
		return
	}
	l := le.limiter
	var pause time.Duration
	kind := KindOf(err)
	if e, ok := asError(err); ok && (kind == RateLimited || kind == Overloaded) {
		pause = e.RetryAfter
	}
	used := float64(resp.Usage.Total())
	if le.shared != nil {
		if !resp.Usage.Reported {
			used = le.tokens
		}
		le.shared.Done(used, resp.Limits, pause)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.inflight--
	le.request.answered(now)
	le.used.answered(now)
	if l.rates == nil {
		l.requests.learn(now, resp.Limits.Requests)
		l.tokens.learn(now, resp.Limits.Tokens)
		l.until = later(l.until, now.Add(pause))
	}
	if resp.Usage.Reported {
		// A vendor that reports what remains has counted this request already.
		l.tokens.correct(now, le.used, used, resp.Limits.Tokens.Limit > 0)
		if out := float64(resp.Usage.Output); l.output == 0 {
			l.output = out
		} else {
			l.output += (out - l.output) / 8
		}
	}
	switch kind {
	case RateLimited, Overloaded:
		// The failures of one burst count once: requests sent before the window
		// shrank do not show whether the smaller window is too large.
		if !le.started.Before(l.shrunk) {
			l.window = max(1, min(l.window, float64(l.inflight+1))/2)
			l.shrunk = now
			l.stats.Shrunk++
		}
	case KindNone, Cut, TooLong, Refused, Empty:
		// A success counts only if the window was used up.
		if !l.full.Before(le.started) {
			l.window = min(float64(l.most), l.window+1/l.window)
		}
	}
	l.pump(now)
}

// later returns the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Cancel gives the lease back unused: the request was not sent. What the lease
// took of the limits of the minute is free again. It is called in place of
// Done.
func (le *Lease) Cancel() {
	if le == nil {
		return
	}
	if le.shared != nil {
		le.shared.Cancel()
	}
	le.limiter.mu.Lock()
	defer le.limiter.mu.Unlock()
	now := time.Now()
	le.giveBack(now)
	le.limiter.pump(now)
}

// giveBack undoes what pump did for the lease. It is called with the lock held.
func (le *Lease) giveBack(now time.Time) {
	le.limiter.inflight--
	le.limiter.requests.giveBack(now, le.request, le.started)
	le.limiter.tokens.giveBack(now, le.used, le.started)
}

// Stats returns what the limiter did so far.
func (l *Limiter) Stats() LimiterStats {
	if l == nil {
		return LimiterStats{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.Window, s.InFlight, s.Waiting = l.allowed(), l.inflight, len(l.queue)
	now := time.Now()
	s.Requests, s.Tokens = l.requests.left(now), l.tokens.left(now)
	if shared, ok := l.rates.(LeftRates); ok {
		left := shared.Left()
		s.Requests, s.Tokens = left.Requests, left.Tokens
	}
	return s
}
