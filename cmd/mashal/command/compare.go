package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/evaluate"
	"mashal/evaluate/page"
	"mashal/interchange"
)

// comparison holds the flags of `mashal compare`.
type comparison struct {
	*program
	against   string
	worseThan []string
	of        string
	in        string
	covers    string
	detected  bool
	seed      uint64
	samples   int
	limit     int
	json      bool
	html      string
	force     bool
}

func newCompare(p *program) *cobra.Command {
	c := &comparison{program: p}
	cmd := &cobra.Command{
		Use:   "compare BEFORE AFTER",
		Short: "List how one annotation differs from another",
		Long: `List the figures that the annotation AFTER has added, lost, retyped, re-bounded (other
words) and re-targeted (another target or vehicle) against BEFORE, on the verses that
both read. Each is a run or an annotator of the concordance, or a file, as for mashal
evaluate.

With --against both are measured against a reference, on the verses that all three
read. With --worse-than the command ends with exit code 5 if AFTER is worse than BEFORE
by one of the measures: if the whole 95 % interval of the difference is below 0, or
without an interval the difference. So a change of a rule, a prompt or a model can be
gated. The measures are ` + strings.Join(evaluate.MeasureNames(), ", ") + `.`,
		Example: `  mashal compare rules openai:gpt-5.1 --in Hosea
  mashal compare before/concordance.db after/concordance.db --html changes.html
  mashal compare before.csv rules --against ../silver/Ezekiel.jsonl --worse-than f1,kappa`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return mashal.Usagef("mashal compare rules openai:gpt-5.1", "two annotations are compared; %d are named", len(args))
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args[0], args[1]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&c.against, "against", "", "measure both against a `reference`: a run, an annotator or a file")
	flags.StringSliceVar(&c.worseThan, "worse-than", nil, "exit code 5 if AFTER is worse by one of these `measures`: f1,kappa")
	flags.StringVar(&c.of, "of", "", "measure only figures of this `type`")
	flags.Var(selectionFlag{&c.in}, "in", "only in this `selection`: Hosea, \"Psalms 23\", Torah")
	flags.StringVar(&c.covers, "covers", "", "which `verses` of a file count as read: verses, chapters or books")
	flags.BoolVar(&c.detected, "detected", false, "compare figures as they were found, before any verdict")
	flags.Uint64Var(&c.seed, "seed", 1, "seed of the intervals")
	flags.IntVar(&c.samples, "bootstrap", 400, "number of bootstrap samples; 0 for no intervals")
	flags.IntVar(&c.limit, "limit", 20, "number of changes listed; 0 for all")
	flags.StringVar(&c.html, "html", "", "write all changes to a page, this `file`")
	flags.BoolVar(&c.force, "force", false, "replace the file of --html also if it is no page that mashal wrote")
	flags.BoolVar(&c.json, "json", false, "print a JSON object with all changes")
	registerCompletion(cmd, "in", completeSelection)
	registerCompletion(cmd, "against", p.completeAnnotators)
	return cmd
}

// check checks the flags.
func (c *comparison) check() error {
	const op = "mashal compare --help"
	names := evaluate.MeasureNames()
	for _, measure := range c.worseThan {
		if !slices.Contains(names, measure) {
			return mashal.Usagef(op, "there is no measure %q; the measures are %s", measure, strings.Join(names, ", "))
		}
	}
	switch {
	case len(c.worseThan) > 0 && c.against == "":
		return mashal.Usagef(op, "--worse-than needs a reference: --against names it")
	case c.of != "" && !mashal.Type(c.of).Valid():
		return mashal.Usagef(op, "there is no type %q; the types are %s", c.of, strings.Join(texts(mashal.Types), ", "))
	case !slices.Contains([]string{"", "verses", "chapters", "books"}, c.covers):
		return mashal.Usagef(op, "--covers is verses, chapters or books, not %q", c.covers)
	case c.samples < 0 || c.samples > 10_000:
		return mashal.Usagef(op, "--bootstrap is a number of samples from 0 to 10000")
	case c.limit < 0:
		return mashal.Usagef(op, "--limit is a number of changes, or 0 for all")
	}
	return nil
}

func (c *comparison) run(ctx context.Context, before, after string) error {
	if err := c.check(); err != nil {
		return err
	}
	chosen, err := c.newMeasuring(c.in)
	if err != nil {
		return err
	}
	read := annotations{c.program, "compare", chosen.text, interchange.Options{Covers: interchange.Coverage(c.covers), Detected: c.detected}}
	a, err := read.open(ctx, before)
	if err != nil {
		return err
	}
	b, err := read.open(ctx, after)
	if err != nil {
		return err
	}
	pairs := chosen.pairs(a, b)
	if len(pairs) == 0 {
		return noCommonVerse("compare "+before+" with "+after, len(a.Read), len(b.Read))
	}
	out := &page.Comparison{
		Before: page.NewSide(a), After: page.NewSide(b), Selection: c.in, Detected: c.detected, Differences: evaluate.FindDifferences(pairs),
		Text: func(ref mashal.Ref, span mashal.Span) string { return hebrewOf(chosen.text, ref, span) },
	}
	if c.against != "" {
		truth, err := read.open(ctx, c.against)
		if err != nil {
			return err
		}
		side := page.NewSide(truth)
		out.Reference = &side
		if out.Judgements, err = c.judge(chosen, a, b, truth); err != nil {
			return err
		}
	}
	if c.html != "" {
		if err := c.writePage(c.html, c.force, out.WriteHTML); err != nil {
			return err
		}
	}
	switch {
	case c.json:
		err = c.printJSON(out)
	case c.html == "":
		err = c.print(out)
	}
	if err != nil {
		return err
	}
	return c.verdict(out)
}

// judge measures both annotations against the reference, on the verses that all three read.
func (c *comparison) judge(m *measuring, before, after, truth *interchange.Annotation) (list []*evaluate.Judgement, err error) {
	only := func(pairs []evaluate.Pair, other *interchange.Annotation) []evaluate.Pair {
		return slices.DeleteFunc(pairs, func(p evaluate.Pair) bool { return !other.Read[p.Ref] })
	}
	first, second := only(m.pairs(truth, before), after), only(m.pairs(truth, after), before)
	if len(first) == 0 {
		return nil, noCommonVerse("measure "+before.Name+" and "+after.Name+" against "+truth.Name, min(len(before.Read), len(after.Read)), len(truth.Read))
	}
	measures := c.worseThan
	if len(measures) == 0 {
		measures = []string{"f1", "kappa", "precision", "recall", "token-f1"}
	}
	for _, measure := range measures {
		j, err := evaluate.Judge(first, second, m.words, measure, mashal.Type(c.of), evaluate.Options{Seed: c.seed, Samples: c.samples})
		if err != nil {
			return nil, err
		}
		list = append(list, j)
	}
	return list, nil
}

// verdict returns an error with the code Worse if a measure of --worse-than is worse.
func (c *comparison) verdict(out *page.Comparison) error {
	if len(c.worseThan) == 0 {
		return nil
	}
	var worse []string
	for _, j := range out.Judgements {
		if j.Worse {
			worse = append(worse, fmt.Sprintf("%s fell from %s to %s, by %s", j.Measure, page.Measured(j.Before), page.Measured(j.After), page.Measured(evaluate.Value{
				Value: -j.Difference.Value, Computable: j.Difference.Computable, Interval: negated(j.Difference.Interval),
			})))
		}
	}
	if worse == nil {
		return nil
	}
	return &mashal.Error{Code: mashal.Worse, Op: out.After.Name + " is worse than " + out.Before.Name, Err: errors.New(strings.Join(worse, "; "))}
}

// negated returns the interval of the negative values.
func negated(i *evaluate.Interval) *evaluate.Interval {
	if i == nil {
		return nil
	}
	return &evaluate.Interval{Low: -i.High, High: -i.Low}
}
