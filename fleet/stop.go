package fleet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"mashal"
	"mashal/ledger"
	"mashal/pipeline"
)

// stopRun stops a run for a reason: its chapters are taken out of the queue. Those at
// work end, or are stopped for the same reason.
func stopRun(ctx context.Context, l *ledger.Ledger, run string, why error) error {
	ctx = context.WithoutCancel(ctx)
	reason := why.Error()
	var e *mashal.Error
	if errors.As(why, &e) && e.Code == mashal.Incomplete && e.Err != nil {
		reason = e.Err.Error()
	}
	return takeOut(ctx, l, run, ledger.Stopped+reason, mashal.CodeOf(why))
}

// takeOut takes the chapters of a run that wait out of the queue, and notes why, with
// the code of the error.
func takeOut(ctx context.Context, l *ledger.Ledger, run, note string, code mashal.Code) error {
	if err := l.NoteRun(ctx, run, note, code); err != nil {
		return err
	}
	_, err := l.Pool().ExecContext(ctx, `
UPDATE fleet.river_job SET state = 'cancelled', finalized_at = now()
WHERE queue = $1 AND state IN ('available', 'pending', 'retryable', 'scheduled')`, queueOf(run))
	return err
}

// Cancel cancels a run: chapters that wait are taken out of the queue, and the requests
// for those at work are cut. The verses that are done are kept. It returns the number
// of chapters at work, which their workers end within seconds.
func Cancel(ctx context.Context, l *ledger.Ledger, run string) (atWork int, err error) {
	if err := takeOut(ctx, l, run, pipeline.NoteCancelled, mashal.Internal); err != nil {
		return 0, err
	}
	client, err := NewClient(l.Pool())
	if err != nil {
		return 0, err
	}
	// All that are left: one at work can be given back at this moment.
	jobs, err := unfinishedJobs(ctx, l.Pool(), run)
	if err != nil {
		return 0, err
	}
	for id, running := range jobs {
		if _, err := client.JobCancel(ctx, id); err != nil {
			return 0, fmt.Errorf("cancel a chapter: %w", err)
		}
		if running {
			atWork++
		}
	}
	return atWork, endIfOver(ctx, l, run)
}

// unfinishedJobs returns the ids of the jobs of a run that have not ended, and whether a
// worker has them.
func unfinishedJobs(ctx context.Context, pool *sql.DB, run string) (running map[int64]bool, err error) {
	running = map[int64]bool{}
	err = each(ctx, pool, func(rows *sql.Rows) error {
		var id int64
		var at bool
		err := rows.Scan(&id, &at)
		running[id] = at
		return err
	}, `SELECT id, state = 'running' FROM fleet.river_job WHERE queue = $1 AND state IN `+unfinishedStates, queueOf(run))
	return running, err
}
