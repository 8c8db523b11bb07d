package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mashal"
	"mashal/sqlite"
)

// A fileStore is a SQLite file.
type fileStore struct {
	db     *sqlite.DB
	before *Backup // the migration that opened it; nil if there was none
}

func openFile(ctx context.Context, path string) (store, int, error) {
	if err := sqlite.CheckForeign(ctx, path); err != nil {
		return nil, 0, userError(err)
	}
	db, err := sqlite.OpenPrivate(ctx, path) // it has prompts and answers
	if err != nil {
		return nil, 0, userError(err)
	}
	s := fileStore{db: db}
	if s.before, err = backUpBefore(ctx, db); err == nil {
		err = db.Migrate(ctx, migrationFS(), steps...)
	}
	if err != nil {
		_ = db.Close() // the first error names the fault of the file
		return nil, 0, userError(err)
	}
	return s, currentVersions, nil
}

// backUpBefore copies a ledger that is about to be migrated to a file beside it:
// ledger.db.v10.bak. It returns nil if there is nothing to migrate.
func backUpBefore(ctx context.Context, db *sqlite.DB) (*Backup, error) {
	version, err := db.Version(ctx, migrationFS())
	if err != nil || version == 0 || version == currentVersions {
		return nil, err
	}
	var runs int
	if err := db.Read().QueryRowContext(ctx, `SELECT count(*) FROM run`).Scan(&runs); err != nil || runs == 0 {
		return nil, db.Explain("read", err) // without runs there is nothing to keep
	}
	path := sqlite.FreeName(fmt.Sprintf("%s.v%d", db.Path(), version))
	if err := db.Backup(ctx, path, nil); err != nil {
		return nil, err
	}
	return &Backup{Version: version, Where: path}, nil
}

func (s fileStore) migrated() *Backup { return s.before }

func openFileReadOnly(ctx context.Context, path string) (store, int, error) {
	db, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return nil, 0, userError(err)
	}
	version, err := db.Version(ctx, migrationFS())
	if err == nil {
		err = checkReadable(path, version)
	}
	if err != nil {
		_ = db.Close() // the first error names the fault of the file
		return nil, 0, userError(err)
	}
	return fileStore{db: db}, version, nil
}

func (s fileStore) write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return userError(s.db.Write(ctx, unit))
}

func (s fileStore) writeSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error {
	return userError(s.db.WriteSoon(ctx, unit))
}

func (s fileStore) read() *sql.DB { return s.db.Read() }

func (s fileStore) snapshot(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	tx, err := s.db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	return fn(ctx, tx)
}

func (s fileStore) explain(op string, err error) error { return userError(s.db.Explain(op, err)) }

func (s fileStore) check(ctx context.Context) error { return userError(s.db.Check(ctx)) }

func (s fileStore) wal() sqlite.WAL { return s.db.WAL() }

func (s fileStore) moved() error { return s.db.Moved() }

func (s fileStore) copyTo(ctx context.Context, path string) error { return s.db.CopyTo(ctx, path) }

func (s fileStore) close() error { return userError(s.db.Close()) }

// userError returns an error of the file with its meaning and what to do. Other
// errors are returned as they are.
func userError(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	code, hint := mashal.Internal, e.Hint
	if e.Kind == sqlite.Missing {
		code = mashal.Usage
		if hint == "" {
			hint = "The first run of mashal annotate creates it; --dir FOLDER names another folder."
		}
	}
	return &mashal.Error{Code: code, Op: e.Op + " the ledger " + e.Path, Err: fileError{e}, Hint: hint}
}

// fileError is the clause of an error of the file, without the operation and the
// path, which the error around it has already.
type fileError struct{ err *sqlite.Error }

func (e fileError) Error() string { return e.err.Why }

func (e fileError) Unwrap() error { return e.err }
