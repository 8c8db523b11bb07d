package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"slices"
)

const (
	// maxCachedStatements is the number of statements that a connection caches.
	// Recording verses and showing pages use some twenty each. The least recently used one is dropped.
	maxCachedStatements = 64

	// maxCachedLength is the length in bytes of the longest statement that is
	// cached. Longer ones insert many rows at once and are rarely repeated.
	maxCachedLength = 4 << 10
)

// cachingConnector opens connections that cache their prepared statements by
// text. Preparing statements again would take a third of the time of recording
// a verse, and a fifteenth of the time of showing a chapter. After a change of the schema SQLite prepares a cached statement
// again by itself.
type cachingConnector struct{ driver.Connector }

func (k cachingConnector) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(driverConn)
	if !ok {
		return nil, errors.Join(errors.New("connection of the SQLite driver lacks an expected method"), c.Close())
	}
	return &cachingConn{driverConn: whole}, nil
}

// driverConn lists the methods of the driver's connections. cachingConn embeds
// it so that database/sql finds all of them.
type driverConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// cachingConn is a connection with a cache of prepared statements. database/sql
// uses it from one goroutine at a time.
type cachingConn struct {
	driverConn
	idle []cachedStatement // not in use, in the order of their last use
}

// cachedStatement is a prepared statement and its text.
type cachedStatement struct {
	query string
	driverStatement
}

// driverStatement lists the methods of the driver's statements.
type driverStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// Unwrap returns the driver's own connection, which some functions of the
// driver need.
func (c *cachingConn) Unwrap() driver.Conn { return c.driverConn }

// take removes the statement with this text from the cache and returns it, or
// prepares it. The caller returns it with put. Until then a second take of the
// same text prepares another one, so that open rows are not disturbed.
func (c *cachingConn) take(ctx context.Context, query string) (cachedStatement, error) {
	if i := slices.IndexFunc(c.idle, func(s cachedStatement) bool { return s.query == query }); i >= 0 {
		s := c.idle[i]
		c.idle = slices.Delete(c.idle, i, i+1)
		return s, nil
	}
	made, err := c.PrepareContext(ctx, query)
	if err != nil {
		return cachedStatement{}, err
	}
	p, ok := made.(driverStatement)
	if !ok {
		return cachedStatement{}, errors.Join(errors.New("statement of the SQLite driver lacks an expected method"), made.Close())
	}
	return cachedStatement{query, p}, nil
}

// put returns a statement to the cache. It closes the statement instead if its
// execution failed, because its state is then unknown.
func (c *cachingConn) put(s cachedStatement, failed error) error {
	if failed != nil {
		return s.Close()
	}
	c.idle = append(c.idle, s)
	if len(c.idle) <= maxCachedStatements {
		return nil
	}
	oldest := c.idle[0]
	c.idle = slices.Delete(c.idle, 0, 1)
	return oldest.Close()
}

// ExecContext runs a statement that returns no rows.
func (c *cachingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(query) > maxCachedLength {
		return c.driverConn.ExecContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	result, err := s.ExecContext(ctx, args)
	if closed := c.put(s, err); err == nil {
		err = closed
	}
	return result, err
}

// QueryContext runs a statement that returns rows. The statement returns to the
// cache when the rows are closed.
func (c *cachingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(query) > maxCachedLength {
		return c.driverConn.QueryContext(ctx, query, args)
	}
	s, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		_ = c.put(s, err) // the first error says what is wrong
		return nil, err
	}
	return &cachedRows{Rows: rows, conn: c, statement: s}, nil
}

// Close closes the cached statements and the connection.
func (c *cachingConn) Close() error {
	var err error
	for _, s := range c.idle {
		err = errors.Join(err, s.Close())
	}
	c.idle = nil
	return errors.Join(err, c.driverConn.Close())
}

// cachedRows are the rows of a cached statement.
type cachedRows struct {
	driver.Rows
	conn      *cachingConn
	statement cachedStatement
	failed    error
}

// Next reads the next row and remembers an error for Close.
func (r *cachedRows) Next(row []driver.Value) error {
	err := r.Rows.Next(row)
	if err != nil && !errors.Is(err, io.EOF) {
		r.failed = err
	}
	return err
}

// Close closes the rows and returns the statement to the cache. database/sql
// calls it once.
func (r *cachedRows) Close() error {
	err := r.Rows.Close()
	if r.failed == nil {
		r.failed = err
	}
	return errors.Join(err, r.conn.put(r.statement, r.failed))
}
