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

// Limits of what those who watch runs cost the record.
const (
	maxWatchers = 64               // of all runs
	pollEvery   = time.Second      // the record is asked, for all who watch a run
	pollShare   = 10               // at most one part in so many of the time goes into asking
	beatEvery   = 15 * time.Second // something is sent, so that who has left is noticed
)

// Watches follow runs for those who look at them. However many watch a run, the
// record is asked once, by a goroutine that ends with the last of them, with
// the run, or with the explorer.
type watches struct {
	record web.Record
	log    func(operation string, err error, attributes ...any) // as web.Server.Log

	ctx  context.Context // of the explorer
	stop context.CancelFunc
	ends sync.WaitGroup // of the goroutines

	mu       sync.Mutex
	runs     map[string]*watch
	watchers int
}

// A watch follows one run. It is guarded by the mutex of the watches.
type watch struct {
	cancel    context.CancelFunc
	listeners map[chan *mashal.RunProgress]bool
	last      *mashal.RunProgress // as it was last told; nil before
}

func newWatches(record web.Record, log func(string, error, ...any)) *watches {
	w := &watches{record: record, log: log, runs: map[string]*watch{}}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

// close ends all watching and waits until it has ended.
func (w *watches) close() {
	w.mu.Lock() // whoever joins sees that it has ended, or is waited for
	w.stop()
	w.mu.Unlock()
	w.ends.Wait()
}

// join tells how far a run has come, now and whenever that changes. Who is slow
// misses what lay between. The channel is closed when the run has ended, or can
// no longer be followed; leave must be called. It is refused if too many
// watch, or the explorer ends.
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

func (w *watches) leave(run string, at *watch, c chan *mashal.RunProgress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watchers--
	delete(at.listeners, c)
	if len(at.listeners) == 0 {
		w.drop(run, at)
	}
}

// drop ends a watch. The next who joins begins another.
func (w *watches) drop(run string, at *watch) {
	at.cancel()
	if w.runs[run] == at {
		delete(w.runs, run)
	}
}

// follow asks the record until the run has ended.
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

// tell passes on how far the run has come, unless that is known. A run that
// does not exist is told as nil.
func (w *watches) tell(at *watch, r *mashal.RunProgress) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r != nil && reflect.DeepEqual(r, at.last) {
		return
	}
	at.last = r
	for c := range at.listeners {
		select {
		case <-c: // who has not looked yet needs the latest only
		default:
		}
		c <- r
	}
}

// release sends everybody home.
func (w *watches) release(run string, at *watch) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(run, at)
	for c := range at.listeners {
		close(c)
	}
	clear(at.listeners)
}
