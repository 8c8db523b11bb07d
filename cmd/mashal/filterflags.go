package main

import (
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"mashal"
	"mashal/concordance/index"
	"mashal/reference"
)

// filterFlags are the flags by which search and export choose figures. They
// ask for the same figures as the explorer's parameters of the same names.
type filterFlags struct {
	filter                            index.Filter
	in                                string
	types, genres, periods, verdicts  []string
	target, vehicle, ground, purpose  string
	posture, speaker, hebrew, english string
}

// register adds the flags to a command.
func (f *filterFlags) register(p *program, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.in, "in", "", "only figures in this `selection`: Hosea, \"Psalms 23\", Torah")
	flags.StringSliceVar(&f.genres, "genre", nil, "only figures in chapters of this `genre`, or of one of several:\nnarrative, law, prophecy, poetry, wisdom, apocalyptic")
	flags.StringSliceVar(&f.periods, "period", nil, "only figures in verses whose language is of this `period`, or of one of several:\narchaic, standard, transitional, late, \"not dated\"")
	flags.StringVar(&f.hebrew, "hebrew", "", "only figures in verses that contain these Hebrew `words`")
	flags.StringVar(&f.english, "english", "", "only figures in verses that contain these English `words`")
	flags.BoolVar(&f.filter.Exact, "exact", false, "find words only as written: without prefixes (Hebrew) or inflections (English)")
	flags.BoolVar(&f.filter.InFigure, "in-figure", false, "the words must be in the figure, not only in its verse")
	flags.StringVar(&f.filter.Lemma, "lemma", "", "only figures with a word of this `lemma`: a Strong's number, or any form of it (רעה)")
	flags.StringSliceVar(&f.types, "type", nil, "only figures of this `type`, or of one of several: simile,metaphor")
	flags.StringSliceVar(&f.verdicts, "verdict", nil, "only figures with this `verdict`, or one of several: valid, invalid,\nreclassified, \"not validated\", \"not figurative\"")
	flags.StringVar(&f.target, "target", "", "only figures whose target (the thing described) contains this `text`;\n\"lion;wolf\" means either")
	flags.StringVar(&f.vehicle, "vehicle", "", "only figures whose vehicle (what it is likened to) contains this `text`")
	flags.StringVar(&f.ground, "ground", "", "only figures whose ground (what both have in common) contains this `text`")
	flags.StringVar(&f.posture, "posture", "", "only figures whose posture (the speaker's attitude) contains this `text`")
	flags.StringVar(&f.speaker, "speaker", "", "only figures whose speaker contains this `text`")
	flags.StringVar(&f.purpose, "purpose", "", "only figures whose purpose contains this `text`")
	flags.Float64Var(&f.filter.MinConfidence, "confidence", 0, "only figures with at least this confidence, from 0 to 1")
	flags.StringSliceVar(&f.filter.Annotators, "annotator", nil, "use the latest readings by this `annotator`, not the current ones")
	flags.StringVar(&f.filter.Run, "run", "", "use the readings of this `run`, not the current ones")
	for _, free := range []string{"hebrew", "english", "lemma", "target", "vehicle", "ground", "posture", "speaker", "purpose", "confidence"} {
		registerCompletion(cmd, free, cobra.NoFileCompletions)
	}
	registerCompletion(cmd, "in", completeSelection)
	registerCompletion(cmd, "genre", cobra.FixedCompletions(texts(index.Genres), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "period", cobra.FixedCompletions(texts(index.Periods), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "type", completeTypes)
	registerCompletion(cmd, "verdict", cobra.FixedCompletions(texts(index.Statuses), cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "annotator", p.completeAnnotators)
	registerCompletion(cmd, "run", p.completeRuns)
}

// parse returns the filter that the flags describe.
func (f *filterFlags) parse() (index.Filter, error) {
	filter := f.filter
	for _, text := range append([]string{
		f.hebrew, f.english, filter.Lemma, f.target, f.vehicle, f.ground, f.posture, f.speaker, f.purpose, filter.Run,
	}, filter.Annotators...) {
		if !utf8.ValidString(text) {
			return filter, mashal.Usagef("Give it in UTF-8.", "%q is not valid UTF-8", text)
		}
	}
	if f.in != "" {
		selection, err := reference.ParseSelection([]string{f.in})
		if err != nil {
			return filter, err
		}
		filter.Selection = selection
	}
	filter.Types = lowerCase[mashal.Type](f.types)
	filter.Genres = lowerCase[index.Genre](f.genres)
	filter.Periods = lowerCase[index.Period](f.periods)
	filter.Verdicts = lowerCase[index.Status](f.verdicts)
	filter.Hebrew, filter.English, filter.Speaker, filter.Purpose = f.hebrew, f.english, f.speaker, f.purpose
	filter.Target.Any, filter.Vehicle.Any, filter.Ground.Any, filter.Posture.Any = f.target, f.vehicle, f.ground, f.posture
	return filter, nil
}

// lowerCase converts values of a flag, without surrounding space.
func lowerCase[T ~string](values []string) []T {
	var list []T
	for _, v := range values {
		list = append(list, T(strings.ToLower(strings.TrimSpace(v))))
	}
	return list
}

// texts converts values to strings.
func texts[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}
