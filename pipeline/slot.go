package pipeline

import (
	"context"
	"time"
)

// Slots are what bounds the requests in flight: each worker has one while it
// works, and gives it up while it waits before asking again.
type slots chan int

func newSlots(workers int) slots {
	s := make(slots, workers)
	for worker := 1; worker <= workers; worker++ {
		s <- worker
	}
	return s
}

// A slot is one that is held.
type slot struct {
	of   slots
	id   int
	stop <-chan struct{} // no wait outlasts this
}

func (s *slot) free() { s.of <- s.id }

type slotKey struct{}

// Sleep waits for a while before a request is made again, and lets another
// passage have the slot meanwhile. It ends early, with an error, when the
// context or the run does. Outside of a run it only waits.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	held, ok := ctx.Value(slotKey{}).(*slot)
	if !ok {
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	held.free()
	var err error
	select {
	case <-timer.C:
	case <-held.stop:
		err = context.Canceled
	case <-ctx.Done():
		err = ctx.Err()
	}
	held.id = <-held.of // whoever holds one gives it back, also when all is over
	return err
}
