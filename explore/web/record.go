package web

import (
	"context"
	"errors"

	"mashal"
)

// A Record gives access to the ledger: the runs, and the calls to models behind a
// verse of a reading. It is safe for concurrent use.
type Record interface {
	// Made returns the calls behind a verse of a reading, in the order of their
	// start. There are none if no model was asked. first is the first run of the
	// ledger that the concordance was made from. The error is ErrNoLedger if
	// there is no ledger, and ErrOtherLedger if its first run is another one,
	// because then its numbers of readings mean other readings.
	Made(ctx context.Context, first string, reading int64, verse int) ([]mashal.Dialogue, error)
	// Call returns a call with its texts, or nil if there is no call with that
	// number.
	Call(ctx context.Context, id int64) (*mashal.Dialogue, error)
	// Runs returns a page of the runs, the latest first: it skips some and
	// returns at most limit of those that follow. all is the number of runs.
	Runs(ctx context.Context, skip, limit int) (list []mashal.RunProgress, all int, err error)
	// Progress returns the progress of a run, or nil if there is no such run.
	Progress(ctx context.Context, run string) (*mashal.RunProgress, error)
	// Account returns the account of a run, with the commands that retry its
	// failures, or nil if there is no such run.
	Account(ctx context.Context, run string) (*mashal.RunAccount, error)
	// Calls returns a page of a run's calls, the latest first, as Runs does.
	Calls(ctx context.Context, run string, choice mashal.CallChoice, skip, limit int) (list []mashal.Call, all int, err error)
}

// Errors of Record.Made that pages explain.
var (
	ErrNoLedger    = errors.New("there is no ledger")
	ErrOtherLedger = errors.New("the concordance was made from another ledger")
)
