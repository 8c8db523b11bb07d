package pipeline

// A worker works on one task at a time. It is lent to the task and comes back when
// the task ends, or while the task waits before it makes a failed request again:
// then other tasks can use it.
type worker struct {
	number int // from 1; names the worker in events, in the ledger and in the timeline
}

// workers holds the idle workers of a run. Their number limits the requests in
// flight.
type workers struct {
	idle chan *worker // has room for all
}

// newWorkers returns n workers, whose numbers begin with first.
func newWorkers(first, n int) workers {
	w := workers{idle: make(chan *worker, n)}
	for number := first; number < first+n; number++ {
		w.idle <- &worker{number: number}
	}
	return w
}

// take blocks until a worker is idle and returns it. It returns nil if stop is
// closed first; a nil stop never is.
func (w workers) take(stop <-chan struct{}) *worker {
	select {
	case idle := <-w.idle:
		return idle
	case <-stop:
		return nil
	}
}

// putBack makes a worker idle.
func (w workers) putBack(idle *worker) { w.idle <- idle }
