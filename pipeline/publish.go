package pipeline

import (
	"context"
	"errors"
)

// A publisher enters ended readings into the concordance beside the workers,
// who need not wait for a second file: the ledger has the truth already, and
// what a crash leaves out is put in when the next run begins.
type publisher struct {
	readings chan int64
	ended    chan struct{}
	err      error
}

func newPublisher(ctx context.Context, r *run) *publisher {
	p := &publisher{readings: make(chan int64, 64), ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		ctx := context.WithoutCancel(ctx) // what is in the ledger is to be seen
		for id := range p.readings {
			if p.err == nil { // else drain, so that no worker waits for ever
				p.err = r.publish(ctx, id)
			}
		}
	}()
	return p
}

func (r *run) publish(ctx context.Context, reading int64) error {
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

func (p *publisher) put(reading int64) { p.readings <- reading }

// wait closes the publisher, waits until all is in the concordance, and tells
// what went wrong.
func (p *publisher) wait() error {
	close(p.readings)
	<-p.ended
	return errors.Join(p.err)
}
