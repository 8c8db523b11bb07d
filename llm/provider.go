// Package llm sends requests to language models. It defines requests, answers,
// kinds of failures, prices and limits. The vendors' packages implement Provider
// with their protocols and classify failures; this package decides what follows
// a failure, and has what the vendors' packages share: the exchange over HTTP,
// errors in JSON, and the removal of keys.
package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"mashal"
)

// A Provider sends requests to the models of one vendor. Implementations are safe
// for concurrent use. They make exactly one HTTP request per call and never
// retry: every attempt is paid for, and Policy alone decides about it.
type Provider interface {
	// Name returns the vendor's name as in "openai:gpt-5.1", without the model.
	Name() string

	// Stream sends one request and calls text with each piece of the answer as
	// it arrives, in order, on the calling goroutine. The piece is UTF-8 and
	// may be used only during the call. An error of text ends the request and
	// is returned.
	//
	// A nil error means that the vendor declared the answer complete. Every
	// other end is an *Error. The Response then has what is known of the
	// answer, because it is paid for however it ends.
	Stream(ctx context.Context, req Request, text func(delta []byte) error) (Response, error)
}

// A Request is one question to one model. Its texts are ordered from what is the
// same in every request to what differs, because vendors cache common prefixes.
type Request struct {
	Model  string // as the vendor names it
	System string // instructions, the same in every request of a run; marked to be cached where the vendor needs a mark
	Shared string // what several requests have in common after System; "" for nothing
	Prompt string // what this request asks

	// SharedAgain is set if requests with the same Shared follow soon, so that
	// caching it saves money where writing to the cache costs extra.
	SharedAgain bool

	// CacheKey groups requests with a common prefix, for vendors that route by
	// such a key. It is sent unchanged and must not contain names of people.
	CacheKey string

	// Answering is called with the name of the model that answers, as soon as it is
	// known and before the first piece of text. Nil does nothing.
	Answering func(model string)

	Schema      *Schema  // of the answer; nil for free text
	MaxOutput   int      // tokens, reasoning included; 0 for the vendor's limit
	Effort      Effort   // how much to reason; "" for the model's default
	Temperature *float64 // nil for the model's default; reasoning models refuse any other

	// Omit has the parameters that are not sent, because the server refuses them,
	// and Tested those that are sent to find out whether it does. Capabilities
	// sets both.
	Omit, Tested Parameters
}

// A Schema is a JSON schema with the name that some vendors require. The order of
// its properties is kept, because models write them in that order.
type Schema struct {
	Name string // letters, digits, _ and -
	JSON json.RawMessage
}

// An Effort is how much a model reasons before it answers.
type Effort string

// The efforts, from least to most. A vendor's package maps those that its models
// lack to the nearest one.
const (
	EffortNone    Effort = "none"
	EffortMinimal Effort = "minimal"
	EffortLow     Effort = "low"
	EffortMedium  Effort = "medium"
	EffortHigh    Effort = "high"
	EffortXHigh   Effort = "xhigh"
	EffortMax     Effort = "max"
)

// Efforts returns the efforts from least to most.
func Efforts() []Effort {
	return []Effort{EffortNone, EffortMinimal, EffortLow, EffortMedium, EffortHigh, EffortXHigh, EffortMax}
}

// Validate returns an error if the request cannot be sent.
func (r Request) Validate() error {
	if r.Model == "" {
		return errors.New("a request needs a model")
	}
	if r.Prompt == "" && r.Shared == "" {
		return errors.New("a request needs a prompt")
	}
	if r.MaxOutput < 0 {
		return fmt.Errorf("an output limit of %d tokens is less than none", r.MaxOutput)
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

// ParseEffort returns the effort of a name.
func ParseEffort(s string) (Effort, error) {
	for _, e := range Efforts() {
		if string(e) == s {
			return e, nil
		}
	}
	return "", fmt.Errorf("unknown reasoning effort %q (none, minimal, low, medium, high, xhigh, max)", s)
}

// User returns Shared and Prompt as one text, for vendors that need no marks to
// cache a prefix.
func (r Request) User() string {
	if r.Shared == "" || r.Prompt == "" {
		return r.Shared + r.Prompt
	}
	return r.Shared + "\n\n" + r.Prompt
}

// Announced returns text with a call of Answering before the first piece. model is
// where the name of the model is kept; while it is empty, Answering is not called.
func (r Request) Announced(model *string, text func(delta []byte) error) func(delta []byte) error {
	if r.Answering == nil {
		return text
	}
	announced := false
	return func(delta []byte) error {
		if !announced && *model != "" {
			announced = true
			r.Answering(*model)
		}
		return text(delta)
	}
}

// A Response is what is known of an answer beside its text. After a failure it
// has what was known at that time.
type Response struct {
	Model     string // the model that answered, often a dated version of the requested one
	Build     string // the server's mark of the configuration that answered (system_fingerprint); "" if it gives none
	RequestID string // the vendor's, for its support
	Status    int    // HTTP status; 0 if no answer came
	End       string // why the answer ended, in the vendor's terms: stop, end_turn, SAFETY; "" if unknown
	Usage     mashal.Tokens
	Limits    Limits     // of the key, as far as the vendor reports them
	Sent      Parameters // that the request had
	Streamed  bool       // the answer came as a stream of events
	Thought   int64      // estimated tokens of the reasoning that arrived; 0 if none did

	// Only Client sets these.
	Cost      mashal.Cost
	Queued    time.Duration // how long the limiter held the request back before it was sent
	FirstText time.Duration // from sending the request to the first piece of text; 0 without text
	Duration  time.Duration // from sending the request to its end, without the wait for the limiter
}
