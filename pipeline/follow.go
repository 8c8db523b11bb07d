package pipeline

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"mashal"
	"mashal/batch"
	"mashal/concordance"
	"mashal/ledger"
	"mashal/report"
)

// followEvery is how often Follow reads the ledger. A reading of the attempts of the
// whole Bible takes some 50 ms.
const followEvery = time.Second

// followPatience is how long Follow waits for a server that does not answer.
const followPatience = 30 * time.Minute

// Enqueue plans the run of cfg and passes its chapters on to the workers of a fleet.
func Enqueue(ctx context.Context, cfg Config, store *ledger.Ledger, enqueue func(context.Context, *sql.Tx, *ledger.StartedRun) error) (*ledger.StartedRun, error) {
	spec := cfg.spec()
	spec.Enqueue = enqueue
	started, err := store.StartRun(ctx, spec)
	if err != nil {
		return nil, err
	}
	if cfg.Observe != nil {
		p := (&run{cfg: cfg, ledger: store, started: started}).planned()
		cfg.Observe(Queued{Run: started.ID, Chapters: p.Chapters, Verses: p.Verses, Elsewhere: started.Elsewhere, Joined: started.Joined})
	}
	return started, nil
}

// Follow waits until a run of a fleet has ended, and enters its chapters into the
// concordance as they end. It reports attempts of the run as events when they have
// ended. Then it writes the report and returns what Run returns. It returns an error of
// code Interrupted when cfg.Stop is closed; the run goes on.
func Follow(ctx context.Context, cfg Config, started *ledger.StartedRun) (rep *report.Report, err error) {
	release, err := cfg.Folder.Lock(cfg.Command)
	if err != nil {
		return nil, err
	}
	defer closeWith(&err, release)
	store, err := ledger.OpenReadOnly(ctx, cmp.Or(cfg.LedgerAt, cfg.Folder.Ledger()))
	if err != nil {
		return nil, err
	}
	defer closeWith(&err, store.Close)
	public, err := concordance.Open(ctx, cfg.Folder.Concordance())
	if err != nil {
		return nil, err
	}
	defer closeWith(&err, public.Close)
	if err := public.Follows(ctx, store); err != nil {
		return nil, err
	}
	log, err := report.OpenLog(cfg.Folder.Run(started.ID), cfg.Log)
	if err != nil {
		return nil, err
	}
	defer closeWith(&err, log.Close)
	f := &follower{run: run{cfg: cfg, ledger: store, concordance: public, started: started, log: log.Logger, halted: make(chan struct{})}, seen: map[int64]bool{}, batches: map[int64]mashal.BatchState{}}
	f.observe(f.planned())
	return f.follow(ctx)
}

// A follower follows a run of a fleet.
type follower struct {
	run
	seen    map[int64]bool              // attempts that were reported
	batches map[int64]mashal.BatchState // as they were reported
	away    time.Time                   // since when the server does not answer; zero if it does
	failed  int                         // errors in a row while it does
}

func (f *follower) follow(ctx context.Context) (*report.Report, error) {
	if err := f.concordance.Describe(ctx, f.cfg.Text.Version(), f.cfg.Version); err != nil {
		return nil, err
	}
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for {
		ended, err := f.update(ctx)
		switch {
		case err == nil && ended:
			return f.finish(ctx)
		case err == nil:
			f.away = time.Time{}
		default:
			if err := f.wait(ctx, err); err != nil {
				return nil, err
			}
		}
		select {
		case <-ticker.C:
		case <-f.cfg.Stop:
			return nil, &mashal.Error{
				Code: mashal.Interrupted, Op: "not waiting any longer; run " + f.started.ID + " goes on",
				Hint: "Wait for it with the same command: " + report.ShellLine(f.cfg.Command),
			}
		}
	}
}

// wait returns nil for an error that is due to the ledger's server, which may be back
// soon. It returns other errors, and all after followPatience.
func (f *follower) wait(ctx context.Context, err error) error {
	if f.ledger.Check(ctx) == nil {
		if f.failed++; f.failed > 1 { // twice in a row although the server answers
			return err
		}
		return nil
	}
	f.failed = 0
	if f.away.IsZero() {
		f.away = time.Now()
		f.log.Warn("the ledger cannot be read", slog.Any("error", err))
	}
	if time.Since(f.away) > followPatience {
		return err
	}
	return nil
}

// finish writes the report of the run, which has ended, and returns what Run returns.
func (f *follower) finish(ctx context.Context) (*report.Report, error) {
	totals, err := f.ledger.RunTotals(ctx, f.started.ID)
	if err != nil {
		return nil, err
	}
	rep, err := f.report(ctx, totals)
	if err != nil {
		return rep, err
	}
	f.observe(Finished{rep})
	if note := rep.Run.Note; rep.Run.State == mashal.RunInterrupted && note != "" {
		code := rep.Run.Code
		if code == mashal.Internal { // it was cancelled
			code = mashal.Interrupted
		}
		return rep, &mashal.Error{
			Code: code, Op: "run " + rep.Run.ID + " " + note,
			Hint: "What was done is kept. Resume with the same command: " + report.ShellLine(f.cfg.Command),
		}
	}
	return rep, f.outcomeError(rep)
}

// NoteCancelled is the note of a run that was cancelled.
const NoteCancelled = ledger.Stopped + "cancelled"

// update enters what has ended into the concordance and reports it. It reports whether
// the run has ended and nothing is missing.
func (f *follower) update(ctx context.Context) (ended bool, err error) {
	now, err := f.ledger.Run(ctx, f.started.ID) // read first, so that the last attempts are seen
	if err != nil {
		return false, err
	}
	attempts, err := f.ledger.Attempts(ctx, f.started.ID)
	if err != nil {
		return false, err
	}
	if _, err := f.concordance.Sync(ctx, f.ledger, f.cfg.Text); err != nil {
		return false, err
	}
	for i := range attempts {
		a := &attempts[i]
		if f.seen[a.ID] {
			continue
		}
		f.seen[a.ID] = true
		f.observe(Ended{
			Assignment: Assignment{Worker: a.Worker, Purpose: a.Purpose, Chapter: a.Chapter}, Outcome: a.Outcome,
			Ended: a.Verses, Failed: a.Failed, Figures: a.Figures, Duration: a.Ended.Sub(a.Started),
		})
	}
	if err := f.updateBatches(ctx); err != nil {
		return false, err
	}
	f.failed = 0
	return !now.Ended.IsZero(), nil
}

// updateBatches reports the batches of the run that were sent or have ended.
func (f *follower) updateBatches(ctx context.Context) error {
	if f.cfg.Batch == nil {
		return nil
	}
	batches, err := f.ledger.RunBatches(ctx, f.started.ID)
	if err != nil {
		return err
	}
	for i := range batches {
		b := &batches[i]
		if f.batches[b.ID] == b.State {
			continue
		}
		f.batches[b.ID] = b.State
		switch b.State {
		case mashal.BatchSent:
			f.observe(Batched{batch.Event{Batch: *b, What: fmt.Sprintf("sent (%d)", b.Requests)}})
		case mashal.BatchEnded:
			f.observe(Batched{batch.Event{Batch: *b, What: fmt.Sprintf("ended (%d of %d answered)", b.Answered, b.Requests)}})
		}
	}
	return nil
}
