package runs

import (
	"context"
	"time"

	"mashal/explore/web"
)

// accountAge is how long an account is shown to all who ask for it, in place
// of a new one.
const accountAge = time.Second

// Accounts asks the record for accounts of runs, one at a time: each is counted
// from all rows of the run, and a page that follows a run wants it again and
// again, in as many windows as are open.
type accounts struct {
	record web.Record
	turn   chan struct{} // has an element while someone asks
	last   *web.Account
	at     time.Time // when last was made
}

func newAccounts(record web.Record) *accounts {
	return &accounts{record: record, turn: make(chan struct{}, 1)}
}

// of is the account of a run, nil if there is no such run.
func (a *accounts) of(ctx context.Context, run string) (*web.Account, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if a.last != nil && a.last.ID == run && time.Since(a.at) < accountAge {
		return a.last, nil
	}
	account, err := a.record.Account(ctx, run)
	if err != nil {
		return nil, err
	}
	a.last, a.at = account, time.Now()
	return account, nil
}
