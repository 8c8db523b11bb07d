package web

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Turns hold what clients can make the server do and keep. Only so many
// requests are worked on at once, and others wait; but how long a client takes
// for an answer is its own affair, which nobody waits for. What was made is
// kept for it, unless too many leave theirs: then the one that has been at it
// the longest is hung up on.
type limiter struct {
	slots chan struct{} // one per request that is worked on

	mu      sync.Mutex
	untaken []*slot // the longest first
}

func newLimiter() *limiter { return &limiter{slots: make(chan struct{}, atOnce())} }

// atOnce is how many requests are worked on at once; more of them wait. Nearly
// all take a processor's time and no other, so that more than keep all busy
// would only take more memory. Pages of runs may also wait for a ledger on a
// server, for requestTime at most.
func atOnce() int { return 2 * runtime.GOMAXPROCS(0) }

// A slot is one request. The answer is to be written to it, when it is ready.
type slot struct {
	http.ResponseWriter
	limiter *limiter
	ready   bool // the answer is; the request is no longer worked on
}

// take waits for a turn, until the context ends. It must be ended.
func (t *limiter) take(ctx context.Context, w http.ResponseWriter) (*slot, error) {
	select {
	case t.slots <- struct{}{}:
		return &slot{ResponseWriter: w, limiter: t}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// end is the end of the request.
func (t *slot) end() {
	if !t.ready {
		<-t.limiter.slots
		return
	}
	t.limiter.mu.Lock()
	defer t.limiter.mu.Unlock()
	if i := slices.Index(t.limiter.untaken, t); i >= 0 { // it was not hung up on
		t.limiter.untaken = slices.Delete(t.limiter.untaken, i, i+1)
	}
}

// answered lets the next request be worked on.
func (t *slot) answered() {
	if t.ready {
		return
	}
	t.ready = true
	t.limiter.wait(t)
	<-t.limiter.slots
}

// wait adds a turn to those whose answer is not taken yet.
func (t *limiter) wait(one *slot) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.untaken) >= maxUntaken {
		// Its request has not ended, or it would not be here, so the connection is
		// still its own. What is no connection cannot be slow either.
		_ = http.NewResponseController(t.untaken[0]).SetWriteDeadline(time.Now())
		t.untaken = slices.Delete(t.untaken, 0, 1)
	}
	t.untaken = append(t.untaken, one)
}

// WriteHeader begins the answer.
func (t *slot) WriteHeader(status int) {
	t.answered()
	t.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer.
func (t *slot) Write(b []byte) (int, error) {
	t.answered()
	return t.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (t *slot) Unwrap() http.ResponseWriter { return t.ResponseWriter }
