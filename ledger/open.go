package ledger

import (
	"context"
	"errors"
)

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
// writing to it. One that an older version of the program has made is brought
// up to date first; it is an error if it cannot be written, or if somebody is
// writing to it on a server. Where nobody has made one the error is ErrNone.
func OpenReadOnly(ctx context.Context, where string) (*Ledger, error) {
	book, err := openReadOnly(ctx, where)
	if !errors.Is(err, errOlder) {
		return book, err
	}
	writer, failed := Open(ctx, where)
	if failed != nil {
		return nil, errors.Join(err, failed)
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return openReadOnly(ctx, where)
}

func openReadOnly(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, true))
	}
	return open(openFileReadOnly(ctx, where))
}

// errOlder is of a ledger that has to be brought up to date.
var errOlder = errors.New("an older version of the program has made it")

func open(s store, err error) (*Ledger, error) {
	if err != nil {
		return nil, err
	}
	return &Ledger{store: s, now: newClock()}, nil
}
