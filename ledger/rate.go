package ledger

import (
	"context"
)

// FigureRate counts the verses that an annotator has read and those in which it
// found figures.
type FigureRate struct {
	Verses     int // that are done
	Figurative int // verses with figures
}

// FigureRate returns the figure rate of an annotator, over all its versions.
func (l *Ledger) FigureRate(ctx context.Context, annotatorName string) (f FigureRate, err error) {
	err = l.read().QueryRowContext(ctx, `
SELECT count(*), CAST(coalesce(sum(CASE WHEN EXISTS (
	SELECT 1 FROM figure f WHERE f.reading = v.reading AND f.verse = v.verse) THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM annotator a JOIN reading r ON r.annotator = a.id JOIN verse v ON v.reading = r.id
WHERE a.name = $1 AND v.state = 'done' AND v.carried = 0`, annotatorName).Scan(&f.Verses, &f.Figurative)
	return f, l.explain("read", err)
}
