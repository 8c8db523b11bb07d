package pipeline

import (
	"fmt"
	"time"

	"mashal"
	"mashal/ledger"
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
	Validator   string // "" if there is none
	Chapters    int    // with something to do
	Verses      int    // to annotate
	ToValidate  int    // verses whose figures earlier runs found, to be validated
	AlreadyDone int    // verses of the selection done before
	Workers     int
}

// An Assignment is what a worker (from 1) has taken: verses to read, or whose
// figures are to be judged.
type Assignment struct {
	Worker  int
	Purpose ledger.Purpose
	Chapter mashal.Chapter
	Verses  []int // ascending
}

// Place is the assignment's verses: "Ezekiel 12", or "Ezekiel 12:1-14" for a
// part of the chapter.
func (a Assignment) Place() string {
	if len(a.Verses) == a.Chapter.Verses() {
		return a.Chapter.String()
	}
	ranges := make([]mashal.WordRange, len(a.Verses))
	for i, v := range a.Verses {
		ranges[i] = mashal.WordRange{First: v, Last: v}
	}
	return a.Chapter.String() + ":" + mashal.ExactSpan(ranges...).String()
}

// Started says that a worker has begun.
type Started struct{ Assignment }

// Ended says that what came of an assignment is durable in the ledger.
type Ended struct {
	Assignment
	Outcome  mashal.State // Done, Failed if any verse failed, NotRun if interrupted
	Ended    int          // verses that came to their end, done or failed
	Failed   int          // of them
	Figures  int          // found, or judged
	Duration time.Duration
	Err      error // why verses failed, if the annotator gave up
}

// Finished is the last event.
type Finished struct{ Report *Report }

func (e Planned) String() string {
	if e.Verses == 0 && e.ToValidate == 0 {
		return fmt.Sprintf("run %s: nothing to do, all %d verses are already done by %s", e.Run, e.AlreadyDone, e.Annotator)
	}
	line := fmt.Sprintf("run %s: %s to annotate in %s with %s", e.Run, count(e.Verses, "verse"), count(e.Chapters, "chapter"), e.Annotator)
	if e.Validator != "" {
		line += ", validated by " + e.Validator
	}
	line += ", " + count(e.Workers, "worker")
	if e.AlreadyDone > 0 {
		line += fmt.Sprintf(" (%s already done)", count(e.AlreadyDone, "verse"))
	}
	if e.ToValidate > 0 {
		line += fmt.Sprintf("; the figures of %s that are done are to be validated", count(e.ToValidate, "verse"))
	}
	return line
}

func (e Started) String() string {
	if e.Purpose == ledger.Validation {
		return fmt.Sprintf("worker %d: validation of %s started (%s)", e.Worker, e.Place(), count(len(e.Verses), "verse"))
	}
	return fmt.Sprintf("worker %d: %s started (%s)", e.Worker, e.Place(), count(len(e.Verses), "verse"))
}

func (e Ended) String() string {
	what, place := fmt.Sprintf("%s, %s", count(e.Ended, "verse"), count(e.Figures, "figure")), e.Place()
	if e.Purpose == ledger.Validation {
		place = "validation of " + place
	}
	seconds := e.Duration.Seconds()
	switch e.Outcome {
	case mashal.Failed:
		line := fmt.Sprintf("worker %d: %s failed in part after %.2fs (%s, %d failed)", e.Worker, place, seconds, what, e.Failed)
		if e.Err != nil {
			line += ": " + e.Err.Error()
		}
		return line
	case mashal.NotRun:
		return fmt.Sprintf("worker %d: %s interrupted after %.2fs (%s kept)", e.Worker, place, seconds, what)
	}
	return fmt.Sprintf("worker %d: %s done in %.2fs (%s)", e.Worker, place, seconds, what)
}

func (e Finished) String() string { return e.Report.Summary() }

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
