package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"slices"
)

const (
	// mostKept is how many statements a connection keeps. Recording verses goes
	// round some twenty; rarer ones push out rarer ones.
	mostKept = 64

	// longestKept is the longest statement that is kept, in bytes. Longer ones
	// insert many rows at once, seldom twice the same number of them.
	longestKept = 4 << 10
)

// A keeper makes connections that keep the statements they have prepared, for
// the next one with the same text. Without that, preparing them again is a third
// of what recording a verse costs. SQLite itself prepares a statement anew that
// a change of the schema has made stale.
type keeper struct{ driver.Connector }

func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	whole, ok := c.(connection)
	if !ok {
		return nil, errors.Join(errors.New("the SQLite driver's connections lack methods they used to have"), c.Close())
	}
	return &keeping{connection: whole}, nil
}

// A connection is what the driver's connections can do, all of which a wrapper
// has to pass on.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// A keeping connection runs statements out of those it keeps. database/sql uses
// it from one goroutine at a time.
type keeping struct {
	connection
	kept []statement // not in use; the one used last comes last
}

// A statement is one that is prepared.
type statement struct {
	query string
	prepared
}

// prepared is what the driver's statements can do.
type prepared interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// Unwrap gives the driver's own connection, which some of its functions need.
func (c *keeping) Unwrap() driver.Conn { return c.connection }

// take gives a statement to run. Until it is put back it is nobody else's, so
// one whose rows are being read is not begun again.
func (c *keeping) take(ctx context.Context, query string) (statement, error) {
	if i := slices.IndexFunc(c.kept, func(s statement) bool { return s.query == query }); i >= 0 {
		s := c.kept[i]
		c.kept = slices.Delete(c.kept, i, i+1)
		return s, nil
	}
	made, err := c.PrepareContext(ctx, query)
	if err != nil {
		return statement{}, err
	}
	p, ok := made.(prepared)
	if !ok {
		return statement{}, errors.Join(errors.New("the SQLite driver's statements lack methods they used to have"), made.Close())
	}
	return statement{query, p}, nil
}

// put keeps a statement that went well. Of one that failed it is not asked
// what state it is in: it is closed.
func (c *keeping) put(s statement, failed error) error {
	if failed != nil {
		return s.Close()
	}
	c.kept = append(c.kept, s)
	if len(c.kept) <= mostKept {
		return nil
	}
	oldest := c.kept[0]
	c.kept = slices.Delete(c.kept, 0, 1)
	return oldest.Close()
}

// ExecContext runs a statement that gives no rows.
func (c *keeping) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if len(query) > longestKept {
		return c.connection.ExecContext(ctx, query, args)
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

// QueryContext runs a statement that gives rows, and has it back when they are
// closed.
func (c *keeping) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if len(query) > longestKept {
		return c.connection.QueryContext(ctx, query, args)
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
	return &keptRows{Rows: rows, of: c, statement: s}, nil
}

// Close closes the statements and the connection.
func (c *keeping) Close() error {
	var err error
	for _, s := range c.kept {
		err = errors.Join(err, s.Close())
	}
	c.kept = nil
	return errors.Join(err, c.connection.Close())
}

// keptRows are the rows of a statement that is to be put back.
type keptRows struct {
	driver.Rows
	of        *keeping
	statement statement
	failed    error
}

func (r *keptRows) Next(row []driver.Value) error {
	err := r.Rows.Next(row)
	if err != nil && !errors.Is(err, io.EOF) {
		r.failed = err
	}
	return err
}

// Close ends the reading. database/sql calls it once.
func (r *keptRows) Close() error {
	err := r.Rows.Close()
	if r.failed == nil {
		r.failed = err
	}
	return errors.Join(err, r.of.put(r.statement, r.failed))
}
