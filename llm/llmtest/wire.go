// Package llmtest is the conformance suite of llm.Provider: what every vendor's
// client must make of good answers, broken streams, refusals, limits and
// nonsense. It runs a client against a server on loopback that writes the
// vendor's protocol byte for byte. It is imported by tests only.
package llmtest

import (
	"encoding/json"
	"net/http"
	"testing"

	"mashal"
	"mashal/llm"
)

// An Ending is how a vendor says that an answer is over.
type Ending string

// The endings. Every vendor has the first four; the others are named where they
// exist.
const (
	Stop       Ending = "stop"
	Length     Ending = "length"
	Filtered   Ending = "filtered"
	Refusal    Ending = "refusal"
	Safety     Ending = "safety"
	Recitation Ending = "recitation"
	Blocked    Ending = "blocked" // the prompt, not the answer
	Broken     Ending = "broken"  // the vendor says that it failed
	Strange    Ending = "strange" // a reason nobody expects
)

// A Script is an answer as a vendor writes it.
type Script struct {
	Pieces []string
	End    Ending
	Usage  mashal.Tokens
}

// A Wire writes one vendor's protocol.
type Wire struct {
	// Events gives the body of a stream, event by event, each with the empty
	// line that ends it. The last event that tells the ending is number
	// terminal: with it the client knows that the answer is whole.
	Events func(s Script) (events [][]byte, terminal int)

	// Terminals are words of which every terminal event of a good end holds one.
	Terminals []string

	// Endings is what the vendor's endings stand for.
	Endings map[Ending]llm.Kind

	// Error gives the body of an answer with an error status.
	Error func(status int, message string) []byte

	// ErrorEvents are errors told in a stream that began well.
	ErrorEvents map[string]llm.Kind

	// Malformed are events that are not the protocol.
	Malformed []string

	// RateLimits gives the headers that tell limits; nil if the vendor has
	// none.
	RateLimits func(llm.Limits) http.Header

	// RequestIDHeader is the header that names the request.
	RequestIDHeader string

	// CheckRequest looks at what the client sent for Question.
	CheckRequest func(t *testing.T, r *http.Request, body []byte)
}

// A Suite is a client under test.
type Suite struct {
	Wire Wire

	// New makes the client for a server at base.
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

// Key is what the suite gives as the key, and looks for where none may be.
const Key = "sk-test/Zq9+secret=0123456789abcdef"

// Question is the request that CheckRequest sees.
var Question = llm.Request{
	Model:       "model-1",
	System:      "The manual, \u05de\u05e9\u05dc.",
	Shared:      "The chapter: \u05d9\u05b0\u05d4\u05d5\u05b8\u05d4 \u05e6\u05d5\u05bc\u05e8\u05b4\u05d9",
	SharedAgain: true,
	Prompt:      "Verses 1-3 <please>.",
	MaxOutput:   4321,
	Effort:      llm.EffortLow,
	// The properties are not in alphabetical order, on purpose.
	Schema: &llm.Schema{Name: "verses", JSON: []byte(`{"type":"object","properties":{"zeta":{"type":"string"},"alpha":{"type":"integer"}},"required":["zeta","alpha"],"additionalProperties":false}`)},
}

// Text is the answer most cases give: letters of one to four bytes.
var Text = []string{"{\"v\":1,", "\"t\":\"\u05de\u05b8\u05e9\u05b8\u05c1\u05dc ", "\u2603 \U0001d6fc <b>&\"}", "\n", "{\"v\":2}"}

// Counted is the usage most cases report.
var Counted = mashal.Tokens{Input: 1200, CachedInput: 1024, Output: 57, Reasoning: 17, Reported: true}
