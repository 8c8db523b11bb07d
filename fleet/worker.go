package fleet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivertype"

	"mashal"
	"mashal/ledger"
	"mashal/ledger/postgres"
	"mashal/pipeline"
)

// A Config says how a process takes part in the fleet.
type Config struct {
	Ledger  *ledger.Ledger // opened with ledger.OpenShared
	Workers int            // passages that are annotated at once
	Version string         // of the program
	Log     *slog.Logger

	// Prepare returns what is needed to work on a run: its text, annotator and validator.
	// Its error is the reason why this process cannot, and leaves the run to others.
	Prepare func(ctx context.Context, run *mashal.Run) (pipeline.Config, error)

	// Refresh returns cfg with an annotator, a validator and a sender of batches that know
	// what the ledger has now: other processes have worked on the run meanwhile.
	Refresh func(ctx context.Context, run *mashal.Run, cfg pipeline.Config) (pipeline.Config, error)

	// Joined is called when the process begins to work on a run, or refuses it for a reason.
	Joined func(run *mashal.Run, refused error)

	// Lost is called when other processes have taken this one for dead, and have its
	// chapters. It must end the process without returning.
	Lost func(why string)

	// Closing Stop stops the process: no request is made any more, those in flight finish,
	// and the rest of the chapters is given back. When Cut ends, they are cut for its cause.
	Stop <-chan struct{}
	Cut  context.Context
}

// Work takes chapters of the runs of the fleet and annotates them until cfg.Stop is
// closed. Migrate has made the tables.
func Work(ctx context.Context, cfg Config) (err error) {
	pool := cfg.Ledger.Pool()
	listen, err := cfg.Ledger.NewListener(ctx)
	if err != nil {
		return err
	}
	base := riverdatabasesql.New(pool)
	if listen != nil {
		defer listen.Close()
		base = riverdatabasesql.NewWithPgxListener(pool, listen)
	}
	lease, err := newLease(ctx, pool, cfg.Version, cfg.Workers, cfg.Log, cfg.Lost)
	if err != nil {
		return fmt.Errorf("join the fleet: %w", err)
	}
	w := &worker{Config: cfg, lease: lease, crew: pipeline.NewCrew(lease.first, cfg.Workers), runs: map[string]*fleetRun{}}
	workers := river.NewWorkers()
	river.AddWorker(workers, w)
	river.AddWorker(workers, &batchWorker{worker: w})
	w.client, err = river.NewClient(driver{base, lease.id}, &river.Config{
		ID: lease.id, Schema: schema, Logger: slog.New(quiet{cfg.Log.Handler()}), Workers: workers,
		Queues:   map[string]river.QueueConfig{idleQueue: {MaxWorkers: 1}},
		PollOnly: listen == nil, JobTimeout: noJobTimeout, MaxAttempts: maxAttempts, RetryPolicy: retryPolicy{},
		FetchCooldown: fetchCooldown, FetchPollInterval: fetchPoll, SoftStopTimeout: softStop,
		CancelledJobRetentionPeriod: retention, CompletedJobRetentionPeriod: retention, DiscardedJobRetentionPeriod: retention,
	})
	if err != nil {
		return errors.Join(err, lease.end(ctx))
	}

	// The lease is kept until River has stopped. Then nothing is written any more.
	kept, release := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	group.Go(func() { lease.keep(kept) })
	defer func() {
		release()
		group.Wait()
		err = errors.Join(err, lease.end(context.WithoutCancel(ctx)))
	}()
	started, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	w.going = started
	if err := w.client.Start(started); err != nil {
		return fmt.Errorf("start River: %w", err)
	}
	w.findRuns(ctx)
	stop()
	select {
	case <-w.client.Stopped():
	case <-cfg.Cut.Done():
		select {
		case <-w.client.Stopped():
		case <-time.After(stopTimeout):
			return errors.New("the queue did not stop in time; other processes take over the chapters")
		}
	}
	w.removing.Wait()
	return nil
}

// A worker does the jobs of this process.
type worker struct {
	Config
	river.WorkerDefaults[ChapterArgs]
	client   *river.Client[*sql.Tx]
	lease    *lease
	crew     *pipeline.Crew
	removing sync.WaitGroup  // removals of queues
	going    context.Context // ends when the process is to stop

	mu   sync.Mutex
	runs map[string]*fleetRun // by id
}

// A fleetRun is a run of the fleet that has not ended.
type fleetRun struct {
	run     mashal.Run
	cfg     pipeline.Config
	refused error // why this process does not work on it; nil if it does
}

// Timeout returns that of the settings. River rescues no jobs of a kind that has none.
func (w *worker) Timeout(*river.Job[ChapterArgs]) time.Duration { return noJobTimeout }

// findRuns joins and leaves runs until the process is to stop.
func (w *worker) findRuns(ctx context.Context) {
	ticker := time.NewTicker(findRunsEvery)
	defer ticker.Stop()
	for {
		if err := w.updateRuns(ctx); err != nil && ctx.Err() == nil {
			w.Log.Warn("the runs of the fleet could not be read", slog.Any("error", err))
		}
		select {
		case <-ticker.C:
		case <-w.Stop:
			return
		case <-ctx.Done():
			return
		}
	}
}

// updateRuns joins the runs that have begun and leaves those that have ended. It ends
// the runs of which nothing is left in the queue, because the rest was cancelled.
func (w *worker) updateRuns(ctx context.Context) error {
	open, err := w.Ledger.OpenFleetRuns(ctx)
	if err != nil {
		return err
	}
	now := map[string]bool{}
	var failed []error // of one run, which does not keep the others waiting
	for i := range open {
		run := &open[i]
		now[run.ID] = true
		err := endIfOver(ctx, w.Ledger, run.ID)
		if err == nil && w.known(run.ID) == nil {
			err = w.join(ctx, run)
		}
		failed = append(failed, err)
	}
	w.mu.Lock()
	ended := slices.DeleteFunc(slices.Collect(maps.Keys(w.runs)), func(id string) bool { return now[id] })
	w.mu.Unlock()
	for _, id := range ended {
		w.leave(id, nil)
	}
	return errors.Join(failed...)
}

// known returns a run, or nil if it is not known.
func (w *worker) known(id string) *fleetRun {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.runs[id]
}

// join begins to take the chapters of a run, or refuses it. After an error it is called
// again.
func (w *worker) join(ctx context.Context, run *mashal.Run) error {
	r := &fleetRun{run: *run}
	r.cfg, r.refused = w.Prepare(ctx, run)
	if postgres.Unreachable(r.refused) {
		return r.refused
	}
	r.cfg.Workers, r.cfg.Stop = w.Workers, w.Stop
	w.setRun(run.ID, r)
	var err error
	if r.refused != nil {
		err = w.recordRefusals(ctx)
	} else if err = w.Ledger.AddWorkers(ctx, run.ID, w.lease.first+w.Workers-1); err == nil {
		// A chapter for each worker: more would keep chapters from other processes near the
		// end, when chapters have one passage each.
		if err = w.client.Queues().Add(queueOf(run.ID), river.QueueConfig{MaxWorkers: w.Workers}); err != nil {
			_ = w.client.Queues().Remove(ctx, queueOf(run.ID)) // River keeps a queue that did not start
		}
	}
	if err != nil {
		w.setRun(run.ID, nil)
		return err
	}
	w.Joined(run, r.refused)
	return nil
}

// setRun makes a run known, or with nil unknown.
func (w *worker) setRun(id string, r *fleetRun) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r == nil {
		delete(w.runs, id)
		return
	}
	w.runs[id] = r
}

// leave takes no more chapters of a run, which has ended, or which this process
// refuses for a reason.
func (w *worker) leave(id string, refused error) {
	w.mu.Lock()
	r := w.runs[id]
	was := r.refused
	if refused == nil {
		delete(w.runs, id)
	} else if was == nil {
		r.refused = refused
	}
	w.mu.Unlock()
	if was != nil {
		return
	}
	if refused != nil {
		w.Joined(&r.run, refused)
	}
	w.removing.Go(func() {
		if refused != nil {
			if err := w.recordRefusals(w.going); err != nil {
				w.Log.Warn("a refusal could not be recorded", slog.Any("error", err))
			}
		}
		// It waits for the chapters at work, which may take long, and keeps River from
		// stopping meanwhile.
		if err := w.client.Queues().Remove(w.going, queueOf(id)); err != nil && w.going.Err() == nil {
			w.Log.Warn("a queue could not be removed", slog.Any("error", err))
		}
	})
}

// recordRefusals records the runs that this process refuses.
func (w *worker) recordRefusals(ctx context.Context) error {
	w.mu.Lock()
	var lines []string
	for id, r := range w.runs {
		if r.refused != nil {
			lines = append(lines, id+": "+r.refused.Error())
		}
	}
	w.mu.Unlock()
	slices.Sort(lines)
	return w.lease.refuse(ctx, strings.Join(lines, "\n"))
}

// Work annotates a chapter.
func (w *worker) Work(ctx context.Context, job *river.Job[ChapterArgs]) error {
	defer w.lease.begin(job.ID)()
	r := w.known(job.Args.Run)
	if r == nil || w.refuses(r) {
		return river.JobSnooze(0) // to others
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(w.Cut, func() { cancel(context.Cause(w.Cut)) })()
	g := newGuard(w, job, job.Args.Run, job.Args.Chapter+" of run "+job.Args.Run)
	guarded := w.Ledger.Guarded(ledger.Guard{Begin: g.begin, End: g.end})
	halt, err := w.annotate(ctx, guarded, r, job)
	if err == nil && halt == nil {
		// The process may have been told to stop before the chapter ended.
		err = g.ended(ctx)
	}
	switch {
	case errors.Is(context.Cause(ctx), river.ErrJobCancelledRemotely):
		return ctx.Err()
	case errors.Is(err, errLeft), ctx.Err() != nil:
		return river.JobSnooze(0)
	case err != nil:
		w.Log.Error("a chapter could not be annotated", slog.String("chapter", job.Args.Chapter), slog.Any("error", err))
		return again(job.JobRow, err)
	case halt == nil:
		return nil
	}
	return w.halt(ctx, job.Args.Run, halt)
}

// again returns what River is to do about a job that has failed: it is begun again some
// times.
func again(job *rivertype.JobRow, err error) error {
	errs := 0
	for _, e := range job.Errors {
		if e.Error != errorOfDead {
			errs++
		}
	}
	if errs >= maxErrors {
		return river.JobCancel(err)
	}
	return err
}

// halt stops a run for a reason, or leaves it to others if the reason is of this process,
// such as its key. It returns what River is to do about the job.
func (w *worker) halt(ctx context.Context, run string, why error) error {
	if mashal.CodeOf(why) == mashal.Usage {
		w.leave(run, why)
		return river.JobSnooze(0)
	}
	return w.stop(ctx, run, why)
}

// stop stops a run for a reason, and returns what River is to do about the job.
func (w *worker) stop(ctx context.Context, run string, why error) error {
	if err := stopRun(ctx, w.Ledger, run, why); err != nil {
		return err
	}
	return river.JobCancel(why)
}

// annotate takes the chapter of a job and does what the run has to do there.
func (w *worker) annotate(ctx context.Context, guarded *ledger.Ledger, r *fleetRun, job *river.Job[ChapterArgs]) (halt, err error) {
	work, err := guarded.TakeChapter(ctx, job.Args.Run, job.Args.Reading)
	if err != nil || len(work.Annotate.Verses)+len(work.Validate.Verses) == 0 {
		return nil, err
	}
	return pipeline.AnnotateChapter(ctx, r.cfg, pipeline.Chapter{Run: job.Args.Run, Ledger: guarded, Work: work, Crew: w.crew, Log: w.chapterLog()})
}

// chapterLog returns the log of chapters. Without an own log, only errors are logged.
func (w *worker) chapterLog() *slog.Logger {
	if w.Log.Enabled(context.Background(), slog.LevelInfo) {
		return w.Log
	}
	return slog.New(quiet{w.Log.Handler()})
}

// refuses reports whether this process does not work on a run.
func (w *worker) refuses(r *fleetRun) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return r.refused != nil
}

// errLeft is the error of a chapter that has not ended, because the process stops.
var errLeft = errors.New("the chapter has not ended")

// ended returns errLeft unless the chapter has ended.
func (g *guard) ended(ctx context.Context) error {
	var ended bool
	err := g.ledger.Pool().QueryRowContext(context.WithoutCancel(ctx), `SELECT state = 'completed' FROM fleet.river_job WHERE id = $1`, g.job.ID).Scan(&ended)
	switch {
	case errors.Is(err, sql.ErrNoRows): // it was deleted, which jobs at work cannot be
		return nil
	case err == nil && !ended:
		return errLeft
	}
	return err
}

// quiet passes on errors only.
type quiet struct{ slog.Handler }

// Enabled reports whether a level is logged.
func (quiet) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

// WithAttrs returns a handler that is quiet too.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup returns a handler that is quiet too.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
