package concordance

import (
	"mashal"
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

	Types    []mashal.Type // after all verdicts; as the annotator decided if Detected
	Detected bool
	Subtypes []string
	Verdicts []Status

	MinConfidence, MaxConfidence float64 // 0 to 1; a MaxConfidence of 0 means 1
	Groundings                   []mashal.Grounding

	// Hebrew and English are words that the verse must have, as in Query;
	// with InFigure the figure itself must. Exact is as in Query too.
	Hebrew, English string
	Exact, InFigure bool

	// Lemma is read by Lexicon.Lemmas; the figure must have a word of one of
	// them.
	Lemma string

	Target, Vehicle, Ground, Posture TagFilter

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
}

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
	HasFailed   Outcome = "failed"
	WasNotRun   Outcome = "not run" // by any of the readings wanted
)

// Outcomes lists all in their order.
var Outcomes = []Outcome{WithFigures, NoneFound, HasFailed, WasNotRun}

// Key is the same for filters that want the same, and different for others: a
// key for caches. It is not meant to be read.
func (f *Filter) Key() string { return "" }

// A FilterError says which value of a filter cannot be meant. It unwraps to a
// *mashal.Error with the code Usage and a hint.
type FilterError struct {
	Field   string // of Filter, lower case: "types", "vehicle", "confidence"
	Value   string
	Nearest string // the known value that is most like it; "" if there is none

	why *mashal.Error
}

func (e *FilterError) Error() string { return e.why.Error() }

// Unwrap gives the error for people.
func (e *FilterError) Unwrap() error { return e.why }
