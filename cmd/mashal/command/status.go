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
	Book    string               `json:"book"`
	OSIS    string               `json:"osis"`
	Verses  map[mashal.State]int `json:"verses"`
	Figures int                  `json:"figures"`
}

// status holds the flags of `mashal status`.
type status struct {
	*program
	annotator string
	all       bool
	batches   bool
	json      bool
}

func newStatus(p *program) *cobra.Command {
	s := &status{program: p}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show progress by book",
		Long: `Show how many verses of each book are not run, running, done or failed. Every
verse is in exactly one of these states for one annotator: that of the latest run,
unless --annotator names another one. Books without a verse in another state than
not run are left out without --all. It can be used while a run is going on, and
changes nothing.

Below, it lists the batches under way, as they were when their vendors were last
asked (docs/batches.md). --batches lists all batches.`,
		Example: `  mashal status
  mashal status --batches
  mashal status --all --json | jq '.[] | select(.verses.failed > 0)'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.annotator, "annotator", "", "show the progress of this annotator")
	flags.BoolVar(&s.all, "all", false, "list all 39 books")
	flags.BoolVar(&s.batches, "batches", false, "list all batches instead of the books")
	flags.BoolVar(&s.json, "json", false, "print a JSON list")
	registerCompletion(cmd, "annotator", p.completeAnnotators)
	return cmd
}

func (s *status) run(ctx context.Context) (err error) {
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
	annotator, err := s.chosenAnnotator(ctx, l)
	if err != nil {
		return err
	}
	counted, err := l.Status(ctx, annotator.Fingerprint)
	if err != nil {
		return err
	}
	cut := s.countCut(counted)
	var shown []bookLine
	var total bookLine
	total.Book, total.Verses = "all shown", map[mashal.State]int{}
	for _, b := range counted {
		if !s.all && b.Verses[mashal.NotRun] == versesOf(b.Book) {
			continue
		}
		line := bookLine{b.Book.Name(), b.Book.OSIS(), map[mashal.State]int{}, b.Figures}
		for _, state := range mashal.States {
			line.Verses[state] = b.Verses[state]
			total.Verses[state] += b.Verses[state]
		}
		total.Figures += b.Figures
		shown = append(shown, line)
	}
	if s.json {
		if shown == nil {
			shown = []bookLine{}
		}
		return s.printJSON(shown)
	}
	failures, err := l.FailureCounts(ctx, annotator.Fingerprint)
	if err != nil {
		return err
	}
	latest, err := l.LatestRun(ctx)
	if err != nil && !errors.Is(err, ledger.ErrNoRun) {
		return err
	}
	defer func() { s.printReasons(failures, latest) }()
	fmt.Fprintf(s.stdout, "verses by state, as read by %s %s\n\n", annotator.Label(), annotator.Version)
	if cut > 0 {
		defer func() {
			fmt.Fprintf(s.stdout, "\n%d of the verses not run belong to a run that was cut off; the next annotate does them.\n", cut)
		}()
	}
	err = s.table(func(w io.Writer) {
		heads := []string{"book"}
		for _, state := range mashal.States {
			heads = append(heads, string(state))
		}
		fmt.Fprintf(w, "%s\tfigures\n", strings.Join(heads, "\t"))
		for _, line := range append(shown, total) {
			fmt.Fprint(w, line.Book)
			for _, state := range mashal.States {
				fmt.Fprintf(w, "\t%d", line.Verses[state])
			}
			fmt.Fprintf(w, "\t%d\n", line.Figures)
		}
	})
	if err != nil {
		return err
	}
	return s.printBatches(slices.DeleteFunc(batches, func(b mashal.Batch) bool { return !b.Open() }), false)
}

// printReasons prints why verses failed, and what the latest run waits for or why it
// stopped.
func (s *status) printReasons(failures []mashal.FailureCount, latest mashal.Run) {
	if len(failures) > 0 {
		fmt.Fprintf(s.stdout, "\nfailed: %s\n", mashal.FailureText(failures))
	}
	if latest.Note != "" {
		fmt.Fprintf(s.stdout, "\nrun %s %s\n", latest.ID, latest.Note)
	}
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

// chosenAnnotator returns the annotator to show: the latest version of the one
// named, or that of the latest run.
func (s *status) chosenAnnotator(ctx context.Context, l *ledger.Ledger) (mashal.Annotator, error) {
	if s.annotator == "" {
		latest, err := l.LatestRun(ctx)
		if errors.Is(err, ledger.ErrNoRun) {
			return mashal.Annotator{}, mashal.Usagef("mashal annotate Ezekiel 1-10", "there has been no run in %s", s.ledgerPlace())
		}
		return latest.Annotator, err
	}
	known, err := l.Annotators(ctx)
	if err != nil {
		return mashal.Annotator{}, err
	}
	named := llm.AnnotatorName(s.annotator)
	for _, a := range slices.Backward(known) {
		if a.Name == named {
			return a, nil
		}
	}
	return mashal.Annotator{}, mashal.Usagef("mashal status", "unknown annotator %q; %s has %s", s.annotator, s.ledgerPlace(), strings.Join(annotatorNames(known), ", "))
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
