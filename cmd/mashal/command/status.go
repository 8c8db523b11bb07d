package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
	"mashal/report"
)

// bookLine is one book in the output of `mashal status --json`.
type bookLine struct {
	Annotator string               `json:"annotator"`
	Book      string               `json:"book"`
	OSIS      string               `json:"osis"`
	Verses    map[mashal.State]int `json:"verses"`
	Figures   int                  `json:"figures"`
}

// status holds the flags of `mashal status`.
type status struct {
	*program
	annotator string
	all       bool
	batches   bool
	follow    bool // --watch
	next      bool
	json      bool
}

func newStatus(p *program) *cobra.Command {
	s := &status{program: p}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show progress by book",
		Long: `Show how many verses of each book are not run, running, done or failed, for each
annotator in its latest version, that of the latest run first. Every verse is in
exactly one of these states for one annotator. --annotator shows those of a name: a
model and its simulation can have the same, unless "(simulated)" follows it. Books
without a verse in another state than not run are left out without --all. It can be
used while a run is going on, and changes nothing.

Below, it lists the batches under way, as they were when their vendors were last
asked (docs/batches.md). --batches lists all batches.

--watch shows the progress of the latest run until it ends: in place on a terminal,
elsewhere as a line per change. It waits if there is no run yet, and with --next for
the run that begins next. Its exit status is that of the run.`,
		Example: `  mashal status
  mashal status --batches
  mashal status --watch && mashal build
  mashal status --all --json | jq '.[] | select(.verses.failed > 0)'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.annotator, "annotator", "", "show only the progress of this annotator")
	flags.BoolVar(&s.all, "all", false, "list all 39 books")
	flags.BoolVar(&s.batches, "batches", false, "list all batches instead of the books")
	flags.BoolVar(&s.follow, "watch", false, "show the latest run until it ends, with its exit status")
	flags.BoolVar(&s.next, "next", false, "with --watch: wait for a run that begins after this command")
	flags.BoolVar(&s.json, "json", false, "print a JSON list; with --watch, a JSON object per change")
	registerCompletion(cmd, "annotator", p.completeAnnotators)
	return cmd
}

func (s *status) run(ctx context.Context) (err error) {
	switch {
	case s.next && !s.follow:
		return mashal.Usagef("mashal status --watch --next", "--next is for --watch")
	case s.follow && (s.batches || s.all || s.annotator != ""):
		return mashal.Usagef("mashal status --watch", "--watch shows a run, so it cannot be combined with --batches, --all or --annotator")
	case s.follow:
		return s.watch(ctx)
	}
	l, err := s.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	batches, err := l.Batches(ctx)
	if err != nil {
		return err
	}
	if s.batches {
		return s.printBatches(batches, true)
	}
	annotators, err := s.chosenAnnotators(ctx, l)
	if err != nil {
		return err
	}
	shown := []bookLine{}
	for i, a := range annotators {
		progress, err := s.progressOf(ctx, l, a)
		if err != nil {
			return err
		}
		if i > 0 && !progress.begun { // its run has just started
			continue
		}
		shown = append(shown, progress.books...)
		if s.json {
			continue
		}
		if i > 0 {
			fmt.Fprintln(s.stdout)
		}
		if err := s.print(progress); err != nil {
			return err
		}
	}
	if s.json {
		return s.printJSON(shown)
	}
	latest, err := l.LatestRun(ctx)
	if err != nil && !errors.Is(err, ledger.ErrNoRun) {
		return err
	}
	if err := s.printBatches(slices.DeleteFunc(batches, func(b mashal.Batch) bool { return !b.Open() }), false); err != nil {
		return err
	}
	if err := s.printFleet(ctx, l); err != nil {
		return err
	}
	if latest.Note != "" { // what it waits for, or why it stopped
		fmt.Fprintf(s.stdout, "\nrun %s %s\n", latest.ID, latest.Note)
	}
	return nil
}

// annotatorProgress is how far an annotator has come.
type annotatorProgress struct {
	annotator mashal.Annotator
	books     []bookLine // those shown
	total     bookLine
	begun     bool // a verse is in another state than not run
	cut       int  // verses not run that belong to a run that was cut off
	failures  []mashal.FailureCount
}

// progressOf counts the verses of an annotator by book and state.
func (s *status) progressOf(ctx context.Context, l *ledger.Ledger, annotator mashal.Annotator) (*annotatorProgress, error) {
	counted, err := l.Status(ctx, annotator.Fingerprint)
	if err != nil {
		return nil, err
	}
	p := &annotatorProgress{annotator: annotator, cut: s.countCut(counted), total: bookLine{Book: "all shown", Verses: map[mashal.State]int{}}}
	for _, b := range counted {
		touched := b.Verses[mashal.NotRun] < versesOf(b.Book)
		p.begun = p.begun || touched
		if !s.all && !touched {
			continue
		}
		line := bookLine{annotator.Label(), b.Book.Name(), b.Book.OSIS(), map[mashal.State]int{}, b.Figures}
		for _, state := range mashal.States {
			line.Verses[state] = b.Verses[state]
			p.total.Verses[state] += b.Verses[state]
		}
		p.total.Figures += b.Figures
		p.books = append(p.books, line)
	}
	p.failures, err = l.FailureCounts(ctx, annotator.Fingerprint)
	return p, err
}

// print writes the progress of an annotator, and why verses failed.
func (s *status) print(p *annotatorProgress) error {
	fmt.Fprintf(s.stdout, "verses by state, as annotated by %s %s\n\n", p.annotator.Label(), p.annotator.Version)
	err := s.table(func(w io.Writer) {
		heads := []string{"book"}
		for _, state := range mashal.States {
			heads = append(heads, string(state))
		}
		fmt.Fprintf(w, "%s\tfigures\n", strings.Join(heads, "\t"))
		for _, line := range append(p.books, p.total) {
			fmt.Fprint(w, line.Book)
			for _, state := range mashal.States {
				fmt.Fprintf(w, "\t%d", line.Verses[state])
			}
			fmt.Fprintf(w, "\t%d\n", line.Figures)
		}
	})
	if p.cut > 0 {
		fmt.Fprintf(s.stdout, "\n%d of the verses not run belong to a run that was cut off; the next annotate does them.\n", p.cut)
	}
	if len(p.failures) > 0 {
		fmt.Fprintf(s.stdout, "\nfailed: %s\n", mashal.FailureText(p.failures))
	}
	return err
}

// countCut counts the verses that a dead process left running as not run, and
// returns their number. For a ledger on a server it is unknown whether the process
// is alive, so they stay running.
func (s *status) countCut(counted []ledger.BookStatus) (cut int) {
	for _, b := range counted {
		cut += b.Verses[mashal.Running]
	}
	if cut == 0 || s.ledger != "" {
		return 0
	}
	if _, held, err := report.Folder(s.dir).Holder(); held || err != nil {
		return 0
	}
	for _, b := range counted {
		b.Verses[mashal.NotRun] += b.Verses[mashal.Running]
		b.Verses[mashal.Running] = 0
	}
	return cut
}

// chosenAnnotators returns the annotators to show, each in the version of its latest run:
// those of the name given, or all, that of the latest run first.
func (s *status) chosenAnnotators(ctx context.Context, l *ledger.Ledger) ([]mashal.Annotator, error) {
	runs, err := l.Runs(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]mashal.Annotator, len(runs)) // no validators, which can have the same names
	for i := range runs {
		known[i] = runs[i].Annotator
	}
	if s.annotator == "" {
		if len(runs) == 0 {
			return nil, mashal.Usagef(s.firstRun(), "there has been no run in %s", s.ledgerPlace())
		}
		return latestVersions(known), nil
	}
	list := annotatorsNamed(s.annotator, known)
	if len(list) == 0 {
		return nil, mashal.Usagef("mashal status", "unknown annotator %q; %s has %s", s.annotator, s.ledgerPlace(), strings.Join(annotatorNames(known), ", "))
	}
	return list, nil
}

// annotatorsNamed returns the latest versions of the annotators that have a name, or that are
// printed as it is. A model and its simulation can have the same name.
func annotatorsNamed(name string, known []mashal.Annotator) []mashal.Annotator {
	named := llm.AnnotatorName(name)
	return slices.DeleteFunc(latestVersions(known), func(a mashal.Annotator) bool { return a.Name != named && a.Label() != name })
}

// latestVersions returns the latest version of each annotator, the latest first. known is in
// the order of runs.
func latestVersions(known []mashal.Annotator) (latest []mashal.Annotator) {
	for _, a := range slices.Backward(known) {
		if !slices.ContainsFunc(latest, func(b mashal.Annotator) bool { return b.Name == a.Name && b.Kind == a.Kind }) {
			latest = append(latest, a)
		}
	}
	return latest
}

// annotatorNames returns the names of annotators in alphabetical order. Versions of an
// annotator have the same name, which is listed once.
func annotatorNames(annotators []mashal.Annotator) []string {
	var names []string
	for _, a := range annotators {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func versesOf(b mashal.Book) int {
	n := 0
	for chapter := 1; chapter <= b.Chapters(); chapter++ {
		n += b.Verses(chapter)
	}
	return n
}
