package pipeline

import (
	"context"
	"slices"
	"sync"

	"mashal"
	"mashal/ledger"
)

// A task is what a worker does at a time: to find the figures of a passage, or
// to judge those that were found there.
type task struct {
	purpose ledger.Purpose
	work    ledger.Work     // the passage
	size    int             // words of it
	results []mashal.Result // to be judged
	follows int64           // the attempt that found them; 0 if another run's did
}

// A queue is the tasks that are ready, in the order in which they are begun.
// Those with most words to read are first: a long one begun last would leave
// the other workers idle. A chapter that has been read is judged before the
// next one is read, so that readers have it soon and a run that is stopped has
// little begun and nothing finished; but near the end, when there are no more
// passages left to read than workers, reading comes first, because more
// follows from it.
type queue struct {
	workers int
	wake    chan struct{} // of capacity 1: something has changed

	mu          sync.Mutex
	read, judge []task // each the largest first
	outstanding int    // tasks that are ready or under way
}

func newQueue(workers int) *queue { return &queue{workers: workers, wake: make(chan struct{}, 1)} }

func (q *queue) push(t task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	ready := &q.read
	if t.purpose == ledger.Validation {
		ready = &q.judge
	}
	at, _ := slices.BinarySearchFunc(*ready, t, func(a, b task) int {
		if a.size >= b.size {
			return -1 // after those of its size that came before it
		}
		return 1
	})
	*ready = slices.Insert(*ready, at, t)
	q.outstanding++
	q.signal()
}

// done says that a task that was popped is done, and has pushed what follows
// from it.
func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.outstanding--
	q.signal()
}

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// wait returns true when a task is ready, and false when there will be none or
// the context ends.
func (q *queue) wait(ctx context.Context) bool {
	for {
		q.mu.Lock()
		ready, over := len(q.read)+len(q.judge) > 0, q.outstanding == 0
		q.mu.Unlock()
		switch {
		case ctx.Err() != nil || over:
			return false
		case ready:
			return true
		}
		select {
		case <-q.wake:
		case <-ctx.Done():
		}
	}
}

// pop takes the next task; there must be one.
func (q *queue) pop() task {
	q.mu.Lock()
	defer q.mu.Unlock()
	from := &q.read
	if len(q.judge) > 0 && (len(q.read) == 0 || len(q.read) > q.workers) {
		from = &q.judge
	}
	t := (*from)[0]
	*from = slices.Delete(*from, 0, 1)
	return t
}
