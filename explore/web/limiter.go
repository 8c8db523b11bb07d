package web

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"
)

// A limiter limits the number of requests that are processed at once; further ones
// wait. A slow client does not count: once its answer is ready, its request gives
// its slot to the next. The number of such pending answers is limited too. Beyond
// maxPending, the limiter closes the connection of the oldest one.
//
// Requests with a query of words can take a second each. They have a smaller limit of their
// own, and wait for it before they take a slot, so that other pages are answered meanwhile.
type limiter struct {
	slots   chan struct{} // one token per request in progress
	queries chan struct{} // one token per request in progress with a query of words

	mu      sync.Mutex
	pending []*admission // answers that clients have not received completely, oldest first
}

func newLimiter() *limiter {
	return &limiter{slots: make(chan struct{}, atOnce()), queries: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)/2))}
}

// atOnce returns the number of requests that are processed at once. Requests need
// almost only processor time, so more of them would only need more memory. The
// pages of runs can wait for a ledger server, for at most requestTime.
func atOnce() int { return 2 * runtime.GOMAXPROCS(0) }

// An admission is an admitted request. It is the ResponseWriter of the request's
// answer.
type admission struct {
	http.ResponseWriter
	limiter   *limiter
	query     bool // it has a query of words
	answering bool // the answer has begun, and the slot is free
}

// acquire waits for a slot and returns an admission, which the caller must release. query says
// whether the request has a query of words. acquire fails when ctx ends.
func (t *limiter) acquire(ctx context.Context, w http.ResponseWriter, query bool) (*admission, error) {
	if query {
		select {
		case t.queries <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	one := &admission{ResponseWriter: w, limiter: t, query: query}
	select {
	case t.slots <- struct{}{}:
		return one, nil
	case <-ctx.Done():
		if query {
			<-t.queries
		}
		return nil, ctx.Err()
	}
}

// takeQuery waits for the turn of a stream that has a query of words, and returns a function
// that ends the turn. It may be called several times, and does nothing for other streams.
func (t *limiter) takeQuery(ctx context.Context, r *http.Request) (end func(), err error) {
	if r.URL.Query().Get("query") == "" {
		return func() {}, nil
	}
	waiting, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	select {
	case t.queries <- struct{}{}:
		return sync.OnceFunc(func() { <-t.queries }), nil
	case <-waiting.Done():
		return nil, waiting.Err()
	}
}

// freeSlot gives the slot of the request to the next.
func (t *admission) freeSlot() {
	<-t.limiter.slots
	if t.query {
		<-t.limiter.queries
	}
}

// release ends the request and frees its slot.
func (t *admission) release() {
	if !t.answering {
		t.freeSlot()
		return
	}
	t.limiter.mu.Lock()
	defer t.limiter.mu.Unlock()
	if i := slices.Index(t.limiter.pending, t); i >= 0 { // its connection was not closed
		t.limiter.pending = slices.Delete(t.limiter.pending, i, i+1)
	}
}

// startAnswer frees the slot of the request and adds its answer to the pending
// ones.
func (t *admission) startAnswer() {
	if t.answering {
		return
	}
	t.answering = true
	t.limiter.addPending(t)
	t.freeSlot()
}

// addPending adds a pending answer. If there are too many, it closes the connection
// of the oldest.
func (t *limiter) addPending(one *admission) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.pending) >= maxPending {
		// The request of the oldest has not ended, so its connection is still in
		// use. An error means that the writer is not a connection, and then it is
		// not slow.
		_ = http.NewResponseController(t.pending[0]).SetWriteDeadline(time.Now())
		t.pending = slices.Delete(t.pending, 0, 1)
	}
	t.pending = append(t.pending, one)
}

// WriteHeader sends the header of the answer.
func (t *admission) WriteHeader(status int) {
	t.startAnswer()
	t.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the answer.
func (t *admission) Write(b []byte) (int, error) {
	t.startAnswer()
	return t.ResponseWriter.Write(b)
}

// Unwrap returns the underlying ResponseWriter for http.ResponseController.
func (t *admission) Unwrap() http.ResponseWriter { return t.ResponseWriter }
