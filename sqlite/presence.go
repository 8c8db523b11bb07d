package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// A presence remembers which files a DB has open for writing, so that it is noticed
// when they are removed, replaced or truncated: the open files keep working, and what
// is written to them is lost when the process ends.
//
// os.SameFile compares device and inode, on Windows volume and file index. There a file
// that SQLite has open cannot be removed or replaced, which no test checks.
type presence struct {
	mu    sync.Mutex
	path  string // as it was given
	real  string // without symbolic links: the log and its index are beside this file
	files map[string]fs.FileInfo
	size  int64 // the largest size of the file that was seen; SQLite never shrinks it
}

// newPresence returns the presence of an open file, whose log and index exist.
func newPresence(path string) (*presence, error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	p := &presence{path: path, real: target, files: map[string]fs.FileInfo{}}
	for _, name := range []string{path, target + "-wal", target + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		p.files[name] = info
	}
	p.size = p.files[path].Size()
	return p, nil
}

// mode returns the permissions that the file had when it was opened.
func (p *presence) mode() fs.FileMode { return p.files[p.path].Mode().Perm() }

// check returns why the file is not the one that was opened, and "" if it is.
func (p *presence) check() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, name := range []string{p.path, p.real + "-wal", p.real + "-shm"} {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return name + " was removed or renamed"
		case err != nil:
			return fmt.Sprintf("%s cannot be found any more: %s", name, err)
		case !os.SameFile(info, p.files[name]):
			return "another file has taken the place of " + name
		case name == p.path && info.Size() < p.size:
			return fmt.Sprintf("%s was truncated from %d to %d bytes", name, p.size, info.Size())
		case name == p.path:
			p.size = info.Size()
		}
	}
	return ""
}

// Moved returns an error of kind Moved if the file that is open for writing, its log or
// the index of the log was removed, replaced or truncated. The open file still has its
// content unless it was truncated, and CopyTo saves it.
func (db *DB) Moved() error {
	if db.presence == nil {
		return nil
	}
	why := db.presence.check()
	if why == "" {
		why = db.truncatedLog()
	}
	if why == "" {
		return nil
	}
	return &Error{Op: "use", Path: db.path, Kind: Moved, Why: why}
}

// truncatedLog returns why the log is shorter than the commits in it, and "" if it is
// not.
func (db *DB) truncatedLog() string {
	info, err := os.Stat(db.wal.path)
	if err != nil || info.Size() > 0 {
		return "" // check has found it, or commits are in it
	}
	var pages, size int64
	ctx := context.Background()
	if err := db.writer.pool.QueryRowContext(ctx, `SELECT page_count, page_size FROM pragma_page_count, pragma_page_size`).Scan(&pages, &size); err != nil {
		return ""
	}
	// The writer has one connection, so no commit is in progress after the query: what is
	// not in the log is in the file.
	log, err := os.Stat(db.wal.path)
	file, fileErr := os.Stat(db.path)
	if err == nil && fileErr == nil && log.Size() == 0 && file.Size() < pages*size {
		return fmt.Sprintf("%s and its log have %d of %d bytes", db.path, file.Size(), pages*size)
	}
	return ""
}

// openAll opens n connections of a pool and reads the schema on each, so that none is
// opened later from a file that has taken the place of this one.
func openAll(ctx context.Context, pool *sql.DB, n int) (err error) {
	var conns []*sql.Conn
	for range n {
		conn, e := pool.Conn(ctx)
		if e != nil {
			err = e
			break
		}
		conns = append(conns, conn)
		var tables int
		if err = conn.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
			break
		}
	}
	for _, conn := range conns {
		err = errors.Join(err, conn.Close())
	}
	return err
}
