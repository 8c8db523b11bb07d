package concordance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
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

	// Drop names readings that only the replaced file has, by their ids or their runs.
	// Build refuses to drop others.
	Drop []string

	// Unchanged returns an error if the source is not the one that was opened any more. It
	// is called before the new file takes its place. Nil does nothing.
	Unchanged func() error

	// Kept is called with the name under which the replaced file is kept, and with "" if
	// that file was removed while the new one was built. Nil does nothing.
	Kept func(path string)
}

// Build makes a new concordance in a file beside path, then replaces the file
// at path with it in one step. The content is the same as that of a file kept
// up to date by Put and Sync; the file is more compact. Build returns the
// number of readings in it.
//
// The replaced file is kept as concordance.db.bak, in place of an earlier one. A file
// that is damaged, or that has readings which are dropped, gets a name of its own. Build
// fails if the file at path has readings that the source lacks or has in an older state,
// unless they are named. A file that was replaced or written meanwhile is examined again.
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
	seen, _ := os.Stat(path) // nil without a file
	before, err := examine(ctx, path, src, o.Drop)
	if err != nil {
		return 0, Explain(op, err)
	}
	beside := newPath(path)
	if err := removeDatabase(beside); err != nil { // left by an interrupted build
		return 0, &mashal.Error{Op: op, Err: err, Hint: "Choose a writable folder with --dir FOLDER."}
	}
	readings, err = build(ctx, beside, src, texts, o)
	now, _ := os.Stat(path)
	if err == nil && !same(seen, now) {
		before, err = examine(ctx, path, src, o.Drop)
	}
	if err == nil && o.Unchanged != nil {
		err = o.Unchanged()
	}
	if err != nil {
		return 0, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	if !before.damaged { // its log may be what is left of it
		checkpoint(ctx, path)
	}
	if err = keep(ctx, path, before.keepAs); err == nil {
		err = replace(beside, path)
	}
	if err != nil {
		return 0, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	if (before.keepAs != "" || seen != nil && now == nil) && o.Kept != nil {
		o.Kept(before.keepAs)
	}
	return readings, nil
}

// same reports whether a file is still the same one and nothing was written to it.
func same(before, now os.FileInfo) bool {
	if before == nil || now == nil {
		return before == now
	}
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

// A previous is the file that a build replaces.
type previous struct {
	keepAs  string // "" if there is none
	damaged bool
}

// examine returns what is to be done with the file at path when it is replaced. It returns
// an error if the file has readings that would be lost and that drop does not name.
func examine(ctx context.Context, path string, src Source, drop []string) (previous, error) {
	damaged := previous{keepAs: sqlite.FreeName(path + ".damaged"), damaged: true}
	db, err := sqlite.OpenReadOnly(ctx, path)
	switch sqlite.KindOf(err) {
	case "":
	case sqlite.Missing:
		_, err := kept(nil, drop)
		return previous{}, err
	case sqlite.Corrupt, sqlite.NotDatabase:
		return damaged, nil
	}
	if err != nil {
		return previous{}, err
	}
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		return previous{}, db.Close()
	}
	d := &Difference{}
	held, err := heldReadings(ctx, db.Read())
	if err == nil {
		d.Follows, err = follows(ctx, db.Read())
	}
	if err := db.Close(); err != nil {
		return previous{}, err
	}
	if kind := sqlite.KindOf(sqlite.Explain("read", err)); kind == sqlite.NoTable || kind == sqlite.Corrupt {
		return damaged, nil
	}
	if err == nil {
		err = d.compare(ctx, src, held)
	}
	if err != nil {
		return previous{}, err
	}
	rest, err := kept(d.Lost, drop)
	if err != nil {
		return previous{}, err
	}
	switch {
	case len(rest) > 0:
		d.Lost = rest
		return previous{}, d.wouldDrop()
	case len(d.Lost) > 0:
		return previous{keepAs: sqlite.FreeName(path + ".dropped")}, nil
	}
	return previous{keepAs: path + ".bak"}, nil
}

// follows returns the first run of the ledger that a file was made from.
func follows(ctx context.Context, q Querier) (run string, err error) {
	err = Each(ctx, q, func(scan func(...any) error) error { return scan(&run) }, `SELECT value FROM meta WHERE key = $1`, MetaSource)
	return run, err
}

// keep gives the file at path a second name, in place of a file that has it. If its log
// could not be copied into it, it copies both.
func keep(ctx context.Context, path, bak string) error {
	if bak == "" {
		return nil
	}
	part := bak + ".part"
	if err := removeDatabase(part); err != nil {
		return err
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		db, err := sqlite.OpenReadOnly(ctx, path)
		if err == nil {
			err = errors.Join(db.Backup(ctx, part, nil), db.Close())
		}
		if err == nil {
			return os.Rename(part, bak)
		}
		// A damaged file is kept together with its log.
		if err := link(path+"-wal", bak+"-wal"); err != nil {
			return err
		}
	}
	if err := link(path, part); err != nil {
		return err
	}
	return os.Rename(part, bak)
}

// link gives a file a second name, or copies it if the file system has no links.
func link(path, to string) (err error) {
	if os.Link(path, to) == nil {
		return nil
	}
	from, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // it was only read
	info, err := from.Stat()
	if err != nil {
		return err
	}
	return sqlite.WriteNew(to, info.Mode().Perm(), func(part string) error {
		file, err := os.OpenFile(part, os.O_WRONLY|os.O_TRUNC, 0)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, from)
		return errors.Join(err, file.Close())
	})
}

// Upgrade brings a file of an earlier schema to the present one, without the ledger that it
// was built from: in a copy beside path, which then replaces it in one step. It returns false
// if the file has the present schema. After an error the old file is unchanged; otherwise it
// is kept as concordance.db.v5.bak.
func Upgrade(ctx context.Context, path string) (upgraded bool, err error) {
	version, current, err := versionOf(ctx, path)
	if err != nil || version == current {
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
	if err = keep(ctx, path, sqlite.FreeName(fmt.Sprintf("%s.v%d", path, version))); err == nil {
		err = replace(beside, path)
	}
	if err != nil {
		return false, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	return true, nil
}

// versionOf returns the version of a file's schema and that of this program.
func versionOf(ctx context.Context, path string) (version, current int, err error) {
	op := "open the concordance " + path
	db, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return 0, 0, Explain(op, err)
	}
	version, err = db.Version(ctx, schema())
	all, bad := sqlite.Migrations(schema())
	if err == nil && version == 0 {
		err = &sqlite.Error{Op: "read", Path: path, Kind: sqlite.Empty, Why: "nothing has been made in it yet"}
	}
	return version, len(all), Explain(op, errors.Join(err, bad, db.Close()))
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
	c, err := OpenCopy(ctx, beside)
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
	return sqlite.SyncFolder(filepath.Dir(path))
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
