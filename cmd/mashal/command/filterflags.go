package command

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/llm"
	"mashal/nearest"
	"mashal/report"
)

// A figureFilter holds the flags that select figures. Search and export share them.
// They mean the same as the parameters of the explorer.
type figureFilter struct {
	filter   index.Filter
	in       string
	types    []string
	verdicts []string
	genres   []string
	standing []string

	conventional, suggestions bool // flags of earlier versions
	periods                   []string
	furtherConditions
}

// add registers the flags of a command, with their completions.
func (f *figureFilter) add(p *program, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.Var(selectionFlag{&f.in}, "in", "only figures in this `selection`: Hosea, \"Psalms 23\", Torah")
	flags.StringVar(&f.filter.Hebrew, "hebrew", "", "only figures in verses with these Hebrew `words`")
	flags.StringVar(&f.filter.English, "english", "", "only figures in verses with these English `words`")
	flags.BoolVar(&f.filter.Exact, "exact", false, "match words exactly: no prefixes, no inflections")
	flags.BoolVar(&f.filter.InFigure, "in-figure", false, "the words must be in the figure, not only in its verse")
	flags.StringSliceVar(&f.types, "type", nil, "only figures of this `type`, or of one of several: simile,metaphor")
	flags.StringSliceVar(&f.standing, "standing", nil, "only figures of this `standing`, or of one of several (default claimed):\nclaimed, conventional (dead metaphors and formulae, such as \"heart\" for the\nmind), suggestion (of annotate --suggestions); only claimed figures count")
	flags.StringSliceVar(&f.verdicts, "verdict", nil, "only figures with this `verdict`, or one of several: valid, invalid,\nreclassified, \"not validated\", \"not figurative\"")
	flags.BoolVar(&f.conventional, "conventional", false, "the same as --standing claimed,conventional")
	flags.BoolVar(&f.suggestions, "suggestions", false, "the same as --standing claimed,suggestion")
	cobra.CheckErr(errors.Join(flags.MarkHidden("conventional"), flags.MarkHidden("suggestions")))
	flags.StringVar(&f.filter.Target.Any, "target", "", "only figures whose target (the thing described) has these `words`, in any\ninflection; \";\" separates alternatives, lion* is the beginning of a word")
	flags.StringVar(&f.filter.Vehicle.Any, "vehicle", "", "only figures whose vehicle (the image) has these `words`")
	flags.StringVar(&f.filter.Ground.Any, "ground", "", "only figures whose ground (what target and vehicle share) has these `words`")
	flags.StringVar(&f.filter.Posture.Any, "posture", "", "only figures whose posture (the speaker's attitude) has these `words`")
	flags.StringVar(&f.filter.Speaker, "speaker", "", "only figures whose speaker has these `words`")
	flags.StringVar(&f.filter.Purpose, "purpose", "", "only figures whose purpose has these `words`")
	flags.StringVar(&f.filter.Lemma, "lemma", "", "only figures with a word of this `lemma`: a Strong's number, or any form (רעה)")
	flags.StringVar(&f.filter.Query, "query", "", "only figures that share a word with a match of this `query` of words, such as\n'[lemma=\"אבן\" & pos=\"noun\"] []{0,3} [lemma=\"לב\"]': docs/searching.md")
	flags.StringSliceVar(&f.genres, "genre", nil, "only verses of this `genre`, or of one of several: poetry,prophecy")
	flags.StringSliceVar(&f.periods, "period", nil, "only verses whose language is of this `period`, or of one of several")
	flags.Float64Var(&f.filter.MinConfidence, "confidence", 0, "only figures of at least this confidence, 0 to 1")
	flags.StringSliceVar(&f.filter.Annotators, "annotator", nil, "the latest readings by this `annotator`; \"current\" is the current reading of each\nchapter, a mixture (default: the annotator that covers most of the selection)")
	flags.StringSliceVar(&f.filter.Rules, "rule", nil, "only figures that this `rule` found, or one of several: mashal rules lists them")
	flags.StringVar(&f.filter.Run, "run", "", "the readings of this `run`")
	f.addFurther(cmd)
	for _, free := range []string{"hebrew", "english", "target", "vehicle", "ground", "posture", "speaker", "purpose", "lemma", "query", "confidence"} {
		registerCompletion(cmd, free, cobra.NoFileCompletions)
	}
	registerCompletion(cmd, "in", completeSelection)
	registerCompletion(cmd, "annotator", p.completeAnnotators)
	registerCompletion(cmd, "rule", completeRules)
	registerCompletion(cmd, "run", p.completeRuns)
	registerCompletion(cmd, "type", completeTypes)
	registerCompletion(cmd, "standing", cobra.FixedCompletions(mashal.StandingNames, cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "verdict", cobra.FixedCompletions(texts(index.Statuses), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "genre", cobra.FixedCompletions(texts(mashal.Genres), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "period", cobra.FixedCompletions(texts(index.Periods), cobra.ShellCompDirectiveNoFileComp))
}

// read completes the filter from the flags. It refuses values that are not UTF-8.
// The index refuses unknown values and names the nearest.
func (f *figureFilter) read(p *program) error {
	filter := &f.filter
	for i, name := range filter.Annotators {
		filter.Annotators[i] = llm.AnnotatorName(name)
	}
	given := []string{
		filter.Hebrew, filter.English, filter.Target.Any, filter.Vehicle.Any, filter.Ground.Any, filter.Posture.Any,
		filter.Speaker, filter.Purpose, filter.Lemma, filter.Query, filter.Run, filter.Text,
	}
	for _, text := range append(given, filter.Annotators...) {
		if !utf8.ValidString(text) {
			return mashal.Usagef("Give it in UTF-8.", "%q is not UTF-8", text)
		}
	}
	if f.in != "" {
		selection, err := p.selection([]string{f.in}, false)
		if err != nil {
			return err
		}
		filter.Selection = selection
	}
	filter.Types = valuesOf[mashal.Type](f.types)
	filter.Verdicts = valuesOf[index.Status](f.verdicts)
	filter.Genres = valuesOf[mashal.Genre](f.genres)
	filter.Periods = valuesOf[index.Period](f.periods)
	if err := f.readStandings(); err != nil {
		return err
	}
	return f.readFurther()
}

// readStandings sets the standings of the filter.
func (f *figureFilter) readStandings() error {
	for _, name := range valuesOf[string](f.standing) {
		var standing mashal.Standing
		if err := standing.UnmarshalText([]byte(name)); err != nil {
			near := nearest.Name(name, mashal.StandingNames)
			return mashal.Usagef("--standing "+cmp.Or(near, strings.Join(mashal.StandingNames, ",")), "%v", err)
		}
		f.filter.Standings = append(f.filter.Standings, standing)
	}
	if f.conventional {
		f.filter.Standings = append(f.filter.Standings, mashal.Claimed, mashal.Conventional)
	}
	if f.suggestions {
		f.filter.Standings = append(f.filter.Standings, mashal.Claimed, mashal.Suggestion)
	}
	return nil
}

// valuesOf returns the values that were typed, in lower case.
func valuesOf[T ~string](typed []string) []T {
	var list []T
	for _, text := range typed {
		list = append(list, T(strings.ToLower(strings.TrimSpace(text))))
	}
	return list
}

// texts returns values as strings.
func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// withConcordance opens the concordance in the data folder, calls fn with a reader
// of it, and closes it. If filter is not nil, the reader loads only what this filter
// can find. withConcordance refuses --ledger.
func (p *program) withConcordance(ctx context.Context, command string, filter *index.Filter, fn func(*index.Reader) error) (err error) {
	if p.ledger != "" {
		return mashal.Usagef("mashal "+command+" --dir FOLDER", "%s reads the concordance in the data folder, not the ledger that --ledger names", command)
	}
	path := report.Folder(p.dir).Concordance()
	if err := p.mustExist(path, "concordance"); err != nil {
		return err
	}
	words, err := lexicon.Embedded()
	if err != nil {
		return err
	}
	var reader *index.Reader
	if filter == nil {
		reader, err = index.OpenReader(ctx, path, words)
	} else {
		reader, err = index.OpenReaderFor(ctx, path, words, *filter)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	return fn(reader)
}
