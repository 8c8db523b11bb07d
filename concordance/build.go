package concordance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mashal"
	"mashal/sqlite"
)

// BuildOptions describe a concordance to be built.
type BuildOptions struct {
	Text    string // version of the text
	Program string // version of the program

	// Current is the run whose readings are made current. If it is empty, the
	// choice in the replaced file is kept.
	Current string
}

// Build makes a new concordance in a file beside path, then replaces the file
// at path with it in one step. The content is the same as that of a file kept
// up to date by Put and Sync; the file is more compact. Build returns the
// number of readings in it.
//
// No other process may write the file at path meanwhile. Processes that read it
// keep the old file until they open it again. After an error the old file is
// unchanged.
func Build(ctx context.Context, path string, src Source, texts Texts, o BuildOptions) (readings int, err error) {
	op := "build the concordance " + path
	if o.Current == "" {
		if o.Current, err = CurrentRun(ctx, path); err != nil {
			return 0, Explain(op, err)
		}
	}
	beside := newPath(path)
	if err := removeDatabase(beside); err != nil { // left by an interrupted build
		return 0, &mashal.Error{Op: op, Err: err, Hint: "Choose a writable folder with --dir FOLDER."}
	}
	readings, err = build(ctx, beside, src, texts, o)
	if err != nil {
		return 0, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	checkpoint(ctx, path)
	if err := replace(beside, path); err != nil {
		return 0, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	return readings, nil
}

// Upgrade brings a file of an earlier schema to the present one, without the ledger that it
// was built from: in a copy beside path, which then replaces it in one step. It returns false
// if the file has the present schema. After an error the old file is unchanged.
func Upgrade(ctx context.Context, path string) (upgraded bool, err error) {
	c, err := OpenReadOnly(ctx, path)
	if err == nil {
		version, current, err := c.Version(ctx)
		if err := errors.Join(err, c.Close()); err != nil || version == current {
			return false, err
		}
	} else if sqlite.KindOf(err) != sqlite.Older {
		return false, err
	}
	op := "upgrade the concordance " + path
	beside := newPath(path)
	if err := removeDatabase(beside); err != nil { // left by an interrupted build
		return false, &mashal.Error{Op: op, Err: err, Hint: "Choose a writable folder with --dir FOLDER."}
	}
	if err := upgrade(ctx, path, beside); err != nil {
		return false, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	checkpoint(ctx, path)
	if err := replace(beside, path); err != nil {
		return false, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	return true, nil
}

// upgrade copies a file to beside and brings the copy to the present schema.
func upgrade(ctx context.Context, path, beside string) error {
	old, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return err
	}
	if err := errors.Join(old.CopyTo(ctx, beside), old.Close()); err != nil {
		return err
	}
	c, err := Open(ctx, beside)
	if err != nil {
		return err
	}
	return c.Close()
}

func build(ctx context.Context, path string, src Source, texts Texts, o BuildOptions) (readings int, err error) {
	c, err := Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if err := c.Describe(ctx, o.Text, o.Program); err != nil {
		return 0, err
	}
	if o.Current != "" {
		if err := c.SetCurrent(ctx, o.Current); err != nil {
			return 0, err
		}
	}
	if readings, err = c.Sync(ctx, src, texts); err != nil {
		return 0, err
	}
	return readings, c.optimize(ctx)
}

// CurrentRun returns the run chosen as current in a file. A missing or damaged
// file has none. A file that cannot be read for another reason is an error, so
// that it is not replaced.
func CurrentRun(ctx context.Context, path string) (string, error) {
	c, err := OpenReadOnly(ctx, path)
	if err == nil {
		run, err := c.Current(ctx)
		return run, errors.Join(err, c.Close())
	}
	switch sqlite.KindOf(err) {
	case sqlite.Missing, sqlite.Corrupt, sqlite.NotDatabase, sqlite.Empty, sqlite.Older:
		return "", nil
	}
	return "", err
}

// checkpoint copies the log of a file into the file, so that the file is
// complete without it. Errors are ignored: a damaged file is a reason to build
// it again.
func checkpoint(ctx context.Context, path string) {
	if _, err := os.Stat(path); err != nil {
		return
	}
	if db, err := sqlite.Open(ctx, path); err == nil {
		_ = db.Close()
	}
}

// replace puts a closed database in the place of the file at path.
//
// A log beside path would be used with the new file, so it is removed first.
// Nothing is lost: no process writes the old file, and processes that read it
// keep the deleted log open. SQLite removes a log when it closes a database,
// but not if another file has taken its place.
func replace(beside, path string) error {
	for _, log := range []string{beside + "-wal", beside + "-shm"} {
		if _, err := os.Stat(log); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s was not closed: %s exists", beside, log)
		}
	}
	if err := removeLogs(path); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return err
	}
	// A reader that opened the old file in between may have created a log again.
	if err := removeLogs(path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable, on systems that can.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = d.Sync() // not all systems can sync a folder; the name is in place anyway
	return d.Close()
}

func removeDatabase(path string) error {
	return errors.Join(removeFile(path), removeLogs(path))
}

func removeLogs(path string) error {
	return errors.Join(removeFile(path+"-wal"), removeFile(path+"-shm"))
}

func removeFile(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// newPath returns the path at which the successor of a file is built:
// concordance.new.db.
func newPath(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + ".new" + ext
}

// optimize merges the full-text index and gathers statistics for the query
// planner. It takes a second or two and is worth it after many writes.
func (c *Concordance) optimize(ctx context.Context) error {
	err := c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range []string{
			`INSERT INTO verse_text (verse_text) VALUES ('optimize')`,
			`INSERT INTO figure_text (figure_text) VALUES ('optimize')`,
			`ANALYZE`,
		} {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	return Explain("optimise the concordance "+c.db.Path(), err)
}
