package index

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"mashal"
	"mashal/concordance"
	"mashal/nearest"
)

// A Filter says which figures are wanted. Its conditions narrow each other; of
// several values of one condition any will do. The zero Filter wants all
// figures of the current readings.
type Filter struct {
	Selection mashal.Selection // nil for everything

	// Annotators are those whose latest readings are wanted, Run is the run
	// whose readings are, in place of the current ones. Readings, by id, come
	// before both.
	Annotators []string
	Run        string
	Readings   []int64

	Genres  []Genre  // of the chapter
	Periods []Period // of the verse's language

	// A figure must be of one of Types and of all of AlsoTypes: after all
	// verdicts, or as the annotator decided if Detected.
	Types, AlsoTypes []mashal.Type
	Detected         bool
	Subtypes         []string
	Verdicts         []Status

	MinConfidence, MaxConfidence float64  // 0 to 1, both included; a MaxConfidence of 0 means 1
	Bands                        []string // of confidence, from Bands
	Groundings                   []mashal.Grounding

	// Hebrew and English are words that the verse must have, as in Query;
	// with InFigure the figure itself must. Exact is as in Query too.
	Hebrew, English string
	Exact, InFigure bool

	// Lemma is read by Lexicon.Lemmas; the figure must have a word of one of
	// them.
	Lemma string

	// AnySide has it enough if one of the sides has what its TagFilter.Any
	// asks for; else all must that ask for something.
	Target, Vehicle, Ground, Posture TagFilter
	AnySide                          bool

	// Speaker and Purpose are found as a part of what is said there, in
	// capitals or not; of several parted by ";" any will do. Exact values are
	// in Speakers.
	Speaker, Purpose string
	Speakers         []string

	// Text is words that must be somewhere in what is said of a figure, all of
	// them: its Hebrew or English, its tags, subtype, speaker, purpose or
	// explanation.
	Text string

	// Outcomes say which verses Matches.Verses gives besides those with such
	// figures, or in place of them; see there.
	Outcomes []Outcome
}

// A TagFilter says what one side of a figure is to be.
type TagFilter struct {
	// Any is found in any of the three levels as a part of it, in capitals or
	// not; of several parted by ";" any will do.
	Any string

	Categories, Domains []string // exactly one of these

	// Something is said of the side on this level, and it is none of these.
	NotCategories, NotDomains []string

	Unknown []Level // nothing is said of the side on these levels
}

// Bands are tenths of confidence, by their lower ends. Each goes up to the next
// without having it; the last has 1.
var Bands = []string{"0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"}

// band is the number of the band of a confidence.
func band(confidence float64) int { return min(int(confidence*10), len(Bands)-1) }

// A Status is what verdicts have made of a figure.
type Status string

// The statuses. A figure with several types can be of several: each type has
// one, by the last verdict on it.
const (
	StatusValid        Status = "valid"          // a type was found valid
	StatusInvalid      Status = "invalid"        // a type was found invalid
	StatusReclassified Status = "reclassified"   // a type was found to be another
	StatusOpen         Status = "not validated"  // a type has no verdict
	StatusLiteral      Status = "not figurative" // no type is left
)

// Statuses lists all in their order.
var Statuses = []Status{StatusValid, StatusInvalid, StatusReclassified, StatusOpen, StatusLiteral}

// An Outcome is what became of a verse in a reading, for those who read it.
type Outcome string

// The outcomes.
const (
	WithFigures Outcome = "figures"    // at least one of those the filter wants
	NoneFound   Outcome = "none found" // done, and the annotator found nothing
	NoneLeft    Outcome = "none left"  // done, and after all verdicts no figure is of any type; none found too
	HasFailed   Outcome = "failed"
	WasNotRun   Outcome = "not run" // by any of the readings wanted
)

// Outcomes lists all in their order.
var Outcomes = []Outcome{WithFigures, NoneFound, NoneLeft, HasFailed, WasNotRun}

// Key is the same for filters that want the same, and different for others: a
// key for caches. It is not meant to be read.
func (f *Filter) Key() string {
	var b strings.Builder
	list := func(name string, values []string) {
		if len(values) == 0 {
			return
		}
		sorted := slices.Compact(slices.Sorted(slices.Values(values)))
		fmt.Fprintf(&b, "%s%q;", name, sorted)
	}
	one := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%s%q;", name, value)
		}
	}
	if f.Selection != nil {
		one("in", "@"+f.Selection.String())
	}
	list("annotators", f.Annotators)
	one("run", f.Run)
	list("readings", texts(f.Readings))
	list("genres", texts(f.Genres))
	list("periods", texts(f.Periods))
	list("types", texts(f.Types))
	list("also", texts(f.AlsoTypes))
	list("subtypes", f.Subtypes)
	list("verdicts", texts(f.Verdicts))
	fmt.Fprintf(&b, "confidence%v-%v;", f.MinConfidence, f.maxConfidence())
	list("bands", f.Bands)
	list("groundings", texts(f.Groundings))
	one("hebrew", f.Hebrew)
	one("english", f.English)
	one("lemma", f.Lemma)
	for i, t := range f.tagFilters() {
		one(concordance.Sides[i].Name, t.Any)
		list(concordance.Sides[i].Name+" categories", t.Categories)
		list(concordance.Sides[i].Name+" domains", t.Domains)
		list(concordance.Sides[i].Name+" other categories", t.NotCategories)
		list(concordance.Sides[i].Name+" other domains", t.NotDomains)
		list(concordance.Sides[i].Name+" unknown", texts(t.Unknown))
	}
	one("speaker", f.Speaker)
	list("speakers", f.Speakers)
	one("purpose", f.Purpose)
	one("text", f.Text)
	list("outcomes", texts(f.Outcomes))
	fmt.Fprintf(&b, "%t%t%t%t", f.Detected, f.Exact, f.InFigure, f.AnySide)
	return b.String()
}

func (f *Filter) maxConfidence() float64 {
	if f.MaxConfidence == 0 {
		return 1
	}
	return f.MaxConfidence
}

// tagFilters are those of the sides, in their order.
func (f *Filter) tagFilters() [4]*TagFilter {
	return [4]*TagFilter{&f.Target, &f.Vehicle, &f.Ground, &f.Posture}
}

// texts is any values as they are printed.
func texts[T any](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = fmt.Sprint(v)
	}
	return list
}

// alternatives parts what was typed at ";", in lower case.
func alternatives(typed string) []string {
	var list []string
	for part := range strings.SplitSeq(typed, ";") {
		if part = strings.ToLower(strings.TrimSpace(part)); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// oneOf returns a *mashal.FieldError unless a value is known. Kind names what
// the value is: "annotator".
func oneOf(field, kind, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	hint := "The concordance has none."
	if n := len(known); n > 0 && n <= 12 {
		hint = "Known are " + strings.Join(known, ", ") + "."
	} else if n > 0 {
		hint = fmt.Sprintf("The concordance has %d others.", n)
	}
	return mashal.NewFieldError(field, value, nearest.Name(value, known), hint, "unknown %s %.60q", kind, value)
}

// check refuses what cannot be meant in any concordance.
func (f *Filter) check() error {
	for _, g := range f.Genres {
		if err := oneOf("genres", "genre", string(g), texts(Genres)); err != nil {
			return err
		}
	}
	for _, p := range f.Periods {
		if err := oneOf("periods", "period", string(p), texts(Periods)); err != nil {
			return err
		}
	}
	for _, t := range slices.Concat(f.Types, f.AlsoTypes) {
		if err := oneOf("types", "type", string(t), texts(mashal.Types)); err != nil {
			return err
		}
	}
	for _, v := range f.Verdicts {
		if err := oneOf("verdicts", "verdict", string(v), texts(Statuses)); err != nil {
			return err
		}
	}
	for _, b := range f.Bands {
		if err := oneOf("bands", "band of confidence", b, Bands); err != nil {
			return err
		}
	}
	for _, g := range f.Groundings {
		if err := oneOf("groundings", "grounding", string(g), texts(groundings)); err != nil {
			return err
		}
	}
	for _, o := range f.Outcomes {
		if err := oneOf("outcomes", "outcome", string(o), texts(Outcomes)); err != nil {
			return err
		}
	}
	for _, c := range []float64{f.MinConfidence, f.MaxConfidence} {
		if !(c >= 0 && c <= 1) {
			return mashal.NewFieldError("confidence", fmt.Sprint(c), "", "Give a number from 0 to 1.", "%v is not a confidence", c)
		}
	}
	if f.MinConfidence > f.maxConfidence() {
		return mashal.NewFieldError("confidence", fmt.Sprintf("%v-%v", f.MinConfidence, f.MaxConfidence), "", "Give the lower one first.",
			"no confidence is at least %v and at most %v", f.MinConfidence, f.MaxConfidence)
	}
	if f.InFigure && f.Hebrew == "" && f.English == "" {
		return mashal.NewFieldError("in figure", "", "", "Give Hebrew or English words.", "there are no words to be found in figures")
	}
	free := map[string]string{"speaker": f.Speaker, "purpose": f.Purpose}
	for i, t := range f.tagFilters() {
		free[concordance.Sides[i].Name] = t.Any
		for _, l := range t.Unknown {
			if err := oneOf(concordance.Sides[i].Name, "level", string(l), texts(Levels)); err != nil {
				return err
			}
		}
	}
	for field, typed := range free {
		if !utf8.ValidString(typed) {
			return mashal.NewFieldError(field, typed, "", "Give it in UTF-8.", "%.60q is not a text", typed)
		}
		if typed != "" && len(alternatives(typed)) == 0 {
			return mashal.NewFieldError(field, typed, "", `Give words; ";" stands between alternatives.`, "there is nothing to look for in %.60q", typed)
		}
	}
	return nil
}
