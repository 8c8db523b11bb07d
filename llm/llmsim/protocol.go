package llmsim

import (
	"fmt"
	"net/http"
	"time"

	"mashal"
)

// protocol decodes the requests and encodes the responses of one vendor's API.
type protocol interface {
	// decode parses a request's body. The client gets an error as a bad request.
	decode(r *http.Request, body []byte) (Request, error)

	// stream returns the answer as a sequence of events.
	stream(a *answer) []frame
	// whole returns the answer as one object.
	whole(a *answer) []byte

	// streamType returns the content type of a stream.
	streamType() string

	// failure returns the body of an error response.
	failure(f failure) []byte
	// event returns an event that reports an error in a stream.
	event(f failure) []byte

	// garbage returns an event that the protocol does not allow.
	garbage() []byte

	// head sets the headers of every response: the request's id and, unless left
	// is nil, the state of the rate limits.
	head(h http.Header, id string, left *quota, now time.Time)
}

// ending is how an answer ends.
type ending int

const (
	stopped     ending = iota // normally
	outOfTokens               // at the limit on the output
	filtered                  // by a content filter
	declined                  // with a refusal
)

// answer is a model's answer.
type answer struct {
	req     *Request
	model   string // that answers
	id      string // letters and digits
	created time.Time
	text    string
	pieces  []piece // of text
	end     ending
	usage   mashal.Tokens
	thought bool // the text is sent as reasoning
}

// frame is a part of a response that is sent at once, usually one event.
type frame struct {
	data     []byte
	early    bool  // sent before the first token
	tokens   int64 // tokens of output in it
	text     int   // bytes of the answer's text in it
	terminal bool  // tells the client that the answer is complete
}

// failure is an error that is sent instead of an answer.
type failure struct {
	status  int
	wait    time.Duration // time to wait, in the client's time; 0 if not told
	of      string        // the exhausted limit, "requests" or "tokens", or the missing object; may be ""
	message string
	body    []byte // in place of what the protocol makes of the message; nil for that
	id      string
	err     error // of batches: what happens instead of an error response
}

// quote returns s as a JSON string. It keeps bytes that are not UTF-8, which
// encoding/json would replace.
func quote(s string) string {
	b := make([]byte, 0, len(s)+len(s)/8+2)
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c < 0x20 || c == 0x7f:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return string(append(b, '"'))
}
