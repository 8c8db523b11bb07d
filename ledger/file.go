package ledger

import (
	"context"
	"database/sql"
	"errors"

	"mashal"
	"mashal/sqlite"
)

// A fileStore is a SQLite file.
type fileStore struct{ db *sqlite.DB }

func openFile(ctx context.Context, path string) (store, error) {
	db, err := sqlite.Open(ctx, path)
	return migrated(ctx, db, err)
}

func openFileReadOnly(ctx context.Context, path string) (store, error) {
	db, err := sqlite.OpenReadOnly(ctx, path)
	return migrated(ctx, db, err)
}

func migrated(ctx context.Context, db *sqlite.DB, err error) (store, error) {
	if err != nil {
		return nil, forPeople(err)
	}
	if err := db.Migrate(ctx, migrations()); err != nil {
		_ = db.Close() // the first error says what is wrong with the file
		return nil, forPeople(err)
	}
	return fileStore{db}, nil
}

func (s fileStore) write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return forPeople(s.db.Write(ctx, unit))
}

func (s fileStore) writeSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return forPeople(s.db.WriteSoon(ctx, unit))
}

func (s fileStore) read() *sql.DB { return s.db.Read() }

func (s fileStore) explain(op string, err error) error { return forPeople(s.db.Explain(op, err)) }

func (s fileStore) check(ctx context.Context) error { return forPeople(s.db.Check(ctx)) }

func (s fileStore) wal() sqlite.WAL { return s.db.WAL() }

func (s fileStore) close() error { return forPeople(s.db.Close()) }

// forPeople says of an error of the file what it means and what to do. An
// error that is not the file's stays as it is.
func forPeople(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	code, hint := mashal.Internal, e.Hint
	if e.Kind == sqlite.Missing || e.Kind == sqlite.Empty {
		code = mashal.Usage
		if hint == "" {
			hint = "The first run of annotate makes it; --dir FOLDER names another folder."
		}
	}
	return &mashal.Error{Code: code, Op: e.Op + " the ledger " + e.Path, Err: cause{e}, Hint: hint}
}

// A cause is the clause of a file's error without the operation and the path,
// which the error around it says already.
type cause struct{ err *sqlite.Error }

func (c cause) Error() string { return c.err.Why }

func (c cause) Unwrap() error { return c.err }

// Is tells those who would bring a ledger up to date, or do without one,
// whether they can.
func (c cause) Is(target error) bool {
	return target == errOlder && c.err.Kind == sqlite.Older || target == ErrNone && c.err.Kind == sqlite.Empty
}
