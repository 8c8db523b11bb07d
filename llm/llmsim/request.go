package llmsim

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// A Protocol is one of the vendors' ways to ask.
type Protocol string

// The protocols.
const (
	Chat      Protocol = "openai-chat"
	Responses Protocol = "openai-responses"
	Messages  Protocol = "anthropic"
	Gemini    Protocol = "gemini"
)

// A Request is what a client asked, whatever the protocol.
type Request struct {
	Protocol  Protocol
	Model     string
	System    string          // instructions
	Prompt    string          // all else that was said, in order, with empty lines between
	Schema    json.RawMessage // the form demanded of the answer; nil for free text
	MaxOutput int64           // tokens, reasoning included; 0 for no limit
	Stream    bool
	Number    int64  // counts the server's requests from 1
	Attempt   int    // counts the requests of this Hash from 1
	Hash      string // the same for the same question to the same model

	marks      []int // bytes of System and Prompt up to each mark for the cache
	usageAsked bool  // Chat: the count was asked for
}

// An Answerer gives the text a model would answer. An error is told to the
// client as a bad request. It must be safe for concurrent use.
type Answerer func(Request) (text string, err error)

func (r *Request) validate() error {
	if r.Model == "" || r.Prompt == "" {
		return errors.New("a request needs a model and something that is asked")
	}
	return nil
}

// hash names the question.
func (r *Request) hash() string {
	h := sha256.New()
	for _, part := range []string{r.Model, r.System, r.Prompt, string(r.Schema)} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	fmt.Fprint(h, r.MaxOutput)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// appendText adds what was said, with an empty line before it.
func appendText(to *string, s string) {
	if *to != "" && s != "" {
		*to += "\n\n"
	}
	*to += s
}

// A content is what vendors allow for the text of a message: a string or a
// list of parts.
type content []part

type part struct {
	Type         string          `json:"type"`
	Text         string          `json:"text"`
	CacheControl json.RawMessage `json:"cache_control"`
}

// UnmarshalJSON reads a string or a list of parts.
func (c *content) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*c = content{{Type: "text", Text: s}}
		return nil
	}
	return json.Unmarshal(data, (*[]part)(c))
}

func (c content) text() string {
	var s string
	for _, p := range c {
		appendText(&s, p.Text)
	}
	return s
}
