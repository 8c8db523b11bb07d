package custody

import (
	"context"
	"errors"
	"fmt"

	"mashal"
	"mashal/sqlite"
)

// A Kind is what a database is.
type Kind string

// The kinds.
const (
	Ledger      Kind = "ledger"
	Concordance Kind = "concordance"
)

// KindOf returns what the file at path is. It changes nothing. It returns an error for a
// file that is neither, with what to do.
func KindOf(ctx context.Context, path string) (Kind, error) {
	db, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return "", explain("open "+path, err)
	}
	var tables string
	err = db.Read().QueryRowContext(ctx, `
SELECT coalesce(group_concat(name), '') FROM sqlite_schema WHERE type = 'table' AND name IN ('attempt', 'verse_reading')`).Scan(&tables)
	if err := errors.Join(db.Explain("read", err), db.Close()); err != nil {
		return "", explain("read "+path, err)
	}
	switch tables {
	case "attempt":
		return Ledger, nil
	case "verse_reading":
		return Concordance, nil
	}
	return "", &mashal.Error{
		Code: mashal.Usage, Op: "open " + path, Err: errors.New("it is neither a ledger nor a concordance"),
		Hint: "Name a file that mashal annotate, mashal build or mashal backup has made.",
	}
}

// explain returns an error of a file with its meaning and what to do. Other errors are
// returned as they are.
func explain(op string, err error) error {
	var known *mashal.Error
	var e *sqlite.Error
	if errors.As(err, &known) || !errors.As(err, &e) {
		return err
	}
	code := mashal.Internal
	hint := e.Hint
	switch e.Kind {
	case sqlite.Missing, sqlite.Exists, sqlite.NotAFile:
		code = mashal.Usage
	case sqlite.Corrupt, sqlite.NotDatabase:
		hint = "Keep the file as it is; mashal restore BACKUP puts a backup in its place, and keeps it beside that."
	case sqlite.Newer:
		hint = "Use the version of the program that wrote it, or a newer one. The file is unchanged."
	}
	return &mashal.Error{Code: code, Op: op, Err: fileError{e}, Hint: hint}
}

// A fileError is an error of a file without the operation and the path, which the error
// around it has already.
type fileError struct{ err *sqlite.Error }

func (f fileError) Error() string { return f.err.Why }

// Unwrap returns the error of the file.
func (f fileError) Unwrap() error { return f.err }

// count formats a number of things.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
