package concordance

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"mashal"
	"mashal/sqlite"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// A Concordance is an open file. Its methods are safe for concurrent use. Only
// one process at a time should open a file for writing.
type Concordance struct{ db *sqlite.DB }

// Open opens a file for reading and writing, and creates it if it does not
// exist. A file with an older schema is migrated, and kept as it was beside it:
// concordance.db.v5.bak.
func Open(ctx context.Context, path string) (*Concordance, error) {
	return openToWrite(ctx, path, func(db *sqlite.DB) error {
		if err := backUpBefore(ctx, db); err != nil {
			return err
		}
		return db.Migrate(ctx, schema())
	})
}

// OpenCopy does what Open does with a copy of a file, which is not kept as it was.
func OpenCopy(ctx context.Context, path string) (*Concordance, error) {
	return openToWrite(ctx, path, func(db *sqlite.DB) error { return db.Migrate(ctx, schema()) })
}

// backUpBefore copies a file that is about to be migrated.
func backUpBefore(ctx context.Context, db *sqlite.DB) error {
	all, err := sqlite.Migrations(schema())
	if err != nil {
		return err
	}
	version, err := db.Version(ctx, schema())
	if err != nil || version == 0 || version == len(all) {
		return err
	}
	return db.Backup(ctx, sqlite.FreeName(fmt.Sprintf("%s.v%d", db.Path(), version)), nil)
}

func openToWrite(ctx context.Context, path string, prepare func(*sqlite.DB) error) (*Concordance, error) {
	if err := sqlite.CheckForeign(ctx, path); err != nil {
		return nil, Explain("open the concordance "+path, err)
	}
	c, err := open(ctx, path, sqlite.Open, prepare)
	if err != nil {
		return nil, err
	}
	if err := c.initialize(ctx); err != nil {
		return nil, Explain("open the concordance "+path, errors.Join(err, c.db.Close()))
	}
	return c, nil
}

// oldestReadable is the oldest schema that is read as it is.
const oldestReadable = 5

// OpenReadOnly opens an existing file for reading, also while another process
// writes it. It changes nothing: a file with an older schema is read as it is, down
// to oldestReadable. If Build replaces the file, the old content stays readable.
func OpenReadOnly(ctx context.Context, path string) (*Concordance, error) {
	return open(ctx, path, sqlite.OpenReadOnly, func(db *sqlite.DB) error {
		if version, err := db.Version(ctx, schema()); err != nil || version >= oldestReadable {
			return err
		}
		return db.Migrate(ctx, schema()) // which refuses it
	})
}

func open(ctx context.Context, path string, open func(context.Context, string) (*sqlite.DB, error), prepare func(*sqlite.DB) error) (*Concordance, error) {
	db, err := open(ctx, path)
	if err != nil {
		return nil, Explain("open the concordance "+path, err)
	}
	if err := prepare(db); err != nil {
		return nil, Explain("open the concordance "+path, errors.Join(err, db.Close()))
	}
	return &Concordance{db}, nil
}

// Version returns the version of the file's schema and that of this program.
func (c *Concordance) Version(ctx context.Context) (version, current int, err error) {
	all, err := sqlite.Migrations(schema())
	if err == nil {
		version, err = c.db.Version(ctx, schema())
	}
	return version, len(all), Explain("read the concordance "+c.db.Path(), err)
}

// HasStanding reports whether figures have the column standing. Files of schema 5 have
// the standing in the place of the subtype; see mashal.SplitSubtype.
func HasStanding(ctx context.Context, tx *sql.Tx) (has bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT count(*) > 0 FROM pragma_table_info('figure') WHERE name = 'standing'`).Scan(&has)
	return has, err
}

// Close finishes pending writes and removes the log, so that one file is left.
func (c *Concordance) Close() error {
	return Explain("close the concordance "+c.db.Path(), c.db.Close())
}

// Read returns a handle for queries of other packages on the tables and views.
func (c *Concordance) Read() *sql.DB { return c.db.Read() }

// WAL returns the size of the log beside the file, which grows during long
// reads.
func (c *Concordance) WAL() sqlite.WAL { return c.db.WAL() }

// Check searches the whole file for damage.
func (c *Concordance) Check(ctx context.Context) error {
	return Explain("check the concordance "+c.db.Path(), c.db.Check(ctx))
}

func schema() fs.FS {
	sub, err := fs.Sub(schemaFiles, "schema")
	if err != nil {
		panic(err) // the name is valid
	}
	return sub
}

// Explain converts an error of SQLite about the file into an error with a hint
// for people, also one that a query on Read returned. It returns other errors unchanged.
func Explain(op string, err error) error {
	var s *sqlite.Error
	if !errors.As(sqlite.Explain(op, err), &s) {
		return err
	}
	hint := s.Hint
	if filepath.Base(s.Path) == "ledger.db" { // what the concordance is built from
		return &mashal.Error{Op: op, Err: fmt.Errorf("read the ledger %s: %w", s.Path, fault{s}), Hint: hint + " Keep the concordance: it is a copy of what the ledger held."}
	}
	switch s.Kind {
	case sqlite.Missing:
		hint = "Create it with mashal annotate, or with mashal build from its ledger, or choose another folder with --dir."
	case sqlite.Older:
		hint = "mashal build --dir " + filepath.Dir(s.Path) + " brings it to the schema of this program, with or without its ledger."
	case sqlite.Corrupt, sqlite.NotDatabase, sqlite.Empty, sqlite.NoTable:
		hint = "Restore a backup, or build it again from the ledger with mashal build, which keeps this file beside the new one."
	case sqlite.Foreign:
		hint = "Move the file to another place, then build the concordance with mashal build."
	}
	return &mashal.Error{Op: op, Err: fault{s}, Hint: hint}
}

// A fault is an error of SQLite without the operation and the file, which the
// error around it names.
type fault struct{ err *sqlite.Error }

func (f fault) Error() string { return f.err.Why }

// Unwrap returns the error of SQLite, so that its kind can be tested.
func (f fault) Unwrap() error { return f.err }

// Moved returns an error if the file was removed, replaced or truncated while it is
// open for writing.
func (c *Concordance) Moved() error { return c.db.Moved() }

// CopyTo writes a compact copy of the file as it is now to path, which must not
// exist. Writers continue meanwhile.
func (c *Concordance) CopyTo(ctx context.Context, path string) error {
	return Explain("copy the concordance", c.db.CopyTo(ctx, path))
}
