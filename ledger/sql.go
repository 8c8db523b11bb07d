package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// postgresql translates the text of a migration from SQLite to PostgreSQL. All
// other statements run on both: they use $1, ON CONFLICT with excluded, RETURNING
// and WITH, store times as text, and take numbers from the table counter.
var postgresql = strings.NewReplacer(
	") WITHOUT ROWID, STRICT;", ");",
	") STRICT;", ");",
	" INTEGER", " BIGINT",
	" REAL", " DOUBLE PRECISION",
	" BLOB", " BYTEA",
)

// placeholders returns rows of placeholders, starting with $first: "($1, $2), ($3,
// $4)".
func placeholders(first, rows, columns int) string {
	var b strings.Builder
	for row := range rows {
		if row > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for column := range columns {
			if column > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "$%d", first+row*columns+column)
		}
		b.WriteByte(')')
	}
	return b.String()
}

// insertRows inserts rows with as few statements as both databases allow. head is
// "INSERT INTO .. VALUES" and tail what follows the rows, such as "ON CONFLICT ..".
// It returns the number of rows written.
func insertRows(ctx context.Context, tx *sql.Tx, head, tail string, columns int, args []any) (int64, error) {
	const maxParameters = 32_000
	var written int64
	for perStatement := maxParameters / columns * columns; len(args) > 0; {
		part := args[:min(len(args), perStatement)]
		args = args[len(part):]
		result, err := tx.ExecContext(ctx, head+" "+placeholders(1, len(part)/columns, columns)+" "+tail, part...)
		if err != nil {
			return written, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return written, err
		}
		written += n
	}
	return written, nil
}

// next returns the next number of a counter. It locks the counter until the end of
// the transaction, so it should be called late.
func next(ctx context.Context, tx *sql.Tx, counter string) (int64, error) {
	return nextOf(ctx, tx, counter, 1)
}

// nextOf takes the next n numbers of a counter, and returns the first.
func nextOf(ctx context.Context, tx *sql.Tx, counter string, n int) (first int64, err error) {
	var last int64
	err = tx.QueryRowContext(ctx, `UPDATE counter SET value = value + $1 WHERE name = $2 RETURNING value`, n, counter).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("take the next number of %s: %w", counter, err)
	}
	return last - int64(n) + 1, nil
}

// query runs a query and calls scan for each row.
func query(ctx context.Context, q querier, scan func(*sql.Rows) error, text string, args ...any) (err error) {
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// timeFormat is the form in which times are stored: UTC with microseconds.
const timeFormat = "2006-01-02T15:04:05.000000Z"
