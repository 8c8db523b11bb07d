package explore

import (
	"context"
	"time"
)

// A Record knows how figures were made, beyond what the concordance says: the
// calls to models behind a verse of a reading.
type Record interface {
	// Made lists the calls that led to what a reading says of a verse, in the
	// order in which they were made. There are none if no model was asked.
	Made(ctx context.Context, reading int64, verse int) ([]Call, error)
}

// A Call is one question to a model and its answer.
type Call struct {
	Task      string // "detect", "validate"
	Model     string // "vendor:model"
	Prompt    string // version of the prompt and schema
	Run       string
	Attempt   int // from 1; earlier ones failed
	Outcome   string
	At        time.Time // when it was sent
	Took      time.Duration
	Input     int64   // tokens, of which Cached were read from a cache
	Cached    int64   // tokens
	Output    int64   // tokens, of which Reasoning were not shown
	Reasoning int64   // tokens
	Cost      float64 // US dollars; negative if the price is not known
	Response  string  // every byte of the answer; "" if it was not kept
}
