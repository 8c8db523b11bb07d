package postgres

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"mashal"
)

const (
	// waitLimit limits how long a writer waits for its server. It is long enough for a
	// restart, a failover and an upgrade; the answers in memory cost nothing meanwhile.
	waitLimit = 30 * time.Minute

	// stopWait limits the wait for the server after a user has asked to stop.
	stopWait = 20 * time.Second

	firstPause = 20 * time.Millisecond
	maxPause   = time.Second // so that a writer is back soon after its server
)

// An outage is a time in which the server cannot be used. All goroutines of a
// writer share it.
type outage struct {
	life chan struct{} // closed when nothing may wait any longer
	once sync.Once     // closes life

	mu      sync.Mutex
	since   time.Time // zero if there is none
	report  func(mashal.Outage)
	pending []mashal.Outage // that report has not been called with
	calling bool
}

// pause waits a moment before the n-th attempt after err, counted from 0. It
// returns an error if ctx or the writer's life ends, or if the outage has lasted
// for waitLimit.
func (o *outage) pause(ctx context.Context, n int, err error) error {
	o.mu.Lock()
	if o.since.IsZero() {
		o.since = time.Now()
		o.pending = append(o.pending, mashal.Outage{Since: o.since, Reason: err.Error()})
	}
	since := o.since
	o.mu.Unlock()
	o.tell()
	if time.Since(since) > waitLimit {
		return &mashal.Error{Op: "wait for the ledger's server since " + since.UTC().Format("15:04:05 UTC"), Err: err, Hint: sameCommand}
	}
	timer := time.NewTimer(jitter(firstPause << min(n, 10)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-o.life:
		return errStopped(err)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

const sameCommand = "What was acknowledged is safe. Run the same command again when the server is back."

// errStopped returns the error of a writer that is told to stop while the server
// cannot be used, which cause says.
func errStopped(cause error) error {
	return &mashal.Error{Code: mashal.Interrupted, Op: "stopped while waiting for the ledger's server", Err: cause, Hint: sameCommand}
}

// over notes that the server can be used.
func (o *outage) over() {
	o.mu.Lock()
	if o.since.IsZero() {
		o.mu.Unlock()
		return
	}
	o.pending = append(o.pending, mashal.Outage{Since: o.since, Until: time.Now()})
	o.since = time.Time{}
	o.mu.Unlock()
	o.tell()
}

// tell calls report for what is pending, in order and from one goroutine at a time.
func (o *outage) tell() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.calling {
		return
	}
	o.calling = true
	for len(o.pending) > 0 && o.report != nil {
		next, report := o.pending[0], o.report
		o.pending = o.pending[1:]
		o.mu.Unlock()
		report(next)
		o.mu.Lock()
	}
	o.calling = false
}

// end makes all waits end.
func (o *outage) end() { o.once.Do(func() { close(o.life) }) }

// ended reports whether nothing may wait any longer.
func (o *outage) ended() bool {
	select {
	case <-o.life:
		return true
	default:
		return false
	}
}

// jitter returns a time between half of d and d, at most maxPause.
func jitter(d time.Duration) time.Duration {
	d = min(d, maxPause)
	return d/2 + rand.N(d/2+1)
}
