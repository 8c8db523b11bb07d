package command

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/ledger"
	"mashal/report"
)

func newCancel(p *program) *cobra.Command {
	return &cobra.Command{
		Use:   "cancel [BATCH|RUN]...",
		Short: "Cancel batches under way or runs of a fleet, and keep what was done",
		Long: `Cancel batches at their vendors: those given, or all that are under way. The
command waits until the vendors have ended them, which can take minutes, and
records the answers that were given until then. They are paid for. Requests
without an answer cost nothing. Nothing else is requested: mashal retry does that.

A batch is cancelled with the command and the keys of the run that sent it. Ctrl-C
ends the waiting; the same command, mashal annotate --batch and mashal retry record
the answers later. mashal status shows the batches under way.

The name of a run of a fleet (annotate --fleet) cancels that run: the chapters that
wait are taken out of the queue, requests under way are cut, and the verses that are
done are kept. If its requests are sent in batches, a process of the fleet cancels
them at the vendor, and the command waits until they have ended.`,
		Example: `  mashal cancel
  mashal cancel batch_67f3a1c2 --dir mashal-data`,
		ValidArgsFunction: p.completeBatches,
		RunE:              func(cmd *cobra.Command, args []string) error { return p.cancelBatches(cmd.Context(), args) },
	}
}

// cancelBatches cancels the batches and the runs of a fleet with the names given, or
// all batches that are under way.
func (p *program) cancelBatches(ctx context.Context, names []string) error {
	if len(names) > 0 {
		var err error
		if names, err = p.cancelRuns(ctx, names); err != nil || len(names) == 0 {
			return err
		}
	}
	chosen, err := p.batchesToCancel(ctx, names)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		fmt.Fprintln(p.stdout, "no batch is under way")
		return nil
	}
	var runs []string
	for i := range chosen {
		if !slices.Contains(runs, chosen[i].Run) {
			runs = append(runs, chosen[i].Run)
		}
	}
	var errs []error
	for _, run := range runs {
		p.cancelling = func(b *mashal.Batch) bool {
			return b.Run == run && slices.ContainsFunc(chosen, func(c mashal.Batch) bool { return c.ID == b.ID })
		}
		errs = append(errs, p.cancelOf(ctx, run)) // the batches of other runs are cancelled all the same
	}
	p.cancelling = nil
	return errors.Join(append(errs, p.reportCancelled(ctx, chosen))...)
}

// cancelOf runs the command of a run again, which cancels its batches.
func (p *program) cancelOf(ctx context.Context, id string) error {
	of, err := p.runToRetry(ctx, []string{id})
	if err != nil {
		return err
	}
	if ledger.IsFleet(&of) && of.Ended.IsZero() {
		return mashal.Usagef(report.ShellLine(append(slices.Clone(p.name), "cancel", of.ID, "--ledger", p.ledger)), "the fleet works on run %s, which is cancelled as a whole", of.ID)
	}
	args, err := p.repeatable(&of)
	if err != nil {
		return err
	}
	args = slices.DeleteFunc(args, func(word string) bool { return word == "--fleet" || word == "--fleet=true" })
	fmt.Fprintln(p.stderr, "cancelling the batches of run", of.ID)
	if !slices.Contains(args, "--batch") {
		args = append(args, "--batch")
	}
	return p.repeat(ctx, &of, args)
}

// batchesToCancel returns the batches with the names given, the vendor's or ours, or
// all that are under way.
func (p *program) batchesToCancel(ctx context.Context, names []string) (chosen []mashal.Batch, err error) {
	l, err := p.openLedger(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if len(names) == 0 {
		return l.OpenBatches(ctx)
	}
	all, err := l.Batches(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		i := slices.IndexFunc(all, func(b mashal.Batch) bool { return name != "" && (b.VendorID == name || b.Key == name) })
		switch {
		case i < 0:
			what, hint := "batch", []string{"status", "--batches"}
			if p.ledger != "" {
				what, hint = "run of a fleet that has not ended, and no batch", []string{"status", "--ledger", p.ledger}
			}
			return nil, mashal.Usagef(report.ShellLine(append(slices.Clone(p.name), hint...)), "there is no %s %q in %s", what, name, p.ledgerPlace())
		case !all[i].Open():
			fmt.Fprintf(p.stdout, "batch %s is not under way: %s\n", name, batchState(&all[i]))
		default:
			chosen = append(chosen, all[i])
		}
	}
	return chosen, nil
}

// reportCancelled prints what became of batches. It returns an error if some are
// still under way.
func (p *program) reportCancelled(ctx context.Context, chosen []mashal.Batch) (err error) {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	all, err := l.Batches(ctx)
	if err != nil {
		return err
	}
	open := 0
	for i := range all {
		b := &all[i]
		if !slices.ContainsFunc(chosen, func(c mashal.Batch) bool { return c.ID == b.ID }) {
			continue
		}
		if b.Open() {
			open++
			continue
		}
		fmt.Fprintf(p.stdout, "batch %s: %s, %d of %s answered, %s\n", nameOf(b), batchState(b), b.Answered+b.Failed, report.Count(b.Requests, "request"), b.Cost)
	}
	if open > 0 {
		return &mashal.Error{Code: mashal.Incomplete, Op: report.Count(open, "batch") + " still under way", Hint: "mashal status says why. Try again later."}
	}
	fmt.Fprintln(p.stdout, "what was answered is kept; mashal retry requests the rest")
	return nil
}

// completeBatches completes the names of batches under way.
func (p *program) completeBatches(cmd *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	open, err := p.batchesToCancel(cmd.Context(), nil)
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []cobra.Completion
	for i := range open {
		names = append(names, nameOf(&open[i]))
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
