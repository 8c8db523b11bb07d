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
//     the vendor's headers or the configuration state these limits,
//   - while the number of requests under way is at a window. The window halves
//     when the vendor is overloaded and grows by one with each round of
//     successes, like that of TCP.
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
	limiter *Limiter
	tokens  float64
	started time.Time
}

// NewLimiter returns a limiter for at most most requests under way (at least 1)
// and for the limits that are set, per minute.
func NewLimiter(most int, limits Limits) *Limiter {
	most = max(most, 1)
	l := &Limiter{most: most, window: float64(most)}
	now := time.Now()
	for b, w := range map[*bucket]Window{&l.requests: limits.Requests, &l.tokens: limits.Tokens} {
		if w.Limit > 0 {
			*b = bucket{size: float64(w.Limit), level: float64(w.Limit), rate: float64(w.Limit) / 60, at: now}
		}
	}
	return l
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
		return w.lease, nil
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
		l.requests.take(now, 1)
		l.tokens.take(now, w.tokens)
		l.inflight++
		l.stats.MaxUsed = max(l.stats.MaxUsed, l.inflight)
		l.stats.Waited += now.Sub(w.since)
		if l.inflight >= l.allowed() {
			l.full = now
		}
		w.lease = &Lease{limiter: l, tokens: w.tokens, started: now}
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
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.inflight--
	l.requests.learn(now, resp.Limits.Requests)
	l.tokens.learn(now, resp.Limits.Tokens)
	used := float64(resp.Usage.Total())
	if resp.Usage.Reported {
		// A vendor that reports what remains has counted this request already.
		if resp.Limits.Tokens.Limit == 0 {
			l.tokens.take(now, used-le.tokens)
		}
		if out := float64(resp.Usage.Output); l.output == 0 {
			l.output = out
		} else {
			l.output += (out - l.output) / 8
		}
	}
	switch kind := KindOf(err); kind {
	case RateLimited, Overloaded:
		// The failures of one burst count once: requests sent before the window
		// shrank do not show whether the smaller window is too large.
		if !le.started.Before(l.shrunk) {
			l.window = max(1, min(l.window, float64(l.inflight+1))/2)
			l.shrunk = now
			l.stats.Shrunk++
		}
		if e, ok := asError(err); ok && e.RetryAfter > 0 {
			if until := now.Add(e.RetryAfter); until.After(l.until) {
				l.until = until
			}
		}
	case KindNone, Cut, TooLong, Refused, Empty:
		// A success counts only if the window was used up.
		if !l.full.Before(le.started) {
			l.window = min(float64(l.most), l.window+1/l.window)
		}
	}
	l.pump(now)
}

// Cancel gives the lease back unused: the request was not sent. What the lease
// took of the limits of the minute is free again. It is called in place of
// Done.
func (le *Lease) Cancel() {
	if le == nil {
		return
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
	le.limiter.requests.giveBack(now, 1, le.started)
	le.limiter.tokens.giveBack(now, le.tokens, le.started)
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
	return s
}

// A bucket is a token bucket: it holds what is left of a limit and fills up at a
// steady rate. The zero value has no limit.
type bucket struct {
	size, level, rate float64 // rate per second
	at                time.Time
	lowered           time.Time // when the vendor last said that less is left than was counted
}

func (b *bucket) fill(now time.Time) {
	if b.size > 0 && now.After(b.at) {
		b.level = min(b.size, b.level+now.Sub(b.at).Seconds()*b.rate)
		b.at = now
	}
}

// left returns the limit and what is left of it.
func (b *bucket) left(now time.Time) Window {
	b.fill(now)
	return Window{Limit: int64(b.size), Remaining: int64(max(b.level, 0))}
}

// delay returns the time until n may be taken. An n larger than the bucket may be
// taken when the bucket is full, so that a large request does not wait for ever.
func (b *bucket) delay(now time.Time, n float64) time.Duration {
	if b.size <= 0 {
		return 0
	}
	b.fill(now)
	lacking := min(n, b.size) - b.level
	if lacking <= 1e-9 {
		return 0
	}
	// A microsecond more, so that rounding does not make the timer fire early.
	return time.Duration(lacking/b.rate*float64(time.Second)) + time.Microsecond
}

// take takes n, and returns it to the bucket if n is negative.
func (b *bucket) take(now time.Time, n float64) {
	if b.size > 0 {
		b.fill(now)
		b.level = min(b.size, b.level-n)
	}
}

// giveBack returns n that were taken at the given time and not used. If the
// vendor has lowered the level since then, the level does not count them.
func (b *bucket) giveBack(now time.Time, n float64, taken time.Time) {
	if !b.lowered.After(taken) {
		b.take(now, -n)
	}
}

// learn sets the bucket to what the vendor reports. The rate follows from the
// time in which the bucket is full again, because a limit need not be one per
// minute.
func (b *bucket) learn(now time.Time, w Window) {
	if w.Limit <= 0 {
		return
	}
	b.fill(now)
	if b.size <= 0 {
		b.level = float64(w.Limit)
	}
	b.size, b.at = float64(w.Limit), now
	b.rate = float64(w.Limit) / 60
	if missing := float64(w.Limit - w.Remaining); missing > 0 && w.Reset >= time.Second {
		b.rate = missing / w.Reset.Seconds()
	}
	if remaining := float64(w.Remaining); remaining < b.level {
		b.level, b.lowered = remaining, now
	}
}
