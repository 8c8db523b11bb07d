package ledger

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"mashal"
)

// RunPage returns a page of the runs with their progress, the latest first: it
// skips some and returns at most limit of those that follow. all is the number
// of runs.
func (l *Ledger) RunPage(ctx context.Context, skip, limit int) (list []mashal.RunProgress, all int, err error) {
	runs, err := l.Runs(ctx)
	if err != nil {
		return nil, 0, err
	}
	counted, err := l.runsCounted(ctx)
	if err != nil {
		return nil, 0, err
	}
	all = len(runs)
	slices.Reverse(runs)
	runs = runs[min(skip, all):]
	runs = runs[:min(limit, len(runs))]
	list = make([]mashal.RunProgress, len(runs))
	var missing []mashal.Run
	for i, r := range runs {
		var cached bool
		if list[i], cached = l.counted.progressOf(counted, r.ID); !cached {
			missing = append(missing, r)
		}
	}
	found, err := l.progress(ctx, missing)
	if err != nil {
		return nil, 0, err
	}
	l.counted.keepProgress(counted, found)
	for i := range list {
		if list[i].Run.ID == "" {
			list[i], found = found[0], found[1:]
		}
	}
	return list, all, nil
}

// Progress returns the progress of a run. The error is ErrNoRun if there is no
// such run.
func (l *Ledger) Progress(ctx context.Context, run string) (p mashal.RunProgress, err error) {
	r, err := l.Run(ctx, run)
	if err != nil {
		return p, err
	}
	list, err := l.progress(ctx, []mashal.Run{r})
	if err != nil {
		return p, err
	}
	return list[0], nil
}

// ProgressOf returns the progress of runs, in their order.
func (l *Ledger) ProgressOf(ctx context.Context, runs []mashal.Run) ([]mashal.RunProgress, error) {
	return l.progress(ctx, runs)
}

// progress counts the progress of runs, in their order. It reads fewer rows
// than RunTotals, because it is called again and again while a run is going on.
func (l *Ledger) progress(ctx context.Context, runs []mashal.Run) ([]mashal.RunProgress, error) {
	if len(runs) == 0 {
		return nil, nil
	}
	list, of, ids := make([]mashal.RunProgress, len(runs)), map[string]*mashal.RunProgress{}, make([]any, len(runs))
	for i, r := range runs {
		list[i] = mashal.RunProgress{Run: r, Verses: map[mashal.State]int{}, Spend: mashal.Spend{Tokens: mashal.Tokens{Reported: true}}}
		of[r.ID], ids[i] = &list[i], r.ID
	}
	in := `IN ` + placeholders(1, 1, len(ids))
	err := errors.Join(
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var run string
			var state mashal.State
			var n int
			err := rows.Scan(&run, &state, &n)
			if p := of[run]; p != nil {
				p.Verses[state] = n
			}
			return err
		}, countStates(in), ids...),
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var run string
			var n int
			err := rows.Scan(&run, &n)
			if p := of[run]; p != nil {
				p.Figures = n
			}
			return err
		}, `SELECT run, CAST(sum(figures) AS BIGINT) FROM attempt WHERE purpose = 'detection' AND run `+in+` GROUP BY run`, ids...),
		query(ctx, l.read(), func(rows *sql.Rows) error {
			var run string
			var s mashal.Spend
			err := scanSpend(rows, &s, &run)
			if p := of[run]; p != nil {
				p.Spend = s
			}
			return err
		}, `SELECT a.run, `+spendColumns+` FROM request q JOIN attempt a ON a.id = q.attempt WHERE a.run `+in+` AND `+wasSent+` GROUP BY a.run`, ids...))
	return list, l.explain("read", err)
}

// countStates returns a query for run, state and number of the verses of some
// runs. The inner query groups by reading first, in the order of an index, so
// that few rows have to be sorted.
func countStates(inRuns string) string {
	return `SELECT run, state, CAST(sum(n) AS BIGINT)
FROM (SELECT run, state, count(*) AS n FROM verse WHERE carried = 0 AND run ` + inRuns + ` GROUP BY run, reading, state) AS by_reading
GROUP BY run, state`
}
