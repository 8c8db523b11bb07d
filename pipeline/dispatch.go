package pipeline

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// work hands tasks to the workers until all are done or the run is to stop. Its
// error means that the run cannot go on, not that verses failed.
func (r *run) work(ctx context.Context) error {
	if r.cfg.Batch != nil {
		return r.workInBatches(ctx)
	}
	q := newQueue(r.cfg.Workers)
	if err := r.queueAll(ctx, q); err != nil {
		return err
	}
	return r.dispatch(ctx, q)
}

// dispatch hands the tasks of a queue, and those that follow from them, to the
// workers.
func (r *run) dispatch(ctx context.Context, q *queue) error {
	group, ctx := errgroup.WithContext(ctx)
	tasks, interrupt := context.WithCancel(ctx)
	defer interrupt()
	going, stop := context.WithCancel(ctx)
	defer stop()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-r.cfg.Stop:
		case <-r.halted:
			var failed *llm.Error
			if !r.succeeded.Load() && errors.As(r.halt, &failed) {
				interrupt() // no request in flight will succeed, and the reason is known
			}
		case <-going.Done():
		}
		stop()
	}()
	r.queue.Store(q)
	publish := newPublisher(ctx, r)
	if r.crew != nil {
		r.workers = r.crew.workers
	} else {
		r.workers = newWorkers(1, min(r.cfg.Workers, max(1, q.outstanding)))
	}
	r.stopping = going.Done()
	for q.wait(going) {
		w := r.workers.take(going.Done())
		if w == nil {
			continue
		}
		if r.stopped(ctx) {
			r.workers.putBack(w)
			break
		}
		t := q.pop()
		t.worker = w
		group.Go(func() error {
			defer q.done()
			defer r.look()
			defer func() { r.workers.putBack(t.worker) }()
			if t.Batch != nil {
				return r.batched(tasks, t, publish)
			}
			if t.purpose == mashal.Validation {
				return r.validate(tasks, t, publish)
			}
			return r.detect(tasks, t, q, publish)
		})
	}
	err := errors.Join(group.Wait(), publish.wait())
	stop()
	<-watched
	return err
}

// queueAll queues the tasks with which the run starts.
func (r *run) queueAll(ctx context.Context, q *queue) error {
	for _, w := range r.started.Work {
		for _, verses := range r.cfg.Annotator.Passages(w.Verses) {
			q.push(r.newTask(mashal.Detection, ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: verses}))
		}
	}
	for _, w := range r.started.Validate {
		reading, err := r.ledger.Reading(ctx, w.Reading)
		if err != nil {
			return err
		}
		r.queueValidation(q, w, reading.Results(w.Verses), 0)
	}
	return nil
}

func (r *run) newTask(purpose mashal.Purpose, w ledger.Work) *Task {
	words := r.cfg.Text.Words(w.Chapter) * len(w.Verses) / w.Chapter.Verses()
	return &Task{run: r, purpose: purpose, work: w, Verses: w.Verses, words: words}
}

// queueValidation queues the validation of the figures in results, which the
// given attempt found; 0 if another run did.
func (r *run) queueValidation(q *queue, w ledger.Work, results []mashal.Result, attempt int64) {
	found := map[int]mashal.Result{}
	var verses []int
	for _, result := range results {
		if result.ToValidate(r.cfg.ValidateBelow) {
			found[result.Verse] = result
			verses = append(verses, result.Verse)
		}
	}
	if len(verses) == 0 {
		return
	}
	slices.Sort(verses)
	for _, verses := range r.cfg.Validator.Passages(verses) {
		t := r.newTask(mashal.Validation, ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: verses})
		t.follows = attempt
		for _, v := range verses {
			t.Results = append(t.Results, found[v])
		}
		q.push(t)
	}
}
