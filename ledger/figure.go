package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

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

// appendFigure appends the values of one row of insertFigures.
func appendFigure(rows []any, reading int64, verse, ordinal int, id string, f *mashal.Figure) []any {
	return append(rows, reading, verse, ordinal, id, typesText(f.Types), clean(f.Subtype),
		f.Span.String(), string(f.Span.Grounding), f.Span.Score, clean(f.English),
		tagText(f.Target), tagText(f.Vehicle), tagText(f.Ground), tagText(f.Posture),
		clean(f.Explanation), f.Confidence, clean(f.Speaker), clean(f.Purpose), clean(f.Source))
}

// scanFigure scans a row of selectFigures.
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

// counted is the condition that a figure f counts.
var counted = `f.subtype NOT IN ('` + strings.Join(mashal.Uncounted, `', '`) + `')`
