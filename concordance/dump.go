package concordance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Optimize merges the full-text index and gathers statistics for the query
// planner. It takes a second or two and is worth it after many writes.
func (c *Concordance) Optimize(ctx context.Context) error {
	err := c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range []string{
			`INSERT INTO verse_text (verse_text) VALUES ('optimize')`,
			`INSERT INTO figure_text (figure_text) VALUES ('optimize')`,
			`ANALYZE`,
		} {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
	return Explain("optimise the concordance "+c.db.Path(), err)
}

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
// is not included; Verify compares it with the rows.
func (c *Concordance) Dump(ctx context.Context, w io.Writer) error {
	tx, err := c.db.Read().BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Explain("dump the concordance", err)
	}
	for _, t := range dumped {
		if err = dumpTable(ctx, tx, w, t[0], t[1]); err != nil {
			break
		}
	}
	return Explain("dump the concordance", errors.Join(err, tx.Rollback()))
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

// Verify compares the full-text index with the rows it indexes.
func (c *Concordance) Verify(ctx context.Context) error {
	err := c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, table := range []string{"verse_text", "figure_text"} {
			if _, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (`+table+`, rank) VALUES ('integrity-check', 1)`); err != nil {
				return fmt.Errorf("compare %s with what it indexes: %w", table, err)
			}
		}
		return nil
	})
	return Explain("verify the concordance "+c.db.Path(), err)
}
