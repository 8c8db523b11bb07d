package main

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

// openLedger opens the ledger for reading: the server's that --ledger names, or
// the data folder's.
func (p *program) openLedger(ctx context.Context) (*ledger.Ledger, error) {
	if p.ledger != "" {
		return ledger.OpenReadOnly(ctx, p.ledger)
	}
	path := report.Folder(p.dir).Ledger()
	if err := p.mustExist(path, "ledger"); err != nil {
		return nil, err
	}
	return ledger.OpenReadOnly(ctx, path)
}

// ledgerIfAny opens the ledger for reading; it is nil if there is none yet.
func (p *program) ledgerIfAny(ctx context.Context) (*ledger.Ledger, error) {
	where := p.ledger
	if where == "" {
		where = report.Folder(p.dir).Ledger()
		if _, err := os.Stat(where); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	book, err := ledger.OpenReadOnly(ctx, where)
	if errors.Is(err, ledger.ErrNone) {
		return nil, nil
	}
	return book, err
}

// ledgerPlace is where messages say that the ledger is.
func (p *program) ledgerPlace() string { return cmp.Or(p.ledger, p.dir) }

// mustBeRun refuses the name of a run that never was, with the last that was
// after what a run's name follows.
func (p *program) mustBeRun(ctx context.Context, book *ledger.Ledger, run, after string) error {
	_, err := book.Run(ctx, run)
	if !errors.Is(err, ledger.ErrNoRun) {
		return err
	}
	hint := "mashal annotate Ezekiel 1-10"
	if latest, err := book.LatestRun(ctx); err == nil {
		hint = after + " " + latest.ID
	}
	return mashal.Usagef(hint, "there is no run %q in %s", run, p.ledgerPlace())
}

// completeAnnotators offers those who have read something.
func (p *program) completeAnnotators(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	book, err := p.openLedger(cmd.Context())
	if err != nil {
		return nil, none
	}
	annotators, err := book.Annotators(cmd.Context())
	if err := errors.Join(err, book.Close()); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []cobra.Completion
	for _, a := range annotators {
		names = append(names, a.Name)
	}
	slices.Sort(names)
	return slices.Compact(names), none // versions have the same name
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
