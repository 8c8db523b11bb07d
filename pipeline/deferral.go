package pipeline

import (
	"context"
	"slices"

	"mashal"
	"mashal/batch"
	"mashal/ledger"
)

// A Deferral decides for the calls of one task whether their answers are recorded,
// whether they are left to a batch, or whether they are made now.
type Deferral struct {
	run     *run
	task    *Task
	passage ledger.BatchedPassage

	real    bool         // there is an attempt; otherwise nothing is recorded
	calls   []batch.Call // to send in a batch
	pending int          // calls that are left for later
	online  bool         // a call is to be made now

	results []mashal.Result // of the attempt
	judged  []int           // verses that the attempt has judged
}

// IsTrial reports whether nothing is recorded, because what the task yields is only to
// be found out. A nil Deferral is none.
func (d *Deferral) IsTrial() bool { return d != nil && !d.real }

// InBatches reports whether requests that follow from failed ones are left to batches.
// A nil Deferral leaves none.
func (d *Deferral) InBatches() bool { return d != nil && !d.run.cfg.Batch.FinishOnline }

// Find returns the recorded answer to a request, as ledger.Recorder.Find does.
func (d *Deferral) Find(ctx context.Context, q mashal.Request) (*mashal.Answer, error) {
	if d.real {
		return d.task.Recorder.Find(ctx, q)
	}
	return d.run.ledger.PeekBatched(ctx, d.passage.Reading, q)
}

// Defer reports whether a request that has no answer is left to a batch and must not
// be made.
func (d *Deferral) Defer(ctx context.Context, c batch.Call) (deferred bool, err error) {
	underWay, err := d.run.ledger.InBatch(ctx, d.passage.Reading, c.Key)
	if err != nil {
		return false, err
	}
	switch {
	case underWay:
	case d.run.cfg.Batch.FinishOnline && d.passage.Requests > 0:
		d.online = true
		if d.real {
			return false, nil
		}
	case !d.real:
		c.Chapter, c.Reading, c.Passage = d.passage.Chapter, d.passage.Reading, d.passage.Verses
		d.calls = append(d.calls, c)
	}
	d.pending++
	return true, nil
}

// tryOut works on the task without an attempt. It reports whether that yields a
// result which is not recorded. Calls without an answer are collected.
func (d *Deferral) tryOut(ctx context.Context) (yields bool, err error) {
	t := d.task
	defer t.recovered("annotator", &err)
	if err := t.text(); err != nil {
		return false, err
	}
	if t.purpose == mashal.Validation {
		err = d.run.cfg.Validator.Validate(ctx, t, func(j mashal.Judgement) error {
			yields = yields || !t.known(j.Verse)
			return ctx.Err()
		})
	} else {
		err = d.run.cfg.Annotator.Annotate(ctx, t, func(result mashal.Result) error {
			yields = yields || !t.known(result.Verse)
			return ctx.Err()
		})
	}
	// What went wrong goes wrong again in the attempt, which records it.
	return yields || err != nil, nil
}

// deferred reports whether calls of the task are left for later.
func (t *Task) deferred() bool { return t.Batch != nil && t.Batch.pending > 0 }

// known reports whether a verse is one of the task's that has ended before: the
// answers that another verse needs contain it too.
func (t *Task) known(verse int) bool {
	return t.Batch != nil && slices.Contains(t.Verses, verse) && !slices.Contains(t.work.Verses, verse)
}
