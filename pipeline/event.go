package pipeline

import (
	"fmt"
	"time"

	"mashal"
	"mashal/batch"
	"mashal/ledger"
	"mashal/llm"
	"mashal/report"
)

// An Event is something that happened in a run.
type Event interface {
	// String returns the event as a line of the run's log.
	String() string
}

// Planned is the first event: what the run is to do.
type Planned struct {
	Run         string
	Annotator   string
	Simulated   bool   // what the annotator finds is simulated
	Validator   string // "" if there is none
	Chapters    int    // with something to do
	Verses      int    // to annotate
	ToValidate  int    // verses with figures of earlier runs that are to be validated
	AlreadyDone int    // verses of the selection that were done before
	Workers     int

	// Migrated is the copy of the ledger that was made before it was migrated; nil if it
	// was not.
	Migrated *ledger.Backup
}

// An Assignment is a task and the worker that has it.
type Assignment struct {
	Worker  int // from 1
	Purpose mashal.Purpose
	Chapter mashal.Chapter
	Verses  []int // ascending; none if they are not known, of a worker elsewhere
	Attempt int64 // at the task, as the ledger numbers it
	Follows int64 // the attempt of this run that found the figures to validate; 0 if there is none
}

// Reference returns the verses as people write them: "Ezekiel 12", or
// "Ezekiel 12:1-14" for a part of the chapter.
func (a Assignment) Reference() string {
	if len(a.Verses) == 0 || len(a.Verses) == a.Chapter.Verses() {
		return a.Chapter.String()
	}
	ranges := make([]mashal.WordRange, len(a.Verses))
	for i, v := range a.Verses {
		ranges[i] = mashal.WordRange{First: v, Last: v}
	}
	return a.Chapter.String() + ":" + mashal.ExactSpan(ranges...).String()
}

// what returns the task in words.
func (a Assignment) what() string {
	if a.Purpose == mashal.Validation {
		return "validation of " + a.Reference()
	}
	return a.Reference()
}

// Started is the event that a worker has begun a task.
type Started struct{ Assignment }

// Waiting is the event that a task waits before it makes a failed request again.
// Its worker is free for other tasks.
type Waiting struct {
	Assignment
	For time.Duration
}

// Held is the event that a request of a task was held back, by the limits of its key or
// by a brake, and is not held back any more. Its worker waited with it.
type Held struct {
	Assignment
	For time.Duration
}

// Resumed is the event that a worker goes on with a task that has waited.
type Resumed struct{ Assignment }

// Capable is the event that a model has answered for the first time in a run, or
// that more became known of the requests that its server accepts.
type Capable struct{ ledger.Capability }

// Ended is the event that the outcome of a task is durable in the ledger.
type Ended struct {
	Assignment
	Outcome  mashal.State // Done, Failed if any verse failed, NotRun if interrupted
	Ended    int          // verses that are done or have failed
	Failed   int          // of these
	Figures  int          // found, or validated
	Duration time.Duration
	Failures []mashal.Failure // of the verses that failed, as far as their reasons are known
	Err      error            // why the annotator gave up, or was interrupted; nil if it did not
	Deferred bool             // with NotRun: the rest waits for a batch
	Left     int              // tasks of the chapter that can start or have started
}

// Batched is the event that something happened to a batch.
type Batched struct{ batch.Event }

// Left is the event that the run ends while batches are under way.
type Left struct {
	Batches int
	Kept    int      // requests that wait until the budget allows them
	Command []string // takes the batches up
}

// Why returns why verses failed or the task was interrupted, and "" if there is
// nothing to say.
func (e Ended) Why() string {
	switch {
	case len(e.Failures) > 0:
		return mashal.FailureText(mashal.CountFailures(e.Failures))
	case e.Err == nil, e.Outcome == mashal.NotRun:
		return "" // interrupted; Stopped says why if the user did not do it
	}
	return e.Err.Error()
}

// Paused is the event that the brake of a model has paused the run, is about to
// send a probe, or has ended the pause.
type Paused struct{ llm.Pause }

// Unreachable is the event that the run waits for the server of its ledger, or that
// it has waited.
type Unreachable struct{ mashal.Outage }

// Stopped is the event that the run stops because no task of it can succeed, or
// because a pause was too long.
type Stopped struct {
	Reason string

	quotes bool   // Reason may quote a prompt or an answer
	why    string // without it
}

// Queued is the event that the chapters of a run are in the queue of a fleet.
type Queued struct {
	Run       string
	Chapters  int
	Verses    int
	Elsewhere int  // verses of the selection that other runs of the fleet are to annotate
	Joined    bool // the run began earlier
}

// Finished is the last event.
type Finished struct{ Report *report.Report }

// label returns the annotator's name for people.
func (e Planned) label() string {
	if e.Simulated {
		return mashal.Annotator{Name: e.Annotator, Kind: mashal.BySimulation}.Label()
	}
	return e.Annotator
}

func (e Planned) String() string {
	migrated := ""
	if e.Migrated != nil {
		migrated = fmt.Sprintf("; the ledger was migrated from version %d, which is kept as %s", e.Migrated.Version, e.Migrated.Where)
	}
	if e.Verses == 0 && e.ToValidate == 0 {
		return fmt.Sprintf("run %s: nothing to do, all %d verses are already done by %s", e.Run, e.AlreadyDone, e.label()) + migrated
	}
	line := fmt.Sprintf("run %s: %s to annotate in %s with %s", e.Run, report.Count(e.Verses, "verse"), report.Count(e.Chapters, "chapter"), e.label())
	if e.Validator != "" {
		line += ", validated by " + e.Validator
	}
	line += ", " + report.Count(e.Workers, "worker")
	if e.AlreadyDone > 0 {
		line += fmt.Sprintf(" (%s already done)", report.Count(e.AlreadyDone, "verse"))
	}
	if e.ToValidate > 0 {
		line += fmt.Sprintf("; the figures of %s that were annotated before are to be validated", report.Count(e.ToValidate, "verse"))
	}
	return line + migrated
}

func (e Started) String() string {
	return fmt.Sprintf("worker %d: %s started (%s)", e.Worker, e.what(), report.Count(len(e.Verses), "verse"))
}

func (e Waiting) String() string {
	return fmt.Sprintf("worker %d: %s waits %.2fs before the next request", e.Worker, e.what(), e.For.Seconds())
}

func (e Held) String() string {
	return fmt.Sprintf("worker %d: a request of %s was held back for %.2fs", e.Worker, e.what(), e.For.Seconds())
}

func (e Resumed) String() string {
	return fmt.Sprintf("worker %d: %s goes on", e.Worker, e.what())
}

func (e Capable) String() string { return e.Name() + " answers; " + e.Abilities.String() }

func (e Ended) String() string {
	task, counts := e.what(), report.Count(e.Ended, "verse")+", "+report.Count(e.Figures, "figure")
	seconds := e.Duration.Seconds()
	switch e.Outcome {
	case mashal.Failed:
		if e.Failed == e.Ended {
			return e.withReason(fmt.Sprintf("worker %d: %s failed after %.2fs (%s)", e.Worker, task, seconds, report.Count(e.Failed, "verse")))
		}
		return e.withReason(fmt.Sprintf("worker %d: %s failed in part after %.2fs (%s, %d failed)", e.Worker, task, seconds, counts, e.Failed))
	case mashal.NotRun:
		if e.Deferred {
			return fmt.Sprintf("worker %d: the rest of %s waits for a batch (%s so far)", e.Worker, task, counts)
		}
		return e.withReason(fmt.Sprintf("worker %d: %s interrupted after %.2fs (%s kept)", e.Worker, task, seconds, counts))
	}
	return fmt.Sprintf("worker %d: %s done in %.2fs (%s)", e.Worker, task, seconds, counts)
}

func (e Batched) String() string {
	name := e.Batch.VendorID
	if name == "" {
		name = e.Batch.Key
	}
	return fmt.Sprintf("batch %s (%s, %s) %s", name, e.Batch.Model, e.Batch.Purpose, e.What)
}

func (e Left) String() string {
	line := fmt.Sprintf("%s under way; mashal status shows them, and this takes them up: %s", report.Count(e.Batches, "batch"), report.ShellLine(e.Command))
	if e.Kept > 0 {
		line += fmt.Sprintf(" (%s more will be sent as the budget allows)", report.Count(e.Kept, "request"))
	}
	return line
}

// withReason adds to a line why verses failed.
func (e Ended) withReason(line string) string {
	if why := e.Why(); why != "" {
		return line + ": " + why
	}
	return line
}

func (e Paused) String() string { return e.Pause.String() }

func (e Queued) String() string {
	line := fmt.Sprintf("run %s: %s in the queue (%s)", e.Run, report.Count(e.Chapters, "chapter"), report.Count(e.Verses, "verse"))
	if e.Joined {
		line = fmt.Sprintf("run %s does this already: %s left (%s)", e.Run, report.Count(e.Chapters, "chapter"), report.Count(e.Verses, "verse"))
	}
	if e.Elsewhere > 0 {
		line += fmt.Sprintf("; other runs have %s of the selection", report.Count(e.Elsewhere, "verse"))
	}
	return line
}

func (e Stopped) String() string { return "stopping: " + e.Reason }

func (e Finished) String() string { return e.Report.Summary() }
