package main

import (
	"fmt"
	"io"

	"mashal/pipeline"
)

// A progress shows a run to whoever waits for it.
type progress interface {
	Observe(pipeline.Event) // one event at a time
	Stopping()              // the run was asked to stop; may come at any time
	Close() error           // no more events; tells if showing them went wrong
}

// progress chooses how this run is shown: events for programs, bars on a
// terminal, plain lines elsewhere.
func (a *annotateCommand) progress() progress {
	_, height, isTerminal := terminalSize(a.stderr)
	switch {
	case a.json:
		return newEvents(a.stdout)
	case a.quiet:
		return silence{}
	case isTerminal && a.getenv("TERM") != "dumb":
		return newBars(a.stdout, a.stderr, height, a.colours(a.stderr))
	}
	return &lines{out: a.stdout, log: a.stderr}
}

const stoppingNote = "stopping: what is being read is finished first (a second time stops at once)"

// lines is progress for logs: one line per event, the report apart.
type lines struct {
	out, log io.Writer
	err      error
}

func (l *lines) Observe(e pipeline.Event) {
	switch e := e.(type) {
	case pipeline.Started: // that it ended is news enough
	case pipeline.Finished:
		_, l.err = fmt.Fprintln(l.out, e)
	default:
		fmt.Fprintln(l.log, e)
	}
}

func (l *lines) Stopping() { fmt.Fprintln(l.log, stoppingNote) }

func (l *lines) Close() error { return l.err }

// silence is progress for those who want none.
type silence struct{}

func (silence) Observe(pipeline.Event) {}
func (silence) Stopping()              {}
func (silence) Close() error           { return nil }
