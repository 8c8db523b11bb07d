package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/pipeline"
	"mashal/report"
	"mashal/review"
	"mashal/review/journal"
)

func newReview(p *program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Decide on figures, and merge the decisions of several people",
		Long: `Record the decisions of people on figures. Decisions are events in
the ledger, which nothing changes or deletes: an undo is an event too. export writes them
as JSON Lines, and import adds those that the ledger does not have. Files of several
people can be imported in any order, any number of times: the result is the same, and what
two people say differently is a difference to settle, never lost.`,
		Example: `  mashal review add "Ada Lovelace"
  mashal review decide 'Joel.1.6!8-9' --valid metaphor --by "Ada Lovelace"
  mashal review read Joel 1 --by "Ada Lovelace"
  mashal review status
  mashal review export joel.jsonl
  mashal review import joel.jsonl --by "Ada Lovelace"`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return mashal.Usagef("The commands are add, revoke, list, decide, read, undo, redo, status, export and import: mashal review --help", "%s has no command %q", cmd.CommandPath(), args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newReviewAdd(p), newReviewRevoke(p), newReviewList(p), newReviewDecide(p), newReviewRead(p), newReviewUndo(p, false), newReviewUndo(p, true),
		newReviewStatus(p), newReviewExport(p), newReviewImport(p))
	return cmd
}

// one takes exactly one argument.
func one(what, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return mashal.Usagef(example, "%s takes one %s, but was given %s", cmd.CommandPath(), what, count(len(args), "argument"))
	}
}

func newReviewAdd(p *program) *cobra.Command {
	adjudicator := false
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a reviewer, and print the token",
		Long: `Add a reviewer under the name that signs the decisions. The token is printed once, and
only its hash is stored. Who lost it is revoked and added again, under the same name.`,
		Example: `  mashal review add "Ada Lovelace"
  mashal review add "Grace Hopper" --adjudicator`,
		Args:              one("name", `mashal review add "Ada Lovelace"`),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.besideServer(cmd.Context(), "review add", func(ctx context.Context, l *ledger.Ledger) error {
				token, err := journal.AddReviewer(ctx, l, args[0], adjudicator)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(p.stdout, token)
				return err
			})
		},
	}
	cmd.Flags().BoolVar(&adjudicator, "adjudicator", false, "may settle differences between reviewers too")
	return cmd
}

func newReviewRevoke(p *program) *cobra.Command {
	return &cobra.Command{
		Use:               "revoke NAME",
		Short:             "Make the token of a reviewer invalid; the decisions stay",
		Example:           `  mashal review revoke "Ada Lovelace"`,
		Args:              one("name", `mashal review revoke "Ada Lovelace"`),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.mustHaveLedger(); err != nil {
				return err
			}
			return p.besideServer(cmd.Context(), "review revoke", func(ctx context.Context, l *ledger.Ledger) error {
				return journal.RevokeReviewer(ctx, l, args[0])
			})
		},
	}
}

func newReviewList(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the reviewers",
		Example: "  mashal review list",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.readReview(cmd.Context(), func(ctx context.Context, l *ledger.Ledger) error {
				list, err := journal.Reviewers(ctx, l)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(slices.Concat([]journal.Reviewer{}, list))
				}
				return p.table(func(w io.Writer) {
					for _, r := range list {
						role := "reviewer"
						if r.Adjudicator {
							role = "adjudicator"
						}
						state := "added " + r.Added[:len("2026-12-01")]
						if r.Revoked != "" {
							state = "revoked " + r.Revoked[:len("2026-12-01")]
						}
						fmt.Fprintf(w, "%s\t%s\t%s\n", r.Name, role, state)
					}
				})
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array")
	return cmd
}

// reviewStatus is what `mashal review status --json` prints.
type reviewStatus struct {
	Events   int                    `json:"events"` // undone ones and undos included
	Figures  map[review.Outcome]int `json:"figures"`
	Stale    int                    `json:"stale"` // settled figures on which a reviewer changed an opinion since
	Read     int                    `json:"verses_read"`
	Personal []personalStatus       `json:"reviewers"`
}

type personalStatus struct {
	Reviewer string `json:"reviewer"`
	Decided  int    `json:"figures_decided"`
	Valid    int    `json:"figures_valid"`
	Read     int    `json:"verses_read"`
}

func newReviewStatus(p *program) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Count what was decided, by whom, and what is disputed",
		Long: `Count the figures on which people decided, by outcome: agreed (all who decided say the
same), disputed, settled (an adjudicator decided) and unresolved (an adjudicator left the
difference as it is, or adjudicators differ), and the verses that were read completely.`,
		Example: "  mashal review status",
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.readReview(cmd.Context(), func(ctx context.Context, l *ledger.Ledger) error {
				state, err := journal.Load(ctx, l)
				if err != nil {
					return err
				}
				status := statusOf(state)
				if asJSON {
					return p.printJSON(status)
				}
				return p.table(func(w io.Writer) {
					for _, o := range review.Outcomes {
						fmt.Fprintf(w, "%s\t%s\n", o, count(status.Figures[o], "figure"))
					}
					if status.Stale > 0 {
						fmt.Fprintf(w, "settled before an opinion changed\t%s\n", count(status.Stale, "figure"))
					}
					fmt.Fprintf(w, "read completely\t%s\n", count(status.Read, "verse"))
					for _, r := range status.Personal {
						fmt.Fprintf(w, "%s\t%s, %d valid\t%s read\n", r.Reviewer, count(r.Decided, "figure"), r.Valid, count(r.Read, "verse"))
					}
				})
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

// statusOf counts what a state says.
func statusOf(state *review.State) reviewStatus {
	status := reviewStatus{Events: state.Len(), Figures: map[review.Outcome]int{}, Personal: []personalStatus{}}
	people := map[string]*personalStatus{}
	of := func(name string) *personalStatus {
		if people[name] == nil {
			people[name] = &personalStatus{Reviewer: name}
		}
		return people[name]
	}
	for _, ref := range state.Verses() {
		if state.Read(ref) {
			status.Read++
		}
		verse := state.Case(review.OfVerse(ref))
		for _, name := range verse.Reviewers() {
			if verse.Read(name) {
				of(name).Read++
			}
		}
		for _, subject := range state.Figures(ref) {
			c := state.Case(subject)
			if c.Outcome == review.Undecided {
				continue
			}
			status.Figures[c.Outcome]++
			if c.Stale {
				status.Stale++
			}
			for _, name := range c.Reviewers() {
				r := of(name)
				r.Decided++
				if c.Opinions[name][0].Item.Judgement.Validity == review.Valid {
					r.Valid++
				}
			}
		}
	}
	for _, r := range people {
		status.Personal = append(status.Personal, *r)
	}
	slices.SortFunc(status.Personal, func(a, b personalStatus) int { return cmp.Compare(a.Reviewer, b.Reviewer) })
	return status
}

func newReviewExport(p *program) *cobra.Command {
	private := ""
	cmd := &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write the decisions as JSON Lines",
		Long: `Write all decisions of the ledger, to a file or to standard output: one event a line, as
docs/review.md describes. Private remarks are left out, except those of the reviewer that
--remarks names. Tokens are never written.`,
		Example: `  mashal review export joel.jsonl
  mashal review export --remarks "Ada Lovelace" | gzip > ada.jsonl.gz`,
		Args: atMostOne("mashal review export joel.jsonl"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.readReview(cmd.Context(), func(ctx context.Context, l *ledger.Ledger) error {
				state, err := journal.Load(ctx, l)
				if err != nil {
					return err
				}
				events := review.WithRemarksOf(state.Events(), private)
				if len(args) == 0 {
					return review.Write(p.stdout, events)
				}
				if err := replaceFile(args[0], func(f *os.File) error { return review.Write(f, events) }); err != nil {
					return fmt.Errorf("export decisions: %w", err)
				}
				_, err = fmt.Fprintf(p.stdout, "%s to %s\n", count(len(events), "event"), args[0])
				return err
			})
		},
	}
	cmd.Flags().StringVar(&private, "remarks", "", "with the private remarks of this `reviewer`")
	return cmd
}

func newReviewImport(p *program) *cobra.Command {
	by := ""
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Add the decisions of files",
		Long: `Add the events of files that export wrote, those that the ledger does not have. Each
event keeps the name that signed it; the ledger records who imported it. An event that was
changed, or that is no event, is refused with its line, and then nothing is added.`,
		Example: `  mashal review import ada.jsonl ben.jsonl --by "Eve"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return nil
			}
			return mashal.Usagef("mashal review import joel.jsonl", "mashal review import needs a file")
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := corpus.Open()
			if err != nil {
				return err
			}
			var events []*review.Event
			for _, name := range args {
				read, err := readEvents(name, text)
				if err != nil {
					return err
				}
				events = append(events, read...)
			}
			return p.inLedger(cmd.Context(), "review import", func(ctx context.Context, l *ledger.Ledger) error {
				added, err := journal.Append(ctx, l, cmp.Or(by, userName()), events...)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.stdout, "added %s, and %d were there\n", count(added, "event"), len(events)-added)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "the `name` that is recorded as the importer's (default: the user of this process)")
	return cmd
}

// readEvents reads the events of a file, all of which are about words of the text.
func readEvents(name string, text *corpus.Corpus) (events []*review.Event, err error) {
	op := "import decisions from " + name
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: cmp.Or(err, errors.New("it is not a regular file"))}
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err}
	}
	defer func() { _ = file.Close() }() // it was only read
	if events, err = review.Read(file); err != nil {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err, Hint: "mashal review export writes such files. Nothing was added."}
	}
	for _, e := range events {
		if err := e.CheckWords(wordCounts(text)); err != nil {
			return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: err, Hint: "Nothing was added."}
		}
	}
	if len(events) == 0 {
		return nil, &mashal.Error{Code: mashal.Usage, Op: op, Err: errors.New("it has no event")}
	}
	return events, nil
}

// readReview opens the ledger for reading.
func (p *program) readReview(ctx context.Context, fn func(context.Context, *ledger.Ledger) error) (err error) {
	l, err := p.openLedger(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return fn(ctx, l)
}

// inLedger opens the ledger for writing, as the only process, and closes it. It makes one
// if there is none.
func (p *program) inLedger(ctx context.Context, command string, fn func(context.Context, *ledger.Ledger) error) (err error) {
	folder := report.Folder(p.dir)
	release, err := folder.Lock(append(append(slices.Clone(p.name), command), "--dir", p.dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	where := cmp.Or(p.ledgerAddress(), folder.Ledger())
	if err := pipeline.CheckNoOther(ctx, folder, where); err != nil {
		return err
	}
	l, err := ledger.Open(ctx, where)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return fn(ctx, l)
}

// mustHaveLedger returns an error if there is no ledger in the data folder, for commands
// that would otherwise make an empty one.
func (p *program) mustHaveLedger() error {
	if p.ledger != "" {
		return nil
	}
	return p.mustExist(report.Folder(p.dir).Ledger(), "ledger")
}

// besideServer is inLedger for what must be possible while mashal explore --review has the
// lock: a change of who may sign. It never migrates a ledger that another process uses.
func (p *program) besideServer(ctx context.Context, command string, fn func(context.Context, *ledger.Ledger) error) (err error) {
	if p.ledger == "" {
		_, held, err := report.Folder(p.dir).Holder()
		if err != nil || !held {
			return p.inLedger(ctx, command, fn)
		}
		current := false
		if err := p.readReview(ctx, func(_ context.Context, l *ledger.Ledger) error { current = len(l.Missing()) == 0; return nil }); err != nil {
			return err
		}
		if !current {
			return p.inLedger(ctx, command, fn)
		}
	}
	l, err := p.openBeside(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return fn(ctx, l)
}
