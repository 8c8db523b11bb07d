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
		if kept, err = setAside(to); err != nil {
			return "", explain("keep "+to, err)
		}
	}
	if err := os.Rename(part, to); err != nil {
		if kept != "" {
			err = errors.Join(err, putBack(kept, to))
		}
		return "", explain("restore "+to, err)
	}
	return kept, sqlite.SyncFolder(filepath.Dir(to))
}

// logs are the endings of the files that SQLite keeps beside a database.
var logs = []string{"-wal", "-shm", "-journal"}

// setAside renames a database, which may be damaged, and its logs. It returns the new name.
func setAside(path string) (kept string, err error) {
	kept = sqlite.FreeName(path)
	if err := os.Rename(path, kept); err != nil {
		return "", err
	}
	for _, end := range logs {
		if err := os.Rename(path+end, kept+end); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", errors.Join(err, putBack(kept, path))
		}
	}
	return kept, nil
}

// putBack undoes setAside.
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
