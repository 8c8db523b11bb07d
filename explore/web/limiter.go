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
	pending []*admission // the longest first
}

func newLimiter() *limiter { return &limiter{slots: make(chan struct{}, atOnce())} }

// atOnce is how many requests are worked on at once; more of them wait. Nearly
// all take a processor's time and no other, so that more than keep all busy
// would only take more memory. Pages of runs may also wait for a ledger on a
// server, for requestTime at most.
func atOnce() int { return 2 * runtime.GOMAXPROCS(0) }

// A admission is one request. The answer is to be written to it, when it is ready.
type admission struct {
	http.ResponseWriter
	limiter   *limiter
	answering bool // the answer is; the request is no longer worked on
}

// acquire waits for a turn, until the context ends. It must be ended.
func (t *limiter) acquire(ctx context.Context, w http.ResponseWriter) (*admission, error) {
	select {
	case t.slots <- struct{}{}:
		return &admission{ResponseWriter: w, limiter: t}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// release is the end of the request.
func (t *admission) release() {
	if !t.answering {
		<-t.limiter.slots
		return
	}
	t.limiter.mu.Lock()
	defer t.limiter.mu.Unlock()
	if i := slices.Index(t.limiter.pending, t); i >= 0 { // it was not hung up on
		t.limiter.pending = slices.Delete(t.limiter.pending, i, i+1)
	}
}

// startAnswer lets the next request be worked on.
func (t *admission) startAnswer() {
	if t.answering {
		return
	}
	t.answering = true
	t.limiter.addPending(t)
	<-t.limiter.slots
}

// addPending adds a turn to those whose answer is not taken yet.
func (t *limiter) addPending(one *admission) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.pending) >= maxPending {
		// Its request has not ended, or it would not be here, so the connection is
		// still its own. What is no connection cannot be slow either.
		_ = http.NewResponseController(t.pending[0]).SetWriteDeadline(time.Now())
		t.pending = slices.Delete(t.pending, 0, 1)
	}
	t.pending = append(t.pending, one)
}

// WriteHeader begins the answer.
func (t *admission) WriteHeader(status int) {
	t.startAnswer()
	t.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the answer.
func (t *admission) Write(b []byte) (int, error) {
	t.startAnswer()
	return t.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (t *admission) Unwrap() http.ResponseWriter { return t.ResponseWriter }
