package ledger

import "context"

// Open opens a ledger for writing, and makes it if there is none. Its error is
// an *mashal.Error.
//
// One process writes to a ledger at a time: the data folder that it is in sees
// to that.
func Open(ctx context.Context, where string) (*Ledger, error) {
	return open(openFile(ctx, where))
}

// OpenReadOnly opens a ledger that is there, for reading only, whoever is
// writing to it.
func OpenReadOnly(ctx context.Context, where string) (*Ledger, error) {
	return open(openFileReadOnly(ctx, where))
}

func open(s store, err error) (*Ledger, error) {
	if err != nil {
		return nil, err
	}
	return &Ledger{store: s, now: utc}, nil
}
