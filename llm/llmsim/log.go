package llmsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// An Entry is one line of the log: what was asked and what was served.
type Entry struct {
	Number   int64     `json:"number"`
	ID       string    `json:"id"` // as in the header that names the request, after the vendor's req_
	At       time.Time `json:"at"` // simulated
	Seconds  float64   `json:"seconds"`
	Protocol Protocol  `json:"protocol"`
	Model    string    `json:"model"`
	Stream   bool      `json:"stream"`
	Hash     string    `json:"hash"`            // the same for the same question
	Attempt  int       `json:"attempt"`         // counts the requests of this hash from 1
	Prompt   string    `json:"prompt"`          // without the instructions
	Batch    string    `json:"batch,omitempty"` // the batch it came in

	Status   int     `json:"status"`
	Fault    Fault   `json:"fault,omitempty"`
	Error    string  `json:"error,omitempty"` // why it was refused
	End      Outcome `json:"end"`
	Finished bool    `json:"finished"` // all was sent, with the terminal event

	// What the vendor charges: the input as soon as the model begins, of the
	// output what was sent.
	Input     int64 `json:"input_tokens"`
	Cached    int64 `json:"cached_tokens"` // of Input
	Output    int64 `json:"output_tokens"`
	Reasoning int64 `json:"reasoning_tokens"` // of Output

	Text   string `json:"text"`             // what was sent of the answer
	Verses []int  `json:"verses,omitempty"` // whose objects were sent whole
}

// An Outcome is how the sending of an answer ended.
type Outcome string

// The outcomes.
const (
	Served  Outcome = "served"  // to the end, whatever the text is worth
	Refused Outcome = "refused" // an error status, nothing charged
	Broken  Outcome = "broken"  // by a fault of the stream
	Left    Outcome = "left"    // the client left
)

// ReadLog reads a log.
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

// A Tally is what a log comes to.
type Tally struct {
	Requests int
	Finished int
	Faults   map[Fault]int
	Input    int64 // tokens
	Cached   int64
	Output   int64

	// Unfinished are the tokens charged for answers that were not sent whole.
	Unfinished int64
	// Again are the tokens charged for questions that had been answered whole
	// before: bought twice. Questions spoiled by a fault of the model are
	// rightly asked again and do not count as answered.
	Again int64
}

// Count counts the entries of a log, in its order.
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
