package ledger

import (
	"context"
	"database/sql"

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
	wal() sqlite.WAL
	close() error
}

// A Ledger is an open ledger. All methods are safe for concurrent use.
type Ledger struct {
	store
	now     func() string // the time as it is stored
	version int           // of the schema
	counted countCache
}

// WAL returns the size of the file's write-ahead log, and zero for a server.
func (l *Ledger) WAL() sqlite.WAL { return l.wal() }

// Check looks for damage and contradictions in the whole file. For a server it
// checks the connection.
func (l *Ledger) Check(ctx context.Context) error { return l.check(ctx) }

// Close waits for writes in progress and closes the ledger.
func (l *Ledger) Close() error { return l.close() }
