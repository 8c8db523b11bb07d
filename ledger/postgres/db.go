package postgres

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"mashal"
)

// An Access says how a database is opened.
type Access uint8

// The kinds of access. The writer's lock is exclusive, or shared by the workers of a
// fleet; the two exclude each other.
const (
	ReadOnly Access = iota
	Exclusive
	Shared
)

// A DB is an open database of a server. Its methods are safe for concurrent use.
//
// A DB that writes waits for its server: while the server restarts, fails over or
// refuses connections, reads and writes block and then go on. They wait until the
// context of Open ends, at most for half an hour. A reader does not wait.
type DB struct {
	config   *pgx.ConnConfig
	where    string
	pooling  pooling
	readOnly bool
	pool     *sql.DB
	writer   *writer     // nil for a reader
	patient  atomic.Bool // whether connections wait for the server
	outage   outage
}

// Open connects to the database at address. A writer takes the writer's lock. The
// error names the process that holds it, and is an *mashal.Error.
func Open(ctx context.Context, address string, access Access) (*DB, error) {
	db, err := New(address, access)
	if err != nil {
		return nil, err
	}
	if err := db.connect(ctx, access); err != nil {
		_ = db.Close() // the first error names the fault
		return nil, db.Explain("open", err)
	}
	return db, nil
}

// New returns a database that connects when it is first used, and does not take the
// writer's lock.
func New(address string, access Access) (*DB, error) {
	t, err := parse(address)
	if err != nil {
		return nil, err
	}
	db := &DB{config: t.config, where: t.where, pooling: t.pooling, readOnly: access == ReadOnly}
	connections := t.connections
	if !db.readOnly && db.pooling != transactionPool {
		connections-- // one has the lock
	}
	db.outage.life = make(chan struct{})
	db.pool = sql.OpenDB(connector{db})
	db.pool.SetMaxOpenConns(connections)
	db.pool.SetMaxIdleConns(connections)
	db.pool.SetConnMaxIdleTime(time.Minute)
	return db, nil
}

// connect finds out whether a pooler is in between, and takes the writer's lock.
func (db *DB) connect(ctx context.Context, access Access) error {
	context.AfterFunc(ctx, db.outage.end)
	if err := db.findPooler(ctx); err != nil {
		return err
	}
	if err := db.pool.PingContext(ctx); err != nil || access == ReadOnly {
		return err
	}
	var err error
	if db.writer, err = db.takeLock(ctx, access == Shared); err != nil {
		return err
	}
	db.patient.Store(true)
	return nil
}

// findPooler connects once to find out whether the server's process is the one that
// answers. A pooler gives clients process numbers of its own. In its session mode
// the writer's lock of a pooler in transaction mode works too.
func (db *DB) findPooler(ctx context.Context) error {
	if db.pooling == unknownPooling {
		c, err := pgx.ConnectConfig(ctx, db.config)
		if err != nil {
			return err
		}
		var pid uint32
		err = c.QueryRow(ctx, `SELECT pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol).Scan(&pid)
		db.pooling = noPooling
		if pid != c.PgConn().PID() {
			db.pooling = transactionPool
		}
		if err := errors.Join(err, c.Close(ctx)); err != nil {
			return err
		}
	}
	if db.pooling == transactionPool {
		// Statements are not prepared by name, because each transaction may have another
		// connection of the server.
		db.config.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
		db.config.StatementCacheCapacity = 0
		return nil
	}
	// The server ends connections of machines that have vanished, so that their locks
	// are released.
	for name, value := range map[string]string{"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"} {
		db.config.RuntimeParams[name] = value
	}
	if db.readOnly {
		// Not a parameter of the start: target_session_attrs=read-write would take the primary
		// for a server that only reads.
		db.config.AfterConnect = func(ctx context.Context, c *pgconn.PgConn) error {
			return c.Exec(ctx, `SET default_transaction_read_only = on`).Close()
		}
	}
	db.config.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}}).DialContext
	return nil
}

// Where returns the address without user, password and parameters.
func (db *DB) Where() string { return db.where }

// Pooled reports whether connections are those of a pooler in transaction mode.
func (db *DB) Pooled() bool { return db.pooling == transactionPool }

// Config returns a copy of the configuration with which the database connects, for
// other clients of the same database.
func (db *DB) Config() *pgx.ConnConfig { return db.config.Copy() }

// Read returns the pool of connections, for queries.
func (db *DB) Read() *sql.DB { return db.pool }

// OnOutage sets the function that is called when a wait for the server begins and
// when it ends. It must not use the database.
func (db *DB) OnOutage(report func(mashal.Outage)) {
	db.outage.mu.Lock()
	db.outage.report = report
	db.outage.mu.Unlock()
	db.outage.tell()
}

// StopWaiting limits waits for the server from now on to some seconds: the user has
// asked to stop.
func (db *DB) StopWaiting() { time.AfterFunc(stopWait, db.outage.end) }

// lastBeat is the time after the last beat of a writer for which it is taken for alive by
// those that only read: it may be about to take its lock again after an outage.
const lastBeat = "30 seconds"

// Written reports whether a process writes to the database: one that has the writer's
// lock, alone or with others, or has beaten lately.
func (db *DB) Written(ctx context.Context) (written bool, err error) {
	var table sql.NullString
	err = db.pool.QueryRowContext(ctx, `
SELECT to_regclass('writer')::text, EXISTS (SELECT 1 FROM pg_locks
	WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND classid::bigint = $1 AND objid::bigint = $2)`, int64(writerLock>>32), int64(writerLock&0xffffffff)).Scan(&table, &written)
	if err == nil && !written && table.Valid {
		err = db.pool.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM writer WHERE ended_at IS NULL AND beat > now() - interval '`+lastBeat+`')`).Scan(&written)
	}
	return written, err
}

// Check checks the connection.
func (db *DB) Check(ctx context.Context) error { return db.Explain("check", db.pool.PingContext(ctx)) }

// Close releases the writer's lock and closes the connections.
func (db *DB) Close() error {
	db.patient.Store(false)
	var err error
	if db.writer != nil {
		err = db.writer.release()
	}
	return errors.Join(err, db.pool.Close())
}

// discardIdle closes the idle connections: they may lead to a server that is no
// longer the primary.
func (db *DB) discardIdle() {
	n := db.pool.Stats().MaxOpenConnections
	db.pool.SetMaxIdleConns(0)
	db.pool.SetMaxIdleConns(n)
}

// sleep waits before the n-th attempt at a transaction that lost against another.
func sleep(ctx context.Context, n int) {
	timer := time.NewTimer(jitter(firstPause << min(n, 10)))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Snapshot calls fn with a read-only transaction that sees one state of the
// database. It calls fn again if the connection was lost.
func (db *DB) Snapshot(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	for n := 0; ; n++ {
		err := db.snapshot(ctx, fn)
		if err == nil || !db.patient.Load() || !isAway(err) || n >= maxLost || ctx.Err() != nil {
			return err
		}
		db.discardIdle()
		sleep(ctx, n)
	}
}

func (db *DB) snapshot(ctx context.Context, fn func(ctx context.Context, tx *sql.Tx) error) error {
	tx, err := db.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // it has only read
	return fn(ctx, tx)
}
