package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"mashal/concordance"
	"mashal/corpus"
	"mashal/report"
)

func newBuild(p *program) *cobra.Command {
	var current string
	var quiet bool
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Make the concordance anew from the ledger",
		Long: `Make the concordance anew from the ledger: a new file beside the old one, which it
replaces once it is whole. Of several readings of a chapter one is current: a
person's before a model's, a model's before the rules', a later before an
earlier one. --current RUN makes the readings of that run current instead, until
build is told another.`,
		Example: `  mashal build
  mashal build --current $(ls mashal-data/runs | tail -n 1)`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.build(cmd.Context(), current, quiet) },
	}
	flags := cmd.Flags()
	flags.StringVar(&current, "current", "", "the `run` whose readings are to be current")
	flags.BoolVarP(&quiet, "quiet", "q", false, "print nothing but errors")
	registerCompletion(cmd, "current", p.completeRuns)
	return cmd
}

func (p *program) build(ctx context.Context, current string, quiet bool) (err error) {
	book, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	folder := report.Folder(p.dir)
	release, err := folder.Lock(append(slices.Clone(p.name), "build", "--dir", p.dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if current != "" {
		if err := p.mustBeRun(ctx, book, current, "--current"); err != nil {
			return err
		}
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	readings, err := concordance.Build(ctx, folder.Concordance(), book, text,
		concordance.BuildOptions{Text: text.Version(), Program: thisBuild().Version, Current: current})
	if err != nil || quiet {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s holds %s\n", folder.Concordance(), count(readings, "reading"))
	return err
}
