package ledger

import (
	"context"
	"database/sql"
	"errors"

	"mashal"
	"mashal/ledger/postgres"
	"mashal/sqlite"
)

// A store is the database of a ledger.
type store interface {
	// write runs a unit in a transaction and returns when it is durable. A unit that
	// has begun is finished, also if the caller is cancelled. A server may have to run
	// the unit several times, and the last time counts.
	write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error
	// writeSoon runs a unit that becomes durable before any later one.
	writeSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error
	read() *sql.DB
	// snapshot calls fn with a transaction that sees one state of the database. A
	// server may have to call it several times, and the last time counts.
	snapshot(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error
	explain(op string, err error) error
	check(ctx context.Context) error
	migrated() *Backup
	backup(ctx context.Context, path string, check func(ctx context.Context, copied string) error) error
	wal() sqlite.WAL
	moved() error
	copyTo(ctx context.Context, path string) error
	close() error
}

// A Ledger is an open ledger. All methods are safe for concurrent use.
type Ledger struct {
	store
	now     func() string // the time as it is stored
	version int           // of the schema
	shared  bool          // other processes may write too
	guard   Guard         // of the chapter to which the writes belong; zero for none
	counted countCache
}

// Read returns a handle for queries of other packages.
func (l *Ledger) Read() *sql.DB { return l.read() }

// Transact runs a unit of another package in a transaction and returns when it is
// durable. now is the time as it is stored.
func (l *Ledger) Transact(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx, now string) error) error {
	return l.write(ctx, func(ctx context.Context, tx *sql.Tx) error { return unit(ctx, tx, l.now()) })
}

// InFile reports whether the ledger is a file, not a database of a server.
func (l *Ledger) InFile() bool {
	_, is := l.store.(fileStore)
	return is
}

// Explain returns an error of a query on Read with its meaning and what to do.
func (l *Ledger) Explain(op string, err error) error { return l.explain(op, err) }

// A Backup is the copy of a ledger that was made before it was migrated.
type Backup struct {
	Version int    // of the schema that the copy has
	Where   string // the file, or the schema of the database
}

// Migrated returns the copy that Open made because it migrated the ledger, and nil if
// it did not.
func (l *Ledger) Migrated() *Backup { return l.migrated() }

// WAL returns the size of the file's write-ahead log, and zero for a server.
func (l *Ledger) WAL() sqlite.WAL { return l.wal() }

// Check looks for damage and contradictions in the whole file. For a server it
// checks the connection.
func (l *Ledger) Check(ctx context.Context) error { return l.check(ctx) }

// Moved returns an error if the ledger's file was removed, replaced or truncated while
// it is open for writing. A server's ledger never is.
func (l *Ledger) Moved() error { return l.moved() }

// CopyTo writes a copy of the open file to path, which must not exist, also if the file
// has no name any more. A server's ledger cannot be copied.
func (l *Ledger) CopyTo(ctx context.Context, path string) error { return l.copyTo(ctx, path) }

// OnOutage sets the function that is called when a wait for the server begins and
// when it ends. It must not use the ledger. A file has no outages.
func (l *Ledger) OnOutage(report func(mashal.Outage)) {
	if s, ok := l.unguarded().(*serverStore); ok {
		s.db.OnOutage(report)
	}
}

// StopWaiting limits waits for the server from now on to some seconds: the user has
// asked to stop.
func (l *Ledger) StopWaiting() {
	if s, ok := l.unguarded().(*serverStore); ok {
		s.db.StopWaiting()
	}
}

// Server returns the database of a ledger on a server, and nil for a file.
func (l *Ledger) Server() *postgres.DB {
	if s, ok := l.unguarded().(*serverStore); ok {
		return s.db
	}
	return nil
}

// Pool returns the connections to the server, for tables that are not part of the
// ledger. It is nil for a file.
func (l *Ledger) Pool() *sql.DB {
	if server := l.Server(); server != nil {
		return server.Read()
	}
	return nil
}

// Close waits for writes in progress and closes the ledger.
func (l *Ledger) Close() error { return l.close() }

// Open opens a ledger for writing: a file, or a server's database whose address
// is postgres://user@host/database. It creates the ledger if there is none, and
// migrates one with an older schema. Its error is an *mashal.Error.
//
// One process writes to a ledger at a time. A server's ledger has a lock for
// that, and the error names the process that holds it. A file is locked by the
// data folder that it is in.
//
// If the server restarts, fails over or refuses connections later, reads and writes
// wait for it until ctx ends, at most for half an hour.
func Open(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, postgres.Exclusive))
	}
	return open(openFile(ctx, where))
}

// OpenShared opens a server's ledger for writing as one of several workers of a
// fleet. They share the writer's lock, which excludes writers that used Open.
func OpenShared(ctx context.Context, where string) (*Ledger, error) {
	if !isServer(where) {
		return nil, &mashal.Error{
			Code: mashal.Usage, Op: "open the ledger for several processes", Err: errors.New("it is a file"),
			Hint: "Several processes need a server: --ledger postgres://user@host/database.",
		}
	}
	l, err := open(openServer(ctx, where, postgres.Shared))
	if err == nil {
		l.shared = true
	}
	return l, err
}

// OpenReadOnly opens an existing ledger for reading, also while another process
// writes to it. It changes nothing: a ledger with an older schema is read as it
// is, and Missing returns the migrations that it does not have. The error is
// ErrNone if there is no ledger in an existing file or database.
func OpenReadOnly(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, postgres.ReadOnly))
	}
	return open(openFileReadOnly(ctx, where))
}

func open(s store, version int, err error) (*Ledger, error) {
	if err != nil {
		return nil, err
	}
	return &Ledger{store: s, now: newClock(), version: version}, nil
}
