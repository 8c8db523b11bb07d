package pipeline

import (
	"context"
	"slices"
	"sync"

	"mashal"
)

// A queue holds the tasks that can start, in the order in which they do. The
// largest start first: a long task that starts last would leave the other workers
// idle. A passage that was annotated is validated before the next one is
// annotated, so that readers have its chapter soon, and a run that is stopped has
// few chapters half done. Near the end, when no more passages are to be annotated
// than there are workers, annotating comes first, because validations follow from
// it.
type queue struct {
	workers int
	wake    chan struct{} // of capacity 1; receives when something has changed

	mu          sync.Mutex
	detections  []*Task // the largest first
	validations []*Task // likewise
	outstanding int     // tasks that can start or have started
}

func newQueue(workers int) *queue { return &queue{workers: workers, wake: make(chan struct{}, 1)} }

// push adds a task.
func (q *queue) push(t *Task) {
	q.mu.Lock()
	defer q.mu.Unlock()
	tasks := &q.detections
	if t.purpose == mashal.Validation {
		tasks = &q.validations
	}
	at, _ := slices.BinarySearchFunc(*tasks, t, func(a, b *Task) int {
		if a.words >= b.words {
			return -1 // after those of its size that were pushed before
		}
		return 1
	})
	*tasks = slices.Insert(*tasks, at, t)
	q.outstanding++
	q.signal()
}

// done is called when a task that was popped has ended and the tasks that follow
// from it have been pushed.
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

// wait blocks until a task can start and returns true. It returns false when all
// tasks have ended or the context has.
func (q *queue) wait(ctx context.Context) bool {
	for {
		q.mu.Lock()
		ready, over := len(q.detections)+len(q.validations) > 0, q.outstanding == 0
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

// pop removes and returns the next task. There must be one.
func (q *queue) pop() *Task {
	q.mu.Lock()
	defer q.mu.Unlock()
	tasks := &q.detections
	if len(q.validations) > 0 && (len(q.detections) == 0 || len(q.detections) > q.workers) {
		tasks = &q.validations
	}
	t := (*tasks)[0]
	*tasks = slices.Delete(*tasks, 0, 1)
	return t
}
