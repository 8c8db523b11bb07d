package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// A presence remembers which files a DB has open for writing, so that it is noticed
// when they are removed, replaced, truncated or overwritten: the open files keep
// working, and what is written to them is lost when the process ends.
//
// Only checkpoints change the file itself, and only the writer makes them, with
// checkpoint below. At any other time another size or modification time means that
// another program has changed the file.
//
// os.SameFile compares device and inode, on Windows volume and file index. There a file
// that SQLite has open cannot be removed or replaced, which no test checks.
type presence struct {
	mu    sync.Mutex
	path  string // as it was given
	real  string // without symbolic links: the log and its index are beside this file
	files map[string]fs.FileInfo
	last  fs.FileInfo // of the file after the last checkpoint
	told  bool        // Moved has returned an error
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
	p.last = p.files[path]
	return p, nil
}

// mode returns the permissions that the file had when it was opened.
func (p *presence) mode() fs.FileMode { return p.files[p.path].Mode().Perm() }

// checkpoint calls copyLog, which copies the log into the file. It does not call it
// and returns an error of kind Moved if the file is not as the last checkpoint left it:
// the copy would make a mixture of two files.
func (p *presence) checkpoint(copyLog func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if why := p.check(); why != "" {
		return &Error{Op: "use", Path: p.path, Kind: Moved, Why: why}
	}
	err := copyLog()
	if info, e := os.Stat(p.path); e == nil && os.SameFile(info, p.last) {
		p.last = info
	}
	return err
}

// tell records that Moved has returned an error, which Close does not repeat.
func (p *presence) tell() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = true
}

// wasTold reports whether tell was called.
func (p *presence) wasTold() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.told
}

// check returns why the file is not the one that was opened, and "" if it is. The
// caller holds mu.
func (p *presence) check() string {
	for _, name := range []string{p.path, p.real + "-wal", p.real + "-shm"} {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return name + " was removed or renamed"
		case err != nil:
			return fmt.Sprintf("%s cannot be found any more: %s", name, err)
		case !os.SameFile(info, p.files[name]):
			return "another file has taken the place of " + name
		case name != p.path:
		case info.Size() < p.last.Size():
			return fmt.Sprintf("%s was truncated from %d to %d bytes", name, p.last.Size(), info.Size())
		case info.Size() > p.last.Size(), !timesLag && !info.ModTime().Equal(p.last.ModTime()):
			return fmt.Sprintf("another program wrote to %s at %s", name, info.ModTime().UTC().Format(time.RFC3339))
		}
	}
	return ""
}

// timesLag is true where the modification time of an open file is updated late.
const timesLag = runtime.GOOS == "windows"

// Moved returns an error of kind Moved if the file that is open for writing, its log or
// the index of the log was removed or replaced, or if the file was truncated or another
// program wrote to it. The open file still has its content unless it was truncated or
// written to, and CopyTo saves it.
func (db *DB) Moved() error {
	if db.presence == nil {
		return nil
	}
	db.presence.mu.Lock()
	why := db.presence.check()
	db.presence.mu.Unlock()
	if why == "" {
		why = db.truncatedLog()
	}
	if why == "" {
		return nil
	}
	db.presence.tell()
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
