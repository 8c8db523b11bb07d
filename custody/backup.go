package custody

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"mashal/ledger"
	"mashal/sqlite"
)

// Backup writes the ledger at where, a file or the address of a server, to a new file, also
// while a run writes to it. The copy is verified before it gets its name. Faults of its
// content, which the ledger has too, do not keep it from being written: the result names
// them.
func (v Verifier) Backup(ctx context.Context, where, path string) (r *Result, err error) {
	l, err := ledger.OpenReadOnly(ctx, where)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	err = l.Backup(ctx, path, func(ctx context.Context, copied string) (err error) {
		r, err = v.Ledger(ctx, copied)
		return err
	})
	if err != nil {
		return nil, explain("back up to "+path, err)
	}
	r.Path = path
	return r, nil
}

// BackupConcordance does what Backup does with a concordance that has no ledger.
func (v Verifier) BackupConcordance(ctx context.Context, from, path string) (r *Result, err error) {
	db, err := sqlite.OpenReadOnly(ctx, from)
	if err != nil {
		return nil, explain("open "+from, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.Backup(ctx, path, func(ctx context.Context, copied string) (err error) {
		r, err = v.Concordance(ctx, copied, nil, false)
		return err
	})
	if err != nil {
		return nil, explain("back up to "+path, err)
	}
	r.Path = path
	return r, nil
}

// Restore puts a copy of the backup at path in the place of the file at to, which may be
// missing. The file that was there is kept under the name that Restore returns, with its
// log; "" if there was none. No other process may write to the file meanwhile. After an
// error the file is as it was.
func Restore(ctx context.Context, path, to string) (kept string, err error) {
	db, err := sqlite.OpenReadOnly(ctx, path)
	if err != nil {
		return "", explain("open "+path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	// The copy is complete before anything is renamed.
	part := to + ".restored"
	if err := errors.Join(remove(part), remove(part+"-wal"), remove(part+"-shm")); err != nil { // left by an interrupted command
		return "", err
	}
	if err := db.Backup(ctx, part, nil); err != nil {
		return "", explain("restore "+to, err)
	}
	defer func() { err = errors.Join(err, remove(part)) }()
	if mode, err := os.Lstat(to); err == nil {
		if mode.IsDir() {
			return "", explain("restore "+to, &sqlite.Error{Op: "restore", Path: to, Kind: sqlite.NotAFile, Why: "it is a folder", Hint: "Move the folder to another place."})
		}
		var undo func() error
		if kept, undo, err = setAside(ctx, to); err != nil {
			return "", explain("keep "+to, err)
		}
		if err := os.Rename(part, to); err != nil {
			return "", explain("restore "+to, errors.Join(err, undo()))
		}
	} else if err := os.Rename(part, to); err != nil {
		return "", explain("restore "+to, err)
	}
	return kept, sqlite.SyncFolder(filepath.Dir(to))
}

// logs are the endings of the files that SQLite keeps beside a database.
var logs = []string{"-wal", "-shm", "-journal"}

// setAside gives a database, which may be damaged, a second name, so that it is never
// missing. If its log cannot be copied into it, it is renamed together with the log. undo
// takes that back.
func setAside(ctx context.Context, path string) (kept string, undo func() error, err error) {
	if hasLog(path) {
		if db, err := sqlite.Open(ctx, path); err == nil {
			_ = db.Close() // a damaged file stays as it is
		}
	}
	kept = sqlite.FreeName(path)
	if !hasLog(path) && os.Link(path, kept) == nil {
		return kept, func() error { return remove(kept) }, nil
	}
	if err := os.Rename(path, kept); err != nil {
		return "", nil, err
	}
	for _, end := range logs {
		if err := os.Rename(path+end, kept+end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", nil, errors.Join(err, putBack(kept, path))
		}
	}
	return kept, func() error { return putBack(kept, path) }, nil
}

// hasLog reports whether there is a log beside a database.
func hasLog(path string) bool {
	for _, end := range []string{"-wal", "-journal"} {
		if info, err := os.Stat(path + end); err == nil && info.Size() > 0 {
			return true
		}
	}
	return false
}

// putBack renames a database and its logs back.
func putBack(kept, path string) (err error) {
	for _, end := range append([]string{""}, logs...) {
		if e := os.Rename(kept+end, path+end); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
