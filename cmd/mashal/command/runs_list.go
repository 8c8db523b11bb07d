package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

// runLine is one run in the output of `mashal runs --json` and `mashal status --watch
// --json`.
type runLine struct {
	Number    int                  `json:"number"`
	Run       string               `json:"run"`
	Started   string               `json:"started"`
	Ended     string               `json:"ended,omitempty"`
	State     mashal.RunState      `json:"state"`
	Annotator string               `json:"annotator"`
	Validator string               `json:"validator,omitempty"`
	Selection string               `json:"selection"`
	Workers   int                  `json:"workers"`
	Verses    map[mashal.State]int `json:"verses"`
	Figures   int                  `json:"figures"`
	Requests  int                  `json:"requests"`
	Input     int64                `json:"input_tokens"`
	Output    int64                `json:"output_tokens"`
	Cost      float64              `json:"cost"`
	Unpriced  int                  `json:"requests_of_unknown_cost"`
	Seconds   float64              `json:"seconds"`
	Note      string               `json:"note,omitempty"`
}

// lineOf returns a run for programs.
func lineOf(p *mashal.RunProgress) runLine {
	r := &p.Run
	line := runLine{
		Number: r.Number, Run: r.ID, Started: stamp(r.Started), Ended: stamp(r.Ended), State: r.State, Annotator: r.Annotator.Label(), Validator: r.Validator.Name,
		Selection: r.Selection, Workers: r.Workers, Verses: map[mashal.State]int{}, Figures: p.Figures, Requests: p.Spend.Calls,
		Input: p.Spend.Input, Output: p.Spend.Output, Cost: p.Spend.Cost.USD(), Unpriced: p.Spend.Unpriced, Seconds: lasted(r).Seconds(), Note: r.Note,
	}
	for _, state := range mashal.States {
		line.Verses[state] = p.Verses[state]
	}
	return line
}

// lasted returns how long a run took, or has taken so far. It is unknown, and 0, for one
// that was cut off.
func lasted(r *mashal.Run) time.Duration {
	switch {
	case !r.Ended.IsZero():
		return r.Ended.Sub(r.Started)
	case r.State == mashal.RunGoing:
		return max(time.Since(r.Started), 0)
	}
	return 0
}

// runsCommand holds the flags of `mashal runs`.
type runsCommand struct {
	*program
	annotator string
	state     string
	since     string
	limit     int
	json      bool
}

// runStates are the values of --state.
var runStates = []mashal.RunState{mashal.RunGoing, mashal.RunCut, mashal.RunDone, mashal.RunIncomplete, mashal.RunInterrupted, mashal.RunFailed}

func newRuns(p *program) *cobra.Command {
	r := &runsCommand{program: p}
	cmd := &cobra.Command{
		Use:   "runs",
		Short: "List the runs",
		Long: `List the runs in the ledger, the latest first: when each started, how it ended, what
it was to do, how many verses it did, what it cost and how long it took. Verses that
a later run took over count there. It can be used while a run is going on.

The states are running, cut off (its process ended without a result), done,
incomplete (verses failed), interrupted and failed.`,
		Example: `  mashal runs
  mashal runs --state incomplete --annotator openai:gpt-5.1
  mashal runs --since 2026-11-01 --limit 0 --json | jq 'map(.cost) | add'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&r.annotator, "annotator", "", "list only the runs of this annotator")
	flags.StringVar(&r.state, "state", "", "list only runs in this `state`")
	flags.StringVar(&r.since, "since", "", "list only runs that started on this `date` (2026-11-30) or later")
	flags.IntVar(&r.limit, "limit", 20, "list at most this `number` of runs; 0 lists all")
	flags.BoolVar(&r.json, "json", false, "print a JSON list")
	registerCompletion(cmd, "annotator", p.completeAnnotators)
	registerCompletion(cmd, "state", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		var names []cobra.Completion
		for _, s := range runStates {
			names = append(names, string(s))
		}
		return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	})
	return cmd
}

func (r *runsCommand) run(ctx context.Context) (err error) {
	if r.limit < 0 {
		return mashal.Usagef("--limit 0 for all", "--limit %d is negative", r.limit)
	}
	if r.state != "" && !slices.Contains(runStates, mashal.RunState(r.state)) {
		return mashal.Usagef("--state incomplete", "--state %q is not running, cut off, done, incomplete, interrupted or failed", r.state)
	}
	var since time.Time
	if r.since != "" {
		if since, err = time.ParseInLocation(time.DateOnly, r.since, time.Local); err != nil {
			return mashal.Usagef("--since 2026-11-30", "--since %q is not a date", r.since)
		}
	}
	l, err := r.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	runs, err := l.Runs(ctx)
	if err != nil {
		return err
	}
	slices.Reverse(runs)
	for i := range runs {
		if err := r.markCut(ctx, l, &runs[i]); err != nil {
			return err
		}
	}
	if r.annotator != "" {
		var known []mashal.Annotator
		for i := range runs {
			known = append(known, runs[i].Annotator)
		}
		named := annotatorsNamed(r.annotator, known)
		if len(named) == 0 {
			return mashal.Usagef("mashal runs", "unknown annotator %q; %s has %s", r.annotator, r.ledgerPlace(), strings.Join(annotatorNames(known), ", "))
		}
		runs = slices.DeleteFunc(runs, func(run mashal.Run) bool {
			return !slices.ContainsFunc(named, func(a mashal.Annotator) bool { return a.Name == run.Annotator.Name && a.Kind == run.Annotator.Kind })
		})
	}
	runs = slices.DeleteFunc(runs, func(run mashal.Run) bool {
		return r.state != "" && string(run.State) != r.state || run.Started.Before(since)
	})
	if r.limit > 0 {
		runs = runs[:min(r.limit, len(runs))]
	}
	list, err := l.ProgressOf(ctx, runs)
	if err != nil {
		return err
	}
	return r.print(list)
}

// print writes runs as a table, or as JSON.
func (r *runsCommand) print(list []mashal.RunProgress) error {
	if r.json {
		lines := []runLine{}
		for i := range list {
			lines = append(lines, lineOf(&list[i]))
		}
		return r.printJSON(lines)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(r.stdout, "there is no such run")
		return err
	}
	return r.table(func(w io.Writer) {
		fmt.Fprint(w, "number\trun\tstarted\tstate\tannotator\tselection\tdone\tfailed\tcost\tduration\n")
		for i := range list {
			p := &list[i]
			fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\t%s\n", p.Run.Number, p.Run.ID, minute(p.Run.Started), p.Run.State, p.Run.Annotator.Label(),
				shortened(p.Run.Selection, 40), p.Verses[mashal.Done], p.Verses[mashal.Failed], costText(&p.Spend), durationText(&p.Run))
		}
	})
}

// costText returns what requests cost, for people.
func costText(s *mashal.Spend) string {
	switch {
	case s.Calls == 0:
		return "–"
	case s.Unpriced == s.Calls && s.Cost == 0:
		return "unknown"
	case s.Unpriced > 0:
		return "≥ " + s.Cost.String()
	}
	return s.Cost.String()
}

// durationText returns how long a run took, for people.
func durationText(r *mashal.Run) string {
	if r.State == mashal.RunCut {
		return "–"
	}
	if d := lasted(r); d < time.Minute {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return lasted(r).Round(time.Second).String()
}

// shortened returns s with at most n characters.
func shortened(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// markCut marks a run as cut off if it has not ended and no process writes to its ledger.
// A run of a fleet may wait for workers, so it is never marked.
func (p *program) markCut(ctx context.Context, l *ledger.Ledger, run *mashal.Run) error {
	if !run.Going() || ledger.IsFleet(run) {
		return nil
	}
	written, known, err := l.Written(ctx)
	if err == nil && !known {
		_, written, err = report.Folder(p.dir).Holder()
	}
	if err == nil && !written {
		// It may have ended since it was read.
		now, err := l.Run(ctx, run.ID)
		if err != nil {
			return err
		}
		if *run = now; run.Going() {
			run.State = mashal.RunCut
		}
	}
	return err
}

// mustEnd returns the error of a run that has ended, with the code of its exit status.
func (p *program) mustEnd(progress *mashal.RunProgress) error {
	r := &progress.Run
	e := &mashal.Error{Op: "run " + r.ID + " is " + string(r.State)}
	if r.Note != "" {
		e.Op += ": " + r.Note
	}
	switch r.State {
	case mashal.RunDone:
		return nil
	case mashal.RunIncomplete:
		e.Code, e.Hint = mashal.Incomplete, "mashal retry does again what failed."
		if n := progress.Verses[mashal.Failed]; n > 0 && r.Note == "" {
			e.Op += ": " + count(n, "verse") + " failed"
		}
	case mashal.RunInterrupted:
		e.Code, e.Hint = cmp.Or(r.Code, mashal.Interrupted), "Resume with the same command: "+report.ShellLine(r.Command)
	case mashal.RunCut:
		e.Code, e.Hint = mashal.Interrupted, "Its process ended without a result. Resume with the same command: "+report.ShellLine(r.Command)
	}
	return e
}
