package mashal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"
)

// A State is the progress of one verse of a selection. A verse is in exactly
// one state.
type State string

// The states.
const (
	NotRun  State = "not run"
	Running State = "running"
	Done    State = "done"   // with n ≥ 0 figures
	Failed  State = "failed" // with a reason
)

// States lists all states in that order.
var States = []State{NotRun, Running, Done, Failed}

// An AnnotatorKind is the kind of an annotator. Kinds are ranked: if a chapter
// has several readings, the one of the highest rank is current.
type AnnotatorKind string

// The kinds, from the lowest rank to the highest.
const (
	BySimulation AnnotatorKind = "simulated" // answers that a server makes up, such as those of mashal simulate
	ByRules      AnnotatorKind = "rules"
	ByLearning   AnnotatorKind = "learned" // a statistical model that is part of the program
	ByModel      AnnotatorKind = "model"
	ByPerson     AnnotatorKind = "person"
)

// Rank returns the rank of the kind, from 1, and 0 for an unknown kind. The
// concordance stores ranks, so they do not change.
func (k AnnotatorKind) Rank() int {
	switch k {
	case BySimulation:
		return 1
	case ByRules:
		return 2
	case ByLearning:
		return 3
	case ByModel:
		return 4
	case ByPerson:
		return 5
	}
	return 0
}

// An Annotator identifies a rule file, a model or a person that finds figures.
type Annotator struct {
	Name        string        // "rules", "vendor:model", "vendor:model@server" or a person's name
	Kind        AnnotatorKind // determines which of several readings is current
	Version     string        // the version of the rule file, or of prompt and schema
	Fingerprint string        // a hash of everything that can change its results: text, rules, model, prompt, settings
}

// Label returns the name for people: that of a simulated annotator is marked.
func (a Annotator) Label() string {
	if a.Kind == BySimulation {
		return a.Name + " (simulated)"
	}
	return a.Name
}

// At returns the annotator whose answers come from the named server, which is not
// the vendor's own unless the name is "". A simulated one is of another kind. Both
// are part of the fingerprint: what one server answered is never taken for the work
// of another, nor a simulation for a model.
func (a Annotator) At(server string, simulated bool) Annotator {
	var marks []string
	if server != "" {
		a.Name += "@" + server
		marks = append(marks, "server", server)
	}
	if simulated {
		a.Kind = BySimulation
		marks = append(marks, string(BySimulation))
	}
	a.Fingerprint = MarkHash(a.Fingerprint, marks...)
	return a
}

// MarkHash returns a hash of a hash and marks, and the hash itself without marks.
func MarkHash(hash string, marks ...string) string {
	if len(marks) == 0 {
		return hash
	}
	b, err := json.Marshal(append([]string{hash}, marks...))
	if err != nil {
		panic(err) // strings
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A Failure is the reason why an annotator has no result for a verse.
type Failure struct {
	Kind   string // one word for programs: "internal", "rate-limited", "cut", "refused", ...
	Reason string // a sentence for users
}

// A Result is an annotator's answer for one verse: its figures or a failure. A
// result without figures and failure says that the verse has no figure.
type Result struct {
	Verse        int
	Figures      []Figure
	Deliberation string    // the annotator's reasoning, if it gave any
	Failure      *Failure  // nil if the verse is done
	At           time.Time // when the answer was made, if that was before it was recorded; zero for the time of recording
}

// DoubtBelow is the confidence below which a figure is in doubt. On the recorded
// chapters that a model annotated more than once, two of five figures are below it,
// and seven of ten on which the model contradicted itself.
const DoubtBelow = .91

// ToValidate reports whether the result has a figure whose confidence is below the
// given one, or any figure if that is 0.
func (r *Result) ToValidate(below float64) bool {
	return r.Failure == nil && slices.ContainsFunc(r.Figures, func(f Figure) bool { return below == 0 || f.Confidence < below })
}

// A Reading is the result of one annotator for one chapter.
type Reading struct {
	ID        int64 // the row in the ledger
	Revision  int64 // increases whenever the reading changes
	Annotator Annotator
	Chapter   Chapter
	Number    int    // 1 for the annotator's first reading of the chapter, 2 for the next one (--again), ...
	Run       string // the last run that changed the reading
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
	Deliberation string    // the annotator's reasoning, if it gave any
	At           time.Time // the time at which the verse was done or failed
}

// Result returns the annotator's answer for the verse, without verdicts.
func (v *VerseReading) Result() Result {
	r := Result{Verse: v.Verse, Deliberation: v.Deliberation, Failure: v.Failure}
	for i := range v.Figures {
		r.Figures = append(r.Figures, v.Figures[i].Figure)
	}
	return r
}

// A JudgedFigure is a figure with its identifier and the verdicts on it.
type JudgedFigure struct {
	Figure
	ID       string    // as returned by FigureIDs
	Verdicts []Verdict // verdicts of people come last
}
