package mashal

import "time"

// A RunState states how far a run has come, or how it ended.
type RunState string

// The states of a run.
const (
	RunGoing       RunState = "running"
	RunCut         RunState = "cut off"     // its process has ended without a result; the next run does what it left
	RunDone        RunState = "done"        // every verse of its plan is done
	RunIncomplete  RunState = "incomplete"  // some verses failed
	RunInterrupted RunState = "interrupted" // some verses were not run; the same command resumes
	RunFailed      RunState = "failed"      // it could not go on
)

// A Run is one command that annotates a selection: what it was asked to do and
// how it ended.
type Run struct {
	ID          string // "20261123T193000Z-1f3a"
	Number      int    // from 1, in the order of their start
	Annotator   Annotator
	Validator   Annotator // its name is "" if nothing is validated
	Selection   string    // in the form that reference.ParseSelection reads
	Again       bool      // verses that were done are read once more
	Command     []string  // the words of the command
	Settings    map[string]string
	Version     string // of the program
	Workers     int
	AlreadyDone int    // verses of the selection that were done before
	Note        string // what it waits for, or why it stopped; "" if there is nothing to say
	Code        Code   // of the error that stopped it; Internal if none did
	Started     time.Time
	Ended       time.Time // zero while it is running or if it was cut off
	State       RunState  // never RunCut in the ledger, which cannot tell whether a process is alive
}

// Going reports whether the run is in progress.
func (r *Run) Going() bool { return r.State == RunGoing }

// A RunProgress is a run with the counts that are shown while it is running.
type RunProgress struct {
	Run     Run
	Verses  map[State]int // of its plan, without the verses that a later run took over
	Figures int           // found by its attempts, open ones included
	Spend   Spend
}

// A RunTotals counts the plan of a run and its results. A verse that a later
// run took over counts there.
type RunTotals struct {
	Chapters    int           // with verses in the plan
	Verses      map[State]int // of the plan
	Figures     int           // in verses that are done
	Types       map[Type]int  // figures of each type; a figure can have several types
	Validations map[State]int // verses whose figures are to be validated
}

// A RunAccount is everything that is known of a run except its calls.
type RunAccount struct {
	RunProgress
	Coverage    Coverage
	Answered    []Answered     // which models answered, in the order of their first answers
	Attempts    []Attempt      // in the order of their start
	Spending    []ChapterSpend // in canonical order
	Failures    []FailedVerse  // verses that failed
	Unvalidated []FailedVerse  // verses whose figures should have verdicts and have none
	Batches     []Batch        // that it has sent or whose results it has used
	Forgotten   []Forgetting   // what was deleted of it on demand, the earliest first
	Damaged     []FailedVerse  // verses that an answer lacked or held damaged; most of them came when they were asked for again
}

// Answered says which model the server named in answers to a model that was asked.
type Answered struct {
	Model string    `json:"model"`           // asked, as Call.Model
	By    string    `json:"answered_by"`     // in the server's words
	Build string    `json:"build,omitempty"` // the server's mark of its configuration
	Calls int       `json:"requests"`
	First time.Time `json:"first"` // when the first of these calls began
}

// Changed reports whether more than one model, or build of it, answered for one
// that was asked.
func Changed(answered []Answered) bool {
	asked := map[string]bool{}
	for _, a := range answered {
		if asked[a.Model] {
			return true
		}
		asked[a.Model] = true
	}
	return false
}

// Coverage counts how many figures of a run a validator has judged. A figure
// without a verdict is not validated, which does not mean that it is invalid.
type Coverage struct {
	Figures   int              `json:"figures"`
	Judged    int              `json:"figures_validated"` // figures with a verdict on each of their types
	Types     int              `json:"types"`             // types of all figures
	Verdicts  int              `json:"types_validated"`   // types with a verdict
	Decisions map[Decision]int `json:"decisions"`         // of the verdict that counts on each type
}

// Open returns the number of types without a verdict.
func (c Coverage) Open() int { return c.Types - c.Verdicts }

// A FailedVerse is a verse, or a whole chapter, that has no result.
type FailedVerse struct {
	Ref     Ref // Verse is 0 if all verses of the chapter failed for the same reason
	Failure Failure
	At      time.Time // zero if the verse was not begun
	Retry   string    // the command that tries it again; "" if it was not looked up
}
