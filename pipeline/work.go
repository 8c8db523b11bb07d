package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"mashal"
	"mashal/ledger"
)

// work hands the passages to the workers until all are read and judged, or the
// run is to stop. Its error means that the run could not go on; that verses
// fail does not.
func (r *run) work(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	q := newQueue(r.cfg.Workers)
	if err := r.tasks(ctx, q); err != nil {
		return err
	}
	going, stop := context.WithCancel(ctx)
	defer stop()
	stopping := make(chan struct{})
	go func() {
		defer close(stopping)
		select {
		case <-r.cfg.Stop:
		case <-r.halted:
		case <-going.Done():
		}
		stop()
	}()
	publish := newPublisher(ctx, r)
	free := newSlots(min(r.cfg.Workers, max(1, q.outstanding)))
	for q.wait(going) {
		held := &slot{of: free, stop: going.Done()}
		select {
		case held.id = <-free:
		case <-going.Done():
			continue
		}
		t := q.pop()
		group.Go(func() error {
			defer q.done()
			defer held.free()
			ctx := context.WithValue(ctx, slotKey{}, held)
			if t.purpose == ledger.Validation {
				return r.judge(ctx, held.id, t, publish)
			}
			return r.read(ctx, held.id, t, q, publish)
		})
	}
	err := errors.Join(group.Wait(), publish.wait())
	stop()
	<-stopping
	return err
}

// tasks queues what there is to do at first.
func (r *run) tasks(ctx context.Context, q *queue) error {
	for _, w := range r.Work {
		for _, verses := range r.cfg.Annotator.Passages(w.Verses) {
			q.push(r.task(ledger.Detection, ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: verses}))
		}
	}
	for _, w := range r.Validate {
		reading, err := r.ledger.Reading(ctx, w.Reading)
		if err != nil {
			return err
		}
		r.toJudge(q, w, resultsOf(reading, w.Verses), 0)
	}
	return nil
}

// resultsOf is what a reading has of some verses.
func resultsOf(reading *mashal.Reading, verses []int) []mashal.Result {
	var results []mashal.Result
	for i := range reading.Verses {
		if v := &reading.Verses[i]; slices.Contains(verses, v.Verse) {
			results = append(results, v.Result())
		}
	}
	return results
}

func (r *run) task(purpose ledger.Purpose, w ledger.Work) task {
	return task{purpose: purpose, work: w, size: r.cfg.Text.Words(w.Chapter) * len(w.Verses) / w.Chapter.Verses()}
}

// toJudge queues the judging of what was found.
func (r *run) toJudge(q *queue, w ledger.Work, results []mashal.Result, follows int64) {
	found := map[int]mashal.Result{}
	var verses []int
	for _, result := range results {
		if result.Failure == nil && len(result.Figures) > 0 {
			found[result.Verse] = result
			verses = append(verses, result.Verse)
		}
	}
	if len(verses) == 0 {
		return
	}
	slices.Sort(verses)
	for _, verses := range r.cfg.Validator.Passages(verses) {
		t := r.task(ledger.Validation, ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: verses})
		t.follows = follows
		for _, v := range verses {
			t.results = append(t.results, found[v])
		}
		q.push(t)
	}
}

// stopped reports whether the run has been told to stop.
func (r *run) stopped(ctx context.Context) bool {
	select {
	case <-r.cfg.Stop:
		return true
	case <-r.halted:
		return true
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// gaveUp sorts out why an annotator gave up: because it was interrupted, or
// because nothing of this run can work, which halts it. Otherwise the failure
// is of the verses that it did not come to.
func (r *run) gaveUp(ctx context.Context, err error) (interrupted bool) {
	if err == nil {
		return false
	}
	var e *mashal.Error
	if ctx.Err() == nil && errors.As(err, &e) {
		r.halting.Do(func() { r.halt = err; close(r.halted) })
		return true
	}
	return r.stopped(ctx)
}

// read takes one passage from "not run" to its end in the ledger. Its error
// means that the ledger cannot be written, which ends the run.
func (r *run) read(ctx context.Context, worker int, t task, q *queue, publish *publisher) error {
	w := t.work
	attempt, err := r.ledger.BeginWork(ctx, r.ID, w, worker)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	what := Assignment{Worker: worker, Purpose: ledger.Detection, Chapter: w.Chapter, Verses: w.Verses}
	r.say(Started{what})
	begin := time.Now()
	d := &detection{run: r, work: w, attempt: attempt}
	annotateErr := d.annotate(ledger.WithRequests(ctx, r.ledger.Requests(attempt, w)))

	// What came back is recorded even if the run has been told to stop at once.
	durable := context.WithoutCancel(ctx)
	ended := Ended{Assignment: what, Outcome: mashal.Done, Err: annotateErr}
	var revision int64
	switch {
	case d.unkept != nil:
		return d.unkept
	case r.gaveUp(ctx, annotateErr):
		ended.Outcome = mashal.NotRun
		err = r.ledger.AbandonWork(durable, attempt, w, d.fresh)
	default:
		d.complete(annotateErr)
		if revision, err = r.ledger.EndWork(durable, attempt, w, d.fresh); err == nil && r.cfg.Validator != nil {
			r.toJudge(q, w, d.results, attempt)
		}
	}
	if err != nil {
		return err
	}
	if revision > 0 {
		publish.put(w.Reading)
	}
	for _, result := range d.results {
		ended.Ended++
		ended.Figures += len(result.Figures)
		if result.Failure != nil {
			ended.Failed++
			if ended.Outcome == mashal.Done {
				ended.Outcome = mashal.Failed
			}
		}
	}
	ended.Duration = time.Since(begin)
	r.say(ended)
	return nil
}

// judge takes the figures of one passage to their verdicts in the ledger.
func (r *run) judge(ctx context.Context, worker int, t task, publish *publisher) error {
	w := t.work
	attempt, err := r.ledger.BeginValidation(ctx, r.ID, w, worker, t.follows)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	what := Assignment{Worker: worker, Purpose: ledger.Validation, Chapter: w.Chapter, Verses: w.Verses}
	r.say(Started{what})
	begin := time.Now()
	ended := Ended{Assignment: what, Outcome: mashal.Done}
	var unkept error
	validateErr := r.validate(ledger.WithRequests(ctx, r.ledger.Requests(attempt, w)), t, func(j mashal.Judgement) error {
		if unkept = r.ledger.RecordJudgements(context.WithoutCancel(ctx), attempt, w, []mashal.Judgement{j}); unkept != nil {
			return unkept
		}
		ended.Ended++
		ended.Figures += len(j.Verdicts)
		if j.Failure != nil {
			ended.Failed++
			ended.Outcome = mashal.Failed
		}
		return ctx.Err()
	})
	if unkept != nil {
		return unkept
	}
	interrupted := r.gaveUp(ctx, validateErr)
	switch {
	case interrupted:
		ended.Outcome = mashal.NotRun
	case ended.Ended < len(w.Verses):
		ended.Outcome = mashal.Failed
		ended.Failed += len(w.Verses) - ended.Ended
		ended.Ended = len(w.Verses)
	}
	revision, err := r.ledger.EndValidation(context.WithoutCancel(ctx), attempt, w, validateErr, interrupted)
	if err != nil {
		return err
	}
	if revision > 0 {
		publish.put(w.Reading)
	}
	ended.Err, ended.Duration = validateErr, time.Since(begin)
	r.say(ended)
	return nil
}

// validate asks the validator. A panic in it costs its passage, not the run.
func (r *run) validate(ctx context.Context, t task, emit func(mashal.Judgement) error) (err error) {
	defer recovered("validator", &err)
	text, err := r.cfg.Text.Chapter(t.work.Chapter)
	if err != nil {
		return err
	}
	return r.cfg.Validator.Validate(ctx, text, t.results, emit)
}

func recovered(who string, err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("the %s broke down: %v", who, p)
	}
}

// A detection is the reading of one passage.
type detection struct {
	run     *run
	work    ledger.Work
	attempt int64
	results []mashal.Result // what the annotator said
	fresh   []mashal.Result // of these, what is not in the ledger yet
	unkept  error           // why the ledger did not take a result: ends the run
}

// annotate collects what the annotator says of the passage. A panic in it
// costs its passage, not the run.
func (d *detection) annotate(ctx context.Context) (err error) {
	defer recovered("annotator", &err)
	text, err := d.run.cfg.Text.Chapter(d.work.Chapter)
	if err != nil {
		return err
	}
	paid := d.run.cfg.Annotator.Identity().Kind != mashal.ByRules
	return d.run.cfg.Annotator.Annotate(ctx, text, d.work.Verses, func(result mashal.Result) error {
		if !slices.Contains(d.work.Verses, result.Verse) {
			return fmt.Errorf("the annotator spoke of %s:%d, which it was not asked for", d.work.Chapter, result.Verse)
		}
		if slices.ContainsFunc(d.results, func(earlier mashal.Result) bool { return earlier.Verse == result.Verse }) {
			return fmt.Errorf("the annotator spoke twice of %s:%d", d.work.Chapter, result.Verse)
		}
		for i := range result.Figures {
			if err := result.Figures[i].Validate(len(text.Verses[result.Verse-1].Words)); err != nil {
				result = mashal.Result{Verse: result.Verse, Failure: &mashal.Failure{Kind: "invalid", Reason: err.Error()}}
				break
			}
		}
		d.results = append(d.results, result)
		d.fresh = append(d.fresh, result)
		if paid { // each verse at once; what rules find they find again in no time
			if d.unkept = d.run.ledger.RecordResults(context.WithoutCancel(ctx), d.attempt, d.work, d.fresh); d.unkept != nil {
				return d.unkept
			}
			d.fresh = nil
		}
		return ctx.Err()
	})
}

// complete gives every verse that the annotator left out the failure it has:
// a verse lost on the way must never look like a literal one.
func (d *detection) complete(annotateErr error) {
	failure := mashal.Failure{Kind: "missing", Reason: "the annotator said nothing of this verse"}
	if annotateErr != nil {
		failure = mashal.Failure{Kind: "internal", Reason: annotateErr.Error()}
	}
	for _, v := range d.work.Verses {
		if !slices.ContainsFunc(d.results, func(result mashal.Result) bool { return result.Verse == v }) {
			lost := mashal.Result{Verse: v, Failure: &failure}
			d.results, d.fresh = append(d.results, lost), append(d.fresh, lost)
		}
	}
	slices.SortFunc(d.results, func(a, b mashal.Result) int { return a.Verse - b.Verse })
}
