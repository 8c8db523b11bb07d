package sqlite

import (
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	driver "modernc.org/sqlite"
)

const (
	// busyTimeout is the time a statement waits for another process's lock, in
	// milliseconds. Connections of this process do not wait for each other,
	// because only one of them writes.
	busyTimeout = "30000"

	// autoCheckpointPages is the size of the WAL, in pages, at which the writer
	// copies it into the file after a commit, and autoCheckpointBytes the least
	// number of bytes of such a log with SQLite's usual pages.
	autoCheckpointPages = 1000
	autoCheckpointBytes = autoCheckpointPages * 4096

	// readerCacheSize is the page cache of one read connection. A negative
	// number is a size in kB. It is small because every connection has its own,
	// and pages that it drops are still in the operating system's cache: four
	// times as much was not faster.
	readerCacheSize = "-500"

	// journalSizeLimit is the size in bytes to which SQLite truncates a larger
	// WAL after a checkpoint that no reader prevented.
	journalSizeLimit = "8388608"
)

// access is what a connection may do with the file.
type access int

const (
	accessWrite     access = iota // reads, writes, creates the file
	accessRead                    // reads while another connection may write
	accessImmutable               // reads without locks, from a read-only folder
)

// dataSourceName returns the data source name of a file. It carries all
// pragmas, because a pragma that is executed on a pool reaches only one of its
// connections. busy_timeout comes first: the pragmas after it may have to wait
// for a lock.
func dataSourceName(path string, a access) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/... of Windows
	}
	pragmas := []string{"busy_timeout(" + busyTimeout + ")", "foreign_keys(1)"}
	options := "_error_rc=1"
	switch a {
	case accessWrite:
		options += "&mode=rwc&_txlock=immediate"
		pragmas = append(pragmas, "journal_mode(WAL)", "synchronous(FULL)",
			"wal_autocheckpoint(0)", "journal_size_limit("+journalSizeLimit+")")
	case accessRead:
		// Not mode=ro: after a crash a reader must recover the WAL, and the
		// last connection to close must remove it.
		options += "&mode=rw"
		pragmas = append(pragmas, "query_only(1)", "cache_size("+readerCacheSize+")")
	case accessImmutable:
		options += "&mode=ro&immutable=1"
		pragmas = append(pragmas, "query_only(1)")
	}
	for _, p := range pragmas {
		options += "&_pragma=" + p
	}
	file := url.URL{Scheme: "file", OmitHost: true, Path: path}
	return file.String() + "?" + options, nil
}

// openPool returns a pool of at most n connections. They stay open until the
// pool is closed.
func openPool(path string, a access, n int) (*sql.DB, error) {
	if err := useFileLocks(); err != nil {
		return nil, err
	}
	name, err := dataSourceName(path, a)
	if err != nil {
		return nil, err
	}
	connector, err := driver.NewConnector(name)
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(cachingConnector{connector})
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	return pool, nil
}

// useFileLocks makes SQLite lock with open file descriptions (OFD locks)
// instead of POSIX locks. POSIX locks belong to the process: any code that
// opens and closes the file releases them all. The next process that closes
// the database would then delete the WAL with commits in it. OFD locks exist
// on Linux only. On other systems no code of this process may open the files
// except through SQLite.
var useFileLocks = sync.OnceValue(func() error {
	_, err := driver.OFDLocking(true)
	if errors.Is(err, driver.ErrOFDLockingUnavailable) {
		return nil
	}
	return err
})
