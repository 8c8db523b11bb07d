package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"mashal"
)

// keepVerdicts copies the verdicts of the earlier reading on figures that were
// found again unchanged. If all figures of a verse have verdicts then, its
// validation is copied too, so that it is not judged again.
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
	const before = `(SELECT b.id FROM reading n JOIN reading b ON b.annotator = n.annotator AND b.book = n.book AND b.chapter = n.chapter AND b.number < n.number
	WHERE n.id = $1 AND b.forgotten IS NULL ORDER BY b.number DESC LIMIT 1)`
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

// carryOver copies to a new reading the verses that are not annotated again, with
// their figures, verdicts and validations. The new reading replaces the earlier one
// for readers, so it must be complete. Copied rows are marked as carried and keep
// their run.
func carryOver(ctx context.Context, tx *sql.Tx, from, to int64, again []mashal.Passage) error {
	args := []any{from, to}
	others := "1 = 1"
	for _, p := range again {
		others += fmt.Sprintf(" AND verse NOT BETWEEN $%d AND $%d", len(args)+1, len(args)+2)
		args = append(args, p.First, p.Last)
	}
	if _, err := tx.ExecContext(ctx, `
INSERT INTO verse (reading, verse, state, failure_kind, failure_reason, deliberation, run, ended_at, carried)
SELECT CAST($2 AS BIGINT), verse, state, failure_kind, failure_reason, deliberation, run, ended_at, 1
FROM verse WHERE reading = $1 AND state IN ('done', 'failed') AND `+others, args...); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
INSERT INTO figure (reading, verse, ordinal, id, types, subtype, standing, ranges, grounding, score, english,
	target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source)
SELECT CAST($2 AS BIGINT), verse, ordinal, id, types, subtype, standing, ranges, grounding, score, english,
	target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source
FROM figure WHERE reading = $1 AND `+others, args...); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
INSERT INTO validation (reading, verse, validator, state, failure_kind, failure_reason, run, ended_at, carried)
SELECT CAST($2 AS BIGINT), verse, validator, state, failure_kind, failure_reason, run, ended_at, 1
FROM validation WHERE reading = $1 AND state IN ('done', 'failed')
	AND EXISTS (SELECT 1 FROM verse v WHERE v.reading = $2 AND v.verse = validation.verse AND v.carried = 1)`, from, to); err != nil {
		return err
	}
	last, err := next(ctx, tx, "verdict")
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
INSERT INTO verdict (id, reading, figure, type, decision, to_type, reason, by_name, by_kind, at)
SELECT CAST($3 AS BIGINT) + row_number() OVER (ORDER BY v.id), CAST($2 AS BIGINT), v.figure, v.type, v.decision, v.to_type, v.reason, v.by_name, v.by_kind, v.at
FROM verdict v WHERE v.reading = $1
	AND EXISTS (SELECT 1 FROM figure f WHERE f.reading = $2 AND f.id = v.figure)`, from, to, last); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE counter SET value = (SELECT coalesce(max(id), value) FROM verdict) WHERE name = 'verdict' AND value <= (SELECT coalesce(max(id), 0) FROM verdict)`)
	return err
}
