package runs

import (
	"context"
	"time"

	"mashal"
	"mashal/explore/web"
)

// accountAge is the time for which an account is reused.
const accountAge = time.Second

// accounts gets accounts of runs from the record, one at a time. Counting a run
// reads all its rows, and every window that shows a run in progress asks for its
// account again and again.
type accounts struct {
	record web.Record
	busy   chan struct{} // holds an element while an account is being counted
	last   *mashal.RunAccount
	at     time.Time // when last was counted
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
