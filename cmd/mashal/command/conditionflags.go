package command

import (
	"math"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mashal"
	"mashal/concordance/index"
	"mashal/explore/filters"
	"mashal/nearest"
)

// The flags that have another name than the parameter of the explorer that means the same.
// All others have the same name.
var flagOfParam = map[string]string{"within": "in-figure", "min": "confidence", "max": "max-confidence", "confidence": "confidence-band"}

// A furtherConditions holds the flags of a figureFilter that only the explorer's links and
// programs use.
type furtherConditions struct {
	also, groundings []string
	except, unnamed  []string
	reading          int64
	maxConfidence    float64
}

// addFurther registers the flags of furtherConditions.
func (f *figureFilter) addFurther(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.filter.Text, "text", "", "only figures whose annotation has these `words`: its Hebrew, English, tags,\nsubtype, speaker, purpose or explanation")
	flags.StringSliceVar(&f.also, "also", nil, "only figures that are also of this `type`, and of each if there are several")
	flags.BoolVar(&f.filter.Detected, "detected", false, "--type and --also mean the types as detected, before verdicts")
	flags.StringSliceVar(&f.filter.Subtypes, "subtype", nil, "only figures of this `subtype`, or of one of several")
	for _, side := range []struct {
		name   string
		filter *index.TagFilter
	}{{"target", &f.filter.Target}, {"vehicle", &f.filter.Vehicle}, {"ground", &f.filter.Ground}, {"posture", &f.filter.Posture}} {
		flags.StringArrayVar(&side.filter.Categories, side.name+"-category", nil, "only figures with this `category` of the "+side.name+", or with one of several")
		flags.StringArrayVar(&side.filter.Domains, side.name+"-domain", nil, "only figures with this `domain` of the "+side.name+", or with one of several")
	}
	flags.StringArrayVar(&f.except, "except", nil, "only figures with a category or domain other than this: `target-domain:God`")
	flags.StringSliceVar(&f.unnamed, "unnamed", nil, "only figures whose tag lacks this `level`: target-domain")
	flags.StringArrayVar(&f.filter.Speakers, "speaker-name", nil, "only figures with exactly this `speaker`, or with one of several")
	flags.StringSliceVar(&f.filter.Bands, "confidence-band", nil, "only figures of this `tenth` of confidence, by its lower end: 0.8 is 0.8 to 0.9")
	flags.Float64Var(&f.maxConfidence, "max-confidence", 1, "only figures of at most this confidence, 0 to 1")
	flags.StringSliceVar(&f.groundings, "grounding", nil, "only figures of this `grounding`, or of one of several: exact, normalised,\naligned, unanchored")
	flags.Int64Var(&f.reading, "reading", 0, "the reading with this `number`, in place of an annotator's latest ones")
	for _, free := range []string{"text", "subtype", "except", "speaker-name", "max-confidence", "reading"} {
		registerCompletion(cmd, free, cobra.NoFileCompletions)
	}
	for _, level := range filters.TagLevels {
		registerCompletion(cmd, level, cobra.NoFileCompletions)
	}
	registerCompletion(cmd, "also", completeTypes)
	registerCompletion(cmd, "unnamed", cobra.FixedCompletions(filters.TagLevels, cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "confidence-band", cobra.FixedCompletions(index.Bands, cobra.ShellCompDirectiveNoFileComp))
	registerCompletion(cmd, "grounding", cobra.FixedCompletions(texts(filters.Groundings), cobra.ShellCompDirectiveNoFileComp))
}

// readFurther completes the filter from the flags of furtherConditions.
func (f *figureFilter) readFurther() error {
	f.filter.AlsoTypes = valuesOf[mashal.Type](f.also)
	f.filter.Groundings = valuesOf[mashal.Grounding](f.groundings)
	f.filter.MaxConfidence = f.maxConfidence
	if f.maxConfidence == 0 {
		f.filter.MaxConfidence = math.SmallestNonzeroFloat64 // 0 would mean 1
	}
	if f.reading != 0 {
		f.filter.Readings = []int64{f.reading}
	}
	for _, value := range f.except {
		if !filters.Exclude(&f.filter, value) {
			return mashal.Usagef("--except target-domain:God", "%q does not begin with one of %s and a colon", value, strings.Join(filters.TagLevels, ", "))
		}
	}
	for _, value := range f.unnamed {
		if !filters.Unname(&f.filter, value) {
			hint := "The levels are " + strings.Join(filters.TagLevels, ", ") + "."
			if near := nearest.Name(value, filters.TagLevels); near != "" {
				hint = "Did you mean " + near + "?"
			}
			return mashal.Usagef(hint, "there is no level %q", value)
		}
	}
	return nil
}

// conditionsOf returns the conditions that the flags of a command set, by the names that they
// have in addresses of the explorer.
func conditionsOf(flags *pflag.FlagSet, filter *index.Filter) url.Values {
	conditions := url.Values{}
	for _, p := range filters.Params {
		name := p.Name
		if flag, ok := flagOfParam[name]; ok {
			name = flag
		}
		flag := flags.Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		switch list, ok := flag.Value.(pflag.SliceValue); {
		case ok:
			conditions[p.Name] = list.GetSlice()
		case p.Name == "within":
			conditions.Set(p.Name, "figure")
		case flag.Value.Type() == "bool":
			conditions.Set(p.Name, "1")
		default:
			conditions.Set(p.Name, flag.Value.String())
		}
	}
	for _, standing := range filter.Standings { // also those of the flags of earlier versions
		if name := standing.String(); !slices.Contains(conditions["standing"], name) {
			conditions.Add("standing", name)
		}
	}
	if filter.Selection != nil {
		conditions.Set("in", filter.Selection.String())
	}
	return conditions
}
