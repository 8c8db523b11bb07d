package mashal

import (
	"slices"
	"time"
)

// A State is where a verse of a selection stands. A verse is in exactly one.
type State string

// The states.
const (
	NotRun  State = "not run"
	Running State = "running"
	Done    State = "done"   // with n ≥ 0 figures
	Failed  State = "failed" // for a stated reason
)

// States lists all states in their order.
var States = []State{NotRun, Running, Done, Failed}

// An AnnotatorKind ranks annotators: of several readings of a chapter a
// person's is current before a model's, and a model's before the rules'.
type AnnotatorKind string

// The kinds, from the lowest rank up.
const (
	ByRules  AnnotatorKind = "rules"
	ByModel  AnnotatorKind = "model"
	ByPerson AnnotatorKind = "person"
)

// Rank orders kinds: the higher is current before the lower.
func (k AnnotatorKind) Rank() int {
	switch k {
	case ByRules:
		return 1
	case ByModel:
		return 2
	case ByPerson:
		return 3
	}
	return 0
}

// An Annotator names what finds figures.
type Annotator struct {
	Name        string        // "rules", or "vendor:model", or a person's name
	Kind        AnnotatorKind // which of several readings is current depends on it
	Version     string        // of the rule file, or of prompt and schema
	Fingerprint string        // changes with whatever can change its findings: text, rules, model, prompt, settings
}

// A Failure says why a verse has no reading.
type Failure struct {
	Kind   string // one word for programs: "internal", "rate-limited", "cut", "refused", ...
	Reason string // a sentence for people
}

// A Result is what an annotator says of one verse: figures (none is a finding
// too), or a failure.
type Result struct {
	Verse        int
	Figures      []Figure
	Deliberation string
	Failure      *Failure // nil if the verse is done
}

// A Reading is what one annotator found in one chapter.
type Reading struct {
	ID        int64 // in the ledger
	Revision  int64 // grows whenever the reading changes
	Annotator Annotator
	Chapter   Chapter
	Number    int    // 1 for an annotator's first reading of the chapter, 2 for the one after --again, ...
	Run       string // the run that last worked on it
	Verses    []VerseReading
}

// Results returns what the reading has of some verses.
func (r *Reading) Results(verses []int) []Result {
	var results []Result
	for i := range r.Verses {
		if v := &r.Verses[i]; slices.Contains(verses, v.Verse) {
			results = append(results, v.Result())
		}
	}
	return results
}

// A VerseReading is one verse of a Reading.
type VerseReading struct {
	Verse        int
	State        State
	Failure      *Failure // set if and only if State is Failed
	Figures      []JudgedFigure
	Deliberation string
	At           time.Time // when the verse came to its end
}

// Result is what the annotator said of the verse, without the verdicts on it.
func (v *VerseReading) Result() Result {
	r := Result{Verse: v.Verse, Deliberation: v.Deliberation, Failure: v.Failure}
	for i := range v.Figures {
		r.Figures = append(r.Figures, v.Figures[i].Figure)
	}
	return r
}

// A JudgedFigure is a figure with the verdicts on it, people's last.
type JudgedFigure struct {
	Figure
	ID       string // from FigureIDs
	Verdicts []Verdict
}
