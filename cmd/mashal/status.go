package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

// A bookLine is one book in `mashal status --json`.
type bookLine struct {
	Book    string               `json:"book"`
	OSIS    string               `json:"osis"`
	Verses  map[mashal.State]int `json:"verses"`
	Figures int                  `json:"figures"`
}

// A status is the flags of `mashal status`.
type status struct {
	*program
	annotator string
	all       bool
	json      bool
}

func newStatus(p *program) *cobra.Command {
	s := &status{program: p}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Count where the verses of each book stand",
		Long: `Count where the verses of each book stand: not run, running, done or failed. Every
verse is in exactly one of these states under one annotator, that of the latest
run unless another is named. Books with nothing but verses that were not run
are left out without --all. It works while a run goes on.`,
		Example: `  mashal status
  mashal status --all --json | jq '.[] | select(.verses.failed > 0)'`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.annotator, "annotator", "", "count for the annotator of this name")
	flags.BoolVar(&s.all, "all", false, "list all 39 books")
	flags.BoolVar(&s.json, "json", false, "print a JSON list")
	registerCompletion(cmd, "annotator", p.completeAnnotators)
	return cmd
}

func (s *status) run(ctx context.Context) (err error) {
	book, err := s.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	annotator, err := s.whose(ctx, book)
	if err != nil {
		return err
	}
	counted, err := book.Status(ctx, annotator.Fingerprint)
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
	fmt.Fprintf(s.stdout, "verses by state, as read by %s %s\n\n", annotator.Name, annotator.Version)
	if cut > 0 {
		defer func() {
			fmt.Fprintf(s.stdout, "\n%d of those not run were being read by a run that was cut off; the next annotate takes them up.\n", cut)
		}()
	}
	return s.table(func(w io.Writer) {
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
}

// countCut counts verses that a dead run left running as what they are, not
// run, and returns how many there were. Of a ledger on a server this machine
// cannot say whether somebody is at work on it.
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

// whose is the annotator to count for.
func (s *status) whose(ctx context.Context, book *ledger.Ledger) (mashal.Annotator, error) {
	if s.annotator == "" {
		latest, err := book.LatestRun(ctx)
		if errors.Is(err, ledger.ErrNoRun) {
			return mashal.Annotator{}, mashal.Usagef("mashal annotate Ezekiel 1-10", "there has been no run in %s", s.ledgerPlace())
		}
		return latest.Annotator, err
	}
	known, err := book.Annotators(ctx)
	if err != nil {
		return mashal.Annotator{}, err
	}
	var names []string
	for i := len(known) - 1; i >= 0; i-- { // the latest of that name
		if known[i].Name == s.annotator {
			return known[i], nil
		}
		names = append(names, known[i].Name)
	}
	return mashal.Annotator{}, mashal.Usagef("mashal status", "no annotator %q has read anything in %s; these have: %s", s.annotator, s.ledgerPlace(), strings.Join(names, ", "))
}

func versesOf(b mashal.Book) int {
	n := 0
	for chapter := 1; chapter <= b.Chapters(); chapter++ {
		n += b.Verses(chapter)
	}
	return n
}
