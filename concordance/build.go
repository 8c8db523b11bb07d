package concordance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"mashal"
	"mashal/sqlite"
)

// BuildOptions say what a concordance that is built is to be.
type BuildOptions struct {
	Text    string // version of the text
	Program string // version of the program

	// Current is the run whose readings are made current; if it is empty, the
	// choice in the file that is replaced is kept.
	Current string
}

// Build makes a concordance from nothing, in a new file beside path, and puts
// it in the place of what is at path, all at once. It has the same content as
// one that was kept up to date by Put and Sync, and is more compact. It
// returns how many readings are in it.
//
// Nobody may be writing the file at path meanwhile. Who is reading it goes on
// reading the old one until it is opened again. After an error the old file is
// as it was.
func Build(ctx context.Context, path string, src Source, texts Texts, o BuildOptions) (readings int, err error) {
	op := "build the concordance " + path
	if o.Current == "" {
		if o.Current, err = choiceIn(ctx, path); err != nil {
			return 0, Explain(op, err)
		}
	}
	beside := besides(path)
	if err := removeDatabase(beside); err != nil { // of a build that was interrupted
		return 0, &mashal.Error{Op: op, Err: err, Hint: "Choose a folder that can be written with --dir FOLDER."}
	}
	readings, err = build(ctx, beside, src, texts, o)
	if err != nil {
		return 0, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	settle(ctx, path)
	if err := exchange(beside, path); err != nil {
		return 0, Explain(op, errors.Join(err, removeDatabase(beside)))
	}
	return readings, nil
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
	return readings, c.Optimize(ctx)
}

// choiceIn is the current run that was chosen in a file. A file that is not
// there or is damaged has no choice to keep; one that cannot be looked into
// for another reason is not to be replaced.
func choiceIn(ctx context.Context, path string) (string, error) {
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

// settle copies into a file what may still be in its log, so that the log can
// go and the file is whole without it. Where that does not work the file is
// damaged, and a reason to build it anew.
func settle(ctx context.Context, path string) {
	if _, err := os.Stat(path); err != nil {
		return
	}
	if db, err := sqlite.Open(ctx, path); err == nil {
		_ = db.Close()
	}
}

// exchange puts a closed database in the place of what is at path.
//
// A log that is left beside path would be taken for that of the new file, so
// it goes before. Nobody loses anything by it: nobody writes the old file, and
// those who read it have its log open under no name. SQLite removes a log when
// it closes a database last, but not if another file has come in its place.
func exchange(beside, path string) error {
	for _, log := range []string{beside + "-wal", beside + "-shm"} {
		if _, err := os.Stat(log); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s was not closed: %s is there", beside, log)
		}
	}
	if err := removeLogs(path); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		return err
	}
	// A reader who came between the two has made the log's files anew.
	if err := removeLogs(path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable, where a folder can be synced.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = d.Sync() // not every system can, and the name is in place either way
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

// besides is where the successor of a file is built: concordance.new.db.
func besides(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + ".new" + ext
}
