package runs

import (
	"context"
	"time"

	"mashal"
	"mashal/explore/web"
)

// accountAge is the time for which an account is reused.
const accountAge = time.Second

// An accounts reads accounts of runs from the ledger, one at a time, and caches the
// last one. An account is expensive, because all rows of the run are counted, and
// every browser window that shows a run in progress requests it repeatedly.
type accounts struct {
	record web.Record
	busy   chan struct{} // holds an element while an account is being computed
	last   *mashal.RunAccount
	at     time.Time // when last was computed
}

func newAccounts(record web.Record) *accounts {
	return &accounts{record: record, busy: make(chan struct{}, 1)}
}

// of returns the account of a run, at most accountAge old, or nil if there is
// no such run.
func (a *accounts) of(ctx context.Context, run string) (*mashal.RunAccount, error) {
	select {
	case a.busy <- struct{}{}:
		defer func() { <-a.busy }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if a.last != nil && a.last.Run.ID == run && time.Since(a.at) < accountAge {
		return a.last, nil
	}
	account, err := a.record.Account(ctx, run)
	if err != nil {
		return nil, err
	}
	a.last, a.at = account, time.Now()
	return account, nil
}
