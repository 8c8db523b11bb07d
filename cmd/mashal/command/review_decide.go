package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance"
	"mashal/corpus"
	"mashal/ledger"
	"mashal/report"
	"mashal/review"
	"mashal/review/journal"
)

// A decideCommand holds the flags of `mashal review decide`.
type decideCommand struct {
	*program
	by, valid, invalid, words, note  string
	target, vehicle, ground, posture string
	sighted                          bool
}

func newReviewDecide(p *program) *cobra.Command {
	d := &decideCommand{program: p}
	cmd := &cobra.Command{
		Use:   "decide CITATION...",
		Short: "Judge figures, or add one that all annotators missed",
		Long: `Record that the words which a citation names are a figure of the given types, or that
they are none, with a reason of the manual. A citation on words that no annotator marked
adds a figure. Several citations are one decision, and one undo takes it back. What the
same person decided before on these words is replaced, and stays in the ledger.

Target, vehicle, ground and posture are given as specific / category / domain, such as
"the teeth of locusts / animal / nature"; the first level alone is enough.

Decisions count as blind, which the agreement of people is measured on, unless --sighted
says that the decisions of others were known.

Reasons against a figure:
` + reasonsHelp(),
		Example: `  mashal review decide 'Joel.1.6!8-9' --valid metaphor --vehicle "lion's teeth / animal" --by "Ada Lovelace"
  mashal review decide 'Joel.1.4!1-2' --invalid literal --by "Ada Lovelace"
  mashal review decide 'Joel.1.6!8-9' --valid metaphor,hyperbole --words 8-10`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return nil
			}
			return mashal.Usagef("mashal review decide 'Joel.1.6!8-9' --valid metaphor", "mashal review decide needs a citation")
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return d.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&d.by, "by", "", "the `name` that signs the decision (default: the user of this process)")
	flags.StringVar(&d.valid, "valid", "", "it is a figure of these `types`: metaphor,idiom")
	flags.StringVar(&d.invalid, "invalid", "", "it is no figure, for this `reason`")
	flags.StringVar(&d.words, "words", "", "the `words` of the figure, if others than the citation says: 8-10")
	flags.StringVar(&d.target, "target", "", "what is described")
	flags.StringVar(&d.vehicle, "vehicle", "", "the image")
	flags.StringVar(&d.ground, "ground", "", "what both have in common")
	flags.StringVar(&d.posture, "posture", "", "the attitude to the target")
	flags.StringVar(&d.note, "note", "", "a note for the adjudicator")
	flags.BoolVar(&d.sighted, "sighted", false, "the decisions of others were known")
	return cmd
}

// reasonsHelp lists the reasons against a figure.
func reasonsHelp() string {
	var b strings.Builder
	for _, r := range review.Reasons {
		fmt.Fprintf(&b, "  %-13s %s\n", r.ID, r.Text)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (d *decideCommand) run(ctx context.Context, citations []string) error {
	event := review.Event{Action: review.Decide, Reviewer: cmp.Or(d.by, userName()), Sight: sight(d.sighted), Queue: string(review.ByText)}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	for _, citation := range citations {
		item, err := d.item(review.Subject(citation))
		if err != nil {
			return err
		}
		event.Items = append(event.Items, item)
	}
	if err := event.CheckWords(wordCounts(text)); err != nil {
		return &mashal.Error{Code: mashal.Usage, Op: "decide on a figure", Err: err}
	}
	path := report.Folder(d.dir).Concordance()
	if exists(path) {
		c, err := concordance.OpenReadOnly(ctx, path)
		if err != nil {
			return err
		}
		for i := range event.Items {
			shown, showErr := journal.FiguresOf(ctx, c.Read(), event.Items[i].Subject)
			event.Items[i].Shown, err = shown, errors.Join(err, showErr)
		}
		if err := errors.Join(err, c.Close()); err != nil {
			return err
		}
	}
	return d.submit(ctx, "review decide", event)
}

// item returns the decision on one citation.
func (d *decideCommand) item(subject review.Subject) (item review.Item, err error) {
	const hint = "A citation is a verse and its words, as search prints it: 'Joel.1.6!8-9'."
	if _, err := subject.Verse(); err != nil {
		return item, mashal.Usagef(hint, "%v", err)
	}
	if !subject.IsFigure() {
		return item, mashal.Usagef(hint, "%s names no words", subject)
	}
	if (d.valid == "") == (d.invalid == "") {
		return item, mashal.Usagef("--valid metaphor, or --invalid literal", "say whether it is a figure")
	}
	j := &review.Judgement{Note: d.note}
	if d.invalid != "" {
		j.Validity, j.Reason = review.Invalid, d.invalid
	} else {
		j.Validity, j.Words = review.Valid, cmp.Or(d.words, subject.Words())
		for name := range strings.SplitSeq(d.valid, ",") {
			j.Types = append(j.Types, mashal.Type(strings.TrimSpace(name)))
		}
		slices.SortFunc(j.Types, func(a, b mashal.Type) int {
			return slices.Index(mashal.Types, a) - slices.Index(mashal.Types, b)
		})
	}
	j.Target, j.Vehicle, j.Ground, j.Posture = tagOf(d.target), tagOf(d.vehicle), tagOf(d.ground), tagOf(d.posture)
	if err := j.Validate(); err != nil {
		return item, mashal.Usagef("mashal review decide --help lists the reasons.", "%v", err)
	}
	return review.Item{Subject: subject, Judgement: j}, nil
}

// tagOf returns the tag that "specific / category / domain" writes.
func tagOf(s string) mashal.Tag {
	levels := append(strings.SplitN(s, "/", 3), "", "")
	return mashal.Tag{Specific: strings.TrimSpace(levels[0]), Category: strings.TrimSpace(levels[1]), Domain: strings.TrimSpace(levels[2])}
}

func sight(sighted bool) review.Sight {
	if sighted {
		return review.Sighted
	}
	return review.Blind
}

// wordCounts returns a function that counts the words of a verse.
func wordCounts(text *corpus.Corpus) func(mashal.Ref) int {
	counts := text.WordCounts()
	return func(ref mashal.Ref) int { return int(counts[ref.Ordinal()-1]) }
}

// submit records an event, which replaces what its reviewer decided before on the same
// subjects, and prints its identifier.
func (p *program) submit(ctx context.Context, command string, e review.Event) error {
	return p.inLedger(ctx, command, func(ctx context.Context, l *ledger.Ledger) error {
		desk, err := journal.NewDesk(ctx, l)
		if err != nil {
			return err
		}
		desk.Look(func(s *review.State) {
			for i := range e.Items {
				e.Follows = append(e.Follows, s.Heads(e.Action, e.Reviewer, e.Items[i].Subject)...)
			}
		})
		recorded, err := desk.Submit(ctx, e)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.stdout, recorded.ID)
		return err
	})
}

func newReviewRead(p *program) *cobra.Command {
	by, not, sighted := "", false, false
	cmd := &cobra.Command{
		Use:   "read REFERENCE...",
		Short: "Mark verses as read completely",
		Long: `Record that the verses of a selection were read completely: what was not decided to be
a figure there is none, in the opinion of the reviewer. Recall and agreement are measured
on such verses only. --not takes it back.`,
		Example: `  mashal review read Joel 1 --by "Ada Lovelace"
  mashal review read Joel 1:4-6 --not --by "Ada Lovelace"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return nil
			}
			return mashal.Usagef("mashal review read Joel 1", "mashal review read needs verses")
		},
		ValidArgsFunction: completeSelection,
		RunE: func(cmd *cobra.Command, args []string) error {
			selection, err := p.selection(args, false)
			if err != nil {
				return err
			}
			event := review.Event{Action: review.Decide, Reviewer: cmp.Or(by, userName()), Sight: sight(sighted), Queue: string(review.ByText)}
			read := !not
			for _, ch := range selection.Chapters() {
				for _, passage := range selection.Passages(ch) {
					for _, verse := range passage.Numbers() {
						event.Items = append(event.Items, review.Item{Subject: review.OfVerse(mashal.Ref{Chapter: ch, Verse: verse}), Read: &read})
					}
				}
			}
			return p.submit(cmd.Context(), "review read", event)
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "the `name` that signs it (default: the user of this process)")
	cmd.Flags().BoolVar(&not, "not", false, "they were not read completely, although it was recorded")
	cmd.Flags().BoolVar(&sighted, "sighted", false, "the decisions of others were known")
	return cmd
}

func newReviewUndo(p *program, redo bool) *cobra.Command {
	by := ""
	use, short := "undo", "Take the latest decision of a reviewer back; again, the one before"
	if redo {
		use, short = "redo", "Take the latest undo of a reviewer back"
	}
	cmd := &cobra.Command{
		Use: use, Short: short, Args: noArguments,
		Example: "  mashal review " + use + ` --by "Ada Lovelace"`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := p.mustHaveLedger(); err != nil {
				return err
			}
			return p.inLedger(cmd.Context(), "review "+use, func(ctx context.Context, l *ledger.Ledger) error {
				desk, err := journal.NewDesk(ctx, l)
				if err != nil {
					return err
				}
				back := desk.Undo
				if redo {
					back = desk.Redo
				}
				name := cmp.Or(by, userName())
				e, err := back(ctx, name)
				if errors.Is(err, journal.ErrNothing) {
					return mashal.Usagef("mashal review status shows who has decided.", "%s has nothing to %s", name, use)
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintln(p.stdout, e.ID)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "the `name` of the reviewer (default: the user of this process)")
	return cmd
}
