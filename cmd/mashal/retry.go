package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
	"mashal/pipeline"
)

func newRetry(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "retry [RUN]",
		Short: "Do what a run left undone",
		Long: `Give the command of a run again, the last one unless another is named. What is
done is not done again: it reads the verses that failed or were not run, and has
judged what was not.`,
		Example: `  mashal retry
  mashal retry $(ls mashal-data/runs | tail -n 1)`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: p.completeRuns,
		RunE:              func(cmd *cobra.Command, args []string) error { return p.retry(cmd.Context(), args) },
	}
}

func (p *program) retry(ctx context.Context, args []string) error {
	of, err := p.toRetry(ctx, args)
	if err != nil {
		return err
	}
	// How the program was called then may not be how it is called now.
	at := slices.Index(of.Command, "annotate")
	if at < 0 {
		return mashal.Usagef(pipeline.ShellLine(of.Command), "run %s was not begun by mashal annotate, so there is nothing to retry", of.ID)
	}
	if slices.ContainsFunc(of.Command[at:], elsewhere) {
		// A ledger can come from somebody else, and keys are this user's.
		return mashal.Usagef(pipeline.ShellLine(of.Command), "run %s asked a server that its command names, which would be sent your key: look at the command, and give it yourself", of.ID)
	}
	again := append(slices.Clone(of.Command[at:]), "--dir", p.dir) // of a flag given twice the last counts
	if p.ledger != "" {
		again = append(again, "--ledger", p.ledger)
	}
	if of.Outcome == ledger.OutcomeDone || of.Outcome == ledger.OutcomeIncomplete {
		// It has read all anew; to do that once more is not asked.
		again = slices.DeleteFunc(again, func(word string) bool { return word == "--again" })
	}
	fmt.Fprintln(p.stderr, "retrying run", of.ID+":", pipeline.ShellLine(append(slices.Clone(p.name), again...)))
	root := newRoot(p)
	root.SetArgs(again)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	return root.ExecuteContext(ctx)
}

// elsewhere reports whether a word of a command names a server that models are
// asked on and that is not this machine's.
func elsewhere(word string) bool {
	for _, found := range webAddress.FindAllStringSubmatch(word, -1) {
		host := found[1]
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); host != "localhost" && (err != nil || !ip.IsLoopback()) {
			return true
		}
	}
	return false
}

var webAddress = regexp.MustCompile(`(?i)https?://([^/]*)`)

// toRetry is the run that is named, or the last one.
func (p *program) toRetry(ctx context.Context, args []string) (of ledger.RunRecord, err error) {
	book, err := p.openLedger(ctx)
	if err != nil {
		return of, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	if len(args) == 0 {
		return book.LatestRun(ctx)
	}
	if err := p.mustBeRun(ctx, book, args[0], "mashal retry"); err != nil {
		return of, err
	}
	return book.Run(ctx, args[0])
}
