package ledger

import (
	"context"
	"database/sql"

	"mashal/sqlite"
)

// A store is a database that the ledger's tables are in.
type store interface {
	// write runs a unit in a transaction and returns once it is durable. The
	// unit's context outlives the caller's: what has begun is finished.
	write(ctx context.Context, unit func(ctx context.Context, tx *sql.Tx) error) error
	// writeSoon runs a unit that is durable before any later one is.
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

// WAL is the size of the file's write-ahead log; zero on a server.
func (l *Ledger) WAL() sqlite.WAL { return l.wal() }

// Check looks through the whole ledger for damage and contradictions. Of a
// server it asks only whether it answers.
func (l *Ledger) Check(ctx context.Context) error { return l.check(ctx) }

// Close finishes what is being written and closes the ledger.
func (l *Ledger) Close() error { return l.close() }
