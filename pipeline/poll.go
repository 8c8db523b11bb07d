package pipeline

import (
	"context"
	"log/slog"
	"time"

	"mashal"
	"mashal/batch"
	"mashal/ledger"
)

// A BatchedRun is a run of a fleet whose requests are sent in batches. One process at a
// time has it.
type BatchedRun struct {
	Run    string
	Ledger *ledger.Ledger // guarded, so that it refuses writes when the run is another process's
	Crew   *Crew
	Log    *slog.Logger
	Memory batch.Memory // of the process that had the run before
}

// A Poll is what became of a run in PollBatches.
type Poll struct {
	Over   bool          // nothing is left to do
	Wait   time.Duration // until the batches under way are to be asked about
	Halt   error         // why the run cannot go on; nil if it can
	Memory batch.Memory
}

// PollBatches does what a run can do without waiting for a batch: it records the
// results of batches that have ended, works through the passages as far as answers are
// recorded, and sends the calls that have none. A Sender that cancels asks the vendors
// to cancel the batches, and sends none. It returns early when cfg.Stop or ctx ends. Of
// cfg it uses what AnnotateChapter does, and Selection and Batch. err means that the
// ledger cannot be read or written.
func PollBatches(ctx context.Context, cfg Config, b BatchedRun) (p Poll, err error) {
	started, err := b.Ledger.TakeRun(ctx, b.Run)
	if err != nil {
		return p, err
	}
	r := &run{cfg: cfg, ledger: b.Ledger, started: started, log: b.Log, crew: b.Crew, halted: make(chan struct{})}
	s := cfg.Batch
	s.Remember(b.Memory)
	of := r.batches()
	of.Batches = func(ctx context.Context) ([]mashal.Batch, error) { return b.Ledger.BatchesOf(ctx, b.Run) }
	of.Allowed = b.Ledger.Confirm // a process that was frozen does not send what its successor has sent
	if err := s.Begin(ctx, of); err != nil {
		return p, err
	}
	stop, over := r.stopsBatches(ctx)
	defer over()
	r.left = newRemaining(started)
	p.Over, err = r.poll(ctx, stop)
	if err != nil {
		if err := r.haltBy(err); err != nil {
			return p, err
		}
	}
	if r.halt != nil && mashal.CodeOf(r.halt) == mashal.Internal {
		return p, r.halt
	}
	if !p.Over && r.halt == nil {
		if p.Wait, err = s.UntilPoll(ctx); err != nil {
			return p, err
		}
	}
	p.Halt, p.Memory = r.halt, s.Memory()
	return p, nil
}

// poll does rounds until the run waits for a batch. It reports whether nothing is left.
func (r *run) poll(ctx context.Context, stop <-chan struct{}) (over bool, err error) {
	s := r.cfg.Batch
	if s.Cancels() {
		waiting, err := s.CancelOnce(ctx)
		if err != nil || waiting || r.stopped(ctx) {
			return false, err
		}
		_, _, err = r.round(ctx, stop)
		return err == nil && !r.stopped(ctx), err
	}
	for before := -1; ; {
		sent, _, err := r.round(ctx, stop)
		if err != nil || r.stopped(ctx) {
			return false, err
		}
		open, err := s.Open(ctx)
		if err != nil || open > 0 {
			return false, err
		}
		left := r.left.count()
		if left == 0 {
			return true, nil
		}
		waits, err := r.waitsForOthers(ctx)
		if err != nil || waits {
			return false, err
		}
		if sent == 0 && left == before {
			return true, nil
		}
		before = left
	}
}

// waitsForOthers reports whether verses that are left are in a batch under way that
// another run follows.
func (r *run) waitsForOthers(ctx context.Context) (bool, error) {
	begun, err := r.ledger.BatchedPassages(ctx, r.cfg.Annotator.Identity().Fingerprint)
	if err != nil {
		return false, err
	}
	for _, p := range begun {
		for _, v := range p.Verses {
			if p.Open > 0 && r.left.verses[p.Purpose][p.Reading][v] {
				return true, nil
			}
		}
	}
	return false, nil
}
