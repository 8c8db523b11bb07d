package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mashal"
)

// RecordVerdict records a verdict by an author of the given kind on one type of a
// figure of a reading. The figure is named by its citation. Earlier verdicts stay.
// It returns the new revision of the reading, or 0 if the reading is not visible
// yet.
func (l *Ledger) RecordVerdict(ctx context.Context, reading int64, figure string, v mashal.Verdict, by mashal.AnnotatorKind) (revision int64, err error) {
	err = checkVerdict(v)
	if err == nil {
		err = l.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
			revision, err = recordVerdict(ctx, tx, reading, figure, v, by, l.now())
			return err
		})
	}
	if err != nil {
		return 0, fmt.Errorf("record a verdict on %s: %w", figure, err)
	}
	return revision, nil
}

// checkVerdict returns an error if a verdict is incomplete or contradicts itself.
func checkVerdict(v mashal.Verdict) error {
	switch {
	case !v.Type.Valid():
		return fmt.Errorf("there is no type %q", string(v.Type))
	case v.Decision == mashal.Reclassified && !v.To.Valid():
		return fmt.Errorf("there is no type %q to reclassify it as", string(v.To))
	case v.Decision != mashal.Reclassified && v.To != "":
		return fmt.Errorf("a verdict of %s names the type %s", v.Decision, v.To)
	case v.By == "":
		return errors.New("the verdict has no author")
	}
	return nil
}

const (
	insertVerdicts = `INSERT INTO verdict (id, reading, figure, type, decision, to_type, reason, by_name, by_kind, at) VALUES`
	verdictColumns = 10

	// verdictOrder sorts verdicts so that the one that counts is the last: a person's
	// after any other, a simulated one before any other, and of each kind the latest.
	verdictOrder = verdictRank + `, d.id`
	verdictRank  = `CASE d.by_kind WHEN 'person' THEN 3 WHEN 'model' THEN 2 WHEN 'simulated' THEN 0 ELSE 1 END`
)

// verdictRow returns the values of one row of insertVerdicts.
func verdictRow(id, reading int64, figure string, v mashal.Verdict, by mashal.AnnotatorKind, now string) []any {
	var to any
	if v.To != "" {
		to = string(v.To)
	}
	return []any{id, reading, figure, string(v.Type), string(v.Decision), to, clean(v.Reason), clean(v.By), string(by), now}
}

func recordVerdict(ctx context.Context, tx *sql.Tx, reading int64, figure string, v mashal.Verdict, by mashal.AnnotatorKind, now string) (revision int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT r.revision FROM figure f JOIN reading r ON r.id = f.reading WHERE f.reading = $1 AND f.id = $2`, reading, figure).Scan(&revision)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, &mashal.Error{Code: mashal.Usage, Op: fmt.Sprintf("find %s in reading %d", figure, reading), Err: errors.New("there is no such figure")}
	}
	if err != nil {
		return 0, err
	}
	id, err := next(ctx, tx, "verdict")
	if err != nil {
		return 0, err
	}
	if _, err := insertRows(ctx, tx, insertVerdicts, ``, verdictColumns, verdictRow(id, reading, figure, v, by, now)); err != nil {
		return 0, err
	}
	if revision == 0 {
		return 0, nil
	}
	if revision, err = next(ctx, tx, "revision"); err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE reading SET revision = $1 WHERE id = $2`, revision, reading)
	return revision, err
}

// verdicts returns the verdicts of a reading by figure. A person's come last, and
// of each kind the latest. Verdicts of a simulated validator are left out if the
// figures are not simulated: they stay in the ledger, and readers see none of them.
func verdicts(ctx context.Context, q querier, reading int64) (map[string][]mashal.Verdict, error) {
	byFigure := map[string][]mashal.Verdict{}
	err := query(ctx, q, func(rows *sql.Rows) error {
		var figure string
		var v mashal.Verdict
		err := rows.Scan(&figure, &v.Type, &v.Decision, &v.To, &v.Reason, &v.By)
		byFigure[figure] = append(byFigure[figure], v)
		return err
	}, `
SELECT figure, type, decision, coalesce(to_type, ''), reason, by_name FROM verdict d WHERE reading = $1 AND (d.by_kind <> 'simulated' OR EXISTS (
	SELECT 1 FROM reading r JOIN annotator a ON a.id = r.annotator WHERE r.id = d.reading AND a.kind = 'simulated'))
ORDER BY figure, `+verdictOrder, reading)
	return byFigure, err
}
