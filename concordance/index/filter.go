package index

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/dictionary"
	"mashal/nearest"
	"mashal/query"
)

// Mixture is the name in Filter.Annotators that chooses the current reading of each
// chapter. These can be of several annotators, so counts of them mix annotators.
const Mixture = "current"

// A Filter chooses figures. A figure must meet all conditions; of several
// values of one condition it must meet one. The zero Filter chooses all figures
// of the annotator that covers most of the text.
type Filter struct {
	Selection mashal.Selection // nil for all verses

	// Annotators chooses their latest readings, and Run its readings. Readings, given
	// by id, override both. Without any of them, the readings are those of the one
	// annotator that covers most of the selection: see Matches.Default. Mixture among
	// Annotators chooses the current reading of each chapter, of any annotator.
	Annotators []string
	Run        string
	Readings   []int64

	Genres  []mashal.Genre // of the chapter
	Periods []Period       // of the verse's language

	// A figure must have one of Types and all of AlsoTypes: after all verdicts,
	// or as the annotator decided if Detected.
	Types, AlsoTypes []mashal.Type
	Detected         bool
	Subtypes         []string
	Standings        []mashal.Standing // without any, only figures that count are found
	Verdicts         []Status

	MinConfidence, MaxConfidence float64  // 0 to 1, inclusive; a MaxConfidence of 0 means 1
	Bands                        []string // of confidence, from Bands
	Groundings                   []mashal.Grounding

	// Hebrew and English are words that the verse must contain, in any order;
	// with InFigure the figure itself must. Words in quotation marks, and words
	// that a maqqef or hyphen joins, are a phrase; "*" after letters stands for
	// the rest of a word. Hebrew is found with or without points and accents,
	// behind prefixes (ארץ finds והארץ, הארץ finds והארץ but not ארץ), in full
	// spelling (אלוהים finds אֱלֹהִים), and as the margin or the traditional names
	// show it. English is found in its inflections (rock finds rocks) and by
	// traditional names ("the LORD"). With Exact, words are found only as written.
	Hebrew, English string
	Exact, InFigure bool

	// Query is a query of package query. The figure must share a word with one of its
	// matches or, with InFigure, have all words of one. Its conditions on figures are on
	// the figures of the chosen readings.
	Query string

	// Lemma is parsed by Lexicon.Lemmas. The figure must have a word of one of
	// these lemmas.
	Lemma string

	// With AnySide, a figure needs to meet the Any of one side only.
	Target, Vehicle, Ground, Posture TagFilter
	AnySide                          bool

	// Speaker and Purpose are words of the speaker and purpose, as in
	// TagFilter.Any. Speakers are exact values.
	Speaker, Purpose string
	Speakers         []string

	// Rules are the names of rules, of which one must have found the figure.
	Rules []string

	// Text is words that must all occur in the annotation: in its Hebrew or
	// English, its tags, subtype, speaker, purpose or explanation.
	Text string

	// Outcomes choose the verses that Matches.Verses returns; see there.
	Outcomes []mashal.Outcome
}

// A TagFilter is the conditions on one side of a figure.
type TagFilter struct {
	// Any is words that one of the three levels contains, in any inflection:
	// lion finds "the lions" and not "a stallion". Words in quotation marks are a
	// phrase, "*" after letters stands for the rest of a word, and ";" separates
	// alternatives. Articles are ignored.
	Any string

	Categories, Domains []string // exact values

	// The level must be known and none of these.
	NotCategories, NotDomains []string

	Unknown []Level // levels that must be unknown
}

// Bands are tenths of confidence, by their lower ends. Each ends before the
// next; the last includes 1.
var Bands = []string{"0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"}

// bandLabels name the tenths for people.
var bandLabels = func() (labels []string) {
	ends := append(Bands[1:len(Bands):len(Bands)], "1")
	for i, begin := range Bands {
		labels = append(labels, begin+" to "+ends[i])
	}
	return labels
}()

// band returns the index of a confidence in Bands.
func band(confidence float64) int { return min(int(confidence*10), len(Bands)-1) }

// Key returns a text that is equal for filters that choose the same figures,
// and different for others. It is a key for caches.
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
	list("standings", texts(f.Standings))
	list("verdicts", texts(f.Verdicts))
	fmt.Fprintf(&b, "confidence%v-%v;", f.MinConfidence, f.maxConfidence())
	list("bands", f.Bands)
	list("groundings", texts(f.Groundings))
	one("hebrew", f.Hebrew)
	one("english", f.English)
	one("lemma", f.Lemma)
	one("query", f.Query)
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
	list("rules", f.Rules)
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

// asksExactValues reports whether the filter has values that must be in the
// concordance, so that Match compares them with all figures.
func (f *Filter) asksExactValues() bool {
	for _, t := range f.tagFilters() {
		if len(t.Categories)+len(t.Domains)+len(t.NotCategories)+len(t.NotDomains) > 0 {
			return true
		}
	}
	return len(f.Subtypes)+len(f.Speakers)+len(f.Rules) > 0
}

// tagFilters returns the filters of the sides, in order.
func (f *Filter) tagFilters() [4]*TagFilter {
	return [4]*TagFilter{&f.Target, &f.Vehicle, &f.Ground, &f.Posture}
}

// texts formats values as strings.
func texts[T any](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = fmt.Sprint(v)
	}
	return list
}

// oneOf returns a *mashal.FieldError unless a value is known. Kind names what
// the value is: "annotator".
func oneOf(field, kind, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	hint := mashal.Messagef("The concordance has none.")
	if n := len(known); n > 0 && n <= 16 {
		hint = mashal.Messagef("The concordance has %s.", strings.Join(known, ", "))
	} else if n > 0 {
		hint = mashal.Messagef("The concordance has %d others.", n)
	}
	near := nearest.Name(value, known)
	if near != "" {
		hint = mashal.Messagef("Did you mean %s? %s", near, hint)
	}
	return &mashal.FieldError{
		Field: field, Value: value, Nearest: near, Err: mashal.NewUsage(hint, mashal.Messagef("there is no %s %.60q", mashal.Messagef(kind), value)),
	}
}

// Check reports the first value that is invalid in any concordance, as a
// *mashal.FieldError.
func (f *Filter) Check() error {
	for _, g := range f.Genres {
		if err := oneOf("genres", "genre", string(g), texts(mashal.Genres)); err != nil {
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
		if c, err := strconv.ParseFloat(b, 64); err == nil && c >= 0 && c <= 1 && !slices.Contains(Bands, b) {
			near := Bands[band(c)]
			hint := mashal.Messagef("Did you mean %s? A tenth is named by its lower end.", near)
			return &mashal.FieldError{Field: "bands", Value: b, Nearest: near, Err: mashal.NewUsage(hint, mashal.Messagef("there is no band of confidence %.60q", b))}
		}
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
		if err := oneOf("outcomes", "outcome", string(o), texts(mashal.Outcomes)); err != nil {
			return err
		}
	}
	for _, c := range []float64{f.MinConfidence, f.MaxConfidence} {
		if !(c >= 0 && c <= 1) {
			return mashal.NewFieldError("confidence", fmt.Sprint(c), "", "Give a number from 0 to 1.", "%v is not a confidence", c)
		}
	}
	if f.MinConfidence > f.maxConfidence() {
		return mashal.NewFieldError("confidence", fmt.Sprintf("%v-%v", f.MinConfidence, f.MaxConfidence), "", "Give the lower number first.",
			"the minimum confidence %v is above the maximum %v", f.MinConfidence, f.MaxConfidence)
	}
	if f.InFigure && !f.hasWords() {
		return mashal.NewFieldError("in figure", "", "", "Give Hebrew or English words, or a query of words.", "a search in figures needs words")
	}
	if f.Query != "" {
		if _, err := query.Parse(f.Query); err != nil {
			return err
		}
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
			return mashal.NewFieldError(field, typed, "", "Give it in UTF-8.", "%.60q is not valid UTF-8", typed)
		}
		if _, err := dictionary.Alternatives(field, typed); err != nil {
			return err
		}
	}
	return nil
}

// hasWords reports whether the filter has words that InFigure can be about.
func (f *Filter) hasWords() bool { return f.Hebrew+f.English+f.Query != "" }

// AsksWords reports whether the filter has conditions on the words of verses, which verses can
// meet that have no figure and that were not read.
func (f *Filter) AsksWords() bool { return f.hasWords() || f.Lemma != "" }

// A FacetName names a facet.
type FacetName string

// The facets.
const (
	FacetSection    FacetName = "section"
	FacetBook       FacetName = "book"
	FacetGenre      FacetName = "genre"
	FacetPeriod     FacetName = "period"
	FacetType       FacetName = "type"
	FacetSubtype    FacetName = "subtype"
	FacetStanding   FacetName = "standing"
	FacetStatus     FacetName = "verdict"
	FacetAnnotator  FacetName = "annotator"
	FacetConfidence FacetName = "confidence"
	FacetGrounding  FacetName = "grounding"
	FacetSpeaker    FacetName = "speaker"
	FacetLemma      FacetName = "lemma"

	FacetTargetCategory  FacetName = "target-category"
	FacetTargetDomain    FacetName = "target-domain"
	FacetVehicleCategory FacetName = "vehicle-category"
	FacetVehicleDomain   FacetName = "vehicle-domain"
	FacetGroundCategory  FacetName = "ground-category"
	FacetGroundDomain    FacetName = "ground-domain"
	FacetPostureCategory FacetName = "posture-category"
	FacetPostureDomain   FacetName = "posture-domain"
)
