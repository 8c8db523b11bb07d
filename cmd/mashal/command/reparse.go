package command

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/annotate"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/report"
	"mashal/tzafun"
)

// A reparseCommand holds the flags of `mashal reparse`.
type reparseCommand struct {
	*program
	watchFlags
	dryRun bool
}

func newReparse(p *program) *cobra.Command {
	r := &reparseCommand{program: p}
	cmd := &cobra.Command{
		Use:   "reparse [RUN]",
		Short: "Parse the recorded answers of a run again, at no cost",
		Long: `Parse the answers of a run again with this version of the program. Without RUN, it
is the latest run that requested answers from a model. No request is made: the
ledger contains every answer.

Chapters whose results change get a new reading beside the old one. Figures that
are found again unchanged keep their verdicts. Chapters without changes stay as
they are.`,
		Example: `  mashal reparse --dry-run
  mashal reparse $(ls mashal-data/runs | tail -n 1)`,
		Args:              cobra.MaximumNArgs(1),
		RunE:              func(cmd *cobra.Command, args []string) error { return r.run(cmd.Context(), args) },
		ValidArgsFunction: p.completeRuns,
	}
	r.watchFlags.define(cmd.Flags())
	cmd.Flags().BoolVar(&r.dryRun, "dry-run", false, "print what would change, and change nothing")
	return cmd
}

func (r *reparseCommand) run(ctx context.Context, args []string) (err error) {
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	changes, of, err := r.changes(ctx, text, args)
	if err != nil {
		return err
	}
	changed := changes.Selection()
	if len(changed) == 0 {
		_, err := fmt.Fprintf(r.stdout, "the answers of run %s give the same results: nothing changes\n", of.ID)
		return err
	}
	if r.dryRun {
		_, err := fmt.Fprintf(r.stdout, "the answers of run %s give other results in %s: %s\n", of.ID, count(changed.Verses(), "verse"), changed)
		return err
	}
	command := append(slices.Clone(r.name), "reparse", of.ID, "--dir", r.dir)
	watching, err := r.watchFlags.open(context.WithoutCancel(ctx), r.program)
	if err != nil {
		return err
	}
	defer closeWatch(watching, &err)
	var show progress = &lines{out: r.stdout, log: r.stderr}
	if r.log != nil {
		show = &reported{lines{out: r.stdout, log: r.stderr}, r.log}
	}
	cfg := pipeline.Config{
		Folder: report.Folder(r.dir), LedgerAt: r.ledgerAddress(), Text: text, Selection: changed, Annotator: changes,
		Workers: 1, Again: true, Rereads: true, Version: thisBuild().Version,
		Settings:     map[string]string{"text": text.Version(), "reparses": of.ID},
		Command:      command,
		RetryCommand: func(s mashal.Selection) []string { return retryCommand(of.Command, s) },
		Stop:         ctx.Done(),
	}
	watching.configure(&cfg, show.Observe)
	_, err = pipeline.Run(r.stop.work, cfg)
	return errors.Join(err, show.Close())
}

// changes parses the answers of a run again and returns the results that differ
// from those in the ledger.
func (r *reparseCommand) changes(ctx context.Context, text *corpus.Corpus, args []string) (changes *pipeline.Replay, of mashal.Run, err error) {
	store, err := r.openLedger(ctx)
	if err != nil {
		return nil, of, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	of, requests, err := r.runWithAnswers(ctx, store, args)
	if err != nil {
		return nil, of, err
	}
	changes = &pipeline.Replay{As: of.Annotator, Results: map[mashal.Chapter]map[int]mashal.Result{}}
	votes, _ := strconv.Atoi(of.Settings["votes"]) // 0 if the run made one reading
	for _, id := range readingsOf(requests) {
		latest, err := store.LatestReading(ctx, id)
		if err != nil {
			return nil, of, err
		}
		was, err := store.Reading(ctx, latest)
		if err != nil {
			return nil, of, err
		}
		now, err := rereadReading(ctx, store, text, id, was, votes)
		if err != nil {
			return nil, of, err
		}
		for i := range was.Verses {
			// A verse that fails again keeps its first reason.
			before := was.Verses[i].Result()
			if votes > 1 && now[i].Failure != nil {
				continue // answers that another reading had were used
			}
			made := now[i].At
			now[i].At = time.Time{} // a result is the same whenever it was made
			if !reflect.DeepEqual(before, now[i]) && (before.Failure == nil || now[i].Failure == nil) {
				if changes.Results[was.Chapter] == nil {
					changes.Results[was.Chapter] = map[int]mashal.Result{}
				}
				now[i].At = made
				changes.Results[was.Chapter][before.Verse] = now[i]
			}
		}
	}
	return changes, of, nil
}

// runWithAnswers returns the run in args, or the latest one that made requests to
// a model, with its requests.
func (r *reparseCommand) runWithAnswers(ctx context.Context, store *ledger.Ledger, args []string) (of mashal.Run, requests []mashal.Call, err error) {
	var runs []mashal.Run
	if len(args) > 0 {
		if err := r.mustBeRun(ctx, store, args[0], "mashal reparse"); err != nil {
			return of, nil, err
		}
		if of, err = store.Run(ctx, args[0]); err != nil {
			return of, nil, err
		}
		runs = append(runs, of)
	} else if runs, err = store.Runs(ctx); err != nil {
		return of, nil, err
	}
	for _, of := range slices.Backward(runs) {
		requests, err := store.RunCalls(ctx, of.ID)
		if err != nil {
			return of, nil, err
		}
		if slices.ContainsFunc(requests, func(q mashal.Call) bool { return q.Purpose == mashal.Detection }) {
			return of, requests, nil
		}
	}
	what := "no run in " + r.ledgerPlace() + " made requests to a model"
	if len(args) > 0 {
		what = fmt.Sprintf("run %s by %s made no requests to a model", of.ID, of.Annotator.Name)
	}
	return of, nil, &mashal.Error{
		Code: mashal.Usage, Op: "parse answers again", Err: errors.New(what),
		Hint: "Rules need no reparse: with changed rules, mashal annotate annotates again.",
	}
}

// readingsOf returns the readings for which requests were made, ascending.
func readingsOf(requests []mashal.Call) []int64 {
	var ids []int64
	for i := range requests {
		ids = append(ids, requests[i].Reading)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// rereadReading parses all answers for a reading again and returns a result for
// each verse of was, its current state.
func rereadReading(ctx context.Context, store *ledger.Ledger, text *corpus.Corpus, id int64, was *mashal.Reading, votes int) ([]mashal.Result, error) {
	requests, err := store.ReadingCalls(ctx, id)
	if err != nil {
		return nil, err
	}
	var kept []annotate.RecordedAnswer
	for i := range requests {
		q := &requests[i]
		if q.Purpose != mashal.Detection || q.Size == 0 || len(q.Verses) == 0 || q.Outcome == llm.PromptCut.String() {
			continue
		}
		if f := q.Forgotten; f != nil {
			return nil, &mashal.Error{
				Code: mashal.Usage, Op: "parse the answers of " + was.Chapter.String() + " again",
				Err:  fmt.Errorf("the answer to call %d was forgotten on %s by %s", q.ID, f.At.Format("2006-01-02"), f.By),
				Hint: "A backup of the ledger from before that has it. The figures stay as they are.",
			}
		}
		d, err := store.Dialogue(ctx, q.ID)
		if err != nil {
			return nil, err
		}
		kept = append(kept, annotate.RecordedAnswer{Model: q.Model, Verses: q.Verses, Answer: []byte(d.Answer), At: q.Ended, Decode: tzafun.Decoder(q.Settings["form"])})
	}
	ch, err := text.Chapter(was.Chapter)
	if err != nil {
		return nil, err
	}
	verses := make([]int, len(was.Verses))
	for i := range was.Verses {
		verses[i] = was.Verses[i].Verse
	}
	return annotate.Reread(ch, verses, kept, votes)
}
