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
// Only checkpoints change the file itself, and the writer makes them, with checkpoint
// below. At any other time another size or modification time means that another
// program has changed the file, unless it is SQLite in another connection that writes:
// then the writer's data_version has changed too.
//
// os.SameFile compares device and inode, on Windows volume and file index. There a file
// that SQLite has open cannot be removed or replaced, which no test checks.
type presence struct {
	mu      sync.Mutex
	path    string // as it was given
	real    string // without symbolic links: the log and its index are beside this file
	files   map[string]fs.FileInfo
	last    fs.FileInfo // of the file after the last checkpoint
	version int64       // data_version of the writer's connection
	pool    *sql.DB     // of the writer
	told    bool        // Moved has returned an error
}

// newPresence returns the presence of an open file, whose log and index exist.
func newPresence(ctx context.Context, path string, pool *sql.DB) (*presence, error) {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, err
	}
	p := &presence{path: path, real: target, files: map[string]fs.FileInfo{}, pool: pool}
	for _, name := range []string{path, target + "-wal", target + "-shm"} {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		p.files[name] = info
	}
	p.last = p.files[path]
	p.version, err = p.dataVersion(ctx)
	return p, err
}

// dataVersion returns a number that changes when another connection has committed.
func (p *presence) dataVersion(ctx context.Context) (version int64, err error) {
	err = p.pool.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
	return version, err
}

// mode returns the permissions that the file had when it was opened.
func (p *presence) mode() fs.FileMode { return p.files[p.path].Mode().Perm() }

// checkpoint calls copyLog, which copies the log into the open file. It does not call it
// and returns an error of kind Moved if another program wrote to that file: the copy
// would make a mixture of two files.
func (p *presence) checkpoint(ctx context.Context, copyLog func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	info, err := os.Stat(p.path)
	if err == nil && os.SameFile(info, p.last) {
		if why := p.written(ctx, info); why != "" {
			return p.error(why)
		}
	}
	err = copyLog()
	if info, e := os.Stat(p.path); e == nil && os.SameFile(info, p.last) {
		p.last = info
	}
	return err
}

func (p *presence) error(why string) error {
	return &Error{Op: "use", Path: p.path, Kind: Moved, Why: why}
}

// moved returns an error of kind Moved if the file is not the one that was opened.
func (p *presence) moved(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if why := p.check(ctx); why != "" {
		p.told = true
		return p.error(why)
	}
	return nil
}

// check returns why the file is not the one that was opened, and "" if it is. The
// caller holds mu.
func (p *presence) check(ctx context.Context) string {
	for _, name := range []string{p.path, p.real + "-wal", p.real + "-shm"} {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return name + " was removed or renamed"
		case err != nil:
			return fmt.Sprintf("%s cannot be found any more: %s", name, err)
		case !os.SameFile(info, p.files[name]):
			return "another file has taken the place of " + name
		case name == p.path:
			if why := p.written(ctx, info); why != "" {
				return why
			}
		}
	}
	return ""
}

// written returns what another program did to the file, and "" if it did nothing. info is
// what the file is now. The caller holds mu.
func (p *presence) written(ctx context.Context, info fs.FileInfo) string {
	if info.Size() == p.last.Size() && (timesLag || info.ModTime().Equal(p.last.ModTime())) {
		return ""
	}
	if version, err := p.dataVersion(ctx); err == nil && version != p.version {
		p.version, p.last = version, info // another connection of SQLite
		return ""
	}
	if info.Size() < p.last.Size() {
		return fmt.Sprintf("%s was truncated from %d to %d bytes", p.path, p.last.Size(), info.Size())
	}
	return fmt.Sprintf("another program wrote to %s at %s", p.path, info.ModTime().UTC().Format(time.RFC3339))
}

// timesLag is true where the modification time of an open file is updated late.
const timesLag = runtime.GOOS == "windows"

// leave makes sure that the log is not copied into a file that another program has
// written or put in the place of the open one, neither when the connections are closed
// nor when the file is opened again: the log gets the name ledger.db-wal.bak. It returns an
// error of kind Moved if Moved has not returned one.
func (p *presence) leave(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	why := p.check(ctx)
	if why == "" {
		return nil
	}
	// SQLite copies the log when the last connection is closed, so one stays open until
	// the process ends.
	_, err := p.pool.Conn(ctx)
	if p.told {
		err = errors.Join(err, p.putLogAside())
	} else {
		err = errors.Join(p.error(why), err, p.putLogAside())
	}
	return err
}

// putLogAside renames the log if it has commits.
func (p *presence) putLogAside() error {
	log := p.real + "-wal"
	if info, err := os.Stat(log); err != nil || info.Size() == 0 || !os.SameFile(info, p.files[log]) {
		return nil // it is not there, or not ours
	}
	return os.Rename(log, FreeName(log))
}

// Moved returns an error of kind Moved if the file that is open for writing, its log or
// the index of the log was removed or replaced, or if the file was truncated or another
// program wrote to it. The open file still has its content unless it was truncated or
// written to, and CopyTo saves it.
func (db *DB) Moved() error {
	if db.presence == nil {
		return nil
	}
	ctx := context.Background()
	if err := db.presence.moved(ctx); err != nil {
		return err
	}
	if why := db.truncatedLog(ctx); why != "" {
		return db.presence.error(why)
	}
	return nil
}

// truncatedLog returns why the log is shorter than the commits in it, and "" if it is
// not.
func (db *DB) truncatedLog(ctx context.Context) string {
	info, err := os.Stat(db.wal.path)
	if err != nil || info.Size() > 0 {
		return "" // check has found it, or commits are in it
	}
	var pages, size int64
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
