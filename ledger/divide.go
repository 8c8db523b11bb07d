package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
)

// A placedReading is a reading and the places that its verses were read at.
type placedReading struct {
	id, annotator int64
	runs          map[place][]string // in the order of their verses
}

// moveReadings gives each reading to the annotator at the place where it was made,
// and divides a reading that was made at several places. A changed reading that is
// visible gets a new revision, so that the concordance follows.
func (n *serverNaming) moveReadings(ctx context.Context) error {
	readings, err := n.readings(ctx)
	if err != nil {
		return err
	}
	var revision int64
	for i := range readings {
		r := &readings[i]
		places := slices.SortedFunc(maps.Keys(r.runs), func(a, b place) int { return compare(a, b) })
		if len(places) == 0 || len(places) == 1 && places[0] == (place{}) {
			continue
		}
		if revision == 0 {
			if revision, err = next(ctx, n.tx, "revision"); err != nil {
				return err
			}
		}
		for _, at := range places[1:] {
			if err := n.divide(ctx, r, at, revision); err != nil {
				return fmt.Errorf("divide reading %d: %w", r.id, err)
			}
		}
		annotator, err := n.annotator(ctx, r.annotator, places[0])
		if err != nil {
			return err
		}
		if _, err := n.tx.ExecContext(ctx, `UPDATE reading SET annotator = $1, revision = CASE WHEN revision > 0 THEN $2 ELSE 0 END WHERE id = $3`, annotator, revision, r.id); err != nil {
			return err
		}
	}
	return nil
}

// compare orders places: the vendor's own first.
func compare(a, b place) int {
	if a.server != b.server {
		if a.server < b.server {
			return -1
		}
		return 1
	}
	if a.simulated == b.simulated {
		return 0
	}
	if b.simulated {
		return -1
	}
	return 1
}

// readings returns the readings whose annotator was at several places.
func (n *serverNaming) readings(ctx context.Context) (list []placedReading, err error) {
	runs := map[string]*placedRun{}
	for i := range n.runs {
		runs[n.runs[i].id] = &n.runs[i]
	}
	err = query(ctx, n.tx, func(rows *sql.Rows) error {
		var r placedReading
		var run string
		if err := rows.Scan(&r.id, &r.annotator, &run); err != nil || n.moved[r.annotator] == nil {
			return err
		}
		if i := len(list); i == 0 || list[i-1].id != r.id {
			r.runs = map[place][]string{}
			list = append(list, r)
		}
		at := n.at(runs[run], r.annotator)
		last := list[len(list)-1]
		last.runs[at] = append(last.runs[at], run)
		return nil
	}, `SELECT DISTINCT r.id, r.annotator, v.run FROM reading r JOIN verse v ON v.reading = r.id ORDER BY r.id, v.run`)
	return list, err
}

// divide moves what a reading has of the runs at a place to a new reading.
func (n *serverNaming) divide(ctx context.Context, r *placedReading, at place, revision int64) error {
	annotator, err := n.annotator(ctx, r.annotator, at)
	if err != nil {
		return err
	}
	runs := r.runs[at]
	var id int64
	if err := n.tx.QueryRowContext(ctx, `
INSERT INTO reading (id, annotator, book, chapter, number, revision, run)
SELECT (SELECT max(m.id) + 1 FROM reading m), CAST($1 AS BIGINT), book, chapter, number, CASE WHEN revision > 0 THEN CAST($2 AS BIGINT) ELSE 0 END, CAST($3 AS TEXT)
FROM reading WHERE id = $4 RETURNING id`, annotator, revision, runs[len(runs)-1], r.id).Scan(&id); err != nil {
		return err
	}
	args := []any{r.id, id}
	within := "(SELECT w.verse FROM verse w WHERE w.reading = $1 AND w.run IN ("
	for i, run := range runs {
		if i > 0 {
			within += ", "
		}
		args = append(args, run)
		within += fmt.Sprintf("$%d", len(args))
	}
	within += "))"
	const (
		verseColumns      = `verse, state, failure_kind, failure_reason, deliberation, run, ended_at, carried`
		figureFields      = `verse, ordinal, id, types, subtype, ranges, grounding, score, english, target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source`
		validationColumns = `verse, validator, state, failure_kind, failure_reason, run, ended_at, carried`
	)
	for _, statement := range []string{
		`INSERT INTO verse (reading, ` + verseColumns + `) SELECT CAST($2 AS BIGINT), ` + verseColumns + ` FROM verse WHERE reading = $1 AND verse IN ` + within,
		`INSERT INTO figure (reading, ` + figureFields + `) SELECT CAST($2 AS BIGINT), ` + figureFields + ` FROM figure WHERE reading = $1 AND verse IN ` + within,
		`UPDATE verdict SET reading = $2 WHERE reading = $1 AND figure IN (SELECT f.id FROM figure f WHERE f.reading = $1 AND f.verse IN ` + within + `)`,
		`INSERT INTO validation (reading, ` + validationColumns + `) SELECT CAST($2 AS BIGINT), ` + validationColumns + ` FROM validation WHERE reading = $1 AND verse IN ` + within,
	} {
		if _, err := n.tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	moved := `(SELECT v.verse FROM verse v WHERE v.reading = $2)`
	for _, statement := range []string{
		`DELETE FROM validation WHERE reading = $1 AND verse IN ` + moved,
		`DELETE FROM figure WHERE reading = $1 AND verse IN ` + moved,
		`DELETE FROM verse WHERE reading = $1 AND verse IN ` + moved,
	} {
		if _, err := n.tx.ExecContext(ctx, statement, r.id, id); err != nil {
			return err
		}
	}
	for _, run := range runs {
		if _, err := n.tx.ExecContext(ctx, `UPDATE attempt SET reading = $2 WHERE reading = $1 AND run = $3`, r.id, id, run); err != nil {
			return err
		}
	}
	// The rest of the reading was last changed by another run.
	_, err = n.tx.ExecContext(ctx, `
UPDATE reading SET run = coalesce((SELECT n.id FROM verse v JOIN run n ON n.id = v.run WHERE v.reading = $1 ORDER BY n.number DESC LIMIT 1), run)
WHERE id = $1 AND run IN (SELECT v.run FROM verse v WHERE v.reading = $2)`, r.id, id)
	return err
}
