// Package llmtest is the conformance suite of llm.Provider. It runs a vendor's
// client against a server on loopback that writes the vendor's protocol, and
// checks how the client handles complete answers, broken streams, refusals, rate
// limits and malformed data. Only tests import it.
package llmtest

import (
	"encoding/json"
	"net/http"
	"testing"

	"mashal"
	"mashal/llm"
)

// Ending is the reason that a vendor gives for the end of an answer.
type Ending string

// The endings. Every vendor has Stop and Length. Wire.Endings lists the others
// that a vendor has.
const (
	Stop       Ending = "stop"
	Length     Ending = "length"
	Filtered   Ending = "filtered"
	Refusal    Ending = "refusal"
	Safety     Ending = "safety"
	Recitation Ending = "recitation"
	Blocked    Ending = "blocked" // the prompt was refused
	Broken     Ending = "broken"  // the vendor reports that it failed
	Strange    Ending = "strange" // a reason that the client does not know
)

// Script describes an answer.
type Script struct {
	Pieces []string
	End    Ending
	Usage  mashal.Tokens
}

// Wire encodes one vendor's protocol.
type Wire struct {
	// Events returns the events of a stream, each with the empty line after it.
	// The event with index terminal tells the client that the answer is
	// complete.
	Events func(s Script) (events [][]byte, terminal int)

	// Terminals are words. The terminal event of a successful answer contains at
	// least one of them.
	Terminals []string

	// Endings maps the vendor's endings to the kind of error that the client
	// returns.
	Endings map[Ending]llm.Kind

	// Error returns the body of a response with an error status.
	Error func(status int, message string) []byte

	// ErrorEvents maps events that report an error in a stream to the kind of
	// error that the client returns.
	ErrorEvents map[string]llm.Kind

	// Malformed are events that the protocol does not allow.
	Malformed []string

	// RateLimits returns the headers that report limits. It is nil if the vendor
	// has none.
	RateLimits func(llm.Limits) http.Header

	// RequestIDHeader is the name of the header with the request's id.
	RequestIDHeader string

	// CheckRequest checks what the client sent for Question.
	CheckRequest func(t *testing.T, r *http.Request, body []byte)
}

// Suite is a client under test.
type Suite struct {
	Wire Wire

	// New returns the client for a server at base.
	New func(base, key string, transport http.RoundTripper) (llm.Provider, error)
}

// quote returns a text as JSON.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Key is the key that the suite passes to clients. It must not appear in errors,
// responses or bodies.
const Key = "sk-test/Zq9+secret=0123456789abcdef"

// Question is the request that CheckRequest checks.
var Question = llm.Request{
	Model:       "model-1",
	System:      "The manual, \u05de\u05e9\u05dc.",
	Shared:      "The chapter: \u05d9\u05b0\u05d4\u05d5\u05b8\u05d4 \u05e6\u05d5\u05bc\u05e8\u05b4\u05d9",
	SharedAgain: true,
	Prompt:      "Verses 1-3 <please>.",
	MaxOutput:   4321,
	Effort:      llm.EffortLow,
	// The properties are not in alphabetical order, so that the test shows
	// whether their order is kept.
	Schema: &llm.Schema{Name: "verses", JSON: []byte(`{"type":"object","properties":{"zeta":{"type":"string"},"alpha":{"type":"integer"}},"required":["zeta","alpha"],"additionalProperties":false}`)},
}

// Text is the answer of most cases. It has characters of one to four bytes.
var Text = []string{"{\"v\":1,", "\"t\":\"\u05de\u05b8\u05e9\u05b8\u05c1\u05dc ", "\u2603 \U0001d6fc <b>&\"}", "\n", "{\"v\":2}"}

// Counted is the usage that most cases report.
var Counted = mashal.Tokens{Input: 1200, CachedInput: 1024, Output: 57, Reasoning: 17, Reported: true}
