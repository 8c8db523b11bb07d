package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"mashal"
)

// A Record knows how figures were made, beyond what the concordance says: the
// runs, and the calls to models behind a verse of a reading. It is asked by
// many at once.
type Record interface {
	// Made lists the calls that led to what a reading says of a verse, in the
	// order in which they were made. There are none if no model was asked. The
	// error is ErrNoLedger if there is no ledger, and ErrOtherLedger if it is not
	// the one that numbers readings so: the one whose first run is given, from
	// which the concordance was made.
	Made(ctx context.Context, ledger string, reading int64, verse int) ([]Call, error)
	// Call is one call with what was said in it; nil if there is none of that
	// number.
	Call(ctx context.Context, id int64) (*Dialogue, error)
	// Runs are runs, the latest first: at most limit of them, after some that
	// are skipped. all is how many there are.
	Runs(ctx context.Context, skip, limit int) (list []Run, all int, err error)
	// Progress is how far a run has come; nil if there is no such run.
	Progress(ctx context.Context, run string) (*Run, error)
	// Account is all that is known of a run but its calls; nil if there is no
	// such run.
	Account(ctx context.Context, run string) (*Account, error)
	// Calls are calls of a run, without their texts, the latest first: at most
	// limit of them, after some that are skipped. all is how many there are.
	Calls(ctx context.Context, run string, which CallChoice, skip, limit int) (list []Call, all int, err error)
}

// A CallChoice says which calls of a run are wanted.
type CallChoice string

// The choices.
const (
	AllCalls     CallChoice = "all"
	FailedCalls  CallChoice = "failed"  // that have ended, but not well
	DamagedCalls CallChoice = "damaged" // whose answers lack verses, or hold them damaged
)

// Errors of Record.Made, which readers are told of.
var (
	ErrNoLedger    = errors.New("there is no ledger")
	ErrOtherLedger = errors.New("the concordance was made from another ledger")
)

// A Call is one question to a model and its answer.
type Call struct {
	ID        int64  // of the record; 0 if it cannot be asked for
	Task      string // "detect", "validate"
	Model     string // "vendor:model"
	Prompt    string // version of the prompt and schema
	Run       string
	Chapter   mashal.Chapter
	Verses    []int     // asked for
	Attempt   int       // from 1; earlier ones failed
	Outcome   string    // "done", or a kind of failure; "" while it is being answered
	Error     string    // what went wrong, for people
	At        time.Time // when it was sent
	Took      time.Duration
	Input     int64    // tokens, of which Cached were read from a cache
	Cached    int64    // tokens
	Output    int64    // tokens, of which Reasoning were not shown
	Reasoning int64    // tokens
	Estimated bool     // the tokens were not counted by the vendor
	Cost      float64  // US dollars; negative if the price is not known
	Size      int      // of the answer, in bytes
	Damage    []Damage // what the answer lacks, or holds damaged
	Response  string   // every byte of the answer; "" if it was not kept, or in a list
}

// Counted reports whether it is known what the call used: an answer that was
// had without a token, as an imported one was, was had by somebody else.
func (c *Call) Counted() bool {
	return c.Outcome != "done" || c.Input > 0 || c.Output > 0 || c.Cost != 0
}

// Damage is a verse that an answer lacks or holds damaged.
type Damage struct {
	Verse  int
	State  string // missing, damaged, ...
	Reason string // may be empty
}

// A Dialogue is a call with what was said in it.
type Dialogue struct {
	Call
	System, Shared, Question string    // the parts of the prompt
	Settings                 []Setting // what else was sent, by name
	Status                   int       // of HTTP; 0 if there was none
	AnsweredBy               string    // the model in the vendor's words
	VendorID                 string    // the vendor's name for the request
	EndReason                string    // in the vendor's word
	FirstText                time.Duration
}

// A Setting is a name with a value.
type Setting struct{ Name, Value string }

// A RunState is where a run stands.
type RunState string

// The states of a run.
const (
	RunGoing       RunState = "running"
	RunCut         RunState = "cut off"     // its process died; the next run takes up what it left
	RunDone        RunState = "done"        // every verse it was to read is done
	RunIncomplete  RunState = "incomplete"  // some failed
	RunInterrupted RunState = "interrupted" // some were not run; the same command resumes
	RunFailed      RunState = "failed"      // it could not go on
)

// RunStates lists all of them.
var RunStates = []RunState{RunGoing, RunCut, RunDone, RunIncomplete, RunInterrupted, RunFailed}

// A Run is one annotate command and how far it has come.
type Run struct {
	ID          string
	State       RunState
	Selection   string // parses
	Annotator   string
	Version     string // of the annotator
	Validator   string // "" if there is none
	Workers     int
	AlreadyDone int // verses of the selection that were done before
	Started     time.Time
	Ended       time.Time            // zero if it goes on, or was cut off
	Verses      map[mashal.State]int // it was to read; one that a later run took up counts there
	Figures     int                  // found
	Spend
}

// Going reports whether the run goes on.
func (r *Run) Going() bool { return r.State == RunGoing }

// A Spend is what calls used and cost, however they ended.
type Spend struct {
	Calls     int
	Failed    int   // of them: those that have ended, but not well
	Estimated int   // of them: those whose tokens the vendor did not count
	Unpriced  int   // of them: those that have ended at a cost that nobody knows
	Input     int64 // tokens, of which Cached were read from a cache
	Cached    int64
	Output    int64 // tokens, of which Reasoning were not shown
	Reasoning int64
	Cost      float64 // US dollars, of those whose cost is known
}

// Counted reports whether it is known what the calls used; of those that were
// imported it is not.
func (s Spend) Counted() bool {
	return s.Calls == s.Failed || s.Input > 0 || s.Output > 0 || s.Cost != 0 || s.Unpriced > 0
}

// An Account is all that is known of a run.
type Account struct {
	Run
	Command     string    // as it was typed
	Program     string    // its version
	Settings    []Setting // by name
	Coverage    Coverage
	Work        []Work         // in the order in which it began
	Spending    []ChapterSpend // in canonical order
	Failures    []Failure      // verses that failed
	Unvalidated []Failure      // verses whose figures were to be judged and are not
	Damaged     []Failure      // verses that an answer lacked or held damaged; most came when they were asked for again
	Retry       string         // the command that tries all failures again; "" if there are none
}

// Work is one worker's work on some verses of a chapter.
type Work struct {
	Worker     int // from 1
	Chapter    mashal.Chapter
	Validation bool // judging what was found there, not finding it
	Started    time.Time
	Ended      time.Time    // zero while it is under way
	Outcome    mashal.State // Running while it is under way
	Verses     int          // it was to read
	Failed     int          // of them
	Figures    int          // found, or judged

	// Periods are those in which a worker worked on it, without its waits. Those of
	// one worker do not overlap. Nil means all the time from Started to Ended.
	Periods []Period
}

// A Period is a period in which a worker worked.
type Period struct {
	Worker         int
	Started, Ended time.Time // Ended is zero while it lasts
}

// A Coverage counts, of the figures of a run, what a second reader has judged.
type Coverage struct {
	Figures, Judged int // figures, and those with a verdict on each of their types
	Types, Verdicts int // types claimed of them, and those with a verdict
	Decisions       map[mashal.Decision]int
}

// A ChapterSpend is what was spent on a chapter for one task with one model.
type ChapterSpend struct {
	Chapter mashal.Chapter
	Task    string // as of a Call
	Model   string
	Spend
}

// A Failure is a verse, or all verses of a chapter, of which something did not
// succeed.
type Failure struct {
	Chapter mashal.Chapter
	Verse   int    // 0 for the whole chapter
	Kind    string // one word
	Reason  string // a sentence
	Command string // tries it again
	At      time.Time
}

// Decided is how many of the types claimed have a decision.
func (c Coverage) Decided(decision string) int { return c.Decisions[mashal.Decision(decision)] }

// Open is how many of the types claimed have no verdict.
func (c Coverage) Open() int { return c.Types - c.Verdicts }

// InState is how many of the run's verses stand where a template says.
func (r *Run) InState(state string) int { return r.Verses[mashal.State(state)] }

// Class is the state as a part of the name of a class.
func (r RunState) Class() string { return strings.ReplaceAll(string(r), " ", "-") }

// Add adds what else was spent.
func (s *Spend) Add(t Spend) {
	s.Calls += t.Calls
	s.Failed += t.Failed
	s.Estimated += t.Estimated
	s.Unpriced += t.Unpriced
	s.Input += t.Input
	s.Cached += t.Cached
	s.Output += t.Output
	s.Reasoning += t.Reasoning
	s.Cost += t.Cost
}
