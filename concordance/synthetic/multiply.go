package synthetic

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mashal/sqlite"
)

// Multiply writes a copy of the concordance from to the file to, with each figure
// 20 times in the same reading. Every five copies share a set of tags of their
// own. A verse may have at most four figures, because ids and ordinals of copies
// are four apart.
func Multiply(ctx context.Context, from, to string) (err error) {
	source, err := sqlite.OpenReadOnly(ctx, from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	if err := source.CopyTo(ctx, to); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	const copies = `(WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 19) SELECT n FROM k)`
	return db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, s := range []string{
			`INSERT INTO figure SELECT f.id + 4 * k.n, f.reading, f.verse, f.ordinal + 4 * k.n, f.citation || '~' || (k.n + 1), f.words, f.grounding, f.score,
				f.hebrew, f.hebrew_stripped, f.hebrew_traditional, f.hebrew_forms, f.hebrew_place, f.hebrew_traditional_place,
				f.english, f.english_traditional, f.english_place, f.english_traditional_place, f.subtype, f.explanation, f.confidence, f.speaker, f.purpose, f.source, f.standing
				FROM figure f, ` + copies + ` k`,
			`INSERT INTO figure_type SELECT t.figure + 4 * k.n, t.type, t.detected, t.final FROM figure_type t, ` + copies + ` k`,
			`INSERT INTO figure_tag SELECT t.figure + 4 * k.n, t.side, t.specific || ' ' || k.n / 5, t.category, t.domain FROM figure_tag t, ` + copies + ` k`,
			`INSERT INTO verdict SELECT d.figure + 4 * k.n, d.ordinal, d.type, d.decision, d.to_type, d.reason, d.by FROM verdict d, ` + copies + ` k`,
			`UPDATE verse_reading SET figures = figures * 20`,
			`INSERT INTO figure_text (figure_text) VALUES ('rebuild')`,
			`ANALYZE`,
		} {
			if _, err := tx.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("%.40s: %w", s, err)
			}
		}
		return nil
	})
}
