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
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/ledger"
)

// An Annotator finds figures in the verses of a passage, with the whole
// chapter before it. It calls emit once for every verse it comes to, in any
// order and from the calling goroutine; a verse it says nothing of has failed.
// An error means that it gave up: what it emitted before stays.
type Annotator interface {
	Identity() mashal.Annotator
	Annotate(ctx context.Context, chapter *mashal.ChapterText, passage mashal.Passage, emit func(mashal.Result) error) error
}

// A Config says what to run, how and where.
type Config struct {
	Folder    Folder
	LedgerAt  string // postgres://...; "" means the folder's own
	Text      *corpus.Corpus
	Selection mashal.Selection
	Annotator Annotator
	Workers   int  // chapters at once, from 1
	Again     bool // read anew what is done already
	Version   string
	Settings  map[string]string

	// Command is the command that started the run; it resumes it too.
	// RetryCommand makes the one that reads only the given selection.
	Command      []string
	RetryCommand func(mashal.Selection) []string

	// Stop, once closed, lets chapters that are being read finish and starts
	// no others. Ending the context stops at once; what was emitted is kept.
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

	started, err := book.StartRun(ctx, ledger.RunSpec{
		Annotator: cfg.Annotator.Identity(), Selection: cfg.Selection, Again: cfg.Again,
		Workers: cfg.Workers, Command: cfg.Command, Settings: cfg.Settings, Version: cfg.Version,
	})
	if err != nil {
		return nil, err
	}
	r := &run{cfg: cfg, ledger: book, concordance: public, Run: started}
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
	p := Planned{Run: r.ID, Annotator: r.cfg.Annotator.Identity().Name, Chapters: len(r.Work), AlreadyDone: r.AlreadyDone, Workers: r.cfg.Workers}
	for _, w := range r.Work {
		p.Verses += len(w.Verses)
	}
	return p
}

// work hands the chapters to the workers, those with most words to read first:
// a long one begun last would leave the other workers idle.
func (r *run) work(ctx context.Context) error {
	size := func(w ledger.Work) int {
		return r.cfg.Text.Words(w.Chapter) * len(w.Verses) / w.Chapter.Verses()
	}
	slices.SortStableFunc(r.Work, func(a, b ledger.Work) int { return size(b) - size(a) })
	queue := make(chan ledger.Work, len(r.Work))
	for _, w := range r.Work {
		queue <- w
	}
	close(queue)

	workers, ctx := errgroup.WithContext(ctx)
	publish := newPublisher(ctx, r)
	for worker := 1; worker <= min(r.cfg.Workers, len(r.Work)); worker++ {
		workers.Go(func() error {
			for w := range queue {
				if r.stopped(ctx) {
					return nil
				}
				if err := r.chapter(ctx, worker, w, publish); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return errors.Join(workers.Wait(), publish.wait())
}

func (r *run) stopped(ctx context.Context) bool {
	select {
	case <-r.cfg.Stop:
		return true
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// chapter takes one chapter from "not run" to its end in the ledger. Its error
// means that the ledger cannot be written, which ends the run; that verses
// fail does not.
func (r *run) chapter(ctx context.Context, worker int, w ledger.Work, publish *publisher) error {
	attempt, err := r.ledger.BeginWork(ctx, r.ID, w, worker)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	r.say(ChapterStarted{worker, w.Chapter, len(w.Verses)})
	begin := time.Now()
	results, annotateErr := r.annotate(ctx, w)

	// What came back is recorded even if the run has been told to stop at once.
	durable := context.WithoutCancel(ctx)
	ended := ChapterEnded{Worker: worker, Chapter: w.Chapter, Outcome: mashal.Done, Err: annotateErr}
	if annotateErr != nil && ctx.Err() != nil {
		ended.Outcome = mashal.NotRun
		err = r.ledger.AbandonWork(durable, attempt, w, results)
	} else {
		results = complete(w, results, annotateErr)
		if _, err = r.ledger.EndWork(durable, attempt, w, results); err == nil {
			publish.put(w.Reading)
		}
	}
	if err != nil {
		return err
	}
	for _, result := range results {
		ended.Verses++
		ended.Figures += len(result.Figures)
		if result.Failure != nil {
			ended.Failed++
			ended.Outcome = mashal.Failed
		}
	}
	ended.Duration = time.Since(begin)
	r.say(ended)
	return nil
}

// annotate collects what the annotator says of the work's verses. A panic in
// an annotator costs its chapter, not the run.
func (r *run) annotate(ctx context.Context, w ledger.Work) (results []mashal.Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the annotator broke down: %v", p)
		}
	}()
	text, err := r.cfg.Text.Chapter(w.Chapter)
	if err != nil {
		return nil, err
	}
	for _, passage := range passages(w) {
		emit := func(result mashal.Result) error {
			if !passage.Contains(result.Verse) {
				return fmt.Errorf("the annotator spoke of %s:%d, which it was not asked for", w.Chapter, result.Verse)
			}
			if slices.ContainsFunc(results, func(earlier mashal.Result) bool { return earlier.Verse == result.Verse }) {
				return fmt.Errorf("the annotator spoke twice of %s:%d", w.Chapter, result.Verse)
			}
			for i := range result.Figures {
				if err := result.Figures[i].Validate(len(text.Verses[result.Verse-1].Words)); err != nil {
					result = mashal.Result{Verse: result.Verse, Failure: &mashal.Failure{Kind: "invalid", Reason: err.Error()}}
					break
				}
			}
			results = append(results, result)
			return ctx.Err()
		}
		if err := r.cfg.Annotator.Annotate(ctx, text, passage, emit); err != nil {
			return results, err
		}
	}
	return results, nil
}

// passages are the runs of consecutive verses that the work still lacks.
func passages(w ledger.Work) []mashal.Passage {
	var ps []mashal.Passage
	for _, v := range w.Verses {
		if n := len(ps); n > 0 && ps[n-1].Last == v-1 {
			ps[n-1].Last = v
			continue
		}
		ps = append(ps, mashal.Passage{Chapter: w.Chapter, First: v, Last: v})
	}
	return ps
}

// complete gives every verse that the annotator left out the failure it has:
// a verse lost on the way must never look like a literal one.
func complete(w ledger.Work, results []mashal.Result, annotateErr error) []mashal.Result {
	failure := mashal.Failure{Kind: "missing", Reason: "the annotator said nothing of this verse"}
	if annotateErr != nil {
		failure = mashal.Failure{Kind: "internal", Reason: annotateErr.Error()}
	}
	for _, v := range w.Verses {
		if !slices.ContainsFunc(results, func(result mashal.Result) bool { return result.Verse == v }) {
			results = append(results, mashal.Result{Verse: v, Failure: &failure})
		}
	}
	slices.SortFunc(results, func(a, b mashal.Result) int { return a.Verse - b.Verse })
	return results
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
	case totals.Verses[mashal.NotRun]+totals.Verses[mashal.Running] > 0:
		outcome = ledger.OutcomeInterrupted
	case totals.Verses[mashal.Failed] > 0:
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
		return &mashal.Error{
			Code: mashal.Interrupted, Op: "interrupted; what was done is kept",
			Hint: "Resume with the same command: " + ShellLine(r.cfg.Command),
		}
	case ledger.OutcomeIncomplete:
		hint := "They are named, with the commands that try them again, in " + r.cfg.Folder.Run(r.ID) + "/failures.json."
		return &mashal.Error{Code: mashal.Incomplete, Op: count(len(report.Failures), "verse") + " failed", Hint: hint}
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
