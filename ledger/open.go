package ledger

import "context"

// Open opens a ledger for writing, and makes it if there is none: a path, or a
// server as postgres://user@host/database. Its error is an *mashal.Error.
//
// One process writes to a ledger at a time. On a server the ledger sees to
// that itself, and says who holds it; the file's holder is known to the data
// folder that it is in.
func Open(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, false))
	}
	return open(openFile(ctx, where))
}

// OpenReadOnly opens a ledger that is there, for reading only, whoever is
// writing to it.
func OpenReadOnly(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, true))
	}
	return open(openFileReadOnly(ctx, where))
}

func open(s store, err error) (*Ledger, error) {
	if err != nil {
		return nil, err
	}
	return &Ledger{store: s, now: utc}, nil
}
