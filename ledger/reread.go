package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"mashal"
)

// keepVerdicts takes over, for figures that were found again as they were, the
// verdicts on them from the reading before. A verse whose figures all have
// theirs need not be judged again.
func keepVerdicts(ctx context.Context, tx *sql.Tx, reading int64, results []mashal.Result) error {
	var verses []int
	for _, r := range results {
		if len(r.Figures) > 0 {
			verses = append(verses, r.Verse)
		}
	}
	if len(verses) == 0 {
		return nil
	}
	slices.Sort(verses)
	const before = `(SELECT b.id FROM reading n JOIN reading b ON b.annotator = n.annotator AND b.book = n.book AND b.chapter = n.chapter AND b.number = n.number - 1 WHERE n.id = $1)`
	last, err := next(ctx, tx, "verdict")
	if err != nil {
		return err
	}
	within, args := verseRanges("f.verse", 3, verses)
	if _, err := tx.ExecContext(ctx, `
INSERT INTO verdict (id, reading, figure, type, decision, to_type, reason, by_name, by_kind, at)
SELECT CAST($2 AS BIGINT) + row_number() OVER (ORDER BY v.id), CAST($1 AS BIGINT), v.figure, v.type, v.decision, v.to_type, v.reason, v.by_name, v.by_kind, v.at
FROM verdict v
JOIN figure o ON o.reading = v.reading AND o.id = v.figure
WHERE v.reading = `+before+` AND EXISTS (
	SELECT 1 FROM figure f WHERE f.reading = $1 AND f.id = v.figure AND f.types = o.types AND `+within+`)`,
		append([]any{reading, last}, args...)...); err != nil {
		return fmt.Errorf("keep verdicts: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `
UPDATE counter SET value = (SELECT max(v.id) FROM verdict v)
WHERE name = 'verdict' AND value < (SELECT coalesce(max(v.id), 0) FROM verdict v)`); err != nil {
		return err
	}
	within, args = verseRanges("j.verse", 2, verses)
	_, err = tx.ExecContext(ctx, `
INSERT INTO validation (reading, verse, validator, state, run, ended_at, carried)
SELECT CAST($1 AS BIGINT), j.verse, j.validator, j.state, j.run, j.ended_at, 1
FROM validation j
WHERE j.reading = `+before+` AND j.state = 'done' AND `+within+` AND NOT EXISTS (
	SELECT 1 FROM figure f WHERE f.reading = $1 AND f.verse = j.verse
		AND NOT EXISTS (SELECT 1 FROM verdict d WHERE d.reading = f.reading AND d.figure = f.id))`,
		append([]any{reading}, args...)...)
	if err != nil {
		return fmt.Errorf("keep what is validated: %w", err)
	}
	return nil
}
