package concordance

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"

	"mashal"
	"mashal/sqlite"
)

//go:embed schema/*.sql
var schemaFiles embed.FS

// A Concordance is one file, open. Its methods are safe for concurrent use;
// one process at a time should have a file open for writing.
type Concordance struct{ db *sqlite.DB }

// Open opens the file for writing and reading, and makes it if there is none.
func Open(ctx context.Context, path string) (*Concordance, error) {
	c, err := open(ctx, path, sqlite.Open)
	if err != nil {
		return nil, err
	}
	if err := c.furnish(ctx); err != nil {
		return nil, Explain("open the concordance "+path, errors.Join(err, c.db.Close()))
	}
	return c, nil
}

// OpenReadOnly opens a file that is there, beside whoever is writing it. A
// file that Build replaces meanwhile is read on as it was.
func OpenReadOnly(ctx context.Context, path string) (*Concordance, error) {
	return open(ctx, path, sqlite.OpenReadOnly)
}

func open(ctx context.Context, path string, open func(context.Context, string) (*sqlite.DB, error)) (*Concordance, error) {
	db, err := open(ctx, path)
	if err != nil {
		return nil, Explain("open the concordance "+path, err)
	}
	if err := db.Migrate(ctx, schema()); err != nil {
		return nil, Explain("open the concordance "+path, errors.Join(err, db.Close()))
	}
	return &Concordance{db}, nil
}

// Close finishes what is being written and leaves one file behind.
func (c *Concordance) Close() error {
	return Explain("close the concordance "+c.db.Path(), c.db.Close())
}

// Read is for queries of other packages on the tables and views.
func (c *Concordance) Read() *sql.DB { return c.db.Read() }

// WAL is the size of the log beside the file, which a long read lets grow.
func (c *Concordance) WAL() sqlite.WAL { return c.db.WAL() }

// Check looks through the whole file for damage.
func (c *Concordance) Check(ctx context.Context) error {
	return Explain("check the concordance "+c.db.Path(), c.db.Check(ctx))
}

func schema() fs.FS {
	sub, err := fs.Sub(schemaFiles, "schema")
	if err != nil {
		panic(err) // only of an invalid name
	}
	return sub
}

// Explain makes what SQLite found wrong with the file an error for people.
// Everything else is passed on.
func Explain(op string, err error) error {
	var s *sqlite.Error
	if !errors.As(err, &s) {
		return err
	}
	hint := s.Hint
	switch s.Kind {
	case sqlite.Missing:
		hint = "Make it with mashal annotate, or name another folder with --dir."
	case sqlite.Corrupt, sqlite.NotDatabase, sqlite.Empty, sqlite.Older:
		hint = "Make it again from the ledger with mashal build; nothing is kept in the concordance alone."
	case sqlite.Foreign:
		hint = "Move the file aside, then make the concordance again with mashal build."
	}
	return &mashal.Error{Op: op, Err: fault{s}, Hint: hint}
}

// A fault is an error of SQLite that says only why: what was done, and on
// which file, the error around it says.
type fault struct{ err *sqlite.Error }

func (f fault) Error() string { return f.err.Why }

// Unwrap gives the error of SQLite, so that its kind can be told.
func (f fault) Unwrap() error { return f.err }

// CopyTo writes a compact copy of the file as it is now to path, which must not
// exist. Writers continue meanwhile.
func (c *Concordance) CopyTo(ctx context.Context, path string) error {
	return Explain("copy the concordance", c.db.CopyTo(ctx, path))
}
