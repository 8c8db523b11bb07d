package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"

	"mashal"
	"mashal/batch"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
	"mashal/report"
	"mashal/sqlite"
)

// A Config says what to run, how and where.
type Config struct {
	Folder    report.Folder
	LedgerAt  string // postgres://...; "" for the folder's own ledger
	Text      *corpus.Corpus
	Selection mashal.Selection
	Annotator Annotator
	Validator Validator // nil: figures are not validated

	// ValidateBelow is the confidence that a figure of a verse must be below for the
	// verse to be validated; 0 validates all.
	ValidateBelow float64

	Workers  int           // passages annotated or validated at once, from 1
	Batch    *batch.Sender // sends the requests of annotator and validator in batches; nil to make them at once
	Again    bool          // annotate verses that are done already once more
	Rereads  bool          // with Again: from the same answers, so that figures found again keep their verdicts
	Version  string
	Settings map[string]string

	// Command is the command that started the run, which also resumes it.
	// RetryCommand returns the command that annotates only a selection.
	Command      []string
	RetryCommand func(mashal.Selection) []string

	// Closing Stop begins no other task and no other request. Requests under way
	// finish, and their results are recorded. Ending the context of Run cuts them too:
	// the verses that have arrived are recorded, and the requests are paid in part.
	Stop    <-chan struct{}
	Observe func(Event) // called by one goroutine at a time; may be nil

	// Inspect is called before the first event with a function that returns the state
	// of the run. That function is safe for concurrent use until Run calls the function
	// that Inspect has returned, which it does before it returns. Inspect may be nil.
	Inspect func(state func() Snapshot) (release func())

	// Log says how run.log is written, and where else its records go.
	Log report.LogOptions
}

// A Snapshot is the state of a run at one moment, as far as no event has it.
type Snapshot struct {
	Queued                    int        // tasks that can start
	LedgerWAL, ConcordanceWAL sqlite.WAL // zero for a ledger on a server
}

// Run annotates the verses of the selection that are not done. It returns a report
// whenever a run was started, and with it an *mashal.Error: Incomplete if verses
// failed, Interrupted if the run was stopped.
func Run(ctx context.Context, cfg Config) (rep *report.Report, err error) {
	release, err := cfg.Folder.Lock(cfg.Command)
	if err != nil {
		return nil, err
	}
	defer closeWith(&err, release)
	lock, err := cfg.Folder.LockFile()
	if err != nil {
		return nil, err
	}

	if err := CheckNoOther(ctx, cfg.Folder, cmp.Or(cfg.LedgerAt, cfg.Folder.Ledger())); err != nil { // before a ledger is created
		return nil, err
	}
	store, err := ledger.Open(ctx, cmp.Or(cfg.LedgerAt, cfg.Folder.Ledger()))
	if err != nil {
		return nil, err
	}
	defer closeWith(&err, store.Close)
	public, err := concordance.Open(ctx, cfg.Folder.Concordance())
	if err != nil {
		return nil, err
	}
	defer closeWith(&err, public.Close)
	if err := public.Follows(ctx, store); err != nil { // before anything is written
		return nil, err
	}

	started, err := store.StartRun(ctx, cfg.spec())
	if err != nil {
		return nil, err
	}
	r := &run{cfg: cfg, ledger: store, concordance: public, lock: lock, started: started, halted: make(chan struct{})}
	if cfg.Inspect != nil {
		defer cfg.Inspect(r.snapshot)()
	}
	return r.execute(ctx)
}

// spec returns the run as the ledger plans it.
func (cfg *Config) spec() ledger.RunSpec {
	spec := ledger.RunSpec{
		Annotator: cfg.Annotator.Identity(), Selection: cfg.Selection, Again: cfg.Again, Rereads: cfg.Rereads,
		Workers: cfg.Workers, Command: cfg.Command, Settings: cfg.Settings, Version: cfg.Version, Batches: cfg.Batch != nil,
	}
	if cfg.Validator != nil {
		validator := cfg.Validator.Identity()
		spec.Validator, spec.ValidateBelow = &validator, cfg.ValidateBelow
	}
	return spec
}

// CheckNoOther returns an error if there is no ledger in a file or on a server, but a
// concordance in the folder with readings of one: a new ledger beside it would hide that the
// right one is missing. Commands call it before they open a ledger for writing.
func CheckNoOther(ctx context.Context, folder report.Folder, where string) error {
	l, err := ledger.OpenReadOnly(ctx, where)
	if err == nil {
		return l.Close()
	}
	if !errors.Is(err, ledger.ErrNone) && sqlite.KindOf(err) != sqlite.Missing {
		return nil // it is reported when it is opened for writing
	}
	return concordance.CheckNoReadings(ctx, folder.Concordance(), where)
}

// snapshot returns the state of the run.
func (r *run) snapshot() Snapshot {
	s := Snapshot{LedgerWAL: r.ledger.WAL(), ConcordanceWAL: r.concordance.WAL()}
	if q := r.queue.Load(); q != nil {
		s.Queued = q.depth()
	}
	return s
}

// closeWith calls a function that closes something and joins its error to err.
func closeWith(err *error, closeFn func() error) {
	if e := closeFn(); *err == nil {
		*err = e
	} else if e != nil {
		*err = errors.Join(*err, e)
	}
}

// A run is one call of Run.
type run struct {
	cfg         Config
	ledger      *ledger.Ledger
	concordance *concordance.Concordance
	lock        fs.FileInfo        // the lock file of the data folder
	started     *ledger.StartedRun // its number and what it is to do
	log         *slog.Logger
	workers     workers
	crew        *Crew                 // whose workers do the work; nil for workers of the run's own
	queue       atomic.Pointer[queue] // of the tasks at present; nil before the first
	answering   answeringModels
	stopping    <-chan struct{} // closed when no task may start or go on after a wait
	succeeded   atomic.Bool     // a verse was annotated or validated
	observing   sync.Mutex
	noted       bool // the run has a note; guarded by observing

	// halted is closed when an annotator has returned the error halt, after which
	// no other task can succeed.
	halted  chan struct{}
	halting sync.Once
	halt    error

	left     *remaining // in batches only: what is left to do
	underWay int        // batches that are under way at the end of the run
}

func (r *run) execute(ctx context.Context) (*report.Report, error) {
	log, err := report.OpenLog(r.cfg.Folder.Run(r.started.ID), r.cfg.Log)
	if err != nil {
		closeWith(&err, func() error {
			return r.ledger.EndRun(context.WithoutCancel(ctx), r.started.ID, mashal.RunFailed)
		})
		return nil, err
	}
	r.log = log.With(slog.String("run", r.started.ID))
	r.ledger.OnOutage(func(o mashal.Outage) { r.observe(Unreachable{o}) })
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-r.cfg.Stop:
			r.ledger.StopWaiting()
		case <-ended:
		}
	}()
	worked, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		r.lookAgain(worked)
	}()
	r.observe(r.planned())
	workErr := r.updateConcordance(ctx)
	if workErr == nil {
		workErr = r.work(ctx)
	}
	workErr = withoutCancellation(ctx, workErr)
	close(worked)
	<-watched

	// The run is ended and reported also after an error, and when ctx has ended.
	ctx = context.WithoutCancel(ctx)
	if workErr == nil && mashal.CodeOf(r.halt) == mashal.Internal {
		workErr = r.halt
	}
	if r.noted && r.halt == nil {
		r.note("", mashal.Internal) // it was interrupted in a pause
	}
	gone := r.lost()
	if gone != nil {
		r.halting.Do(func() {}) // it is reported below
		workErr = gone.error()
	}
	rep, err := r.finish(ctx, workErr)
	if gone == nil {
		gone = r.lost()
	}
	if gone != nil {
		rep, err := r.finishLost(ctx, gone, rep)
		return rep, errors.Join(err, log.Close())
	}
	if err = errors.Join(workErr, err); rep == nil {
		return nil, errors.Join(err, log.Close())
	}
	r.observe(Finished{rep})
	if err := errors.Join(err, log.Close()); err != nil {
		return rep, err
	}
	return rep, r.outcomeError(rep)
}

// finishLost ends a run whose files were lost.
func (r *run) finishLost(ctx context.Context, gone *loss, rep *report.Report) (*report.Report, error) {
	err := r.afterLoss(ctx, gone, rep)
	if rep != nil {
		rep.Run.State = mashal.RunFailed // also if all was done before the files were lost
		r.observe(Finished{rep})
	}
	return rep, err
}

// withoutCancellation returns err without the errors that the end of ctx has caused: a
// run whose requests were cut is interrupted, and has not failed.
func withoutCancellation(ctx context.Context, err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var rest []error
		for _, e := range joined.Unwrap() {
			rest = append(rest, withoutCancellation(ctx, e))
		}
		return errors.Join(rest...)
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// updateConcordance enters what the concordance lacks of the ledger: a process
// that was killed between the two writes leaves it behind.
func (r *run) updateConcordance(ctx context.Context) error {
	if err := r.concordance.Describe(ctx, r.cfg.Text.Version(), r.cfg.Version); err != nil {
		return err
	}
	_, err := r.concordance.Sync(ctx, r.ledger, r.cfg.Text)
	return err
}

// planned returns the first event: what the run is to do.
func (r *run) planned() Planned {
	p := Planned{Run: r.started.ID, Annotator: r.cfg.Annotator.Identity().Name, AlreadyDone: r.started.AlreadyDone, Workers: r.cfg.Workers, Migrated: r.ledger.Migrated()}
	p.Simulated = r.cfg.Annotator.Identity().Kind == mashal.BySimulation
	if r.cfg.Validator != nil {
		p.Validator = r.cfg.Validator.Identity().Name
	}
	chapters := map[mashal.Chapter]bool{}
	for _, w := range r.started.Work {
		chapters[w.Chapter] = true
		p.Verses += len(w.Verses)
	}
	for _, w := range r.started.Validate {
		chapters[w.Chapter] = true
		p.ToValidate += len(w.Verses)
	}
	p.Chapters = len(chapters)
	return p
}

// finish records the end of the run and writes its report.
func (r *run) finish(ctx context.Context, workErr error) (*report.Report, error) {
	totals, err := r.ledger.RunTotals(ctx, r.started.ID)
	if err != nil {
		return nil, err
	}
	outcome := mashal.RunDone
	switch {
	case workErr != nil:
		outcome = mashal.RunFailed
	case totals.Verses[mashal.NotRun]+totals.Verses[mashal.Running]+totals.Validations[mashal.NotRun]+totals.Validations[mashal.Running] > 0:
		outcome = mashal.RunInterrupted
	case totals.Verses[mashal.Failed]+totals.Validations[mashal.Failed] > 0:
		outcome = mashal.RunIncomplete
	}
	if err := r.ledger.EndRun(ctx, r.started.ID, outcome); err != nil {
		return nil, err
	}
	return r.report(ctx, totals)
}

// report writes the report of the run, which has ended.
func (r *run) report(ctx context.Context, totals mashal.RunTotals) (*report.Report, error) {
	rep, err := report.New(ctx, r.ledger, r.started.ID, totals)
	if err != nil {
		return nil, err
	}
	rep.LedgerWAL, rep.ConcordanceWAL = r.ledger.WAL().HighWater, r.concordance.WAL().HighWater
	return rep, rep.Write(r.cfg.Folder.Run(r.started.ID), r.cfg.RetryCommand)
}

// outcomeError returns the error of a run that was interrupted or in which verses
// failed, and nil for one that did everything.
func (r *run) outcomeError(rep *report.Report) error {
	switch rep.Run.State {
	case mashal.RunInterrupted:
		if r.halt != nil {
			return r.haltError(rep)
		}
		if r.underWay > 0 || r.cfg.Batch != nil && r.cfg.Batch.Cancels() {
			return r.leftError()
		}
		return &mashal.Error{
			Code: mashal.Interrupted, Op: "interrupted; what was done is kept",
			Hint: "Resume with the same command: " + report.ShellLine(r.cfg.Command),
		}
	case mashal.RunIncomplete:
		if r.halt != nil && mashal.CodeOf(r.halt) == mashal.Incomplete {
			return r.haltError(rep)
		}
		var failed []string
		if n := len(rep.Failures); n > 0 {
			failed = append(failed, report.Count(n, "verse")+" failed")
		}
		if n := len(rep.Unvalidated); n > 0 {
			failed = append(failed, "the figures of "+report.Count(n, "verse")+" could not be validated")
		}
		hint := "/failures.json lists them with the commands that retry them."
		if r.cfg.RetryCommand(r.cfg.Selection) == nil {
			hint = "/failures.json lists them with the reasons."
		}
		return &mashal.Error{Code: mashal.Incomplete, Op: strings.Join(failed, "; "), Hint: r.cfg.Folder.Run(r.started.ID) + hint}
	}
	return nil
}

// haltError returns the error that halted the run. If a brake has stopped it, the
// error says what was spent, and how to resume.
func (r *run) haltError(rep *report.Report) error {
	var e *mashal.Error
	if !errors.As(r.halt, &e) || e.Code != mashal.Incomplete {
		return r.halt
	}
	spent := rep.Total("")
	told := *e
	told.Err = fmt.Errorf("%w; %s and %s tokens so far", e.Err, report.Count(spent.Calls, "request"), report.Grouped(spent.Total()))
	told.Hint = "What was done is kept. Resume with the same command: " + report.ShellLine(r.cfg.Command)
	return &told
}

// paused reports a pause, and notes it at the run for those who read the ledger.
func (r *run) paused(p llm.Pause) {
	r.observe(Paused{p})
	note := p.String()
	if p.Over {
		note = ""
	}
	r.note(note, mashal.Internal)
}

// note records what a run waits for, or why and with which code it stopped. The run goes on if that
// fails: the log has the same.
func (r *run) note(note string, code mashal.Code) {
	r.observing.Lock()
	r.noted = note != ""
	r.observing.Unlock()
	if err := r.ledger.NoteRun(context.Background(), r.started.ID, note, code); err != nil {
		r.log.Error("note the state of the run", slog.Any("error", err))
	}
}

// observe logs an event and passes it to the observer, one event at a time.
func (r *run) observe(e Event) {
	r.observing.Lock()
	defer r.observing.Unlock()
	level, message, attrs := record(e)
	r.log.LogAttrs(context.Background(), level, message, attrs...)
	if r.cfg.Observe != nil {
		r.cfg.Observe(e)
	}
}

// stopped reports whether the run has been told to stop.
func (r *run) stopped(ctx context.Context) bool {
	select {
	case <-r.cfg.Stop:
		return true
	case <-r.halted:
		return true
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// interrupted reports whether an annotator gave up because it was interrupted, or
// because no task of this run can succeed, which halts the run. Any other error is
// the failure of the verses that have no result.
func (r *run) interrupted(ctx context.Context, err error) bool {
	if err == nil {
		return false
	}
	var e *mashal.Error
	if ctx.Err() == nil && errors.As(err, &e) {
		r.haltWith(e)
		return true
	}
	return r.stopped(ctx)
}

// haltWith halts the run, because no task of it can succeed. Only the first call has
// an effect.
func (r *run) haltWith(e *mashal.Error) {
	r.halting.Do(func() {
		r.halt = e
		var reason error = e
		if e.Code == mashal.Incomplete {
			reason = e.Err
		}
		r.observe(stoppedBy(reason))
		if r.crew == nil { // else the run goes on elsewhere
			r.note(ledger.Stopped+reason.Error(), e.Code)
		}
		close(r.halted)
	})
}
