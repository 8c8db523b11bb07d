package mashal

import "time"

// A Forgetting records that readings or answers were deleted from the ledger on demand.
// What they had cost stays counted.
type Forgetting struct {
	ID       int64     `json:"id"`
	At       time.Time `json:"at"`
	By       string    `json:"by"`
	Reason   string    `json:"reason,omitempty"`
	Command  []string  `json:"command"`
	Version  string    `json:"version"`  // of the program
	Readings int       `json:"readings"` // deleted, with their figures and the verdicts on these
	Figures  int       `json:"figures"`
	Verdicts int       `json:"verdicts"`
	Answers  int       `json:"answers"` // deleted
	Bytes    int64     `json:"bytes"`   // of the answers
}
