// Package concordancetest compares concordances in tests.
package concordancetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"mashal/concordance"
)

// dumped are the tables with content, each with the key that sorts its rows.
var dumped = [][2]string{
	{"meta", "key"},
	{"book", "id"},
	{"verse", "id"},
	{"reading", "id"},
	{"verse_reading", "reading, verse"},
	{"figure", "id"},
	{"figure_type", "figure, type"},
	{"figure_tag", "figure, side"},
	{"verdict", "figure, ordinal"},
}

// Dump writes the whole content, one row per line. Equal concordances have
// equal dumps, whether they were built or kept up to date. The full-text index
// is not included.
func Dump(ctx context.Context, c *concordance.Concordance, w io.Writer) error {
	tx, err := c.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return concordance.Explain("dump the concordance", err)
	}
	for _, t := range dumped {
		if err = dumpTable(ctx, tx, w, t[0], t[1]); err != nil {
			break
		}
	}
	return concordance.Explain("dump the concordance", errors.Join(err, tx.Rollback()))
}

func dumpTable(ctx context.Context, tx *sql.Tx, w io.Writer, table, key string) (err error) {
	rows, err := tx.QueryContext(ctx, `SELECT * FROM `+table+` ORDER BY `+key)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	var line strings.Builder
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		line.Reset()
		line.WriteString(table)
		for i, v := range values {
			line.WriteString(" " + columns[i] + "=")
			switch v := v.(type) {
			case nil:
				line.WriteString("NULL")
			case string:
				line.WriteString(strconv.Quote(v))
			default:
				fmt.Fprint(&line, v)
			}
		}
		line.WriteByte('\n')
		if _, err := io.WriteString(w, line.String()); err != nil {
			return err
		}
	}
	return rows.Err()
}
