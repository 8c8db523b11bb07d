package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
)

// mustBeRun refuses the name of a run that never was, with the last that was.
func (p *program) mustBeRun(ctx context.Context, book *ledger.Ledger, run string) error {
	_, err := book.Run(ctx, run)
	if !errors.Is(err, ledger.ErrNoRun) {
		return err
	}
	hint := "mashal annotate Ezekiel 1-10"
	if latest, err := book.LatestRun(ctx); err == nil {
		hint = "--current " + latest.ID
	}
	return mashal.Usagef(hint, "there is no run %q in %s", run, p.dir)
}

// completeRuns offers the runs in the data folder, the latest first.
func (p *program) completeRuns(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	book, err := p.openLedger(cmd.Context())
	if err != nil {
		return nil, none
	}
	runs, err := book.Runs(cmd.Context())
	if err := errors.Join(err, book.Close()); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []cobra.Completion
	for i := len(runs) - 1; i >= 0; i-- {
		names = append(names, cobra.CompletionWithDesc(runs[i].ID, runs[i].Selection+" by "+runs[i].Annotator.Name))
	}
	return names, none | cobra.ShellCompDirectiveKeepOrder
}
