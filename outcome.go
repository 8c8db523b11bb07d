package mashal

// An Outcome is what a reading says of a verse. For a verse without figures it depends on
// the kind of the annotator: see AnnotatorKind.Silence.
type Outcome string

// The outcomes.
const (
	WithFigures Outcome = "figures"
	NoneFound   Outcome = "none found" // a reader read the verse and states that it has no figure
	NotMarked   Outcome = "not marked" // a matcher searched the verse and no pattern matched: no statement
	NoneLeft    Outcome = "none left"  // of the figures of the verse, none has a type after all verdicts
	HasFailed   Outcome = "failed"
	WasNotRun   Outcome = "not run"
)

// Outcomes lists all outcomes in order.
var Outcomes = []Outcome{WithFigures, NoneFound, NotMarked, NoneLeft, HasFailed, WasNotRun}

// A Claim is what an annotator's silence about a verse means.
type Claim string

// The claims.
const (
	ByReader  Claim = "reader"  // it reads every verse, so silence states that there is no figure
	ByMatcher Claim = "matcher" // it searches for known patterns, so silence states nothing
)

// Claim returns what the silence of annotators of the kind means. An unknown kind claims
// no more than a matcher.
func (k AnnotatorKind) Claim() Claim {
	switch k {
	case ByPerson, ByModel, BySimulation:
		return ByReader
	}
	return ByMatcher
}

// Matcher reports whether annotators of the kind only look for what they know, so that
// their silence about a verse is no statement.
func (k AnnotatorKind) Matcher() bool { return k.Claim() == ByMatcher }

// Silence returns the outcome of a verse that an annotator of the kind has done without a
// figure. Pages, answers, files and views take the word for such a verse from here.
func (k AnnotatorKind) Silence() Outcome {
	if k.Matcher() {
		return NotMarked
	}
	return NoneFound
}

// OutcomeOf returns the outcome of a verse in a reading of an annotator of the kind.
func (k AnnotatorKind) OutcomeOf(s State, figures int) Outcome {
	switch {
	case s == Failed:
		return HasFailed
	case s != Done:
		return WasNotRun
	case figures > 0:
		return WithFigures
	}
	return k.Silence()
}

// A Use is how a word is used in its verse, as far as readings tell.
type Use string

// The uses.
const (
	Figurative   Use = "figurative" // the word is in a figure
	Literal      Use = "literal"    // a reader read its verse and put it in no figure
	UnmarkedWord Use = "not marked" // only matchers searched its verse, and it is in no figure
)

// Uses lists all uses in order.
var Uses = []Use{Figurative, Literal, UnmarkedWord}

// UseOutside returns the use of a word that an annotator of the kind has in no figure.
func (k AnnotatorKind) UseOutside() Use {
	if k.Matcher() {
		return UnmarkedWord
	}
	return Literal
}
