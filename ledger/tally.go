package ledger

import (
	"context"
	"database/sql"
	"errors"

	"mashal"
)

// A Tally is a run with what came of it: fewer counts, from fewer rows, than
// RunTotals, for lists of runs and for whoever asks again while one goes on.
type Tally struct {
	RunRecord
	Verses  map[mashal.State]int // it was to read; one that a later run took up counts there
	Figures int                  // found by its attempts, those under way included
	Spend                        // on models
}

// Tallies counts what came of some runs, in their order.
func (l *Ledger) Tallies(ctx context.Context, runs []RunRecord) ([]Tally, error) {
	if len(runs) == 0 {
		return nil, nil
	}
	list, of, ids := make([]Tally, len(runs)), map[string]*Tally{}, make([]any, len(runs))
	for i, r := range runs {
		list[i] = Tally{RunRecord: r, Verses: map[mashal.State]int{}, Spend: Spend{Usage: mashal.Tokens{Reported: true}}}
		of[r.ID], ids[i] = &list[i], r.ID
	}
	theirs := `IN ` + placeholders(1, 1, len(ids))
	err := errors.Join(
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var run string
			var state mashal.State
			var n int
			err := rows.Scan(&run, &state, &n)
			if t := of[run]; t != nil {
				t.Verses[state] = n
			}
			return err
		}, countStates(placeholders(1, 1, len(ids))), ids...),
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var run string
			var n int
			err := rows.Scan(&run, &n)
			if t := of[run]; t != nil {
				t.Figures = n
			}
			return err
		}, `SELECT run, CAST(sum(figures) AS BIGINT) FROM attempt WHERE purpose = 'detection' AND run `+theirs+` GROUP BY run`, ids...),
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var run string
			var s Spend
			err := s.scan(rows, &run)
			if t := of[run]; t != nil {
				t.Spend = s
			}
			return err
		}, `SELECT a.run, `+spendColumns+` FROM request q JOIN attempt a ON a.id = q.attempt WHERE a.run `+theirs+` GROUP BY a.run`, ids...))
	return list, l.explain("read", err)
}

// Numbers are the numbers that the ledger has given out, as a text. While they
// stay, no run has begun, nothing was read, asked or judged: of a run that has
// ended, what was counted still holds.
func (l *Ledger) Numbers(ctx context.Context) (numbers string, err error) {
	err = query(ctx, l.read(), func(rows *sql.Rows) error {
		var name, value string
		err := rows.Scan(&name, &value)
		numbers += name + " " + value + "\n"
		return err
	}, `SELECT name, value FROM counter ORDER BY name`)
	return numbers, l.explain("read", err)
}
