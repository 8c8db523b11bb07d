package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// A Task is what a worker works on at a time: finding the figures of a passage, or
// validating those that were found there.
type Task struct {
	Chapter  *mashal.ChapterText
	Verses   []int            // of the passage, ascending
	Results  []mashal.Result  // whose figures are to be validated; nil if figures are to be found
	Recorder *ledger.Recorder // records what models are asked for the task
	Batch    *Deferral        // decides which calls are left to batches; nil if all are made at once

	purpose mashal.Purpose
	work    ledger.Work // Chapter and Verses as the ledger has them
	words   int         // of the passage: larger tasks start first
	follows int64       // the attempt that found the figures to validate; 0 if another run's did
	attempt int64       // at the task

	// The task has a worker except while it waits. Only its goroutine uses these.
	run    *run
	worker *worker
	waits  int       // waits so far
	since  time.Time // when the worker began to work on it, or went on
	broken error     // why the ledger did not record something: ends the run

	detection *detection // under way; nil for a validation
}

// shortestWait is the shortest time in the limiter that is recorded: what is
// shorter is the time that it takes to look.
const shortestWait = time.Millisecond

// Wait blocks for d before a failed request is made again. Meanwhile the worker
// is free for other tasks. It ends early, with an error, when ctx or the run ends.
func (t *Task) Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	wait := mashal.Wait{Started: t.run.ledger.Now(), Worker: t.worker.number}
	wait.Due = wait.Started.Add(d)
	t.waits++
	if err := t.record(ctx, wait); err != nil {
		return err
	}
	t.run.observe(Waiting{t.assignment(), d})
	t.run.workers.putBack(t.worker)
	t.worker = nil
	var err error
	select {
	case <-timer.C:
	case <-t.run.stopping:
		err = context.Canceled
	case <-ctx.Done():
		err = ctx.Err()
	}
	t.worker = t.run.workers.take(nil) // every task gives its worker back, also when the run ends
	t.since = t.run.ledger.Now()
	wait.Ended, wait.Worker = t.since, t.worker.number
	t.run.observe(Resumed{t.assignment()})
	return errors.Join(err, t.record(ctx, wait))
}

// Stopping returns a channel that is closed when no task of the run may start or go
// on after a wait.
func (t *Task) Stopping() <-chan struct{} { return t.run.stopping }

// Paused reports that the brake of a model has paused the run, will send a probe, or
// has ended the pause.
func (t *Task) Paused(p llm.Pause) { t.run.paused(p) }

// Queued records that a request was held back for d, counted from start, by the
// limits of its key. The worker waited with it.
func (t *Task) Queued(ctx context.Context, start time.Time, d time.Duration) error {
	if d < shortestWait {
		return nil
	}
	// In the ledger's time, which does not go back when the system's clock does.
	now := t.run.ledger.Now()
	wait := mashal.Wait{Started: now.Add(-time.Since(start)), Worker: t.worker.number, Held: true}
	if wait.Started.Before(t.since) {
		wait.Started = t.since
	}
	if wait.Ended = wait.Started.Add(d); wait.Ended.After(now) {
		wait.Ended = now
	}
	wait.Due, t.since = wait.Ended, wait.Ended
	t.waits++
	t.run.observe(Held{t.assignment(), d})
	return t.record(ctx, wait)
}

// Learned records what became known of a model if save is set, and reports it as an
// event if tell is set.
func (t *Task) Learned(ctx context.Context, c Capable, save, tell bool) error {
	var err error
	if save {
		err = t.run.ledger.RecordCapability(context.WithoutCancel(ctx), c.Server, c.Model, c.Abilities)
	}
	if tell {
		t.run.observe(c)
	}
	return err
}

// Withdraw makes verses undone whose results were emitted: they are not the model's
// answer. Their results may be emitted again.
func (t *Task) Withdraw(ctx context.Context, verses []int) error {
	if t.Batch != nil {
		if !t.Batch.real {
			return nil
		}
		verses = slices.DeleteFunc(slices.Clone(verses), t.known)
	}
	return t.detection.withdraw(ctx, verses)
}

// record writes the task's latest wait to the ledger.
func (t *Task) record(ctx context.Context, w mashal.Wait) error {
	err := t.run.ledger.RecordWait(context.WithoutCancel(ctx), t.attempt, t.waits, w)
	if t.broken == nil {
		t.broken = err
	}
	return err
}

// begin records the task's attempt and reports that it has started.
func (t *Task) begin(attempt int64) {
	t.attempt, t.since = attempt, t.run.ledger.Now()
	t.Recorder = t.run.ledger.Recorder(attempt, t.work)
	t.run.observe(Started{t.assignment()})
}

// assignment returns the task with its worker, for events.
func (t *Task) assignment() Assignment {
	return Assignment{Worker: t.worker.number, Purpose: t.purpose, Chapter: t.work.Chapter, Verses: t.work.Verses, Attempt: t.attempt, Follows: t.follows}
}

// text sets Chapter to the text of the task's chapter.
func (t *Task) text() (err error) {
	t.Chapter, err = t.run.cfg.Text.Chapter(t.work.Chapter)
	return err
}

// recovered turns a panic of the annotator or validator into an error of the
// task, and logs its stack: the task fails, and the run goes on.
func (t *Task) recovered(role string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the %s panicked: %v; the run's log has the stack", role, p)
		attrs := append(t.assignment().attrs(), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
		t.run.log.LogAttrs(context.Background(), slog.LevelError, "the "+role+" panicked", attrs...)
	}
}
