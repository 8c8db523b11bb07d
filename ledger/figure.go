package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mashal"
)

const (
	insertFigures = `INSERT INTO figure (reading, verse, ordinal, id, types, subtype, ranges, grounding, score, english,
	target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source) VALUES`
	figureColumns = 19
	selectFigures = `SELECT verse, id, types, subtype, ranges, grounding, score, english,
	target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source
FROM figure WHERE reading = $1 ORDER BY verse, ordinal`
)

// appendFigure appends a row for insertFigures.
func appendFigure(rows []any, reading int64, verse, ordinal int, id string, f *mashal.Figure) []any {
	return append(rows, reading, verse, ordinal, id, typesText(f.Types), clean(f.Subtype),
		f.Span.String(), string(f.Span.Grounding), f.Span.Score, clean(f.English),
		tagText(f.Target), tagText(f.Vehicle), tagText(f.Ground), tagText(f.Posture),
		clean(f.Explanation), f.Confidence, clean(f.Speaker), clean(f.Purpose), clean(f.Source))
}

// scanFigure reads a row of selectFigures.
func scanFigure(rows *sql.Rows) (verse int, f mashal.JudgedFigure, err error) {
	var types, ranges string
	var tags [4]string
	if err := rows.Scan(&verse, &f.ID, &types, &f.Subtype, &ranges, &f.Span.Grounding, &f.Span.Score, &f.English,
		&tags[0], &tags[1], &tags[2], &tags[3], &f.Explanation, &f.Confidence, &f.Speaker, &f.Purpose, &f.Source); err != nil {
		return 0, f, err
	}
	f.Types = parseTypes(types)
	if f.Span.Ranges, err = mashal.ParseRanges(ranges); err != nil {
		return 0, f, fmt.Errorf("read figure %s: %w", f.ID, err)
	}
	for i, tag := range []*mashal.Tag{&f.Target, &f.Vehicle, &f.Ground, &f.Posture} {
		var bad error
		if *tag, bad = parseTag(tags[i]); bad != nil {
			err = errors.Join(err, fmt.Errorf("read figure %s: %w", f.ID, bad))
		}
	}
	return verse, f, err
}

// carryOver takes over into a new reading the verses that are not to be read
// anew, with their figures and the verdicts on them: a later reading is shown
// before an earlier one, and must not lose what it was not asked to look at.
func carryOver(ctx context.Context, tx *sql.Tx, from, to int64, anew []mashal.Passage) error {
	args := []any{from, to}
	others := "1 = 1"
	for _, p := range anew {
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
INSERT INTO figure (reading, verse, ordinal, id, types, subtype, ranges, grounding, score, english,
	target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source)
SELECT CAST($2 AS BIGINT), verse, ordinal, id, types, subtype, ranges, grounding, score, english,
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
