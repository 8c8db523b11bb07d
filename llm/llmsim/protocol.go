package llmsim

import (
	"net/http"
	"time"

	"mashal"
)

// A protocol reads and writes one vendor's way to ask.
type protocol interface {
	// decode reads a request's body. Its error is told as a bad request.
	decode(r *http.Request, body []byte) (Request, error)

	// stream gives the answer as events, whole as one object.
	stream(a *answer) []frame
	whole(a *answer) []byte

	// streamType is the content type of a stream.
	streamType() string

	// failure gives the body that goes with an error's status, event the same
	// error in a stream that began well.
	failure(f failure) []byte
	event(f failure) []byte

	// garbage is an event that is not the protocol.
	garbage() []byte

	// head sets the headers that go with every answer: the request's name and,
	// if there are limits, what is left of them.
	head(h http.Header, id string, left *quota, now time.Time)
}

// An ending is how an answer ends in the protocol.
type ending int

const (
	stopped ending = iota
	outOfTokens
	filtered
	declined
)

// An answer is what the model says.
type answer struct {
	req     *Request
	id      string // letters and digits
	created time.Time
	text    string
	pieces  []piece // of text
	end     ending
	usage   mashal.Tokens
}

// A frame is what is sent at once: mostly one event.
type frame struct {
	data     []byte
	early    bool  // sent before the model has begun to write
	tokens   int64 // that the model wrote for it
	text     int   // bytes of the answer's text in it
	terminal bool  // with it the client knows that the answer is whole
}

// A failure is what the service says instead of an answer.
type failure struct {
	status  int
	wait    time.Duration // by the client's clock; 0 if it does not say
	of      string        // what ran out: "requests" or "tokens"; "" for nothing
	message string
	id      string
}
