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
	// busyTimeout is how long a statement waits for another process, in
	// milliseconds. Within this process nobody waits: there is one writer.
	busyTimeout = "30000"

	// autoCheckpointPages is after how many pages of WAL a commit copies them
	// into the file: 4 MB.
	autoCheckpointPages = "1000"

	// readerCache is how many pages a reader keeps, as -kB. There are several
	// readers, and what they read anew comes out of the system's memory: four
	// times as much for each made nothing faster.
	readerCache = "-500"

	// journalSizeLimit is what remains of a WAL that outgrew it, once readers
	// have let go of it. Bytes.
	journalSizeLimit = "8388608"
)

// An access is what a connection may do with the file.
type access int

const (
	forWriting   access = iota // creates the file
	forReading                 // beside a writer
	fromDeadFile               // no process can write it, not even locks: a read-only folder
)

// source is the data source name for a file. All settings are in it, because
// a pragma that is executed on a pool reaches only one of its connections.
// busy_timeout comes first: the others may already have to wait.
func source(path string, a access) (string, error) {
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
	case forWriting:
		options += "&mode=rwc&_txlock=immediate"
		pragmas = append(pragmas, "journal_mode(WAL)", "synchronous(FULL)",
			"wal_autocheckpoint("+autoCheckpointPages+")", "journal_size_limit("+journalSizeLimit+")")
	case forReading:
		// Not mode=ro: after a crash a reader must be able to recover the WAL,
		// and the last reader out should not leave it lying beside the file.
		options += "&mode=rw"
		pragmas = append(pragmas, "query_only(1)", "cache_size("+readerCache+")")
	case fromDeadFile:
		options += "&mode=ro&immutable=1"
		pragmas = append(pragmas, "query_only(1)")
	}
	for _, p := range pragmas {
		options += "&_pragma=" + p
	}
	file := url.URL{Scheme: "file", OmitHost: true, Path: path}
	return file.String() + "?" + options, nil
}

// open makes a pool of at most n connections, which live until it is closed.
func open(path string, a access, n int) (*sql.DB, error) {
	if err := keepLocks(); err != nil {
		return nil, err
	}
	name, err := source(path, a)
	if err != nil {
		return nil, err
	}
	connector, err := driver.NewConnector(name)
	if err != nil {
		return nil, err
	}
	if a == forWriting {
		connector = keeper{connector}
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(n)
	pool.SetMaxIdleConns(n)
	return pool, nil
}

// keepLocks makes SQLite's locks belong to its open files instead of to the
// process. With the usual POSIX locks, any code here that opens and closes the
// file drops them all, and the next process to close the database deletes the
// WAL with acknowledged commits in it. Only Linux has such locks; elsewhere
// nothing in this process may open the files, which is our rule anyway.
var keepLocks = sync.OnceValue(func() error {
	_, err := driver.OFDLocking(true)
	if errors.Is(err, driver.ErrOFDLockingUnavailable) {
		return nil
	}
	return err
})
