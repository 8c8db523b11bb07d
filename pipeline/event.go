package pipeline

import (
	"fmt"
	"time"

	"mashal"
)

// An Event is something that happened in a run, for whoever shows it.
type Event interface {
	// String is the event as one line of a log.
	String() string
}

// Planned is the first event: what the run will do.
type Planned struct {
	Run         string
	Annotator   string
	Chapters    int // with something to do
	Verses      int // to do
	AlreadyDone int // verses of the selection done before
	Workers     int
}

// ChapterStarted says that a worker (from 1) has taken a chapter.
type ChapterStarted struct {
	Worker  int
	Chapter mashal.Chapter
	Verses  int
}

// ChapterEnded says that a chapter is durable in the ledger.
type ChapterEnded struct {
	Worker   int
	Chapter  mashal.Chapter
	Outcome  mashal.State // Done, Failed if any verse failed, NotRun if interrupted
	Verses   int          // that came to their end, done or failed
	Failed   int          // of them
	Figures  int
	Duration time.Duration
	Err      error // why verses failed, if the annotator gave up
}

// Finished is the last event.
type Finished struct{ Report *Report }

func (e Planned) String() string {
	if e.Verses == 0 {
		return fmt.Sprintf("run %s: nothing to do, all %d verses are already done by %s", e.Run, e.AlreadyDone, e.Annotator)
	}
	line := fmt.Sprintf("run %s: %s to annotate in %s with %s, %s", e.Run,
		count(e.Verses, "verse"), count(e.Chapters, "chapter"), e.Annotator, count(e.Workers, "worker"))
	if e.AlreadyDone > 0 {
		line += fmt.Sprintf(" (%s already done)", count(e.AlreadyDone, "verse"))
	}
	return line
}

func (e ChapterStarted) String() string {
	return fmt.Sprintf("worker %d: %s started (%s)", e.Worker, e.Chapter, count(e.Verses, "verse"))
}

func (e ChapterEnded) String() string {
	what := fmt.Sprintf("%s, %s", count(e.Verses, "verse"), count(e.Figures, "figure"))
	switch e.Outcome {
	case mashal.Failed:
		line := fmt.Sprintf("worker %d: %s failed in part after %.2fs (%s, %d failed)", e.Worker, e.Chapter, e.Duration.Seconds(), what, e.Failed)
		if e.Err != nil {
			line += ": " + e.Err.Error()
		}
		return line
	case mashal.NotRun:
		return fmt.Sprintf("worker %d: %s interrupted after %.2fs (%s kept)", e.Worker, e.Chapter, e.Duration.Seconds(), what)
	}
	return fmt.Sprintf("worker %d: %s done in %.2fs (%s)", e.Worker, e.Chapter, e.Duration.Seconds(), what)
}

func (e Finished) String() string { return e.Report.Summary() }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
