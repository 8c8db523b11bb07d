package ledger

import (
	"context"
	"database/sql"
)

// Found is how much an annotator has found.
type Found struct {
	Verses     int // done
	Figurative int // of them: those with figures
}

// Found counts what the annotators of a name, of whatever version, have found.
func (l *Ledger) Found(ctx context.Context, annotatorName string) (f Found, err error) {
	err = l.read().QueryRowContext(ctx, `
SELECT count(*), CAST(coalesce(sum(CASE WHEN EXISTS (
	SELECT 1 FROM figure f WHERE f.reading = v.reading AND f.verse = v.verse) THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM annotator a JOIN reading r ON r.annotator = a.id JOIN verse v ON v.reading = r.id
WHERE a.name = $1 AND v.state = 'done' AND v.carried = 0`, annotatorName).Scan(&f.Verses, &f.Figurative)
	return f, l.explain("read", err)
}

// Models are the models that have been asked, by name.
func (l *Ledger) Models(ctx context.Context) (names []string, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	}, `SELECT DISTINCT model FROM request ORDER BY model`)
	return names, l.explain("read", err)
}
