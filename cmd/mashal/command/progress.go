package command

import (
	"fmt"
	"io"
	"sync"
	"time"

	"mashal/pipeline"
	"mashal/report"
)

// A progress shows the events of a run.
type progress interface {
	Observe(pipeline.Event) // is called for one event at a time
	Close() error           // is called after the last event; returns the first error of showing events

	// Stopping shows that the run was asked to stop, and whether requests under way are
	// cut after a time. It is called by another goroutine.
	Stopping(after time.Duration, cut bool)
}

// progress returns how the events of this run are shown: as JSON for programs, as
// bars on a terminal, as lines elsewhere.
func (a *annotateCommand) progress() progress {
	_, height, isTerminal := terminalSize(a.stderr)
	switch {
	case a.json:
		return newEvents(a.stdout)
	case a.quiet:
		return noProgress{}
	case a.log != nil:
		return &reported{lines{out: a.stdout, log: a.stderr, verbose: a.verbose}, a.log}
	case isTerminal && a.getenv("TERM") != "dumb":
		return newBars(a.stdout, a.stderr, height, a.colours(a.stderr), a.verbose)
	}
	return &lines{out: a.stdout, log: a.stderr, verbose: a.verbose}
}

// stoppingNote says what happens after the first signal.
func stoppingNote(after time.Duration, cut bool) string {
	if cut {
		return fmt.Sprintf("stopping: no request begins any more, and those under way are cut in %s (a second signal cuts them now)", after)
	}
	return "stopping: no request begins any more, and those under way finish (a second signal cuts them)"
}

// lines prints one line for each event, and the report on another writer.
type lines struct {
	mu       sync.Mutex // for out and log
	out, log io.Writer
	verbose  bool
	err      error
}

// Observe prints an event.
func (l *lines) Observe(e pipeline.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := e.(type) {
	case pipeline.Started, pipeline.Waiting, pipeline.Resumed, pipeline.Asked, pipeline.Held: // run.log has them
	case pipeline.Finished:
		_, l.err = fmt.Fprintln(l.out, summary(e.Report, l.verbose))
	default:
		fmt.Fprintln(l.log, e)
	}
}

// summary returns the report of a run for people, with the sizes of logs if verbose.
func summary(r *report.Report, verbose bool) string {
	if !verbose {
		return r.Summary()
	}
	return r.Summary() + "\n  " + r.LogSizes()
}

// Stopping prints that the run was asked to stop.
func (l *lines) Stopping(after time.Duration, cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(l.log, stoppingNote(after, cut))
}

// Close returns the error of printing the report.
func (l *lines) Close() error { return l.err }

// noProgress shows nothing.
type noProgress struct{}

func (noProgress) Observe(pipeline.Event)       {}
func (noProgress) Stopping(time.Duration, bool) {}
func (noProgress) Close() error                 { return nil }
