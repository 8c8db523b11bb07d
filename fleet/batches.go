package fleet

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"mashal"
	"mashal/batch"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
)

// BatchesArgs are what the job of a run says whose requests are sent in batches. The
// job does what can be done without waiting for a batch, and is snoozed until the
// batches under way are to be asked about. Meanwhile no process has it.
type BatchesArgs struct {
	Run string `json:"run" river:"unique"`
}

// Kind returns the name of the jobs.
func (BatchesArgs) Kind() string { return kindBatches }

const kindBatches = "batches"

// A batchWorker does the jobs of runs in batches.
type batchWorker struct {
	river.WorkerDefaults[BatchesArgs]
	worker *worker
}

// Timeout returns that of the settings.
func (b *batchWorker) Timeout(*river.Job[BatchesArgs]) time.Duration { return noJobTimeout }

// Work polls the batches of a run.
func (b *batchWorker) Work(ctx context.Context, job *river.Job[BatchesArgs]) error {
	w, run := b.worker, job.Args.Run
	defer w.lease.begin(job.ID)()
	r := w.known(run)
	if r == nil || w.refuses(r) {
		return river.JobSnooze(0) // to others
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(w.Cut, func() { cancel(context.Cause(w.Cut)) })()
	cfg, err := w.Refresh(ctx, &r.run, r.cfg)
	if err != nil {
		if ctx.Err() == nil {
			w.Log.Warn("the batches of a run cannot be asked about, and will be later", slog.String("run", run), slog.Any("error", err))
		}
		return river.JobSnooze(refreshAgain)
	}
	g := newGuard(w, job, run, "run "+run)
	p, cancelled, err := b.poll(ctx, g, cfg)
	if err == nil && p.Over {
		err = g.finish(ctx)
	}
	switch {
	case errors.Is(context.Cause(ctx), river.ErrJobCancelledRemotely):
		return ctx.Err()
	case err != nil && ctx.Err() == nil:
		w.Log.Error("the batches of a run could not be followed", slog.String("run", run), slog.Any("error", err))
		return again(job.JobRow, err)
	case ctx.Err() != nil, cancelled:
		return river.JobSnooze(0)
	case p.Over:
		return nil
	case p.Halt != nil:
		switch llm.KindOf(p.Halt) {
		case llm.BadRequest, llm.UnknownModel: // it would be the same with the key of another process
			return w.stop(ctx, run, p.Halt)
		case llm.Network, llm.Overloaded, llm.RateLimited:
			w.Log.Warn("the batches of a run cannot be sent, and will be later", slog.String("run", run), slog.Any("error", p.Halt))
			return river.JobSnooze(sendAgain)
		}
		return w.halt(ctx, run, p.Halt)
	}
	return river.JobSnooze(p.Wait)
}

// A note is what the job of a run has in its metadata between two polls.
type note struct {
	Memory     batch.Memory `json:"memory"`
	Cancelling bool         `json:"cancelling"` // a poll has begun to cancel the batches
}

// poll polls the batches of a run once, and notes at the job what the next process needs
// to know. It reports whether the run was cancelled meanwhile, so that it is to be polled
// again at once.
func (b *batchWorker) poll(ctx context.Context, g *guard, cfg pipeline.Config) (p pipeline.Poll, cancelled bool, err error) {
	before, cancelling, err := g.note(ctx)
	if err != nil {
		return p, false, err
	}
	if cancelling {
		cfg.Batch.FinishOnline = false
		cfg.Batch.Cancel = func(b *mashal.Batch) bool { return b.Run == g.run }
	}
	w := b.worker
	p, err = pipeline.PollBatches(ctx, cfg, pipeline.BatchedRun{
		Run: g.run, Ledger: w.Ledger.Guarded(ledger.Guard{Begin: g.begin}), Crew: w.crew, Log: w.chapterLog(), Memory: before.Memory,
	})
	if err != nil || ctx.Err() != nil {
		return p, false, err
	}
	marked, err := g.keepNote(ctx, note{p.Memory, cancelling})
	return p, marked && !cancelling && !p.Over, err
}

// note returns what the last poll has noted at the job, and whether the run is cancelled.
func (g *guard) note(ctx context.Context) (n note, cancelled bool, err error) {
	var text []byte
	err = g.ledger.Pool().QueryRowContext(ctx, `SELECT coalesce(metadata->$2, '{}'), metadata ? $3 FROM fleet.river_job WHERE id = $1`,
		g.job.ID, keyNote, keyCancel).Scan(&text, &cancelled)
	if err != nil {
		return n, false, err
	}
	return n, cancelled, json.Unmarshal(text, &n)
}

// keepNote notes something at the job. It also forgets earlier errors: those in a row
// decide whether the job is given up. It reports whether the run is cancelled.
func (g *guard) keepNote(ctx context.Context, n note) (cancelled bool, err error) {
	text, err := json.Marshal(n)
	if err != nil {
		return false, err
	}
	err = g.inTx(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
UPDATE fleet.river_job SET metadata = metadata || jsonb_build_object($2::text, $3::jsonb), errors = NULL WHERE id = $1
RETURNING metadata ? $4`, g.job.ID, keyNote, string(text), keyCancel).Scan(&cancelled)
	})
	return cancelled, err
}

// Keys of ours in the metadata of a job.
const (
	keyNote   = "mashal_note"
	keyCancel = "mashal_cancel"
)

// inTx calls a function in a transaction that is guarded.
func (g *guard) inTx(ctx context.Context, unit func(*sql.Tx) error) error {
	tx, err := g.ledger.Pool().BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	if err := g.begin(ctx, tx); err != nil {
		return err
	}
	if err := unit(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// finish completes the job of a run in batches.
func (g *guard) finish(ctx context.Context) error {
	err := g.inTx(ctx, func(tx *sql.Tx) error { return g.end(ctx, tx) })
	if errors.Is(err, ledger.ErrChapterEnded) { // it was committed, and the answer was lost
		return nil
	}
	return err
}

// CancelBatches asks the processes of the fleet to cancel the batches of a run at the
// vendors, and then to end the run. What is answered until then is kept.
func CancelBatches(ctx context.Context, l *ledger.Ledger, run string) error {
	if err := l.NoteRun(ctx, run, pipeline.NoteCancelled, mashal.Internal); err != nil {
		return err
	}
	_, err := l.Pool().ExecContext(ctx, `
UPDATE fleet.river_job SET metadata = metadata || jsonb_build_object($2::text, true)
WHERE queue = $1 AND kind = 'batches' AND state IN `+unfinishedStates, queueOf(run), keyCancel)
	if err != nil {
		return fmt.Errorf("cancel a run: %w", err)
	}
	return HurryCancel(ctx, l, run)
}

// HurryCancel makes the job of a run available whose cancellation no process has begun.
// A process may have put the job off just before it was cancelled.
func HurryCancel(ctx context.Context, l *ledger.Ledger, run string) error {
	_, err := l.Pool().ExecContext(ctx, `
UPDATE fleet.river_job SET state = 'available', scheduled_at = now()
WHERE queue = $1 AND kind = 'batches' AND state IN ('available', 'pending', 'retryable', 'scheduled') AND scheduled_at > now()
	AND NOT coalesce((metadata->$2->>'cancelling')::boolean, false)`, queueOf(run), keyNote)
	return err
}
