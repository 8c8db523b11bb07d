package ledger

import "context"

// Open opens a ledger for writing: a file, or a server's database whose address
// is postgres://user@host/database. It creates the ledger if there is none, and
// migrates one with an older schema. Its error is an *mashal.Error.
//
// One process writes to a ledger at a time. A server's ledger has a lock for
// that, and the error names the process that holds it. A file is locked by the
// data folder that it is in.
func Open(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, false))
	}
	return open(openFile(ctx, where))
}

// OpenReadOnly opens an existing ledger for reading, also while another process
// writes to it. It changes nothing: a ledger with an older schema is read as it
// is, and Missing returns the migrations that it does not have. The error is
// ErrNone if there is no ledger in an existing file or database.
func OpenReadOnly(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, true))
	}
	return open(openFileReadOnly(ctx, where))
}

func open(s store, version int, err error) (*Ledger, error) {
	if err != nil {
		return nil, err
	}
	return &Ledger{store: s, now: newClock(), version: version}, nil
}
