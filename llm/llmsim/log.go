package llmsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Entry is one line of the log. It describes a request and what was sent.
type Entry struct {
	Number   int64     `json:"number"`
	ID       string    `json:"id"` // as in the response's request id header, without the vendor's prefix
	At       time.Time `json:"at"` // simulated
	Seconds  float64   `json:"seconds"`
	Protocol Protocol  `json:"protocol"`
	Model    string    `json:"model"`
	Stream   bool      `json:"stream"`
	Hash     string    `json:"hash"`            // the same for the same content
	Attempt  int       `json:"attempt"`         // counts the requests with this hash from 1
	Prompt   string    `json:"prompt"`          // without the instructions
	Batch    string    `json:"batch,omitempty"` // the name of its batch

	Status   int     `json:"status"`
	Fault    Fault   `json:"fault,omitempty"`
	Error    string  `json:"error,omitempty"` // the message of a refusal
	End      Outcome `json:"end"`
	Finished bool    `json:"finished"` // everything was sent, including the terminal event

	// The tokens that the vendor charges: the input of every accepted request,
	// and the output that was sent.
	Input     int64 `json:"input_tokens"`
	Cached    int64 `json:"cached_tokens"` // part of Input
	Output    int64 `json:"output_tokens"`
	Reasoning int64 `json:"reasoning_tokens"` // part of Output

	Text   string `json:"text"`             // the part of the answer that was sent
	Verses []int  `json:"verses,omitempty"` // the verses whose objects were sent completely
}

// Outcome is how a response ended.
type Outcome string

// The outcomes.
const (
	Served  Outcome = "served"  // sent to the end, with or without errors in the text
	Refused Outcome = "refused" // an error status; nothing is charged
	Broken  Outcome = "broken"  // ended by a fault of the stream
	Left    Outcome = "left"    // the client disconnected
)

// ReadLog reads a log. If a line is malformed, it returns an error and the
// entries before it.
func ReadLog(r io.Reader) ([]Entry, error) {
	var entries []Entry
	for dec := json.NewDecoder(r); ; {
		var e Entry
		switch err := dec.Decode(&e); {
		case errors.Is(err, io.EOF):
			return entries, nil
		case err != nil:
			return entries, fmt.Errorf("read entry %d of the log: %w", len(entries)+1, err)
		}
		entries = append(entries, e)
	}
}

// IsLog reports whether a file begins with an entry of the log.
func IsLog(r io.Reader) bool {
	var e Entry
	dec := json.NewDecoder(io.LimitReader(r, 64<<20)) // an entry has a whole answer
	dec.DisallowUnknownFields()
	return dec.Decode(&e) == nil && e.Number > 0 && e.Protocol != "" && e.End != ""
}

// Tally holds the totals of a log.
type Tally struct {
	Requests int
	Finished int
	Faults   map[Fault]int
	Input    int64 // tokens
	Cached   int64
	Output   int64

	// Unfinished is the number of tokens charged for incomplete answers.
	Unfinished int64
	// Again is the number of tokens charged for requests that had been answered
	// completely before, so that they were paid for twice. An answer with a
	// fault does not count as complete, because its request has to be repeated.
	Again int64
}

// Count returns the totals of a log. The entries must be in the log's order.
func Count(entries []Entry) Tally {
	t := Tally{Faults: map[Fault]int{}}
	answered := map[string]bool{}
	for _, e := range entries {
		t.Requests++
		t.Input += e.Input
		t.Cached += e.Cached
		t.Output += e.Output
		if e.Fault != "" {
			t.Faults[e.Fault]++
		}
		if answered[e.Hash] {
			t.Again += e.Input + e.Output
		}
		if !e.Finished {
			t.Unfinished += e.Input + e.Output
			continue
		}
		t.Finished++
		if e.Fault == "" {
			answered[e.Hash] = true
		}
	}
	return t
}
