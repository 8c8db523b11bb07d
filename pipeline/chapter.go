package pipeline

import (
	"context"
	"log/slog"

	"mashal"
	"mashal/ledger"
)

// A Crew is the workers of one process of a fleet. All chapters that the process has
// taken share them.
type Crew struct{ workers workers }

// NewCrew returns n workers, whose numbers begin with first. Processes whose numbers
// differ have lanes of their own in the timeline of a run.
func NewCrew(first, n int) *Crew { return &Crew{newWorkers(first, n)} }

// A Chapter is the work of a run in one chapter, which a process of a fleet has taken.
type Chapter struct {
	Run    string
	Ledger *ledger.Ledger // guarded, so that it refuses writes when the chapter is another's
	Work   ledger.ChapterWork
	Crew   *Crew
	Log    *slog.Logger
}

// AnnotateChapter does the work of a run in one chapter. Of cfg it uses Text,
// Annotator, Validator, ValidateBelow, Workers, Stop and Observe. It returns when the
// work is done, when cfg.Stop or ctx ends, or when no task can succeed, for which halt
// is the reason. What was done is in the ledger in any case. err means that the ledger
// cannot be written.
func AnnotateChapter(ctx context.Context, cfg Config, c Chapter) (halt, err error) {
	started := &ledger.StartedRun{ID: c.Run}
	if len(c.Work.Annotate.Verses) > 0 {
		started.Work = []ledger.Work{c.Work.Annotate}
	}
	if len(c.Work.Validate.Verses) > 0 {
		started.Validate = []ledger.Work{c.Work.Validate}
	}
	r := &run{cfg: cfg, ledger: c.Ledger, started: started, log: c.Log, crew: c.Crew, halted: make(chan struct{})}
	err = r.work(ctx)
	if err == nil && mashal.CodeOf(r.halt) == mashal.Internal {
		err = r.halt
	}
	if r.noted && r.halt == nil {
		r.note("", mashal.Internal) // it was interrupted in a pause
	}
	return r.halt, err
}
