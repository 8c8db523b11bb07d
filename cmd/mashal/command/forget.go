package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/custody"
	"mashal/ledger"
	"mashal/report"
	"mashal/sqlite"
)

// A forgetCommand holds the flags of `mashal forget`.
type forgetCommand struct {
	*program
	answers, verdicts   bool
	yes, dryRun, asJSON bool
	by, reason          string
}

func newForget(p *program) *cobra.Command {
	f := &forgetCommand{program: p}
	cmd := &cobra.Command{
		Use:   "forget RUN|READING...",
		Short: "Delete readings or raw answers, and record that",
		Long: `Delete the readings of runs, or single readings by their ids, with their figures,
their verdicts and the answers of the models. --answers deletes the answers only and
keeps the figures. Without --yes, the command prints what it would delete, and deletes
nothing.

What others stand on is kept, with the reason, unless it is named too: a reading whose
verses were carried into a later one, whose answers were parsed again or used by another
reading, that another run worked on or validated, in which a run that has not ended has
work, or whose requests a batch under way has. Readings with verdicts of people are
kept unless --with-verdicts is given.

What the calls had cost stays counted, and so do prompts, the hashes of the answers and
the record of the run. The ledger records what was deleted, when, by whom and why; pages
and mashal reparse say so. The concordance follows. Backups still have what was deleted.`,
		Example: `  mashal forget 20261123T212655Z-e771
  mashal forget 20261123T212655Z-e771 --answers --reason "published without answers" --yes
  mashal forget 17 --yes`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return mashal.Usagef("mashal forget $(ls mashal-data/runs | tail -n 1)", "mashal forget needs a run or a reading")
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), args) },
		ValidArgsFunction: p.completeRuns,
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.answers, "answers", false, "delete the answers of models only, and keep the figures")
	flags.BoolVar(&f.verdicts, "with-verdicts", false, "delete readings with verdicts of people too")
	flags.BoolVar(&f.yes, "yes", false, "delete, instead of printing what would be deleted")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be deleted; so does the command without --yes")
	flags.StringVar(&f.by, "by", "", "the `name` that is recorded (default: the user of this process)")
	flags.StringVar(&f.reason, "reason", "", "the `reason` that is recorded")
	flags.BoolVar(&f.asJSON, "json", false, "print a JSON object")
	return cmd
}

// forgotten is what `mashal forget --json` prints.
type forgotten struct {
	*custody.Plan
	AnswersOnly bool               `json:"answers_only"`
	Cost        float64            `json:"cost_usd"` // of the calls, which stays counted
	Record      *mashal.Forgetting `json:"record"`   // null if nothing was deleted
}

func (f *forgetCommand) run(ctx context.Context, names []string) (err error) {
	if f.yes && f.dryRun {
		return mashal.Usagef("Leave out one of them.", "--yes deletes, and --dry-run does not")
	}
	request := custody.Request{
		AnswersOnly: f.answers, Verdicts: f.verdicts, By: cmp.Or(f.by, userName()), Reason: f.reason, Version: thisBuild().Version,
		Command: append(append(slices.Clone(f.name), "forget"), names...),
	}
	if f.answers {
		request.Command = append(request.Command, "--answers")
	}
	for _, name := range names {
		if id, err := strconv.ParseInt(name, 10, 64); err == nil && id > 0 {
			request.Readings = append(request.Readings, id)
		} else {
			request.Runs = append(request.Runs, name)
		}
	}
	if err := f.checkRuns(ctx, request.Runs); err != nil {
		return err
	}
	if !f.yes {
		plan, err := f.plan(ctx, request)
		if err != nil {
			return err
		}
		return f.print(plan, nil)
	}
	folder := report.Folder(f.dir)
	release, err := folder.Lock(append(slices.Clone(request.Command), "--dir", f.dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	record, plan, err := f.forget(ctx, request)
	if err != nil {
		return err
	}
	if record != nil && f.ledger == "" {
		err = f.compact(ctx, folder.Ledger())
	}
	return errors.Join(f.print(plan, record), err, f.sayBackups(record))
}

// checkRuns returns an error with a hint if a run does not exist.
func (f *forgetCommand) checkRuns(ctx context.Context, runs []string) error {
	l, err := f.openLedger(ctx)
	if err != nil {
		return err
	}
	for _, run := range runs {
		err = errors.Join(err, f.mustBeRun(ctx, l, run, "mashal forget"))
	}
	return errors.Join(err, l.Close())
}

func (f *forgetCommand) plan(ctx context.Context, request custody.Request) (*custody.Plan, error) {
	l, err := f.openLedger(ctx)
	if err != nil {
		return nil, err
	}
	plan, err := custody.PlanForget(ctx, l, request)
	return plan, errors.Join(err, l.Close())
}

// forget deletes what the request names, and brings the concordance up to the ledger.
func (f *forgetCommand) forget(ctx context.Context, request custody.Request) (record *mashal.Forgetting, plan *custody.Plan, err error) {
	folder := report.Folder(f.dir)
	l, err := ledger.Open(ctx, cmp.Or(f.ledgerAddress(), folder.Ledger()))
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if record, plan, err = custody.Forget(ctx, l, request); err != nil || record == nil || f.answers || !exists(folder.Concordance()) {
		return record, plan, err
	}
	if err := f.followIn(ctx, folder.Concordance(), l); err != nil {
		return record, plan, &mashal.Error{Op: "take what was forgotten out of the concordance", Err: err, Hint: "It is forgotten in the ledger. " + hintOf(err)}
	}
	return record, plan, nil
}

// followIn takes what was forgotten out of the concordance at path. One that has what the
// ledger lacks stays as it is.
func (f *forgetCommand) followIn(ctx context.Context, path string, l *ledger.Ledger) error {
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	c, err := concordance.Open(ctx, path)
	if err != nil {
		return err
	}
	d, err := c.Difference(ctx, l)
	if err == nil && len(d.Lost) > 0 {
		_, err = fmt.Fprintf(f.stderr, "mashal: %s does not follow this ledger, and stays as it is; mashal doctor compares them\n", path)
		return errors.Join(err, c.Close())
	}
	if err == nil {
		_, err = c.Sync(ctx, l, text)
	}
	if err := errors.Join(err, c.Close()); err != nil {
		return err
	}
	return f.compact(ctx, path)
}

// compact frees the space of what was deleted from a file. A full disk is no error: the
// deleted rows are overwritten already.
func (f *forgetCommand) compact(ctx context.Context, path string) error {
	err := sqlite.Vacuum(ctx, path)
	if kind := sqlite.KindOf(err); kind == sqlite.Full || kind == sqlite.Busy {
		_, err = fmt.Fprintf(f.stderr, "mashal: %s keeps its size: %v\n", path, err)
	}
	return err
}

func (f *forgetCommand) print(plan *custody.Plan, record *mashal.Forgetting) error {
	sum, cost := plan.Sum(f.answers)
	if f.asJSON {
		return f.printJSON(forgotten{plan, f.answers, cost.USD(), record})
	}
	return f.table(func(w io.Writer) {
		for _, t := range plan.Forget {
			what := count(t.Answers, "answer")
			if !f.answers {
				what = fmt.Sprintf("%s, %s, %s", count(t.Figures, "figure"), count(t.Verdicts, "verdict"), what)
			}
			fmt.Fprintf(w, "forget\treading %d\t%s\t%s\t%s\n", t.Reading, t.Place, t.Annotator, what)
		}
		for _, k := range plan.Keep {
			fmt.Fprintf(w, "keep\treading %d\t%s\t%s\n", k.Reading, k.Place, k.Why)
		}
		total := fmt.Sprintf("%s (%s)", count(sum.Answers, "answer"), bytesOf(sum.Bytes))
		if !f.answers {
			total = fmt.Sprintf("%s with %s and %s, %s", count(sum.Readings, "reading"), count(sum.Figures, "figure"), count(sum.Verdicts, "verdict"), total)
		}
		switch {
		case len(plan.Forget) == 0:
			fmt.Fprintln(w, "nothing to forget")
		case record == nil:
			fmt.Fprintf(w, "would forget %s; the cost of $%.4f stays counted. --yes forgets.\n", total, cost.USD())
		default:
			fmt.Fprintf(w, "forgot %s; the cost of $%.4f stays counted\n", total, cost.USD())
		}
	})
}

// sayBackups names the copies in the data folder that still have what was forgotten.
func (f *forgetCommand) sayBackups(record *mashal.Forgetting) error {
	if record == nil || f.asJSON {
		return nil
	}
	var found []string
	for _, pattern := range []string{"*.bak", filepath.Join("backups", "*.db")} {
		names, err := filepath.Glob(filepath.Join(f.dir, pattern))
		if err != nil {
			return err
		}
		found = append(found, names...)
	}
	for _, name := range found {
		if _, err := fmt.Fprintf(f.stdout, "note: %s may still have it\n", name); err != nil {
			return err
		}
	}
	return nil
}

// userName returns the name of the user of this process.
func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return cmp.Or(os.Getenv("USER"), "unknown user")
}
