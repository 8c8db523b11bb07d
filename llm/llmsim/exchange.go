package llmsim

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mashal"
)

// maxRequest is the largest size of a request's body, in bytes.
const maxRequest = 32 << 20

// random returns a random source. It depends on the seed, the request's hash and
// attempt, and the purpose, but not on the order of requests.
func (s *Server) random(req *Request, purpose string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%d/%s", req.Hash, req.Attempt, purpose)
	return rand.New(rand.NewPCG(s.config.Seed, h.Sum64()))
}

// keyOf returns a hash of the request's key, so that keys are not stored.
func keyOf(r *http.Request) string {
	h := sha256.New()
	for _, name := range []string{"Authorization", "X-Api-Key", "X-Goog-Api-Key"} {
		fmt.Fprintf(h, "%q", r.Header.Get(name))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// serve answers one HTTP request.
func (s *Server) serve(name Protocol, p protocol, w http.ResponseWriter, r *http.Request) {
	started := s.config.Clock.Now()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = w.Write(p.failure(failure{status: http.StatusRequestEntityTooLarge, message: "Request exceeds the maximum size"}))
		return
	}
	req, err := p.decode(r, body)
	req.body = body
	x := s.exchange(name, p, &req, started)
	x.w, x.ctx = w, r.Context()
	defer func() {
		x.Seconds = s.config.Clock.Now().Sub(started).Seconds()
		if x.Finished {
			s.noteAnswer()
		}
		s.log(&x.Entry)
		if x.abort {
			panic(http.ErrAbortHandler) // makes net/http close the connection
		}
	}()
	if err == nil {
		err = req.validate()
	}
	if err != nil {
		x.refuse(failure{status: http.StatusBadRequest, message: err.Error()}, nil)
		return
	}
	fault := s.serverFault(&req)
	if x.fail(fault) {
		return
	}
	x.answer(keyOf(r), fault)
}

// exchange counts a request and returns its exchange.
func (s *Server) exchange(name Protocol, p protocol, req *Request, started time.Time) *exchange {
	req.Protocol, req.Hash = name, req.hash()
	s.count(req)
	return &exchange{
		Server: s, protocol: p, req: req, started: started,
		Entry: Entry{
			Number: req.Number, ID: fmt.Sprintf("%s%08x", req.Hash, req.Number), At: started, Protocol: name, Model: req.Model,
			Stream: req.Stream, Hash: req.Hash, Attempt: req.Attempt, Prompt: req.Prompt,
		},
	}
}

// exchange is one request and its outcome.
type exchange struct {
	*Server
	protocol
	Entry
	w       http.ResponseWriter
	ctx     context.Context
	req     *Request
	started time.Time
	abort   bool // close the connection without finishing the response
}

// refuse answers with an error status. left is what is left of the key's limits,
// nil if it is not told.
func (x *exchange) refuse(f failure, left *quota) {
	f.id = x.ID
	x.Status, x.End, x.Error = f.status, Refused, f.message
	h := x.w.Header()
	x.head(h, x.ID, left, time.Now())
	h.Set("Content-Type", "application/json")
	if f.wait > 0 && x.Protocol != Gemini {
		if x.Protocol != Messages {
			h.Set("Retry-After-Ms", strconv.FormatFloat(f.wait.Seconds()*1000, 'f', 3, 64))
		}
		h.Set("Retry-After", strconv.FormatFloat(f.wait.Seconds(), 'f', -1, 64))
	}
	body := f.body
	switch {
	case body == nil:
		body = x.failure(f)
	case f.status < 300: // it is the answer
		h.Set("Content-Type", x.streamType())
		body = fmt.Appendf(nil, "data: %s\n\n", body)
	case !json.Valid(body):
		h.Set("Content-Type", "text/html")
	}
	x.w.WriteHeader(f.status)
	_, _ = x.w.Write(body) // an error means that the client has disconnected
}

// serviceFailures are the errors that the service's faults cause.
var serviceFailures = map[Fault]failure{
	RateLimited: {status: 429, of: "requests", message: "Rate limit reached (simulated)"},
	RateSilent:  {status: 429, of: "tokens", message: "Rate limit reached (simulated)"},
	ServerError: {status: 500, message: "The server had an error while processing your request (simulated)"},
	Unavailable: {status: 503, message: "The service is currently unavailable (simulated)"},
	Overloaded:  {status: 529, message: "Overloaded (simulated)"},
}

// answer sends the model's answer, or what a fault makes of it. ofServer is the
// fault of the server that the request meets.
func (x *exchange) answer(key string, ofServer Fault) {
	rng := x.random(x.req, "fault")
	wrong := x.answerFaults.draw(rng)
	if ofServer == NoText || ofServer == Garbage {
		wrong = drawnFault{fault: ofServer}
	}
	if (wrong.fault == ErrorEvent || wrong.fault == FormatError) && !x.req.Stream {
		wrong.fault = ServerError // only a stream can carry an error event
	}
	a, f := x.compose(wrong, rng)
	if f != nil {
		x.refuse(*f, nil)
		return
	}
	left, of, wait := x.accounts.admit(key, a.usage.Total())
	if of != "" {
		x.Fault = ""
		wait = x.config.Clock.Client(wait)
		x.refuse(failure{status: 429, of: of, wait: wait, message: fmt.Sprintf("Rate limit reached for %s: try again in %s", of, wait)}, left)
		return
	}
	known := promptPrefixes(x.req)
	a.usage.CachedInput, a.usage.CacheWrite = x.cache.lookup(known, x.Protocol, x.started)
	a.pieces = split(a.text, x.perEvent())
	if wrong.fault == PromptCut {
		a.cutPrompt()
	}
	x.Status, x.Input, x.Cached = http.StatusOK, a.usage.Input, a.usage.CachedInput
	x.head(x.w.Header(), x.ID, left, time.Now())
	x.send(a, wrong, rng, known)
}

// compose returns the answer, changed by a fault of the model if one was drawn.
// It returns a failure instead for a fault of the service, or if Answer fails.
func (x *exchange) compose(wrong drawnFault, rng *rand.Rand) (*answer, *failure) {
	if f, ok := serviceFailures[wrong.fault]; ok {
		x.Fault = wrong.fault
		if wrong.fault == RateLimited {
			f.wait = x.config.Clock.Client(wrong.wait)
		}
		return nil, &f
	}
	if slices.Contains(limitFaults, wrong.fault) {
		x.Fault = wrong.fault
		return nil, x.limited(wrong.fault, x.config.Clock.Client(wrong.wait))
	}
	shows := !slices.Contains(verseFaults, wrong.fault) || strings.Contains(x.req.Prompt, blockedVerse)
	if r := refusals[wrong.fault][x.Protocol]; shows && r.applies(x.req.body) {
		x.Fault = wrong.fault
		return nil, &failure{status: r.status, body: []byte(r.body), message: r.body}
	}
	text, err := x.config.Answer(*x.req)
	if err != nil {
		return nil, &failure{status: http.StatusBadRequest, message: err.Error()}
	}
	a := &answer{req: x.req, model: x.config.Reports(x.req.Model), id: x.ID, created: time.Now(), text: text}
	switch wrong.fault {
	case NoText:
		a.text = ""
	case Garbage:
		a.text = strings.Repeat("lorem ipsum ", 20)
	}
	if slices.Contains(modelFaults, wrong.fault) || slices.Contains(damageFaults, wrong.fault) {
		var ok bool
		if a.text, a.end, ok = applyFault(wrong.fault, text, rng); ok {
			x.Fault = wrong.fault
		}
	}
	if slices.Contains(habitFaults, wrong.fault) && x.habit(wrong.fault, a) {
		x.Fault = wrong.fault
	}
	a.count(x.config.Reasoning)
	a.usage.Input = Tokens(x.req.System) + Tokens(x.req.Prompt) + Tokens(string(x.req.Schema))
	return a, nil
}

// count sets the answer's usage. It cuts the text if it exceeds the request's
// limit, which includes reasoning.
func (a *answer) count(reasoning int64) {
	written := Tokens(a.text)
	if a.end == declined {
		written = Tokens(refusalText)
	}
	if limit := a.req.MaxOutput; limit > 0 && reasoning+written > limit {
		reasoning = min(reasoning, limit)
		a.text = firstTokens(a.text, limit-reasoning)
		written, a.end = limit-reasoning, outOfTokens
	}
	a.usage = mashal.Tokens{Output: reasoning + written, Reasoning: reasoning, Reported: true}
}

// cutPrompt reports a prompt of which most was dropped.
func (a *answer) cutPrompt() {
	a.usage.Input, a.usage.CachedInput, a.usage.CacheWrite = min(a.usage.Input, 1024), 0, 0
}

// perEvent returns the number of tokens in one event.
func (x *exchange) perEvent() int64 {
	if n := x.config.TokensPerEvent; n > 0 {
		return n
	}
	switch x.Protocol {
	case Messages:
		return 4
	case Gemini:
		return 24
	}
	return 1
}
