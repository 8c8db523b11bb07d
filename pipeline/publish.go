package pipeline

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// publishing is how many readings are on their way into the concordance at
// once: enough that one is being prepared while another is written, and that
// several share a commit.
const publishing = 4

// A publisher enters ended readings into the concordance beside the workers,
// who need not wait for a second file: the ledger has the truth already, and
// what a crash leaves out is put in when the next run begins.
type publisher struct {
	run  *run
	ctx  context.Context
	puts errgroup.Group
}

func newPublisher(ctx context.Context, r *run) *publisher {
	p := &publisher{run: r, ctx: context.WithoutCancel(ctx)} // what is in the ledger is to be seen
	p.puts.SetLimit(publishing)
	return p
}

// put has a reading entered, and waits only while too many are on their way.
func (p *publisher) put(reading int64) {
	p.puts.Go(func() error {
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

// wait returns when all is in the concordance, or with what went wrong first.
func (p *publisher) wait() error { return p.puts.Wait() }
