package llmsim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// Protocol is one of the vendors' protocols.
type Protocol string

// The protocols.
const (
	Chat      Protocol = "openai-chat"
	Responses Protocol = "openai-responses"
	Messages  Protocol = "anthropic"
	Gemini    Protocol = "gemini"
)

// Request is a client's request, independent of the protocol.
type Request struct {
	Protocol  Protocol
	Model     string
	System    string          // instructions
	Prompt    string          // all other messages in order, separated by empty lines
	Schema    json.RawMessage // the JSON schema of the answer; nil for free text
	MaxOutput int64           // tokens, reasoning included; 0 for no limit
	Stream    bool
	Number    int64  // counts the server's requests from 1
	Attempt   int    // counts the requests with this Hash from 1
	Hash      string // depends on the model, the texts, the schema and MaxOutput

	marks      []int // lengths of System and Prompt together at each cache mark (Anthropic)
	body       []byte
	usageAsked bool // the client asked for the usage in the stream (Chat)
}

// Answerer returns the text of the model's answer. The client gets an error as a
// bad request. An Answerer must be safe for concurrent use.
type Answerer func(Request) (text string, err error)

// validate returns an error if the request has no model or no prompt.
func (r *Request) validate() error {
	if r.Model == "" || r.Prompt == "" {
		return errors.New("request has no model or no prompt")
	}
	return nil
}

// hash returns a hash of the request's content.
func (r *Request) hash() string {
	h := sha256.New()
	for _, part := range []string{r.Model, r.System, r.Prompt, string(r.Schema)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	fmt.Fprint(h, r.MaxOutput)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// appendText appends s to a text, with an empty line between them.
func appendText(to *string, s string) {
	if *to != "" && s != "" {
		*to += "\n\n"
	}
	*to += s
}

// content is the content of a message, which is a string or a list of parts in
// JSON.
type content []part

// part is one part of a message.
type part struct {
	Type         string          `json:"type"`
	Text         string          `json:"text"`
	CacheControl json.RawMessage `json:"cache_control"`
}

// UnmarshalJSON decodes a string or a list of parts.
func (c *content) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*c = content{{Type: "text", Text: s}}
		return nil
	}
	return json.Unmarshal(data, (*[]part)(c))
}

// text returns the text of all parts.
func (c content) text() string {
	var s string
	for _, p := range c {
		appendText(&s, p.Text)
	}
	return s
}
