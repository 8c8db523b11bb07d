package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/evaluate"
	"mashal/interchange"
	"mashal/reference"
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
}

func newEvaluate(p *program) *cobra.Command {
	e := &evaluation{program: p}
	cmd := &cobra.Command{
		Use:   "evaluate RUN|ANNOTATOR|FILE --against RUN|ANNOTATOR|FILE",
		Short: "Measure an annotation against a reference",
		Long: `Measure how far an annotation agrees with a reference, by type, on the verses that
both read. Each of the two is a run or an annotator of the concordance, or a file: an
export of mashal (CSV, JSON Lines), a table with the columns reference (or book,
chapter, verse), type and words or quote, or JSON Lines with "instances".

A file of figures does not say which verses without figures were read. All verses of
the chapters that it names count as read; --covers books or --covers verses counts
otherwise.

The measures: precision, recall and F1 of verses, of figures (matched one to one where
they share words) and of words; F1 of marking every verse, without which the F1 of
verses says little; Cohen's kappa and Krippendorff's alpha on verses; the share of
matched figures with exactly the same words; Krippendorff's alpha for unitizing, and with
--gamma the gamma of Mathet et al., on spans. A measure whose formula has no value is
"not computable". Intervals hold with 95 % confidence, by bootstrap over chapters.`,
		Example: `  mashal evaluate rules --against ../silver/Ezekiel.jsonl
  mashal evaluate openai:gpt-5.1 --against rules --in Isaiah --json
  mashal evaluate rules --against notes.tsv --covers books`,
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
	flags.StringVar(&e.in, "in", "", "only in this `selection`: Hosea, \"Psalms 23\", Torah")
	flags.StringVar(&e.covers, "covers", "", "which `verses` of a file count as read: verses, chapters or books")
	flags.BoolVar(&e.detected, "detected", false, "measure figures as they were found, before any verdict")
	flags.Uint64Var(&e.seed, "seed", 1, "seed of the intervals and of gamma")
	flags.IntVar(&e.samples, "bootstrap", 400, "number of bootstrap samples; 0 for no intervals")
	flags.BoolVar(&e.gamma, "gamma", false, "also measure gamma; some seconds for each type of a whole Bible")
	flags.BoolVar(&e.json, "json", false, "print a JSON object")
	registerCompletion(cmd, "in", completeSelection)
	registerCompletion(cmd, "against", p.completeAnnotators)
	return cmd
}

// evaluated is the output of `mashal evaluate --json`.
type evaluated struct {
	Predicted evaluatedSide `json:"predicted"`
	Reference evaluatedSide `json:"reference"`
	Selection string        `json:"selection,omitempty"`
	Detected  bool          `json:"detected"`
	Seed      uint64        `json:"seed"`
	Bootstrap int           `json:"bootstrap"`
	*evaluate.Study
}

// evaluatedSide says where an annotation came from.
type evaluatedSide struct {
	Name   string             `json:"name"`
	Source string             `json:"source"` // annotator, run, or the format of the file
	Read   int                `json:"read"`   // verses
	Covers string             `json:"covers,omitempty"`
	Lost   []interchange.Lost `json:"lost,omitempty"`

	all iter.Seq2[mashal.Ref, []mashal.Figure]
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
	within := func(mashal.Ref) bool { return true }
	if e.in != "" {
		selection, err := reference.ParseSelection([]string{e.in})
		if err != nil {
			return err
		}
		within = func(ref mashal.Ref) bool {
			return slices.ContainsFunc(selection.Passages(ref.Chapter), func(p mashal.Passage) bool { return p.First <= ref.Verse && ref.Verse <= p.Last })
		}
	}
	text, err := corpus.Open()
	if err != nil {
		return err
	}
	predicted, err := e.side(ctx, name, text)
	if err != nil {
		return err
	}
	truth, err := e.side(ctx, e.against, text)
	if err != nil {
		return err
	}
	var pairs []evaluate.Pair
	for p := range evaluate.Join(truth.all, predicted.all) {
		if within(p.Ref) {
			pairs = append(pairs, p)
		}
	}
	if len(pairs) == 0 {
		return &mashal.Error{
			Code: mashal.Usage, Op: "evaluate " + name + " against " + e.against, Err: fmt.Errorf("no verse was read by both: the one read %d verses, the other %d", predicted.Read, truth.Read),
			Hint: "Choose annotations that read the same chapters, or annotate them first.",
		}
	}
	words := func(ref mashal.Ref) int {
		verse, err := text.Verse(ref)
		if err != nil {
			return 0
		}
		return len(verse.Words)
	}
	study := evaluate.Measure(pairs, words, evaluate.Options{Seed: e.seed, Samples: e.samples, Gamma: e.gamma})
	out := evaluated{Predicted: *predicted, Reference: *truth, Selection: e.in, Detected: e.detected, Seed: e.seed, Bootstrap: e.samples, Study: study}
	if e.json {
		encoder := json.NewEncoder(e.stdout)
		encoder.SetIndent("", "  ")
		return encoder.Encode(out)
	}
	return out.print(e.stdout)
}

// side reads one of the two annotations: a file if there is one of that name, else an
// annotator or a run of the concordance.
func (e *evaluation) side(ctx context.Context, name string, text *corpus.Corpus) (*evaluatedSide, error) {
	if info, err := os.Stat(name); err == nil && !info.IsDir() {
		a, err := interchange.Open(name, text, interchange.Coverage(e.covers))
		if err != nil {
			return nil, err
		}
		return &evaluatedSide{Name: a.Name, Source: a.Format, Read: len(a.Read), Covers: a.Covers, Lost: a.Lost, all: a.All()}, nil
	}
	side := &evaluatedSide{Name: name}
	err := e.withConcordance(ctx, "evaluate", nil, func(reader *index.Reader) error {
		return reader.View(ctx, func(s *index.Snapshot) error {
			type verse struct {
				ref     mashal.Ref
				figures []mashal.Figure
			}
			var verses []verse
			var names []string
			for _, r := range s.Readings() {
				names = append(names, r.Annotator)
				switch {
				case r.Annotator == name && r.Latest:
					side.Source = "annotator"
				case r.Run == name:
					side.Source = "run"
				default:
					continue
				}
				for ref, figures := range s.Annotation(r.ID, e.detected) {
					verses = append(verses, verse{ref, slices.Clone(figures)})
				}
			}
			if side.Source == "" {
				slices.Sort(names)
				return &mashal.Error{
					Code: mashal.Usage, Op: "evaluate " + name, Err: fmt.Errorf("it is neither a file nor an annotator or a run of the concordance; its annotators are %s", strings.Join(slices.Compact(names), ", ")),
				}
			}
			side.Read = len(verses)
			side.all = func(yield func(mashal.Ref, []mashal.Figure) bool) {
				for _, v := range verses {
					if !yield(v.ref, v.figures) {
						return
					}
				}
			}
			return nil
		})
	})
	return side, err
}

// print writes the tables.
func (o *evaluated) print(w io.Writer) error {
	fmt.Fprintf(w, "%s against %s: %s in %s, %s\n", o.Predicted.describe(), o.Reference.describe(),
		count(o.Verses, "verse"), count(o.Chapters, "chapter"), count(o.Words, "word"))
	for _, side := range []evaluatedSide{o.Predicted, o.Reference} {
		if side.Covers != "" {
			fmt.Fprintf(w, "%s: %s count as read\n", side.Name, side.Covers)
		}
		for i, lost := range side.Lost {
			if i == 5 {
				fmt.Fprintf(w, "  and %d more\n", len(side.Lost)-5)
				break
			}
			fmt.Fprintf(w, "  line %d: %s\n", lost.Line, lost.Why)
		}
	}
	var failed error
	table := func(title string, heads []string, cells func(*evaluate.Row) []string) {
		fmt.Fprintf(w, "\n%s\n", title)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "\t"+strings.Join(heads, "\t"))
		for i := range o.Rows {
			name := string(o.Rows[i].Type)
			if name == "" {
				name = "any type"
			}
			fmt.Fprintln(t, name+"\t"+strings.Join(cells(&o.Rows[i]), "\t"))
		}
		failed = errors.Join(failed, t.Flush())
	}
	if n := o.Rows[0].Unanchored; n > 0 {
		fmt.Fprintf(w, "%s with a figure whose words are unknown: left out of the measures of figures, words and spans\n", count(n, "verse"))
	}
	table("Figures, matched one to one where they share words", []string{"reference", "predicted", "matched", "precision", "recall", "F1", "same words", "F1 of words"}, func(r *evaluate.Row) []string {
		return []string{fmt.Sprint(r.Reference), fmt.Sprint(r.Predicted), fmt.Sprint(r.Matched), measured(r.Precision), measured(r.Recall), measured(r.F1), measured(r.Exact), measured(r.SpanF1)}
	})
	table("Verses with a figure", []string{"kappa", "alpha", "precision", "recall", "F1", "F1 of always yes"}, func(r *evaluate.Row) []string {
		return []string{measured(r.Kappa), measured(r.Alpha), measured(r.VersePrecision), measured(r.VerseRecall), measured(r.VerseF1), decimals(r.AlwaysYes)}
	})
	heads := []string{"F1 of words", "alpha u"}
	if o.Rows[0].Gamma != nil {
		heads = append(heads, "gamma")
	}
	table("Words and spans", heads, func(r *evaluate.Row) []string {
		cells := []string{measured(r.TokenF1), measured(r.AlphaU)}
		if r.Gamma != nil {
			cells = append(cells, measured(*r.Gamma))
		}
		return cells
	})
	return failed
}

// describe returns the name and the source of the annotation.
func (s *evaluatedSide) describe() string { return fmt.Sprintf("%s (%s)", s.Name, s.Source) }

// measured returns a value with its interval.
func measured(v evaluate.Value) string {
	switch {
	case !v.Computable:
		return "not computable"
	case v.Interval == nil:
		return decimals(v.Value)
	}
	return fmt.Sprintf("%s (%s to %s)", decimals(v.Value), decimals(v.Interval.Low), decimals(v.Interval.High))
}

// decimals returns a number of at most 1 with two decimals: .53.
func decimals(v float64) string { return strings.Replace(fmt.Sprintf("%.2f", v), "0.", ".", 1) }
