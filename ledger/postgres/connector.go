package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	connectTime = 15 * time.Second // limits one attempt to connect
	readTime    = 2 * time.Minute  // limits one query outside a transaction
)

// A connector opens the connections of the pool. It waits for a server that cannot
// be used, if db is patient.
type connector struct{ db *DB }

func (c connector) Driver() driver.Driver { return stdlib.GetDefaultDriver() }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	var opened driver.Conn
	err := c.db.patiently(ctx, func(ctx context.Context) (err error) {
		opened, err = stdlib.GetConnector(*c.db.config, stdlib.OptionAfterConnect(c.db.afterConnect)).Connect(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	inner, ok := opened.(*stdlib.Conn)
	if !ok {
		return nil, errors.New("the driver has another kind of connection")
	}
	return &conn{inner}, nil
}

// patiently calls connect, and calls it again while the server cannot be used, if
// db is patient.
func (db *DB) patiently(ctx context.Context, connect func(context.Context) error) error {
	for n := 0; ; n++ {
		attempt, cancel := context.WithTimeout(ctx, connectTime)
		err := connect(attempt)
		timedOut := attempt.Err() != nil && ctx.Err() == nil
		cancel()
		if err == nil {
			db.outage.over()
			return nil
		}
		if !db.patient.Load() || !isAway(err) && !timedOut || ctx.Err() != nil {
			return err
		}
		if err := db.outage.pause(ctx, n, err); err != nil {
			return err
		}
	}
}

// afterConnect checks a new connection. A writer refuses a server that only reads,
// which may have been the primary before a failover.
func (db *DB) afterConnect(ctx context.Context, c *pgx.Conn) error {
	err := db.checkConnection(ctx, c)
	if err != nil {
		_ = c.Close(ctx) // the first error names the fault
	}
	return err
}

func (db *DB) checkConnection(ctx context.Context, c *pgx.Conn) error {
	if db.readOnly {
		if db.pooling == transactionPool {
			return c.Ping(ctx) // the pooler may be there without a server
		}
		return nil
	}
	var readOnly bool
	if err := c.QueryRow(ctx, `SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean`, pgx.QueryExecModeSimpleProtocol).Scan(&readOnly); err != nil {
		return err
	}
	if readOnly {
		return &pgconn.PgError{Severity: "ERROR", Code: "25006", Message: "the server only reads"}
	}
	return nil
}

// A conn is a connection of the pool. Its queries outside a transaction are complete
// when they return, so that a connection which is lost between two rows fails the
// query and not its reader. A transaction is run again as a whole.
type conn struct{ *stdlib.Conn }

// QueryContext runs a query and reads all its rows. If the connection is lost
// outside a transaction, the error is driver.ErrBadConn, after which package sql
// runs the query again on another connection.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.Conn.Conn().PgConn().TxStatus() != 'I' {
		return c.Conn.QueryContext(ctx, query, args)
	}
	limited, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	rows, err := c.Conn.QueryContext(limited, query, args)
	if err == nil {
		var all *bufferedRows
		if all, err = readAll(rows); err == nil {
			return all, nil
		}
	}
	if ctx.Err() == nil && (isAway(err) || limited.Err() != nil) {
		return nil, errors.Join(driver.ErrBadConn, err)
	}
	return nil, err
}

// bufferedRows are the rows of a query in memory.
type bufferedRows struct {
	columns []string
	rows    [][]driver.Value
}

func readAll(rows driver.Rows) (*bufferedRows, error) {
	all := &bufferedRows{columns: rows.Columns()}
	for {
		row := make([]driver.Value, len(all.columns))
		err := rows.Next(row)
		if errors.Is(err, io.EOF) {
			return all, rows.Close()
		}
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok {
				row[i] = slices.Clone(b) // the driver reuses it
			}
		}
		all.rows = append(all.rows, row)
	}
}

func (r *bufferedRows) Columns() []string { return r.columns }

func (r *bufferedRows) Close() error { return nil }

func (r *bufferedRows) Next(dest []driver.Value) error {
	if len(r.rows) == 0 {
		return io.EOF
	}
	copy(dest, r.rows[0])
	r.rows = r.rows[1:]
	return nil
}
