package fleet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"mashal/ledger"
)

// A RetryError is the reason why a job cannot be put into the queue again.
type RetryError struct{ Reason string }

// Error returns the reason.
func (e *RetryError) Error() string { return e.Reason }

// Retry puts jobs that were cancelled or given up into the queue again, or makes those that
// wait available now: all of them or none. It returns a RetryError for a job that no process
// would take, because its run has ended or stops, and for one that would do nothing.
func Retry(ctx context.Context, pool *sql.DB, ids []int64) error {
	client, err := NewClient(pool)
	if err != nil {
		return err
	}
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	for _, id := range ids {
		if err := retry(ctx, tx, client, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func retry(ctx context.Context, tx *sql.Tx, client *river.Client[*sql.Tx], id int64) error {
	var state rivertype.JobState
	var chapter, run, settings string
	var ended bool
	// The lock on the run keeps it from ending before the job is in the queue.
	err := tx.QueryRowContext(ctx, `
SELECT j.state, coalesce(j.args->>'chapter', j.kind), r.id, r.settings, r.ended_at IS NOT NULL
FROM fleet.river_job j JOIN run r ON j.queue = 'run-' || lower(r.id) WHERE j.id = $1 FOR NO KEY UPDATE OF r`, id).
		Scan(&state, &chapter, &run, &settings, &ended)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return &RetryError{fmt.Sprintf("There is no job %d of a run.", id)}
	case err != nil:
		return err
	case ended || ledger.IsStopped(settings):
		return &RetryError{fmt.Sprintf("Run %s has ended or stops: nothing would take %s. Give its command again: mashal annotate ... --fleet", run, chapter)}
	case state == rivertype.JobStateCompleted:
		return &RetryError{chapter + " is done. Verses that failed are annotated again by mashal retry"}
	case state == rivertype.JobStateRunning:
		return &RetryError{chapter + " is at work."}
	}
	_, err = client.JobRetryTx(ctx, tx, id)
	var coded interface{ SQLState() string }
	if errors.As(err, &coded) && coded.SQLState() == "23505" { // another job has its key
		return &RetryError{chapter + " is in the queue already."}
	}
	return err
}
