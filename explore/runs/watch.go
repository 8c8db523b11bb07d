package runs

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"mashal"
	"mashal/explore/web"
)

// Limits of the load that clients cause by following runs.
const (
	maxWatchers = 64               // for all runs together
	pollEvery   = time.Second      // interval between queries of a run in progress
	pollShare   = 10               // queries take at most this fraction of the time (1/n)
	beatEvery   = 15 * time.Second // interval of keep-alive messages, which detect closed connections
)

// A watches follows runs for clients. One goroutine for each run queries the ledger
// for all its clients. It ends with the last client, with the run or with the
// server.
type watches struct {
	record web.Record
	log    func(operation string, err error, attributes ...any) // web.Server.Log

	ctx  context.Context // cancelled by close
	stop context.CancelFunc
	ends sync.WaitGroup // waits for the goroutines

	mu       sync.Mutex
	runs     map[string]*watch
	watchers int
}

// A watch follows one run. The mutex of watches guards it.
type watch struct {
	cancel    context.CancelFunc
	listeners map[chan *mashal.RunProgress]bool
	last      *mashal.RunProgress // last progress sent; nil before the first
}

func newWatches(record web.Record, log func(string, error, ...any)) *watches {
	w := &watches{record: record, log: log, runs: map[string]*watch{}}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

// close stops all goroutines and waits for them.
func (w *watches) close() {
	w.mu.Lock() // a concurrent join either fails or is waited for
	w.stop()
	w.mu.Unlock()
	w.ends.Wait()
}

// join subscribes to the progress of a run. The channel receives the current
// progress and every change; a slow receiver gets only the latest. It is closed
// when the run ends or cannot be followed further. The caller must call leave. ok
// is false if there are too many clients or the server shuts down.
func (w *watches) join(run string) (told <-chan *mashal.RunProgress, leave func(), ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watchers >= maxWatchers || w.ctx.Err() != nil {
		return nil, nil, false
	}
	w.watchers++
	at := w.runs[run]
	if at == nil {
		at = &watch{listeners: map[chan *mashal.RunProgress]bool{}}
		var ctx context.Context
		ctx, at.cancel = context.WithCancel(w.ctx)
		w.runs[run] = at
		w.ends.Go(func() { w.follow(ctx, run, at) })
	}
	c := make(chan *mashal.RunProgress, 1)
	at.listeners[c] = true
	if at.last != nil {
		c <- at.last
	}
	return c, func() { w.leave(run, at, c) }, true
}

// leave removes a subscription and ends the watch if it was the last.
func (w *watches) leave(run string, at *watch, c chan *mashal.RunProgress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchers--
	delete(at.listeners, c)
	if len(at.listeners) == 0 {
		w.drop(run, at)
	}
}

// drop ends a watch. The next join of the run starts a new one.
func (w *watches) drop(run string, at *watch) {
	at.cancel()
	if w.runs[run] == at {
		delete(w.runs, run)
	}
}

// follow queries the progress of a run until the run ends or fails to be read.
func (w *watches) follow(ctx context.Context, run string, at *watch) {
	defer w.release(run, at)
	for {
		began := time.Now()
		r, err := w.record.Progress(ctx, run)
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				w.log("follow a run", err, "run", run)
			}
			return
		}
		w.tell(at, r)
		if r == nil || !r.Run.Going() {
			return
		}
		pause := time.NewTimer(max(pollEvery, (pollShare-1)*time.Since(began)))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return
		}
	}
}

// tell sends the progress of a run to all subscribers if it has changed. The
// progress of an unknown run is nil.
func (w *watches) tell(at *watch, r *mashal.RunProgress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r != nil && reflect.DeepEqual(r, at.last) {
		return
	}
	at.last = r
	for c := range at.listeners {
		select {
		case <-c: // discard an older progress
		default:
		}
		c <- r
	}
}

// release ends a watch and closes the channels of its subscribers.
func (w *watches) release(run string, at *watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(run, at)
	for c := range at.listeners {
		close(c)
	}
	clear(at.listeners)
}
