package command

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

// openLedger opens the ledger for reading: the server's that --ledger names, or
// that of the data folder.
func (p *program) openLedger(ctx context.Context) (*ledger.Ledger, error) {
	if p.ledger != "" {
		return ledger.OpenReadOnly(ctx, p.ledgerAddress())
	}
	path := report.Folder(p.dir).Ledger()
	if err := p.mustExist(path, "ledger"); err != nil {
		return nil, err
	}
	return ledger.OpenReadOnly(ctx, path)
}

// ledgerIfAny opens the ledger for reading, and returns nil if there is none.
func (p *program) ledgerIfAny(ctx context.Context) (*ledger.Ledger, error) {
	where := p.ledgerAddress()
	if where == "" {
		where = report.Folder(p.dir).Ledger()
		if _, err := os.Stat(where); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	l, err := ledger.OpenReadOnly(ctx, where)
	if errors.Is(err, ledger.ErrNone) {
		return nil, nil
	}
	return l, err
}

// ledgerPlace returns the place of the ledger for messages.
func (p *program) ledgerPlace() string { return cmp.Or(p.ledger, p.dir) }

// firstRun returns a command that makes a first run in the ledger that is asked.
func (p *program) firstRun() string {
	words := []string{"mashal", "annotate", "Ezekiel", "1-10"}
	if p.ledger != "" {
		words = append(words, "--ledger", p.ledger)
	}
	return report.ShellLine(words)
}

// mustBeRun returns an error if the ledger does not have the run. Its hint is
// command with the latest run.
func (p *program) mustBeRun(ctx context.Context, l *ledger.Ledger, run, command string) error {
	_, err := l.Run(ctx, run)
	if !errors.Is(err, ledger.ErrNoRun) {
		return err
	}
	hint := p.firstRun()
	if latest, err := l.LatestRun(ctx); err == nil {
		hint = command + " " + latest.ID
	}
	return mashal.Usagef(hint, "there is no run %q in %s", run, p.ledgerPlace())
}

// completeAnnotators completes the names of annotators.
func (p *program) completeAnnotators(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	l, err := p.openLedger(cmd.Context())
	if err != nil {
		return nil, none
	}
	annotators, err := l.Annotators(cmd.Context())
	if err := errors.Join(err, l.Close()); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	return annotatorNames(annotators), none
}

// completeRuns completes the runs in the data folder, the latest first.
func (p *program) completeRuns(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	l, err := p.openLedger(cmd.Context())
	if err != nil {
		return nil, none
	}
	runs, err := l.Runs(cmd.Context())
	if err := errors.Join(err, l.Close()); err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []cobra.Completion
	for i := len(runs) - 1; i >= 0; i-- {
		names = append(names, cobra.CompletionWithDesc(runs[i].ID, runs[i].Selection+" by "+runs[i].Annotator.Name))
	}
	return names, none | cobra.ShellCompDirectiveKeepOrder
}
