package concordance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"mashal"
)

// notSimulated is a condition for the readings that can be current: simulated ones only in
// a concordance that has no others, so that no count mixes the two.
const notSimulated = `(kind <> 'simulated' OR NOT EXISTS (SELECT 1 FROM reading WHERE kind <> 'simulated'))`

// choose selects the current reading of a chapter: that of the chosen run; else
// a person's before a model's before the rules', and of equal ones the later.
// Ids in the ledger grow with time. No reading is current in a chapter that has
// only simulated ones, unless all of the concordance is simulated.
func choose(ctx context.Context, tx *sql.Tx, ch mashal.Chapter) error {
	var id int64
	var current bool
	err := tx.QueryRowContext(ctx, `SELECT id, current FROM reading WHERE book = $1 AND chapter = $2 AND `+notSimulated+`
		ORDER BY run = (SELECT value FROM meta WHERE key = $3) DESC, rank DESC, id DESC LIMIT 1`,
		int(ch.Book), ch.Number, metaCurrent).Scan(&id, &current)
	if errors.Is(err, sql.ErrNoRows) || err == nil && current {
		return nil
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE reading SET current = 0 WHERE book = $1 AND chapter = $2 AND current`, int(ch.Book), ch.Number)
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE reading SET current = 1 WHERE id = $1`, id)
	}
	if err != nil {
		return fmt.Errorf("choose the current reading of %s: %w", ch, err)
	}
	return nil
}

// Prefer returns the one of two readings of a chapter that takes precedence, as choose
// decides it. chosen is the run whose readings are current in any case, or "".
func Prefer(a, b *mashal.Reading, chosen string) *mashal.Reading {
	order := func(r *mashal.Reading) [3]int64 {
		isChosen := int64(0)
		if chosen != "" && r.Run == chosen {
			isChosen = 1
		}
		return [3]int64{isChosen, int64(r.Annotator.Kind.Rank()), r.ID}
	}
	ofA, ofB := order(a), order(b)
	if slices.Compare(ofA[:], ofB[:]) >= 0 {
		return a
	}
	return b
}

// dropSimulated makes no simulated reading current. It is called when a reading of
// another kind has been put.
func dropSimulated(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, `UPDATE reading SET current = 0 WHERE current AND kind = 'simulated'`); err != nil {
		return fmt.Errorf("make no simulated reading current: %w", err)
	}
	return nil
}

// RemoveSimulated removes the simulated readings.
func (c *Concordance) RemoveSimulated(ctx context.Context) error {
	err := c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		var simulated []int64
		err := Each(ctx, tx, func(scan func(...any) error) error {
			var id int64
			err := scan(&id)
			simulated = append(simulated, id)
			return err
		}, `SELECT id FROM reading WHERE kind = 'simulated'`)
		for _, id := range simulated {
			if err == nil {
				err = removeReading(ctx, tx, id)
			}
		}
		return err
	})
	return Explain("remove the simulated readings", err)
}

// chooseAll selects the current reading of every chapter.
func chooseAll(ctx context.Context, tx *sql.Tx) error {
	var chapters []mashal.Chapter
	err := Each(ctx, tx, func(scan func(...any) error) error {
		var ch mashal.Chapter
		if err := scan(&ch.Book, &ch.Number); err != nil {
			return err
		}
		chapters = append(chapters, ch)
		return nil
	}, `SELECT DISTINCT book, chapter FROM reading`)
	if err != nil {
		return fmt.Errorf("list the chapters: %w", err)
	}
	for _, ch := range chapters {
		if err := choose(ctx, tx, ch); err != nil {
			return err
		}
	}
	return nil
}

// dropIdleChoice removes the choice of a run that has no reading.
func dropIdleChoice(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM meta WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM reading r WHERE r.run = meta.value)`, metaCurrent)
	return err
}

// SetCurrent makes the readings of a run current in their chapters, now and
// later, regardless of other readings. The empty run removes the choice.
// Chapters without a reading of the run are not affected.
func (c *Concordance) SetCurrent(ctx context.Context, run string) error {
	err := c.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM meta WHERE key = $1`, metaCurrent); err != nil {
			return err
		}
		if run != "" {
			if err := setMeta(ctx, tx, metaCurrent, run); err != nil {
				return err
			}
		}
		return chooseAll(ctx, tx)
	})
	return Explain("make the readings of run "+run+" current", err)
}

// Current returns the run that SetCurrent chose, or "".
func (c *Concordance) Current(ctx context.Context) (string, error) {
	run, err := c.meta(ctx, metaCurrent)
	return run, Explain("read which run is current", err)
}
