package pipeline

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// maxPublishing is the number of readings that are entered into the concordance at
// once: one is prepared while another is written, and several share a commit.
const maxPublishing = 4

// A publisher enters readings that have ended into the concordance in the
// background, so that workers do not wait for a second file. The ledger has them
// already, and the next run enters those that a crash leaves out.
type publisher struct {
	enter func(reading int64) error // nil of a worker of a fleet, which has no concordance
	group errgroup.Group

	mu    sync.Mutex
	again map[int64]bool // the readings being entered; true if they have changed since
}

func newPublisher(ctx context.Context, r *run) *publisher {
	p := &publisher{again: map[int64]bool{}}
	p.group.SetLimit(maxPublishing)
	if r.concordance != nil {
		ctx = context.WithoutCancel(ctx) // what is in the ledger is published also when the run stops
		p.enter = func(reading int64) error { return r.enter(ctx, reading) }
	}
	return p
}

// put enters a reading. It blocks only while maxPublishing others are being
// entered. A reading that is being entered is entered again afterwards, and never twice
// at a time: the older state could be written last.
func (p *publisher) put(reading int64) {
	if p.enter == nil {
		return
	}
	p.mu.Lock()
	_, busy := p.again[reading]
	p.again[reading] = busy
	p.mu.Unlock()
	if busy {
		return
	}
	p.group.Go(func() error {
		for {
			if err := p.enter(reading); err != nil {
				return err
			}
			if !p.changed(reading) {
				return nil
			}
		}
	})
}

// changed reports whether put was called while a reading was entered. If not, the reading
// is not being entered any more.
func (p *publisher) changed(reading int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.again[reading] {
		p.again[reading] = false
		return true
	}
	delete(p.again, reading)
	return false
}

// wait blocks until all readings are in the concordance. It returns the first
// error.
func (p *publisher) wait() error { return p.group.Wait() }

// enter writes the present state of a reading into the concordance.
func (r *run) enter(ctx context.Context, reading int64) error {
	read, err := r.ledger.Reading(ctx, reading)
	if err != nil {
		return err
	}
	text, err := r.cfg.Text.Chapter(read.Chapter)
	if err != nil {
		return err
	}
	return r.concordance.Put(ctx, read, text)
}
