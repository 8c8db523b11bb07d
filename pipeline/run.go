// Package pipeline reads many chapters durably on one machine: it plans what
// is still to do, hands chapters to workers longest first, records what each
// verse came to in the ledger, enters whole chapters into the concordance, and
// reports from the ledger's rows. It runs anything that can annotate a
// passage; it knows no prompt, no rule and no response.
package pipeline

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/ledger"
)

// An Annotator finds figures in verses of a chapter, with the whole chapter
// before it. It is safe for concurrent use.
type Annotator interface {
	Identity() mashal.Annotator

	// Passages cuts the verses that a chapter lacks, ascending, into those that
	// are asked for at once: what workers share out among themselves.
	Passages(verses []int) [][]int

	// Annotate calls emit once for every verse it comes to, in any order and
	// from the calling goroutine; a verse it says nothing of has failed. An
	// error means that it gave up: what it emitted before stays. If that is an
	// *mashal.Error, nothing else of the run can work either, and it ends.
	Annotate(ctx context.Context, chapter *mashal.ChapterText, verses []int, emit func(mashal.Result) error) error
}

// A Validator judges figures that were found. It is as an Annotator is, but
// speaks of verses that have figures.
type Validator interface {
	Identity() mashal.Annotator
	Passages(verses []int) [][]int
	Validate(ctx context.Context, chapter *mashal.ChapterText, results []mashal.Result, emit func(mashal.Judgement) error) error
}

// A Config says what to run, how and where.
type Config struct {
	Folder    Folder
	LedgerAt  string // postgres://...; "" means the folder's own
	Text      *corpus.Corpus
	Selection mashal.Selection
	Annotator Annotator
	Validator Validator // nil: what is found is not validated
	Workers   int       // passages read or judged at once, from 1
	Again     bool      // read anew what is done already
	Rereads   bool      // with Again: from the same answers, so that figures found again keep their verdicts
	Version   string
	Settings  map[string]string

	// Command is the command that started the run; it resumes it too.
	// RetryCommand makes the one that reads only the given selection.
	Command      []string
	RetryCommand func(mashal.Selection) []string

	// Stop, once closed, lets what is being read or judged finish and starts
	// nothing else. Ending the context stops at once; what was emitted is kept.
	Stop    <-chan struct{}
	Observe func(Event) // called from one goroutine at a time; may be nil
}

// Run annotates what the selection still lacks. It returns a report whenever
// a run was begun, and with it an *mashal.Error that is Incomplete if verses
// failed and Interrupted if it was stopped.
func Run(ctx context.Context, cfg Config) (report *Report, err error) {
	release, err := cfg.Folder.Lock(cfg.Command)
	if err != nil {
		return nil, err
	}
	defer alsoEnd(&err, release)

	book, err := ledger.Open(ctx, cmp.Or(cfg.LedgerAt, cfg.Folder.Ledger()))
	if err != nil {
		return nil, err
	}
	defer alsoEnd(&err, book.Close)
	public, err := concordance.Open(ctx, cfg.Folder.Concordance())
	if err != nil {
		return nil, err
	}
	defer alsoEnd(&err, public.Close)
	if err := public.Follows(ctx, book); err != nil { // before anything is written
		return nil, err
	}

	spec := ledger.RunSpec{
		Annotator: cfg.Annotator.Identity(), Selection: cfg.Selection, Again: cfg.Again, Rereads: cfg.Rereads,
		Workers: cfg.Workers, Command: cfg.Command, Settings: cfg.Settings, Version: cfg.Version,
	}
	if cfg.Validator != nil {
		second := cfg.Validator.Identity()
		spec.Validator = &second
	}
	started, err := book.StartRun(ctx, spec)
	if err != nil {
		return nil, err
	}
	r := &run{cfg: cfg, ledger: book, concordance: public, Run: started, halted: make(chan struct{})}
	return r.do(ctx)
}

// alsoEnd ends what was begun, and adds what goes wrong at it to an error that
// is otherwise left as it is.
func alsoEnd(err *error, end func() error) {
	if e := end(); *err == nil {
		*err = e
	} else if e != nil {
		*err = errors.Join(*err, e)
	}
}

// A run is one Run under way.
type run struct {
	*ledger.Run
	cfg         Config
	ledger      *ledger.Ledger
	concordance *concordance.Concordance
	log         *runLog
	observing   sync.Mutex

	// halted is closed when the annotator has said that nothing else can work,
	// for the reason halt.
	halted  chan struct{}
	halting sync.Once
	halt    error
}

func (r *run) do(ctx context.Context) (*Report, error) {
	var err error
	if r.log, err = openRunLog(r.cfg.Folder.Run(r.ID)); err != nil {
		alsoEnd(&err, func() error { return r.ledger.EndRun(context.WithoutCancel(ctx), r.ID, ledger.OutcomeFailed) })
		return nil, err
	}
	r.say(r.planned())
	workErr := r.catchUp(ctx)
	if workErr == nil {
		workErr = r.work(ctx)
	}

	// Whatever happened, and even if the context has ended: the run gets its
	// end and its report.
	ctx = context.WithoutCancel(ctx)
	if workErr == nil && mashal.CodeOf(r.halt) == mashal.Internal {
		workErr = r.halt
	}
	report, err := r.finish(ctx, workErr)
	if err = errors.Join(workErr, err); report == nil {
		return nil, errors.Join(err, r.log.Close())
	}
	r.say(Finished{report})
	if err := errors.Join(err, r.log.Close()); err != nil {
		return report, err
	}
	return report, r.verdict(report)
}

// catchUp brings the concordance up to the ledger: a process that was killed
// between the two files left it behind.
func (r *run) catchUp(ctx context.Context) error {
	if err := r.concordance.Describe(ctx, r.cfg.Text.Version(), r.cfg.Version); err != nil {
		return err
	}
	_, err := r.concordance.Sync(ctx, r.ledger, r.cfg.Text)
	return err
}

func (r *run) planned() Planned {
	p := Planned{Run: r.ID, Annotator: r.cfg.Annotator.Identity().Name, AlreadyDone: r.AlreadyDone, Workers: r.cfg.Workers}
	if r.cfg.Validator != nil {
		p.Validator = r.cfg.Validator.Identity().Name
	}
	chapters := map[mashal.Chapter]bool{}
	for _, w := range r.Work {
		chapters[w.Chapter] = true
		p.Verses += len(w.Verses)
	}
	for _, w := range r.Validate {
		chapters[w.Chapter] = true
		p.ToValidate += len(w.Verses)
	}
	p.Chapters = len(chapters)
	return p
}

// finish records the run's end and writes its reports.
func (r *run) finish(ctx context.Context, workErr error) (*Report, error) {
	totals, err := r.ledger.RunTotals(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	outcome := ledger.OutcomeDone
	switch {
	case workErr != nil:
		outcome = ledger.OutcomeFailed
	case totals.Verses[mashal.NotRun]+totals.Verses[mashal.Running]+totals.Validations[mashal.NotRun]+totals.Validations[mashal.Running] > 0:
		outcome = ledger.OutcomeInterrupted
	case totals.Verses[mashal.Failed]+totals.Validations[mashal.Failed] > 0:
		outcome = ledger.OutcomeIncomplete
	}
	if err := r.ledger.EndRun(ctx, r.ID, outcome); err != nil {
		return nil, err
	}
	report, err := newReport(ctx, r.ledger, r.ID, totals)
	if err != nil {
		return nil, err
	}
	report.LedgerWAL, report.ConcordanceWAL = r.ledger.WAL().HighWater, r.concordance.WAL().HighWater
	return report, report.write(r.cfg.Folder.Run(r.ID), r.cfg.RetryCommand)
}

// verdict is the error that a complete report amounts to.
func (r *run) verdict(report *Report) error {
	switch report.Run.Outcome {
	case ledger.OutcomeInterrupted:
		if r.halt != nil {
			return r.halt
		}
		return &mashal.Error{
			Code: mashal.Interrupted, Op: "interrupted; what was done is kept",
			Hint: "Resume with the same command: " + ShellLine(r.cfg.Command),
		}
	case ledger.OutcomeIncomplete:
		hint := "They are named, with the commands that try them again, in " + r.cfg.Folder.Run(r.ID) + "/failures.json."
		var failed []string
		if n := len(report.Failures); n > 0 {
			failed = append(failed, count(n, "verse")+" failed")
		}
		if n := len(report.Unvalidated); n > 0 {
			failed = append(failed, "the figures of "+count(n, "verse")+" could not be validated")
		}
		return &mashal.Error{Code: mashal.Incomplete, Op: strings.Join(failed, "; "), Hint: hint}
	}
	return nil
}

// say tells the log and the observer, one event at a time.
func (r *run) say(e Event) {
	r.observing.Lock()
	defer r.observing.Unlock()
	r.log.write(e)
	if r.cfg.Observe != nil {
		r.cfg.Observe(e)
	}
}
