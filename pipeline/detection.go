package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mashal"
)

// detect finds the figures of one passage and records the results. Its error
// means that the ledger cannot be written, which ends the run.
func (r *run) detect(ctx context.Context, t *Task, q *queue, publish *publisher) error {
	attempt, err := r.ledger.BeginWork(ctx, r.started.ID, t.work, t.worker.number)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	begun := time.Now()
	t.begin(attempt)
	d := &detection{run: r, task: t}
	t.detection = d
	annotateErr := d.annotate(ctx)
	if d.broken != nil || t.broken != nil {
		return firstError(d.broken, t.broken)
	}

	// The results are recorded also when the run has been told to stop at once.
	durable := context.WithoutCancel(ctx)
	ended := Ended{Outcome: mashal.Done, Err: annotateErr}
	var revision int64
	if r.interrupted(ctx, annotateErr) || t.deferred() {
		ended.Outcome, ended.Deferred = mashal.NotRun, t.deferred()
		err = r.ledger.AbandonWork(durable, attempt, t.work, d.unrecorded)
	} else {
		d.complete(annotateErr)
		revision, err = r.ledger.EndWork(durable, attempt, t.work, d.unrecorded)
	}
	if err != nil {
		return err
	}
	if t.Batch != nil {
		t.Batch.results = d.results
	} else if ended.Outcome == mashal.Done && r.cfg.Validator != nil {
		r.queueValidation(q, t.work, d.results, attempt)
	}
	if revision > 0 {
		publish.put(t.work.Reading)
	}
	for _, result := range d.results {
		ended.Ended++
		for i := range result.Figures {
			if result.Figures[i].Counts() {
				ended.Figures++
			}
		}
		if result.Failure != nil {
			ended.Failed++
			ended.Failures = append(ended.Failures, *result.Failure)
			if ended.Outcome == mashal.Done {
				ended.Outcome = mashal.Failed
			}
		}
	}
	ended.Assignment, ended.Duration, ended.Left = t.assignment(), time.Since(begun), r.queue.Load().end(t.work.Chapter)
	r.observe(ended)
	return nil
}

// firstError returns the first error that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// A detection is what is known of one passage while its figures are found.
type detection struct {
	run        *run
	task       *Task
	results    []mashal.Result // that the annotator emitted
	unrecorded []mashal.Result // of these, those that are not in the ledger yet
	broken     error           // why the ledger did not record a result: ends the run
}

// annotate collects the annotator's results. A panic of the annotator fails the
// passage only.
func (d *detection) annotate(ctx context.Context) (err error) {
	defer d.task.recovered("annotator", &err)
	if err := d.task.text(); err != nil {
		return err
	}
	paid := !d.run.cfg.Annotator.Identity().Kind.Matcher()
	return d.run.cfg.Annotator.Annotate(ctx, d.task, func(result mashal.Result) error {
		if d.task.known(result.Verse) {
			return nil
		}
		if !slices.Contains(d.task.work.Verses, result.Verse) {
			return fmt.Errorf("the annotator returned a result for %s:%d, which is not in its passage", d.task.work.Chapter, result.Verse)
		}
		if slices.ContainsFunc(d.results, func(earlier mashal.Result) bool { return earlier.Verse == result.Verse }) {
			return fmt.Errorf("the annotator returned two results for %s:%d", d.task.work.Chapter, result.Verse)
		}
		words := len(d.task.Chapter.Verses[result.Verse-1].Words)
		for i := range result.Figures {
			if err := result.Figures[i].Validate(words); err != nil {
				result = mashal.Result{Verse: result.Verse, Failure: &mashal.Failure{Kind: "invalid", Reason: err.Error()}}
				break
			}
		}
		if result.Failure == nil {
			d.run.succeeded.Store(true)
		}
		d.results = append(d.results, result)
		d.unrecorded = append(d.unrecorded, result)
		if paid { // at once; rules find the same again in no time
			d.broken = d.run.ledger.RecordResults(context.WithoutCancel(ctx), d.task.attempt, d.task.work, d.unrecorded)
			if d.broken != nil {
				return d.broken
			}
			d.unrecorded = nil
			return nil // also if ctx has ended: what has arrived of an answer is kept
		}
		return ctx.Err()
	})
}

// withdraw marks verses as not done, although their results were recorded, because
// they are not the model's answer.
func (d *detection) withdraw(ctx context.Context, verses []int) error {
	withdrawn := func(r mashal.Result) bool { return slices.Contains(verses, r.Verse) }
	d.results = slices.DeleteFunc(d.results, withdrawn)
	d.unrecorded = slices.DeleteFunc(d.unrecorded, withdrawn)
	d.broken = d.run.ledger.WithdrawResults(context.WithoutCancel(ctx), d.task.attempt, d.task.work, verses)
	return d.broken
}

// complete adds a failure for each verse without a result, so that a verse which
// was lost never looks like one without figures.
func (d *detection) complete(annotateErr error) {
	failure := mashal.Failure{Kind: "missing", Reason: "the annotator returned no result for this verse"}
	if annotateErr != nil {
		failure = mashal.Failure{Kind: "internal", Reason: annotateErr.Error()}
	}
	for _, v := range d.task.work.Verses {
		if !slices.ContainsFunc(d.results, func(result mashal.Result) bool { return result.Verse == v }) {
			lost := mashal.Result{Verse: v, Failure: &failure}
			d.results, d.unrecorded = append(d.results, lost), append(d.unrecorded, lost)
		}
	}
	slices.SortFunc(d.results, func(a, b mashal.Result) int { return a.Verse - b.Verse })
}
