package fleet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivertype"

	"mashal/ledger"
)

// A guard lets this process write about a chapter, or about a run in batches, only while
// it has the job of it.
type guard struct {
	ledger *ledger.Ledger
	worker string // id of this process
	job    *rivertype.JobRow
	run    string
	what   string // the job is about, for people

	// complete completes the job in River.
	complete func(ctx context.Context, tx *sql.Tx) (*rivertype.JobRow, error)

	// lost is called when the job is another's. It does not return.
	lost func(why string)
}

// newGuard returns the guard of a job of this process.
func newGuard[T river.JobArgs](w *worker, job *river.Job[T], run, what string) *guard {
	return &guard{
		ledger: w.Ledger, worker: w.lease.id, job: job.JobRow, run: run, what: what, lost: w.Lost,
		complete: func(ctx context.Context, tx *sql.Tx) (*rivertype.JobRow, error) {
			done, err := river.JobCompleteTx[*riverdatabasesql.Driver](ctx, tx, job)
			if err != nil {
				return nil, err
			}
			return done.JobRow, nil
		},
	}
}

// hasJob is a condition on jobs: this process has begun attempt $2 of job $1, and no
// other process has begun another.
const hasJob = `id = $1 AND attempt = $2 AND attempted_by[array_upper(attempted_by, 1)] = $3`

// begin is ledger.Guard.Begin. The lock on the job lasts until the end of the
// transaction: until then no janitor can give the job away.
func (g *guard) begin(ctx context.Context, tx *sql.Tx) error {
	var timeout string
	err := tx.QueryRowContext(ctx, `
SELECT set_config('idle_in_transaction_session_timeout', $4, true)
FROM fleet.river_job WHERE `+hasJob+` AND state = 'running' FOR SHARE`,
		g.job.ID, g.job.Attempt, g.worker, fmt.Sprint(idleInTransaction.Milliseconds())).Scan(&timeout)
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var ended bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM fleet.river_job WHERE `+hasJob+` AND state = 'completed')`,
		g.job.ID, g.job.Attempt, g.worker).Scan(&ended); err != nil {
		return err
	}
	if ended {
		return ledger.ErrChapterEnded
	}
	g.lost(g.what + " was given to another process")
	return errLost
}

// end is ledger.Guard.End: it completes the job, and with the last job the run.
func (g *guard) end(ctx context.Context, tx *sql.Tx) error {
	done, err := g.complete(ctx, tx)
	if err != nil {
		return fmt.Errorf("complete the job: %w", err)
	}
	if done.State != rivertype.JobStateCompleted || done.Attempt != g.job.Attempt {
		return fmt.Errorf("job %d is %s, attempt %d", done.ID, done.State, done.Attempt)
	}
	return endIfOverTx(ctx, tx, g.ledger, g.run)
}

// A driver is River's driver whose changes of jobs are guarded: what a worker returns
// from Work would otherwise decide the attempt of its successor, if it was frozen
// before River wrote it.
type driver struct {
	*riverdatabasesql.Driver
	worker string // id of this process
}

// GetExecutor returns an executor of which the changes of running jobs are guarded.
func (d driver) GetExecutor() riverdriver.Executor {
	return executor{d.Driver.GetExecutor(), d.worker}
}

type executor struct {
	riverdriver.Executor
	worker string
}

// JobSetStateIfRunningMany changes those jobs that this process has.
func (e executor) JobSetStateIfRunningMany(ctx context.Context, params *riverdriver.JobSetStateIfRunningManyParams) (changed []*rivertype.JobRow, err error) {
	tx, err := e.Executor.Begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback(ctx) }() // after Commit it does nothing
	ours := *params
	ours.ID, ours.Attempt, ours.ErrData, ours.FinalizedAt, ours.MetadataDoMerge, ours.MetadataUpdates, ours.ScheduledAt, ours.State = nil, nil, nil, nil, nil, nil, nil, nil
	for i, id := range params.ID {
		if err := tx.Exec(ctx, `SELECT 1 FROM fleet.river_job WHERE id = $1 FOR UPDATE`, id); err != nil {
			return nil, err
		}
		job, err := tx.JobGetByID(ctx, &riverdriver.JobGetByIDParams{ID: id, Schema: params.Schema})
		if errors.Is(err, rivertype.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if n := len(job.AttemptedBy); job.State != rivertype.JobStateRunning || n == 0 || job.AttemptedBy[n-1] != e.worker {
			changed = append(changed, job)
			continue
		}
		ours.ID = append(ours.ID, id)
		ours.Attempt = append(ours.Attempt, params.Attempt[i])
		ours.ErrData = append(ours.ErrData, params.ErrData[i])
		ours.FinalizedAt = append(ours.FinalizedAt, params.FinalizedAt[i])
		ours.MetadataDoMerge = append(ours.MetadataDoMerge, params.MetadataDoMerge[i])
		ours.MetadataUpdates = append(ours.MetadataUpdates, params.MetadataUpdates[i])
		ours.ScheduledAt = append(ours.ScheduledAt, params.ScheduledAt[i])
		ours.State = append(ours.State, params.State[i])
	}
	if len(ours.ID) == 0 {
		return changed, nil
	}
	rows, err := tx.JobSetStateIfRunningMany(ctx, &ours)
	if err != nil {
		return nil, err
	}
	return append(changed, rows...), tx.Commit(ctx)
}
