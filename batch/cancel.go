package batch

import (
	"context"
	"errors"

	"mashal"
	"mashal/llm"
)

// Cancels reports whether the Sender cancels batches and sends none.
func (s *Sender) Cancels() bool { return s.Cancel != nil }

// CancelBatches asks the vendors to cancel the batches under way for which
// Config.Cancel reports true, and blocks until they have ended and the answers that
// were given until then are recorded. It returns early if stop is closed, and does
// not wait for a batch that cannot be identified at its vendor.
func (s *Sender) CancelBatches(ctx context.Context, stop <-chan struct{}) error {
	for wait := firstPoll; ; wait = min(wait*3/2, lastPoll) {
		waiting, err := s.CancelOnce(ctx)
		if err != nil || !waiting {
			return err
		}
		open, err := s.open(ctx)
		if err != nil {
			return err
		}
		if !s.sleep(ctx, stop, s.untilDue(open, wait)) {
			return ctx.Err()
		}
	}
}

// CancelOnce does what CancelBatches does, without waiting. It reports whether batches
// that are being cancelled have not ended.
func (s *Sender) CancelOnce(ctx context.Context) (waiting bool, err error) {
	if _, err := s.TakeUp(ctx); err != nil {
		return false, err
	}
	open, err := s.open(ctx)
	if err != nil {
		return false, err
	}
	for i := range open {
		b := &open[i]
		if !s.Cancel(b) {
			continue
		}
		if b.VendorID == "" {
			if !s.unnamed[b.ID] {
				err = s.tell(ctx, b.ID, "cannot be cancelled before it is known under which name the vendor has it: try again later")
			}
			if s.unnamed[b.ID] = true; err != nil {
				return false, err
			}
			continue
		}
		waiting = true
		if s.asked[b.ID] || s.isPaused(b.Model) {
			continue
		}
		if s.asked[b.ID], err = s.cancel(ctx, b); err != nil {
			return false, err
		}
	}
	return waiting, nil
}

// cancel asks the vendor to cancel a batch. It returns false if that is to be asked
// again, because the vendor could not be reached.
func (s *Sender) cancel(ctx context.Context, b *mashal.Batch) (asked bool, err error) {
	err = s.Clients[b.Model].Batcher().Cancel(ctx, b.VendorID)
	var e *llm.Error
	switch {
	case err == nil:
		return true, s.tell(ctx, b.ID, "is being cancelled")
	case errors.As(err, &e) && (e.Kind == llm.BadRequest || e.Status == 404 || e.Status == 409):
		return true, nil // it has ended, or is being cancelled: its status says so
	}
	return false, s.problem(ctx, b, err)
}
