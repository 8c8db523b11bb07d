package pipeline

import (
	"context"
	"errors"
	"slices"
	"sync"

	"mashal"
	"mashal/batch"
	"mashal/ledger"
	"mashal/report"
)

// workInBatches does the work of the run in rounds: it records the results of the
// batches that have ended, works through the passages as far as answers are recorded,
// and sends the calls that have none in batches. It returns when nothing is left, or
// when batches are under way and the run is not to wait. A run that cancels batches
// does one round after they have ended, and sends nothing.
func (r *run) workInBatches(ctx context.Context) error {
	s := r.cfg.Batch
	if err := s.Begin(ctx, r.batches()); err != nil {
		return err
	}
	stop, over := r.stopsBatches(ctx)
	defer over()
	r.left = newRemaining(r.started)
	if s.Cancels() {
		if err := s.CancelBatches(ctx, stop); err != nil {
			return r.haltBy(err)
		}
	}
	for before := -1; ; {
		sent, kept, err := r.round(ctx, stop)
		if open, e := s.Open(context.WithoutCancel(ctx)); e == nil {
			r.underWay = open
		}
		switch {
		case err != nil:
			return r.haltBy(err)
		case r.stopped(ctx), s.Cancels():
			return nil
		case r.underWay == 0 && sent == 0:
			// A batch may have ended during the round. Its results are there now.
			left := r.left.count()
			if left == 0 || left == before {
				return nil
			}
			before = left
			continue
		case !s.Wait:
			r.observe(Left{r.underWay, kept, r.cfg.Command})
			return nil
		}
		ended, err := s.Await(ctx, stop)
		if err != nil {
			return r.haltBy(err)
		}
		if !ended && r.stopped(ctx) {
			return nil
		}
	}
}

// batches returns what the Sender needs from the run.
func (r *run) batches() batch.Run {
	return batch.Run{
		Ledger: r.ledger, ID: r.started.ID, Annotator: r.cfg.Annotator.Identity().Fingerprint, Chapters: r.cfg.Selection.Chapters(),
		Stop:    r.cfg.Stop,
		Observe: func(e batch.Event) { r.observe(Batched{e}) },
		Capable: func(c ledger.Capability) { r.observe(Capable{c}) },
	}
}

// stopsBatches returns a channel that is closed when the run is to stop, and a function
// that must be called when nothing receives from it any more.
func (r *run) stopsBatches(ctx context.Context) (stop <-chan struct{}, over func()) {
	stops, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stops)
		select {
		case <-r.cfg.Stop:
		case <-r.halted:
		case <-ctx.Done():
		case <-ended:
		}
	}()
	return stops, func() { close(ended) }
}

// round does once what can be done without waiting for a batch.
func (r *run) round(ctx context.Context, stop <-chan struct{}) (sent, kept int, err error) {
	s := r.cfg.Batch
	if _, err := s.TakeUp(ctx); err != nil {
		return 0, 0, err
	}
	for _, purpose := range []mashal.Purpose{mashal.Detection, mashal.Validation} {
		q := newQueue(r.cfg.Workers)
		if err := r.queueBatched(ctx, q, purpose); err != nil {
			return 0, 0, err
		}
		if err := r.dispatch(ctx, q); err != nil || r.stopped(ctx) {
			return 0, 0, err
		}
	}
	if s.Cancels() {
		return 0, 0, nil
	}
	if err := s.Fruitless(); err != nil {
		return 0, 0, err
	}
	return s.Submit(ctx, stop)
}

// haltBy ends the run for an error after which no batch can succeed. It returns
// other errors.
func (r *run) haltBy(err error) error {
	var e *mashal.Error
	if !errors.As(err, &e) {
		return err
	}
	r.haltWith(e)
	return nil
}

// leftError returns the error of a run that ends while batches are under way, and
// nil if it was not to wait for them.
func (r *run) leftError() error {
	if !r.stopped(context.Background()) {
		return nil
	}
	return &mashal.Error{
		Code: mashal.Interrupted, Op: "interrupted; " + report.Count(r.underWay, "batch") + " under way at the vendor, and what was done is kept",
		Hint: "The same command takes them up: " + report.ShellLine(r.cfg.Command),
	}
}

// remaining is what a run in batches has left to do: verses by purpose and reading.
type remaining struct {
	mu      sync.Mutex // held while tasks are under way
	chapter map[int64]mashal.Chapter
	verses  map[mashal.Purpose]map[int64]map[int]bool
}

func newRemaining(run *ledger.StartedRun) *remaining {
	m := &remaining{chapter: map[int64]mashal.Chapter{}, verses: map[mashal.Purpose]map[int64]map[int]bool{mashal.Detection: {}, mashal.Validation: {}}}
	for _, w := range run.Work {
		m.add(mashal.Detection, w)
	}
	for _, w := range run.Validate {
		m.add(mashal.Validation, w)
	}
	return m
}

func (m *remaining) add(purpose mashal.Purpose, w ledger.Work) {
	m.chapter[w.Reading] = w.Chapter
	of := m.verses[purpose]
	if of[w.Reading] == nil {
		of[w.Reading] = map[int]bool{}
	}
	for _, v := range w.Verses {
		of[w.Reading][v] = true
	}
}

// count returns the number of verses left.
func (m *remaining) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, readings := range m.verses {
		for _, verses := range readings {
			n += len(verses)
		}
	}
	return n
}

func (m *remaining) remove(purpose mashal.Purpose, reading int64, verses []int) {
	for _, v := range verses {
		delete(m.verses[purpose][reading], v)
	}
}

// queueBatched queues the tasks of a purpose that are left. A passage some of whose
// calls were sent in batches stays the passage that it was, so that its requests are
// the same again; the other verses form new passages.
func (r *run) queueBatched(ctx context.Context, q *queue, purpose mashal.Purpose) error {
	if purpose == mashal.Validation && r.cfg.Validator == nil {
		return nil
	}
	begun, err := r.ledger.BatchedPassages(ctx, r.cfg.Annotator.Identity().Fingerprint)
	if err != nil {
		return err
	}
	covered := map[int64]map[int]bool{}
	for _, p := range begun {
		left, known := r.left.verses[purpose][p.Reading]
		if p.Purpose != purpose || !known {
			continue
		}
		goesOn, err := r.goesOn(ctx, p, left)
		if err != nil {
			return err
		}
		if !goesOn {
			continue
		}
		if covered[p.Reading] == nil {
			covered[p.Reading] = map[int]bool{}
		}
		var verses []int
		for _, v := range p.Verses {
			if left[v] && !covered[p.Reading][v] {
				verses = append(verses, v)
			}
			covered[p.Reading][v] = true
		}
		if err := r.pushBatched(ctx, q, purpose, p, verses); err != nil {
			return err
		}
	}
	detected, err := r.ledger.DetectionPassages(ctx, r.cfg.Annotator.Identity().Fingerprint)
	if err != nil {
		return err
	}
	for reading, left := range r.left.verses[purpose] {
		var verses []int
		for v := range left {
			if !covered[reading][v] {
				verses = append(verses, v)
			}
		}
		slices.Sort(verses)
		if purpose == mashal.Detection {
			if err := r.pushPassages(ctx, q, purpose, reading, r.cfg.Annotator.Passages(verses)); err != nil {
				return err
			}
			continue
		}
		for _, group := range r.toValidate(reading, verses, detected[reading]) {
			if err := r.pushPassages(ctx, q, purpose, reading, r.cfg.Validator.Passages(group)); err != nil {
				return err
			}
		}
	}
	return nil
}

// pushPassages queues new passages of a reading.
func (r *run) pushPassages(ctx context.Context, q *queue, purpose mashal.Purpose, reading int64, passages [][]int) error {
	for _, part := range passages {
		p := ledger.BatchedPassage{Reading: reading, Chapter: r.left.chapter[reading], Purpose: purpose, Verses: part}
		if err := r.pushBatched(ctx, q, purpose, p, part); err != nil {
			return err
		}
	}
	return nil
}

// toValidate divides verses of a reading, ascending, by the passages in which their
// figures were found, so that they are validated in the same requests as without
// batches, and in the same ones after an interruption. It leaves out passages in which
// figures are still to be found.
func (r *run) toValidate(reading int64, verses []int, detected [][]int) (groups [][]int) {
	for _, passage := range detected {
		var group, others []int
		for _, v := range verses {
			if slices.Contains(passage, v) {
				group = append(group, v)
			} else {
				others = append(others, v)
			}
		}
		verses = others
		if !slices.ContainsFunc(passage, func(v int) bool { return r.left.verses[mashal.Detection][reading][v] }) {
			groups = append(groups, group)
		}
	}
	return append(groups, verses) // those of earlier runs without batches
}

// goesOn reports whether a passage that batches were sent for is to go on as it is.
// One whose verses have all ended is closed: those that failed are asked for anew.
func (r *run) goesOn(ctx context.Context, p ledger.BatchedPassage, left map[int]bool) (bool, error) {
	validator := ""
	if r.cfg.Validator != nil {
		validator = r.cfg.Validator.Identity().Fingerprint
	}
	done, failed, err := r.ledger.EndedVerses(ctx, p.Reading, p.Purpose, validator)
	if err != nil {
		return false, err
	}
	open := false
	for _, v := range p.Verses {
		ended := slices.Contains(done, v) || slices.Contains(failed, v)
		if !ended && !left[v] {
			// The verse is outside of the selection. The batch belongs to the command that
			// sent it, and asking for a part of it would be paid for twice.
			r.left.remove(p.Purpose, p.Reading, p.Verses)
			return false, nil
		}
		open = open || !ended
	}
	if open || p.Open > 0 {
		return slices.ContainsFunc(p.Verses, func(v int) bool { return left[v] }), nil
	}
	return false, r.ledger.CloseBatchedPassage(ctx, p)
}

// pushBatched queues the task of a passage. verses are those that are left to do.
func (r *run) pushBatched(ctx context.Context, q *queue, purpose mashal.Purpose, p ledger.BatchedPassage, verses []int) error {
	if len(verses) == 0 {
		return nil
	}
	t := r.newTask(purpose, ledger.Work{Reading: p.Reading, Chapter: p.Chapter, Verses: verses})
	t.Verses = p.Verses
	t.Batch = &Deferral{run: r, task: t, passage: p}
	if purpose == mashal.Validation {
		reading, err := r.ledger.Reading(ctx, p.Reading)
		if err != nil {
			return err
		}
		for _, result := range reading.Results(p.Verses) {
			if result.ToValidate(r.cfg.ValidateBelow) {
				t.Results = append(t.Results, result)
			}
		}
	}
	q.push(t)
	return nil
}

// batched works on a task as far as answers are recorded. It first does so without
// recording anything: only if that yields a result, or calls are to be made one by
// one, is there an attempt.
func (r *run) batched(ctx context.Context, t *Task, publish *publisher) error {
	d := t.Batch
	yields, err := d.tryOut(ctx)
	if err != nil || r.stopped(ctx) {
		return err
	}
	for _, c := range d.calls {
		r.cfg.Batch.Add(c)
	}
	if !yields && d.pending > 0 && !d.online {
		return nil
	}
	d.real, d.pending = true, 0
	if t.purpose == mashal.Validation {
		err = r.validate(ctx, t, publish)
	} else {
		err = r.detect(ctx, t, nil, publish)
	}
	if err != nil || r.stopped(ctx) {
		return err
	}
	r.left.mu.Lock()
	defer r.left.mu.Unlock()
	switch {
	case d.pending == 0:
		r.left.remove(t.purpose, t.work.Reading, t.work.Verses)
	case t.purpose == mashal.Validation:
		r.left.remove(t.purpose, t.work.Reading, d.judged)
	}
	var found []int
	for _, result := range d.results {
		r.left.remove(t.purpose, t.work.Reading, []int{result.Verse})
		if result.ToValidate(r.cfg.ValidateBelow) {
			found = append(found, result.Verse)
		}
	}
	if r.cfg.Validator != nil && len(found) > 0 {
		r.left.add(mashal.Validation, ledger.Work{Reading: t.work.Reading, Chapter: t.work.Chapter, Verses: found})
	}
	if d.pending == 0 {
		return r.ledger.CloseBatchedPassage(ctx, d.passage)
	}
	return nil
}
