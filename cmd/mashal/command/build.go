package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/report"
)

func newBuild(p *program) *cobra.Command {
	var current string
	var drop []string
	var quiet bool
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Rebuild the concordance from the ledger",
		Long: `Rebuild the concordance from the ledger as a new file, which replaces the old one
when it is complete. One of several readings of a chapter is current: a person's
before a model's, a model's before the rules', a later one before an earlier one.
--current RUN makes the readings of that run current instead, until the next build
with --current. Simulated readings are current only in a folder that has no others.

The old concordance is kept as concordance.db.bak. If it has readings that the ledger
lacks, or has in an older state, nothing is built: it may be all that is left of them.
--drop names those that the new concordance may lack, by the id of a reading or of a
run; the old one is kept then under a name that no later build takes. A damaged one is
kept too.

A concordance of an earlier version whose ledger is not in the folder is brought to the
schema of this version as it is.`,
		Example: `  mashal build
  mashal build --current $(ls mashal-data/runs | tail -n 1)`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.build(cmd.Context(), current, drop, quiet) },
	}
	flags := cmd.Flags()
	flags.StringVar(&current, "current", "", "make the readings of this `run` current")
	flags.StringSliceVar(&drop, "drop", nil, "a `reading` or a run that only the old concordance has, and the new one\nmay lack; several are separated by commas")
	flags.BoolVarP(&quiet, "quiet", "q", false, "print errors only")
	registerCompletion(cmd, "current", p.completeRuns)
	return cmd
}

// mustBeCitable returns an error if the readings of a run cannot be made current,
// because they are simulated and the ledger has others.
func (p *program) mustBeCitable(ctx context.Context, l *ledger.Ledger, run string) error {
	of, err := l.Run(ctx, run)
	if err != nil || of.Annotator.Kind != mashal.BySimulation {
		return err
	}
	others, err := l.HasReadingsNotSimulated(ctx)
	if err != nil || !others {
		return err
	}
	return mashal.Usagef("mashal search --annotator "+report.ShellLine([]string{of.Annotator.Label()}),
		"the readings of run %s are simulated, which are never current beside others", run)
}

func (p *program) build(ctx context.Context, current string, drop []string, quiet bool) (err error) {
	folder := report.Folder(p.dir)
	if p.ledger == "" && current == "" && len(drop) == 0 {
		if upgraded, err := p.upgrade(ctx, folder, quiet); upgraded || err != nil {
			return err
		}
	}
	opened, _ := os.Stat(folder.Ledger())
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	release, err := folder.Lock(append(slices.Clone(p.name), "build", "--dir", p.dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	locked, _ := os.Stat(folder.Ledger()) // from now on no other command writes to it
	if current != "" {
		if err := p.mustBeRun(ctx, l, current, "--current"); err != nil {
			return err
		}
		if err := p.mustBeCitable(ctx, l, current); err != nil {
			return err
		}
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	before, removed := "", false
	readings, err := concordance.Build(ctx, folder.Concordance(), l, text, concordance.BuildOptions{
		Text: text.Version(), Program: thisBuild().Version, Current: current, Drop: drop,
		Unchanged: func() error { return p.unchanged(folder.Ledger(), opened, locked) },
		Kept:      func(path string) { before, removed = path, path == "" },
	})
	if err != nil || quiet {
		return err
	}
	kept := ""
	switch {
	case removed:
		kept = "; the one before was removed meanwhile"
	case before != "":
		kept = "; the one before is " + before
	}
	_, err = fmt.Fprintf(p.stdout, "%s holds %s%s\n", folder.Concordance(), count(readings, "reading"), kept)
	return err
}

// unchanged returns an error if the file of the ledger was removed, replaced or written
// while a concordance was built from it. opened is the file when it was opened, locked when
// the data folder was locked. A ledger on a server has no file.
func (p *program) unchanged(path string, opened, locked os.FileInfo) error {
	if p.ledger != "" {
		return nil
	}
	why := "was removed or renamed"
	switch now, err := os.Stat(path); {
	case err == nil && opened != nil && locked != nil && os.SameFile(opened, now) && locked.Size() == now.Size() && locked.ModTime().Equal(now.ModTime()):
		return nil
	case err == nil:
		why = "was replaced or written by another program"
	case !errors.Is(err, fs.ErrNotExist):
		why = "cannot be found any more: " + err.Error()
	}
	return &mashal.Error{
		Op: "build the concordance", Err: fmt.Errorf("the ledger %s %s meanwhile", path, why),
		Hint: "The concordance is as it was before. Put the ledger back, then run the same command again; mashal verify checks it.",
	}
}

// upgrade brings a concordance without a ledger to the present schema. It returns false if
// there is nothing to upgrade, or a ledger to build from.
func (p *program) upgrade(ctx context.Context, folder report.Folder, quiet bool) (upgraded bool, err error) {
	if !exists(folder.Concordance()) || exists(folder.Ledger()) {
		return false, nil
	}
	release, err := folder.Lock(append(slices.Clone(p.name), "build", "--dir", p.dir))
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if upgraded, err = concordance.Upgrade(ctx, folder.Concordance()); !upgraded || err != nil || quiet {
		return upgraded, err
	}
	_, err = fmt.Fprintf(p.stdout, "%s has the schema of this program now; there is no ledger to build it from, and its readings are as before\n", folder.Concordance())
	return true, err
}
