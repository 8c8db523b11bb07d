package batch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mashal"
	"mashal/llm"
)

// settle is the time after which a batch that was sent is in the vendor's lists. They
// are read settleTries times meanwhile.
const (
	settle      = 5 * time.Second
	settleTries = 5
)

// identify finds a planned batch at the vendor: the process that sent it died before
// it recorded the vendor's identifier, or the answer was lost. It returns true if the
// batch was found. Otherwise it is not created, or it is looked for again later.
func (s *Sender) identify(ctx context.Context, b *mashal.Batch) (identified bool, err error) {
	batcher := s.Clients[b.Model].Batcher()
	items, err := s.run.Ledger.OpenItems(ctx, b.ID)
	if err != nil {
		return false, err
	}
	model, _ := llm.SplitName(b.Model)
	wanted := llm.Batch{Key: b.Key, Model: model, Created: b.Planned, Items: make([]llm.BatchItem, len(items))}
	names := map[string]bool{}
	for i := range items {
		wanted.Items[i].ID = items[i].CustomID
		names[items[i].CustomID] = true
	}
	for try := 1; ; try++ {
		found, err := batcher.Find(ctx, wanted)
		if err != nil {
			return false, s.problem(ctx, b, err)
		}
		unknown := 0
		for _, st := range found {
			is, err := s.isOurs(ctx, b, st, names)
			if err != nil {
				return false, s.problem(ctx, b, err)
			}
			if is == yes {
				b.VendorID, b.State = st.ID, mashal.BatchSent
				if err := s.run.Ledger.ReportBatch(ctx, b.ID, report(st)); err != nil {
					return false, err
				}
				return true, s.tell(ctx, b.ID, "was found at the vendor")
			}
			if is == perhaps {
				unknown++
			}
		}
		switch {
		case unknown > 0 && time.Since(b.Planned) > batcher.BatchLimits().Life+overdue:
			b.State = mashal.BatchEnded
			return false, s.end(ctx, b, "the vendor has batches that may be this one, and their results were not there when they expired")
		case unknown > 0:
			return false, s.problem(ctx, b, &llm.Error{Kind: llm.Empty, Err: fmt.Errorf(
				"the vendor has %d batches under way that may be this one, and keeps no names of batches: their results will tell", unknown)})
		case try > settleTries:
			b.State = mashal.BatchNotCreated
			if err := s.drop(ctx, b.ID, "the vendor has no such batch"); err != nil {
				return false, err
			}
			return false, s.tell(ctx, b.ID, "was not created by the vendor, and is sent again")
		}
		if !s.sleep(ctx, nil, s.scaled(settle/settleTries)) {
			return false, ctx.Err()
		}
	}
}

// An answerToIsOurs tells whether a vendor's batch is the one that was planned.
type answerToIsOurs int

const (
	no answerToIsOurs = iota
	yes
	perhaps
)

var errEnough = errors.New("enough is known")

// isOurs tells whether a vendor's batch is the planned one. Without our key in it,
// the custom ids of its results tell.
func (s *Sender) isOurs(ctx context.Context, b *mashal.Batch, st llm.BatchStatus, names map[string]bool) (answerToIsOurs, error) {
	known, err := s.run.Ledger.KnowsBatch(ctx, b.Model, st.ID)
	switch {
	case err != nil || known:
		return no, err
	case st.Sure:
		return yes, nil
	case !st.Ended || len(st.Outputs) == 0:
		return perhaps, nil
	}
	is := perhaps
	err = s.Clients[b.Model].Batcher().Results(ctx, st, func(r llm.BatchResult) error {
		if r.ID == "" {
			return nil
		}
		is = no
		if names[r.ID] {
			is = yes
		}
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return is, err
}

// drop records that a batch was not created, and gives back what was reserved for
// it.
func (s *Sender) drop(ctx context.Context, id int64, reason string) error {
	for _, r := range s.held[id] {
		r.Cancel()
	}
	delete(s.held, id)
	return s.run.Ledger.DropBatch(ctx, id, reason)
}
