package command

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/evaluate"
	"mashal/evaluate/page"
	"mashal/interchange"
)

// evaluation holds the flags of `mashal evaluate`.
type evaluation struct {
	*program
	against  string
	in       string
	covers   string
	detected bool
	seed     uint64
	samples  int
	gamma    bool
	json     bool
	html     string
	force    bool
}

func newEvaluate(p *program) *cobra.Command {
	e := &evaluation{program: p}
	cmd := &cobra.Command{
		Use:   "evaluate RUN|ANNOTATOR|FILE --against RUN|ANNOTATOR|FILE",
		Short: "Measure an annotation against a reference",
		Long: `Measure how far an annotation agrees with a reference, by type, on the verses that
both read: over all, by book, genre and period. Each of the two is a run or an annotator
of the concordance, or a file: an export of mashal (CSV, JSON Lines), a ledger or a
concordance (FILE#ANNOTATOR for one of several), a table with the columns reference (or
book, chapter, verse), type and words or quote, JSON Lines with "instances", decisions
that mashal review export wrote (FILE#REVIEWER for those of one), translation notes of
unfoldingWord, WebAnno TSV 3 (INCEpTION), or W3C Web Annotations.

A file of figures does not say which verses without figures were read. All verses of
the chapters that it names count as read; --covers books or --covers verses counts
otherwise.

The measures: Cohen's kappa and Krippendorff's alpha on verses; precision, recall and F1
of figures (matched one to one where they share words, or only where they have the same
words), of verses and of words; beside each F1 that of marking everything and nothing,
without which it says little; the agreement on types where both have a figure, and which
types are confused; stated confidence against the share that agrees; Krippendorff's alpha
for unitizing, and with --gamma the gamma of Mathet et al., on spans. A measure whose
formula has no value is "not computable". Intervals hold with 95 % confidence, by
bootstrap over chapters.`,
		Example: `  mashal evaluate rules --against ../silver/Ezekiel.jsonl
  mashal evaluate openai:gpt-5.1 --against rules --in Isaiah --json
  mashal evaluate rules --against tn_ISA.tsv --covers books --html isaiah.html
  mashal evaluate other/concordance.db#rules --against rules`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return mashal.Usagef("mashal evaluate rules --against FILE", "one annotation is measured, an annotator, a run or a file; %d are named", len(args))
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return e.run(cmd.Context(), args[0]) },
	}
	flags := cmd.Flags()
	flags.StringVar(&e.against, "against", "", "the reference: a `run`, an annotator or a file")
	flags.Var(selectionFlag{&e.in}, "in", "only in this `selection`: Hosea, \"Psalms 23\", Torah")
	flags.StringVar(&e.covers, "covers", "", "which `verses` of a file count as read: verses, chapters or books")
	flags.BoolVar(&e.detected, "detected", false, "measure figures as they were found, before any verdict")
	flags.Uint64Var(&e.seed, "seed", 1, "seed of the intervals and of gamma")
	flags.IntVar(&e.samples, "bootstrap", 400, "number of bootstrap samples; 0 for no intervals")
	flags.BoolVar(&e.gamma, "gamma", false, "also measure gamma; some seconds for each type of a whole Bible")
	flags.StringVar(&e.html, "html", "", "write the tables with charts to a page, this `file`")
	flags.BoolVar(&e.force, "force", false, "replace the file of --html also if it is no page that mashal wrote")
	flags.BoolVar(&e.json, "json", false, "print a JSON object")
	registerCompletion(cmd, "in", completeSelection)
	registerCompletion(cmd, "against", p.completeAnnotators)
	return cmd
}

func (e *evaluation) run(ctx context.Context, name string) error {
	const op = "mashal evaluate --help"
	if e.against == "" {
		return mashal.Usagef(op, "--against names the reference: a run, an annotator or a file")
	}
	if !slices.Contains([]string{"", "verses", "chapters", "books"}, e.covers) {
		return mashal.Usagef(op, "--covers is verses, chapters or books, not %q", e.covers)
	}
	if e.samples < 0 || e.samples > 10_000 {
		return mashal.Usagef(op, "--bootstrap is a number of samples from 0 to 10000")
	}
	chosen, err := e.newMeasuring(e.in)
	if err != nil {
		return err
	}
	read := annotations{e.program, "evaluate", chosen.text, interchange.Options{Covers: interchange.Coverage(e.covers), Detected: e.detected}}
	predicted, err := read.open(ctx, name)
	if err != nil {
		return err
	}
	truth, err := read.open(ctx, e.against)
	if err != nil {
		return err
	}
	pairs := chosen.pairs(truth, predicted)
	if len(pairs) == 0 {
		return noCommonVerse("evaluate "+name+" against "+e.against, len(predicted.Read), len(truth.Read))
	}
	study := evaluate.Measure(pairs, chosen.words, evaluate.Options{Seed: e.seed, Samples: e.samples, Gamma: e.gamma, Divisions: divisions})
	out := &page.Evaluation{
		Predicted: page.NewSide(predicted), Reference: page.NewSide(truth), Selection: e.in, Detected: e.detected, Seed: e.seed, Bootstrap: e.samples, Study: study,
	}
	if e.html != "" {
		if err := e.writePage(e.html, e.force, out.WriteHTML); err != nil {
			return err
		}
		if !e.json {
			return nil
		}
	}
	if e.json {
		return e.printJSON(out)
	}
	return printEvaluation(e.stdout, out)
}
