package llm

import (
	"context"
	"sync"
	"time"

	"mashal"
)

// A Limiter keeps the limits of one key for everybody who uses it. It holds
// requests back in the order in which they came:
//
//   - while a wait the vendor asked for lasts (one worker's 429 stops all),
//   - while the requests or the tokens of the minute are used up, as far as the
//     vendor's headers or the configuration say what they are,
//   - while as many requests are under way as the vendor has shown to bear. That
//     number halves when it says "too much" and grows by one with each round of
//     successes, as TCP's window does.
//
// A nil Limiter holds nothing back.
type Limiter struct {
	mu       sync.Mutex
	most     int     // requests under way, at most
	window   float64 // requests under way, borne
	inflight int
	until    time.Time // nobody starts before
	shrunk   time.Time // when window last shrank
	full     time.Time // when as many as the window bears were last under way
	requests bucket
	tokens   bucket
	output   float64 // running mean of the tokens of an answer; 0 before the first
	queue    []*waiter
	timer    *time.Timer
	stats    LimiterStats
}

// LimiterStats is what a limiter did so far.
type LimiterStats struct {
	Waited  time.Duration // by all requests together
	Shrunk  int           // how often the window halved
	Window  int           // requests under way now borne
	MaxUsed int           // most requests that were under way at once
}

type waiter struct {
	tokens float64
	since  time.Time
	ready  chan struct{}
	lease  *Lease // set when ready is closed
}

// A Lease is the right to send one request.
type Lease struct {
	limiter *Limiter
	tokens  float64
	started time.Time
}

// NewLimiter gives a limiter for at most most requests under way (at least 1),
// and for what limits say as far as they say it: requests and tokens a minute.
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

// Acquire waits until a request may be sent. It needs to know what the request
// is estimated to use: input and the output it allows.
func (l *Limiter) Acquire(ctx context.Context, estimate mashal.Tokens) (*Lease, error) {
	if l == nil {
		return nil, ctx.Err()
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	l.mu.Lock()
	w := &waiter{since: time.Now(), ready: make(chan struct{})}
	// What is allowed is rarely written. Vendors that count what is allowed say
	// so with a 429, and with what remains in the next headers.
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

// pump starts the requests that may start and sees to it that it is called when
// the next may.
func (l *Limiter) pump(now time.Time) {
	for len(l.queue) > 0 {
		w := l.queue[0]
		if l.inflight >= l.allowed() {
			return // the end of a request pumps
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

// Done gives the lease back with what the request came to. It must be called
// once for each lease.
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
		// A vendor that tells what remains has counted this request already.
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
		// The failures of one burst are one event: what was sent before the
		// window shrank says nothing about the smaller window.
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
		// A success shows nothing about a window that was not used.
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

// Stats says what the limiter did so far.
func (l *Limiter) Stats() LimiterStats {
	if l == nil {
		return LimiterStats{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.Window = l.allowed()
	return s
}

// A bucket is what is left of something that fills up at a steady rate. Its
// zero value has no bottom.
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

// delay is how long until n may be taken. More than the bucket holds may be
// taken when it is full: a large request waits long and is not stuck.
func (b *bucket) delay(now time.Time, n float64) time.Duration {
	if b.size <= 0 {
		return 0
	}
	b.fill(now)
	lacking := min(n, b.size) - b.level
	if lacking <= 1e-9 {
		return 0
	}
	// A little longer, so that rounding does not wake anybody too early.
	return time.Duration(lacking/b.rate*float64(time.Second)) + time.Microsecond
}

// take takes n, or gives it back if negative.
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

// learn takes over what the vendor says. The rate follows from how long it
// takes to fill up what is missing: a limit need not be one a minute.
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
