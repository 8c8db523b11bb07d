package llm

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"
)

// A watchdog cancels a request whose server is silent, or whose answer takes too
// long.
type watchdog struct {
	ctx    context.Context // of the request
	cancel context.CancelCauseFunc
	total  *time.Timer // nil without a limit

	mu      sync.Mutex
	silence *time.Timer // nil without a limit
	limit   time.Duration
	idle    time.Duration
	hasText bool
}

// newWatchdog returns a watchdog whose context is cancelled with a Timeout if
// nothing arrives within first, or within idle once reset has been called, or if it
// is not stopped within total. 0 is no limit. It must be stopped.
func newWatchdog(parent context.Context, first, idle, total time.Duration) *watchdog {
	w := &watchdog{limit: first, idle: idle}
	ctx, cancel := context.WithCancelCause(parent)
	w.ctx, w.cancel = withLife(ctx, w.beat), cancel
	w.mu.Lock()
	defer w.mu.Unlock()
	w.restart()
	if total > 0 {
		w.total = time.AfterFunc(total, func() {
			cancel(&Error{Kind: Timeout, Err: fmt.Errorf("the answer is not complete after %s: raise --total-timeout", total)})
		})
	}
	return w
}

// restart starts the time of silence anew.
func (w *watchdog) restart() {
	switch {
	case w.limit <= 0:
		if w.silence != nil {
			w.silence.Stop()
		}
	case w.silence != nil:
		w.silence.Reset(w.limit)
	default:
		w.silence = time.AfterFunc(w.limit, w.expire)
	}
}

func (w *watchdog) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	what := "no text"
	if w.hasText {
		what = "no further text"
	}
	w.cancel(&Error{Kind: Timeout, Err: fmt.Errorf("%s for %s, and no other sign of life", what, w.limit)})
}

// beat notes that something arrived.
func (w *watchdog) beat() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.restart()
}

// hold stops the time of silence until reset or beat is called.
func (w *watchdog) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.silence != nil {
		w.silence.Stop()
	}
}

// reset notes that text arrived.
func (w *watchdog) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hasText, w.limit = true, w.idle
	w.restart()
}

// stop releases the watchdog's timers and context.
func (w *watchdog) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.silence != nil {
		w.silence.Stop()
	}
	if w.total != nil {
		w.total.Stop()
	}
	w.limit = 0
	w.cancel(nil)
}

// lifeKey is the key of a context's function of life.
type lifeKey struct{}

// withLife returns a context whose requests call alive for everything that the
// server sends: headers, comments, pings, reasoning, a part of a line.
func withLife(ctx context.Context, alive func()) context.Context {
	return context.WithValue(ctx, lifeKey{}, alive)
}

// lifeOf returns the function to call for everything that arrives.
func lifeOf(ctx context.Context) func() {
	if alive, ok := ctx.Value(lifeKey{}).(func()); ok {
		return alive
	}
	return func() {}
}

// living calls alive for every read that returns bytes.
type living struct {
	io.Reader
	alive func()
}

func (r *living) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if n > 0 {
		r.alive()
	}
	return n, err
}
