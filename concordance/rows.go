package concordance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// batch is the largest number of rows in one INSERT. In large statements a row
// costs four fifths of its cost alone; more than about 30 rows gain nothing.
const batch = 32

// rows collects rows for one INSERT until they are flushed.
type rows struct {
	into    string // INSERT INTO table (columns) VALUES
	then    string // ON CONFLICT ...
	columns int
	args    []any
}

func (r *rows) add(values ...any) {
	if len(values) != r.columns {
		panic(fmt.Sprintf("%d values for %d columns: %s", len(values), r.columns, r.into))
	}
	r.args = append(r.args, values...)
}

func (r *rows) flush(ctx context.Context, tx *sql.Tx) error {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", r.columns), ",") + ")"
	for args := range slices.Chunk(r.args, batch*r.columns) {
		list := strings.TrimSuffix(strings.Repeat(row+",", len(args)/r.columns), ",")
		if _, err := tx.ExecContext(ctx, r.into+" "+list+" "+r.then, args...); err != nil {
			table, _, _ := strings.Cut(r.into, " (")
			return fmt.Errorf("%s: %w", strings.ToLower(table), err)
		}
	}
	r.args = nil
	return nil
}

// flush writes the rows of several tables in order.
func flush(ctx context.Context, tx *sql.Tx, tables ...*rows) error {
	for _, r := range tables {
		if err := r.flush(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// null returns NULL for an empty text.
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// differing returns s, or NULL if it equals the text it is a variant of.
func differing(s, of string) any {
	if s == of {
		return nil
	}
	return s
}

// A Querier runs queries: a database, a connection or a transaction.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Each runs a query and calls fn for each row. It stops at the first error.
func Each(ctx context.Context, q Querier, fn func(scan func(...any) error) error, query string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
