// Package llm asks language models. It knows what a request, an answer, a
// failure, a price and a limit are; it knows no vendor's protocol and nothing
// of what is asked. Each vendor's package implements Provider and says what
// kind of failure a failure is; what follows from that is decided here.
package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mashal"
)

// A Provider asks one vendor's models. Implementations are safe for concurrent
// use, make exactly one HTTP request per call and never repeat it: every
// attempt is paid for, so every attempt is somebody's decision.
type Provider interface {
	// Name is the vendor's name as in "openai:gpt-5.1", without the model.
	Name() string

	// Stream sends one request and hands each piece of the answer's text to
	// text as it arrives, in order, on the calling goroutine. The bytes are
	// valid UTF-8 and only valid during the call. An error of text ends the
	// request and is returned wrapped.
	//
	// A nil error means that the vendor said the answer is complete. Every
	// other end is an *Error, and the Response then holds what is known all
	// the same: what was paid for is counted however it ended.
	Stream(ctx context.Context, req Request, text func(delta []byte) error) (Response, error)
}

// A Request is one question to one model. Its parts go from what never changes
// to what always does, because vendors cache common beginnings.
type Request struct {
	Model  string // the vendor's name for it
	System string // instructions, the same for every request of a run; cached where the vendor asks for a mark
	Shared string // what several requests repeat after System; "" if nothing
	Prompt string // what is asked this time

	// SharedAgain says that other requests with the same Shared follow soon,
	// so that it pays to cache it where writing to the cache costs extra.
	SharedAgain bool

	// CacheKey groups requests with a common beginning, where a vendor routes
	// by such a key. It is sent as it is: keep names of people out of it.
	CacheKey string

	Schema      *Schema  // the form of the answer; nil for free text
	MaxOutput   int      // tokens, reasoning included; 0 leaves it to the vendor
	Effort      Effort   // how much to reason; "" leaves it to the model
	Temperature *float64 // nil leaves it to the model, as reasoning models demand
}

// A Schema is a JSON schema with the name some vendors want it to have. JSON is
// sent in the order it is written in: models fill in properties in that order.
type Schema struct {
	Name string // letters, digits, _ and -
	JSON json.RawMessage
}

// Effort is how much a model reasons before it answers.
type Effort string

// The efforts, from least to most. A vendor's package maps those its models
// lack to the nearest they have.
const (
	EffortNone    Effort = "none"
	EffortMinimal Effort = "minimal"
	EffortLow     Effort = "low"
	EffortMedium  Effort = "medium"
	EffortHigh    Effort = "high"
	EffortXHigh   Effort = "xhigh"
	EffortMax     Effort = "max"
)

// Efforts lists the efforts from least to most.
func Efforts() []Effort {
	return []Effort{EffortNone, EffortMinimal, EffortLow, EffortMedium, EffortHigh, EffortXHigh, EffortMax}
}

// Validate says what is wrong with the request before anything is paid for it.
func (r Request) Validate() error {
	if r.Model == "" {
		return errors.New("a request needs a model")
	}
	if r.Prompt == "" && r.Shared == "" {
		return errors.New("a request needs a prompt")
	}
	if r.MaxOutput < 0 {
		return fmt.Errorf("at most %d tokens of output is less than none", r.MaxOutput)
	}
	if r.Effort != "" {
		if _, err := ParseEffort(string(r.Effort)); err != nil {
			return err
		}
	}
	if r.Schema != nil {
		var object map[string]json.RawMessage
		if err := json.Unmarshal(r.Schema.JSON, &object); err != nil {
			return fmt.Errorf("schema %q is not a JSON object: %w", r.Schema.Name, err)
		}
	}
	return nil
}

// ParseEffort reads an effort by its name.
func ParseEffort(s string) (Effort, error) {
	for _, e := range Efforts() {
		if string(e) == s {
			return e, nil
		}
	}
	return "", fmt.Errorf("unknown reasoning effort %q (none, minimal, low, medium, high, xhigh, max)", s)
}

// User is the request's part that is not System, as one text, for vendors that
// cache by common beginnings and need no marks.
func (r Request) User() string {
	if r.Shared == "" || r.Prompt == "" {
		return r.Shared + r.Prompt
	}
	return r.Shared + "\n\n" + r.Prompt
}

// A Response is what is known of an answer beside its text. After a failure it
// holds what was known when it failed.
type Response struct {
	Model     string // what answered, in the vendor's words: often a dated version of what was asked for
	RequestID string // for the vendor's support
	Status    int    // HTTP status; 0 if no answer came
	End       string // why it ended, in the vendor's word: stop, end_turn, SAFETY; "" if it did not say
	Usage     mashal.Tokens
	Limits    Limits // what the key may still do, as far as the vendor says

	// Set by Client.
	Cost      mashal.Cost
	Queued    time.Duration // how long the limiter held the request back before it was sent
	FirstText time.Duration // from sending to the first piece of text; 0 if none came
	Duration  time.Duration // from sending to the end; waiting for the limiter not counted
}
