package ledger

import (
	"context"
	"database/sql"

	"mashal"
	"mashal/sqlite"
)

// A store is the database of a ledger.
type store interface {
	// write runs a unit in a transaction and returns when it is durable. A unit that
	// has begun is finished, also if the caller is cancelled.
	write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error
	// writeSoon runs a unit that becomes durable before any later one.
	writeSoon(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error
	read() *sql.DB
	explain(op string, err error) error
	check(ctx context.Context) error
	migrated() *Backup
	backup(ctx context.Context, path string, check func(ctx context.Context, copied string) error) error
	wal() sqlite.WAL
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

// Close waits for writes in progress and closes the ledger.
func (l *Ledger) Close() error { return l.close() }

// Open opens a ledger for writing: a file, or a server's database whose address
// is postgres://user@host/database. It creates the ledger if there is none, and
// migrates one with an older schema. Its error is an *mashal.Error.
//
// One process writes to a ledger at a time. A server's ledger has a lock for
// that, and the error names the process that holds it. A file is locked by the
// data folder that it is in.
func Open(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, exclusive))
	}
	return open(openFile(ctx, where))
}

// OpenShared opens the ledger on a server for writing by this process and others of
// a fleet. It creates and migrates the ledger as Open does; many processes may do so
// at the same time. While a process has the ledger open in this way, Open fails, and
// the other way round.
func OpenShared(ctx context.Context, where string) (*Ledger, error) {
	if !isServer(where) {
		return nil, mashal.Usagef("--ledger postgres://user@host/database", "a fleet needs a ledger on a PostgreSQL server")
	}
	l, err := open(openServer(ctx, where, shared))
	if err == nil {
		l.shared = true
	}
	return l, err
}

// Pool returns the connections to the server, for tables that are not part of the
// ledger. It is nil for a file.
func (l *Ledger) Pool() *sql.DB {
	if s, ok := l.unguarded().(*serverStore); ok {
		return s.pool
	}
	return nil
}

// OpenReadOnly opens an existing ledger for reading, also while another process
// writes to it. It changes nothing: a ledger with an older schema is read as it
// is, and Missing returns the migrations that it does not have. The error is
// ErrNone if there is no ledger in an existing file or database.
func OpenReadOnly(ctx context.Context, where string) (*Ledger, error) {
	if isServer(where) {
		return open(openServer(ctx, where, reading))
	}
	return open(openFileReadOnly(ctx, where))
}

func open(s store, version int, err error) (*Ledger, error) {
	if err != nil {
		return nil, err
	}
	return &Ledger{store: s, now: newClock(), version: version}, nil
}
