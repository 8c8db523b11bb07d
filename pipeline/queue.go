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
	detections  []*Task                // the largest first
	validations []*Task                // likewise
	outstanding int                    // tasks that can start or have started
	chapters    map[mashal.Chapter]int // likewise, of each chapter
}

func newQueue(workers int) *queue {
	return &queue{workers: workers, wake: make(chan struct{}, 1), chapters: map[mashal.Chapter]int{}}
}

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
	q.chapters[t.work.Chapter]++
	q.signal()
}

// end notes that a task of a chapter has ended, after the tasks that follow from it
// were pushed, and returns how many tasks of the chapter are left. It is called once
// for a task.
func (q *queue) end(c mashal.Chapter) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.chapters[c]--
	return q.chapters[c]
}

// depth returns the number of tasks that can start.
func (q *queue) depth() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.detections) + len(q.validations)
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
