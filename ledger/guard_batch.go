package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"mashal"
)

// TakeRun releases what a dead worker left of a run of a fleet whose requests are sent
// in batches, and returns what the run has left to do.
func (l *Ledger) TakeRun(ctx context.Context, run string) (*StartedRun, error) {
	var taken *StartedRun
	err := l.write(ctx, func(ctx context.Context, tx *sql.Tx) (err error) {
		taken = &StartedRun{ID: run, Joined: true}
		if err := release(ctx, tx, scope{run: run}, ""); err != nil {
			return err
		}
		for table, list := range map[string]*[]Work{"verse": &taken.Work, "validation": &taken.Validate} {
			if *list, err = plannedWork(ctx, tx, run, table, `AND v.state = 'not run'`); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("take run %s: %w", run, err)
	}
	return taken, nil
}

// Confirm returns nil if the guard of the ledger allows a write now.
func (l *Ledger) Confirm(ctx context.Context) error {
	return l.write(ctx, func(context.Context, *sql.Tx) error { return nil })
}

// BatchesOf returns the batches under way that a run of a fleet follows: its own, and
// those that runs of its annotator have left when they ended. Of several runs of an
// annotator the earliest follows these, so that each batch is followed by one.
func (l *Ledger) BatchesOf(ctx context.Context, run string) (list []mashal.Batch, err error) {
	all, err := l.OpenBatches(ctx)
	if err != nil || !slices.ContainsFunc(all, func(b mashal.Batch) bool { return b.Run != run }) {
		return all, err
	}
	open, err := l.OpenFleetRuns(ctx)
	if err != nil {
		return nil, err
	}
	ours, err := l.Run(ctx, run)
	if err != nil {
		return nil, err
	}
	by := ours.Annotator.Fingerprint
	first := slices.IndexFunc(open, func(r mashal.Run) bool { return IsBatched(&r) && r.Annotator.Fingerprint == by })
	for i := range all {
		b := &all[i]
		if b.Run == run {
			list = append(list, *b)
			continue
		}
		of, err := l.Run(ctx, b.Run)
		if err != nil {
			return nil, err
		}
		if !of.Ended.IsZero() && of.Annotator.Fingerprint == by && first >= 0 && open[first].ID == run {
			list = append(list, *b)
		}
	}
	return list, nil
}
