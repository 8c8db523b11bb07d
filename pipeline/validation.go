package pipeline

import (
	"context"
	"time"

	"mashal"
)

// validate validates the figures of one passage and records the verdicts. Its
// error means that the ledger cannot be written, which ends the run.
func (r *run) validate(ctx context.Context, t *Task, publish *publisher) error {
	attempt, err := r.ledger.BeginValidation(ctx, r.started.ID, t.work, t.worker.number, t.follows)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	begun := time.Now()
	t.begin(attempt)
	ended := Ended{Outcome: mashal.Done}
	var broken error
	validateErr := r.callValidator(ctx, t, func(j mashal.Judgement) error {
		if t.known(j.Verse) {
			return nil
		}
		if t.Batch != nil {
			t.Batch.judged = append(t.Batch.judged, j.Verse)
		}
		if broken = r.ledger.RecordJudgements(context.WithoutCancel(ctx), attempt, t.work, []mashal.Judgement{j}); broken != nil {
			return broken
		}
		ended.Ended++
		ended.Figures += len(j.Verdicts)
		if j.Failure != nil {
			ended.Failed++
			ended.Failures = append(ended.Failures, *j.Failure)
			ended.Outcome = mashal.Failed
		} else {
			r.succeeded.Store(true)
		}
		return nil // also if ctx has ended: what has arrived of an answer is kept
	})
	if broken != nil || t.broken != nil {
		return firstError(broken, t.broken)
	}
	interrupted := r.interrupted(ctx, validateErr) || t.deferred()
	switch verses := len(t.work.Verses); {
	case interrupted:
		ended.Outcome, ended.Deferred = mashal.NotRun, t.deferred()
	case ended.Ended < verses:
		ended.Outcome = mashal.Failed
		ended.Failed += verses - ended.Ended
		ended.Ended = verses
	}
	revision, err := r.ledger.EndValidation(context.WithoutCancel(ctx), attempt, t.work, validateErr, interrupted)
	if err != nil {
		return err
	}
	if revision > 0 {
		publish.put(t.work.Reading)
	}
	ended.Assignment, ended.Err, ended.Duration = t.assignment(), validateErr, time.Since(begun)
	ended.Left = r.queue.Load().end(t.work.Chapter)
	r.observe(ended)
	return nil
}

// callValidator passes the task to the validator. A panic of the validator fails
// the passage only.
func (r *run) callValidator(ctx context.Context, t *Task, emit func(mashal.Judgement) error) (err error) {
	defer t.recovered("validator", &err)
	if err := t.text(); err != nil {
		return err
	}
	return r.cfg.Validator.Validate(ctx, t, emit)
}
