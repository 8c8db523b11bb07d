package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/pipeline"
)

// A reparse is the flags of `mashal reparse`.
type reparse struct {
	*program
	dryRun bool
}

func newReparse(p *program) *cobra.Command {
	r := &reparse{program: p}
	cmd := &cobra.Command{
		Use:   "reparse [RUN]",
		Short: "Read the kept answers of a run again, for free",
		Long: `Read again what models answered in a run, the last one unless another is named,
as this version of the program reads answers. Nothing is asked and nothing is
paid for: every answer is kept in the ledger.

Chapters in which something comes out otherwise get a new reading beside the old
one; figures that are found again as they were keep their verdicts. Verses of
the others stay as they are.`,
		Example: `  mashal reparse --dry-run
  mashal reparse $(ls mashal-data/runs | tail -n 1)`,
		Args:              cobra.MaximumNArgs(1),
		RunE:              func(cmd *cobra.Command, args []string) error { return r.run(cmd.Context(), args) },
		ValidArgsFunction: p.completeRuns,
	}
	cmd.Flags().BoolVar(&r.dryRun, "dry-run", false, "only say what would change")
	return cmd
}

func (r *reparse) run(ctx context.Context, args []string) error {
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	again, of, err := r.reread(ctx, text, args)
	if err != nil {
		return err
	}
	changed := again.Selection()
	if len(changed) == 0 {
		_, err := fmt.Fprintf(r.stdout, "the answers of run %s read as they did: nothing changes\n", of.ID)
		return err
	}
	if r.dryRun {
		_, err := fmt.Fprintf(r.stdout, "the answers of run %s read otherwise in %s: %s\n", of.ID, count(changed.Verses(), "verse"), changed)
		return err
	}
	command := append(slices.Clone(r.name), "reparse", of.ID, "--dir", r.dir)
	show := &lines{out: r.stdout, log: r.stderr}
	_, err = pipeline.Run(context.WithoutCancel(ctx), pipeline.Config{
		Folder: pipeline.Folder(r.dir), LedgerAt: r.ledger, Text: text, Selection: changed, Annotator: again,
		Workers: 1, Again: true, Rereads: true, Version: thisBuild().Version,
		Settings: map[string]string{"text": text.Version(), "reparses": of.ID},
		Command:  command,
		RetryCommand: func(s mashal.Selection) []string {
			return append(append(slices.Clone(r.name), "annotate", s.String()), "--dir", r.dir, "--annotator", of.Annotator.Name)
		},
		Stop: ctx.Done(), Observe: show.Observe,
	})
	return errors.Join(err, show.Close())
}

// reread reads the answers of a run again, and gives what comes out otherwise
// than it stands in the ledger.
func (r *reparse) reread(ctx context.Context, text *corpus.Corpus, args []string) (again *pipeline.Given, of ledger.RunRecord, err error) {
	book, err := r.openLedger(ctx)
	if err != nil {
		return nil, of, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	of, requests, err := r.asked(ctx, book, args)
	if err != nil {
		return nil, of, err
	}
	again = &pipeline.Given{As: of.Annotator, Results: map[mashal.Chapter]map[int]mashal.Result{}}
	for _, id := range readingsOf(requests) {
		latest, err := book.LatestReading(ctx, id)
		if err != nil {
			return nil, of, err
		}
		was, err := book.Reading(ctx, latest)
		if err != nil {
			return nil, of, err
		}
		now, err := rereadReading(ctx, book, text, id, was)
		if err != nil {
			return nil, of, err
		}
		for i := range was.Verses {
			// Of a verse that fails as before, the first reason stands.
			before := was.Verses[i].Result()
			if !reflect.DeepEqual(before, now[i]) && (before.Failure == nil || now[i].Failure == nil) {
				if again.Results[was.Chapter] == nil {
					again.Results[was.Chapter] = map[int]mashal.Result{}
				}
				again.Results[was.Chapter][before.Verse] = now[i]
			}
		}
	}
	return again, of, nil
}

// asked is the run whose answers are to be read again: the one named, or the
// last that asked a model, with its requests.
func (r *reparse) asked(ctx context.Context, book *ledger.Ledger, args []string) (of ledger.RunRecord, requests []ledger.RequestRecord, err error) {
	var runs []ledger.RunRecord
	if len(args) > 0 {
		if err := r.mustBeRun(ctx, book, args[0], "mashal reparse"); err != nil {
			return of, nil, err
		}
		if of, err = book.Run(ctx, args[0]); err != nil {
			return of, nil, err
		}
		runs = append(runs, of)
	} else if runs, err = book.Runs(ctx); err != nil {
		return of, nil, err
	}
	for _, of := range slices.Backward(runs) {
		requests, err := book.RunRequests(ctx, of.ID)
		if err != nil {
			return of, nil, err
		}
		if slices.ContainsFunc(requests, func(q ledger.RequestRecord) bool { return q.Purpose == ledger.Detection }) {
			return of, requests, nil
		}
	}
	what := "no run in " + r.ledgerPlace() + " has asked a model"
	if len(args) > 0 {
		what = fmt.Sprintf("run %s by %s asked no model", of.ID, of.Annotator.Name)
	}
	return of, nil, &mashal.Error{
		Code: mashal.Usage, Op: "read answers again", Err: errors.New(what),
		Hint: "Rules need no reparse: mashal annotate reads anew what new rules find otherwise.",
	}
}

// readingsOf are the readings that requests were made for, in order.
func readingsOf(requests []ledger.RequestRecord) []int64 {
	var ids []int64
	for i := range requests {
		ids = append(ids, requests[i].Reading)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// rereadReading reads all answers that were given for a reading again, and
// gives a result for each verse of what it is now.
func rereadReading(ctx context.Context, book *ledger.Ledger, text *corpus.Corpus, id int64, was *mashal.Reading) ([]mashal.Result, error) {
	requests, err := book.ReadingRequests(ctx, id)
	if err != nil {
		return nil, err
	}
	var kept []annotate.Kept
	for i := range requests {
		q := &requests[i]
		if q.Purpose != ledger.Detection || q.Size == 0 {
			continue
		}
		d, err := book.Dialogue(ctx, q.ID)
		if err != nil {
			return nil, err
		}
		kept = append(kept, annotate.Kept{Model: q.Model, Verses: q.Verses, Answer: d.Answer, Form: annotate.Form(q.Settings["form"])})
	}
	ch, err := text.Chapter(was.Chapter)
	if err != nil {
		return nil, err
	}
	verses := make([]int, len(was.Verses))
	for i := range was.Verses {
		verses[i] = was.Verses[i].Verse
	}
	return annotate.Reread(ch, verses, kept)
}
