package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mashal"
)

const (
	insertFigures = `INSERT INTO figure (reading, verse, ordinal, id, types, subtype, standing, ranges, grounding, score, english,
	target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source) VALUES`
	figureColumns = 20
)

// selectFigures returns the query of the figures of a reading.
func selectFigures(hasStanding bool) string {
	standing := `''`
	if hasStanding {
		standing = `standing`
	}
	return `SELECT verse, id, types, subtype, ` + standing + `, ranges, grounding, score, english,
	target, vehicle, ground, posture, explanation, confidence, speaker, purpose, source
FROM figure WHERE reading = $1 ORDER BY verse, ordinal`
}

// appendFigure appends the values of one row of insertFigures.
func appendFigure(rows []any, reading int64, verse, ordinal int, id string, f *mashal.Figure) []any {
	return append(rows, reading, verse, ordinal, id, typesText(f.Types), clean(f.Subtype), f.Standing.String(),
		f.Span.String(), string(f.Span.Grounding), f.Span.Score, clean(f.English),
		tagText(f.Target), tagText(f.Vehicle), tagText(f.Ground), tagText(f.Posture),
		clean(f.Explanation), f.Confidence, clean(f.Speaker), clean(f.Purpose), clean(f.Source))
}

// scanFigure scans a row of selectFigures. Without the column standing, it is part of the
// subtype.
func scanFigure(rows *sql.Rows) (verse int, f mashal.JudgedFigure, err error) {
	var types, standing, ranges string
	var tags [4]string
	if err := rows.Scan(&verse, &f.ID, &types, &f.Subtype, &standing, &ranges, &f.Span.Grounding, &f.Span.Score, &f.English,
		&tags[0], &tags[1], &tags[2], &tags[3], &f.Explanation, &f.Confidence, &f.Speaker, &f.Purpose, &f.Source); err != nil {
		return 0, f, err
	}
	f.Types = parseTypes(types)
	if standing == "" {
		f.Subtype, f.Standing = mashal.SplitSubtype(f.Subtype)
	} else if err := f.Standing.UnmarshalText([]byte(standing)); err != nil {
		return 0, f, fmt.Errorf("read figure %s: %w", f.ID, err)
	}
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

// claimed is the condition that a figure f counts.
const claimed = `f.standing = 'claimed'`

// counts returns the condition that a figure f counts, for the schema that the ledger has.
func (l *Ledger) counts(ctx context.Context) (string, error) {
	has, err := l.hasStanding(ctx, l.read())
	if has {
		return claimed, err
	}
	return `f.subtype NOT IN ('conventional', 'suggestion')`, err
}

// hasStanding reports whether figures have the column standing. Another process can
// migrate a ledger that is open for reading, and the migration changes what a subtype
// means, so a ledger of an earlier schema is asked each time.
func (l *Ledger) hasStanding(ctx context.Context, q querier) (bool, error) {
	version := l.version
	if version >= versionStanding {
		return true, nil
	}
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM migration`).Scan(&version)
	return version >= versionStanding, err
}
