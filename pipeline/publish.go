package pipeline

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// maxPublishing is the number of readings that are entered into the concordance at
// once: one is prepared while another is written, and several share a commit.
const maxPublishing = 4

// A publisher enters readings that have ended into the concordance in the
// background, so that workers do not wait for a second file. The ledger has them
// already, and the next run enters those that a crash leaves out.
type publisher struct {
	run   *run
	ctx   context.Context
	group errgroup.Group
}

func newPublisher(ctx context.Context, r *run) *publisher {
	p := &publisher{run: r, ctx: context.WithoutCancel(ctx)} // what is in the ledger is published also when the run stops
	p.group.SetLimit(maxPublishing)
	return p
}

// put enters a reading. It blocks only while maxPublishing others are being
// entered. A worker of a fleet has no concordance.
func (p *publisher) put(reading int64) {
	if p.run.concordance == nil {
		return
	}
	p.group.Go(func() error {
		read, err := p.run.ledger.Reading(p.ctx, reading)
		if err != nil {
			return err
		}
		text, err := p.run.cfg.Text.Chapter(read.Chapter)
		if err != nil {
			return err
		}
		return p.run.concordance.Put(p.ctx, read, text)
	})
}

// wait blocks until all readings are in the concordance. It returns the first
// error.
func (p *publisher) wait() error { return p.group.Wait() }
