package mashal

import "time"

// A Purpose states what a call to a model or an attempt of a worker is for.
type Purpose string

// The purposes.
const (
	Detection  Purpose = "detection"  // to find figures
	Validation Purpose = "validation" // to judge figures that were found
)

// A Request is a request to a model, as it is recorded before it is sent.
type Request struct {
	Key      string // the same for the same request to the same model
	Repeat   int    // how often the same task has made the same request before
	Purpose  Purpose
	Verses   []int             // asked for, ascending
	Model    string            // asked for: "vendor:model", or "vendor:model@server"
	System   string            // the three parts of the prompt
	Shared   string            //
	Prompt   string            //
	Settings map[string]string // everything else that was sent, by name

	Simulated bool      // whether an answer that was recorded before must be simulated, or must not
	At        time.Time // when the answer was made, if another program recorded it; zero for a request that is made now
}

// An Answer is the recorded answer to a request.
type Answer struct {
	Text []byte // as much as arrived
	Err  error  // why the answer is incomplete, an *llm.Error; nil if it is complete
	Call int64  // the call that was recorded when the answer was found, because it is the result of a batch; 0 for others
}

// A Call is one request to a model with the data of its answer. The texts of
// both are in Dialogue.
type Call struct {
	ID            int64 // in the ledger
	Run           string
	Reading       int64
	Chapter       Chapter
	Verses        []int // asked for, ascending
	Purpose       Purpose
	Model         string            // asked for: "vendor:model", or "vendor:model@server"
	PromptVersion string            // version of the prompt and the schema
	Settings      map[string]string // everything else that was sent, by name

	Started time.Time
	Ended   time.Time // zero while the call is in progress
	Outcome string    // CallDone, CallLost or a kind of failure; "" while the call is in progress
	Error   string    // error message; "" if there is none

	Status     int           // HTTP status; 0 if no answer came
	AnsweredBy string        // name of the model in the answer
	Build      string        // the server's mark of the configuration that answered; "" if it gave none
	VendorID   string        // the vendor's identifier of the request
	EndReason  string        // why the answer ended, in the vendor's word
	FirstText  time.Duration // from the request to the first text
	Duration   time.Duration // from the request to the end of the answer
	Tokens     Tokens
	Cost       Cost
	Size       int      // of the answer, in bytes
	Damage     []Damage // verses that the answer lacks or holds damaged

	Forgotten *Forgetting // when the answer was deleted, by whom and why; nil if it was not
}

// Outcomes of a call. All others are kinds of failure.
const (
	CallDone = "done"
	CallLost = "lost" // the process ended before the answer did

	// CallCut is the kind of failure of a call that the program cut, because it was
	// told to stop or could not use the answer.
	CallCut = "canceled"
)

// Counted reports whether the tokens of the call are known. They are unknown
// for a call that was imported, because another program made it.
func (c *Call) Counted() bool {
	return c.Outcome != CallDone || c.Tokens.Total() > 0 || c.Cost != Cost{State: CostExact}
}

// Estimated reports whether the tokens are an estimate, not the vendor's count.
func (c *Call) Estimated() bool { return !c.Tokens.Reported && c.Tokens.Total() > 0 }

// PaidInPart reports whether the program cut the call after it was sent: the vendor
// charges at least for what it had read and written until then.
func (c *Call) PaidInPart() bool { return c.Outcome == CallCut && c.Tokens.Total() > 0 }

// A Dialogue is a call with its texts.
type Dialogue struct {
	Call
	System, Shared, Prompt string // the three parts of the prompt
	Answer                 string // as much of the answer as arrived
}

// Damage names a verse that an answer lacks or holds damaged.
type Damage struct {
	Verse  int    `json:"verse"`
	State  string `json:"state"` // missing, damaged, ...
	Reason string `json:"reason,omitempty"`
}

// A CallChoice selects calls of a run.
type CallChoice string

// The choices.
const (
	AllCalls     CallChoice = "all"
	FailedCalls  CallChoice = "failed"  // ended without a complete answer
	DamagedCalls CallChoice = "damaged" // the answer lacks verses or holds them damaged
)
