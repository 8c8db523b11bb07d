package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a compact copy of the current database to path. Other readers and the
// writer go on meanwhile. The copy gets its name only when it is complete, checked and
// durable, and a file that has the name already is never replaced: then the error is of
// kind Exists. It has the permissions of the database.
//
// check, unless it is nil, is called with the path of the copy before it gets its name.
func (db *DB) Backup(ctx context.Context, path string, check func(ctx context.Context, copied string) error) (err error) {
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(db.path); err == nil {
		mode = info.Mode().Perm()
	}
	return WriteNew(path, mode, func(part string) error {
		if err := db.vacuumInto(ctx, part); err != nil {
			return err
		}
		if err := checkFile(ctx, part); err != nil {
			return err
		}
		if check != nil {
			return check(ctx, part)
		}
		return nil
	})
}

// WriteNew makes a file that does not exist yet. write fills an empty file beside it,
// which gets its name when it is complete and durable. A file that has the name already,
// also as a link, is never replaced: then the error is of kind Exists.
func WriteNew(path string, mode fs.FileMode, write func(part string) error) (err error) {
	taken := &Error{Op: "write", Path: path, Kind: Exists, Why: "it exists, and is not replaced", Hint: "Choose another name."}
	if info, err := os.Lstat(path); err == nil {
		if info.IsDir() {
			return &Error{Op: "write", Path: path, Kind: NotAFile, Why: "it is a folder", Hint: "Name a file in it that does not exist yet."}
		}
		return taken
	}
	part := filepath.Join(filepath.Dir(path), ".mashal-part-"+rand.Text())
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return explainWrite(path, err)
	}
	defer func() {
		if e := removeLogged(part); err == nil {
			err = e
		}
	}()
	if err := f.Close(); err != nil {
		return explainWrite(path, err)
	}
	if err := write(part); err != nil {
		return explainWrite(path, err)
	}
	if err := SyncFile(part); err != nil {
		return explainWrite(path, err)
	}
	if err := nameNew(part, path); errors.Is(err, fs.ErrExist) {
		return taken
	} else if err != nil {
		return explainWrite(path, err)
	}
	return explainWrite(path, SyncFolder(filepath.Dir(path)))
}

// nameNew gives a file another name, which must be free.
func nameNew(part, path string) error {
	err := os.Link(part, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// The file system has no hard links: an empty file reserves the name.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Close(), os.Rename(part, path)); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// explainWrite names the file that was to be made in an error of the file system.
func explainWrite(path string, err error) error {
	if err == nil || KindOf(err) != "" {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &Error{
			Op: "write", Path: path, Kind: Missing, Err: err,
			Why: fmt.Sprintf("the folder %s does not exist", filepath.Dir(path)), Hint: "Create the folder, or choose another.",
		}
	}
	return explain("write", path, err)
}

// removeLogged removes a database with the files that SQLite makes beside it.
func removeLogged(path string) (err error) {
	for _, name := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		if e := os.Remove(name); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// checkFile searches a closed database for damage.
func checkFile(ctx context.Context, path string) error {
	db, err := OpenReadOnly(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(db.Check(ctx), db.Close())
}

// SyncFile makes the content of a file durable. The file must not be open in SQLite.
func SyncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// SyncFolder makes the names in a folder durable, on systems that can.
func SyncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = d.Sync() // not all systems can sync a folder; the names are in place anyway
	return d.Close()
}

// FreeName returns the first of path.bak, path.2.bak, path.3.bak ... that no file has.
func FreeName(path string) string {
	for n := 1; ; n++ {
		name := path + ".bak"
		if n > 1 {
			name = fmt.Sprintf("%s.%d.bak", path, n)
		}
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
	}
}

// Vacuum rewrites a file that no other process writes, so that nothing is left of what was
// deleted, and the space of that is free.
func Vacuum(ctx context.Context, path string) error {
	if err := checkRegularFile("compact", path); err != nil {
		return err
	}
	pool, err := openPool(path, accessWrite, 1)
	if err != nil {
		return explain("compact", path, err)
	}
	_, err = pool.ExecContext(ctx, `VACUUM`)
	if err == nil {
		err = checkpoint(ctx, pool)
	}
	return errors.Join(explain("compact", path, err), pool.Close())
}
