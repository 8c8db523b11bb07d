package llm

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

// Abilities are what is known of the requests that one model on one server
// accepts, and of its answers.
type Abilities struct {
	Refused   Parameters // must be left out
	Accepted  Parameters // were part of a request that was answered
	Doubted   Parameters // left out since requests failed without a word about why, and to be tried again
	MaxOutput int        // the largest output limit that is accepted; 0 if none is known
	Usage     Answer     // whether answers come with a count of tokens
	Streams   Answer     // whether answers come in pieces
}

// An Answer is yes, no, or not known yet.
type Answer uint8

// The answers.
const (
	NotKnown Answer = iota
	Yes
	No
)

func (a Answer) String() string { return [...]string{"not known", "yes", "no"}[min(a, No)] }

func answer(yes bool) Answer {
	if yes {
		return Yes
	}
	return No
}

// Has returns whether the model accepts a parameter.
func (a Abilities) Has(p Parameters) Answer {
	switch {
	case a.Refused.Has(p):
		return No
	case a.Accepted.Has(p):
		return Yes
	}
	return NotKnown
}

// String returns the abilities in one line, for people.
func (a Abilities) String() string {
	parts := []string{"streams: " + a.Streams.String(), "JSON schema: " + a.Has(ParamSchema).String(), "counts tokens: " + a.Usage.String()}
	left := a.Refused &^ (ParamSchema | ParamStream)
	if !left.Has(ParamOtherLimit) {
		left &^= ParamLimit // it is sent by its other name
	}
	if left != 0 {
		parts = append(parts, "left out: "+strings.ReplaceAll(left.String(), ",", ", "))
	}
	if a.MaxOutput > 0 {
		parts = append(parts, fmt.Sprintf("output limit: %d tokens", a.MaxOutput))
	}
	return strings.Join(parts, "; ")
}

// abilitiesJSON is how Abilities are stored.
type abilitiesJSON struct {
	Refused   string `json:"refused,omitempty"`
	Accepted  string `json:"accepted,omitempty"`
	Doubted   string `json:"doubted,omitempty"`
	MaxOutput int    `json:"max_output,omitempty"`
	Usage     string `json:"usage,omitempty"`
	Streams   string `json:"streams,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (a Abilities) MarshalJSON() ([]byte, error) {
	return json.Marshal(abilitiesJSON{a.Refused.String(), a.Accepted.String(), a.Doubted.String(), a.MaxOutput, a.Usage.String(), a.Streams.String()})
}

// ParseAbilities returns the abilities that MarshalJSON stored. It ignores what it
// does not know, because another version of the program may have stored it: what
// is missing is found out again.
func ParseAbilities(data []byte) Abilities {
	var stored abilitiesJSON
	if json.Unmarshal(data, &stored) != nil {
		return Abilities{}
	}
	a := Abilities{Refused: knownParameters(stored.Refused), Accepted: knownParameters(stored.Accepted)}
	a.Accepted &^= a.Refused
	a.Doubted = knownParameters(stored.Doubted) &^ (a.Refused | a.Accepted)
	if stored.MaxOutput >= smallestLimit && stored.MaxOutput <= largestLimit {
		a.MaxOutput = stored.MaxOutput
	}
	for _, known := range []Answer{Yes, No} {
		if stored.Usage == known.String() {
			a.Usage = known
		}
		if stored.Streams == known.String() {
			a.Streams = known
		}
	}
	return a
}

// knownParameters returns the parameters of a list whose names are known.
func knownParameters(list string) (p Parameters) {
	for name := range strings.SplitSeq(list, ",") {
		one, _ := ParseParameters(name) // an unknown name is no parameter
		p |= one
	}
	return p
}

// Capabilities finds out which optional parameters one model on one server
// accepts, and remembers it. A parameter that an error names is left out from then
// on. If the error names none, parameters are left out one after the other until a
// request succeeds; those that need not have been left out are then tried again,
// one with each request, also by a later process. Nothing is left out because of an error that has another
// cause, and nothing that was accepted because of an error that names no parameter.
//
// It is safe for concurrent use. A nil Capabilities changes nothing.
type Capabilities struct {
	omit Parameters // that the user wants left out

	mu      sync.Mutex
	known   Abilities
	works   Parameters   // accepted in this process
	trial   []Parameters // left out because a request failed without a word about why
	soft    bool         // one of these failures may have passed by itself
	retry   Parameters   // left out, and to be tried again
	testing Parameters   // of retry: sent with a request that is not answered yet
	useless bool         // leaving out all parameters did not help
	saved   Abilities    // at the last call of Changed
	told    Abilities    // likewise, if that was after the first answer
	answers bool         // the model has answered in this process

	tooLarge      int64 // the input of the smallest request that was refused as too large, in tokens as we estimate them; 0 for none
	tooLargeError error // that refusal
	split         int64 // the input of the last request that was refused as too large and then split
	unsplittable  bool  // a split makes requests hardly smaller
}

// NewCapabilities returns the capabilities of a model on a server, with what was
// found out before and what the user wants left out.
func NewCapabilities(known Abilities, omit Parameters) *Capabilities {
	return &Capabilities{omit: omit, known: known, saved: known, retry: known.Doubted}
}

// Known returns what is known now.
func (c *Capabilities) Known() Abilities {
	if c == nil {
		return Abilities{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.known
}

// Changed returns what is known, and what has changed since it was called before:
// save reports whether anything has, and tell whether people should be told, which
// is so after the first answer and whenever more is left out.
func (c *Capabilities) Changed() (known Abilities, save, tell bool) {
	if c == nil {
		return Abilities{}, false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	save, c.saved = c.known != c.saved, c.known
	if c.answers {
		tell = c.told.Refused != c.known.Refused || c.told.MaxOutput != c.known.MaxOutput || c.told.Streams != c.known.Streams || c.told.Usage != c.known.Usage
		c.told = c.known
	}
	return c.known, save, tell
}

// Unsettled reports whether another request would show more: parameters are left
// out, and the server may accept them.
func (c *Capabilities) Unsettled() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.retry != 0 || len(c.trial) > 0
}

// Prepare returns the request as the server is to get it: without the parameters
// that it refuses, and with an output limit that it allows. The caller puts a
// schema that is left out into the prompt.
func (c *Capabilities) Prepare(req Request) Request {
	if c == nil {
		return req
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var testing Parameters
	if c.retry != 0 && c.testing == 0 && len(c.trial) == 0 && c.hasAnswered() {
		testing = c.retry & -c.retry
		c.testing = testing
	}
	req = req.without(c.omitted()&^testing, c.known.MaxOutput)
	req.Tested = testing
	return req
}

// hasAnswered reports whether the model has begun to answer in this process.
func (c *Capabilities) hasAnswered() bool { return c.answers || c.works != 0 }

// Unsent takes back that Prepare returned a request: it is not sent, so another one
// tests what it was to test.
func (c *Capabilities) Unsent(req Request) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.testing &^= req.Tested
}

// omitted returns the parameters to leave out.
func (c *Capabilities) omitted() Parameters {
	omitted := c.omit | c.known.Refused | c.retry
	for _, p := range c.trial {
		omitted |= p
	}
	return omitted
}

// without returns the request without parameters, and with an output limit of at
// most maxOutput if that is not 0.
func (r Request) without(p Parameters, maxOutput int) Request {
	r.Omit |= p
	if p.Has(ParamSchema) {
		r.Schema = nil
	}
	if p.Has(ParamEffort) {
		r.Effort = ""
	}
	if p.Has(ParamTemperature) {
		r.Temperature = nil
	}
	if p.Has(ParamCache) {
		r.CacheKey, r.SharedAgain = "", false
	}
	if p.Has(ParamSystem) && r.System != "" {
		if r.Shared != "" {
			r.System += "\n\n" + r.Shared
		}
		r.Shared, r.System = r.System, ""
	}
	if maxOutput > 0 && (r.MaxOutput == 0 || r.MaxOutput > maxOutput) {
		r.MaxOutput = maxOutput
	}
	return r
}

// Learn takes the outcome of a request that Prepare returned: the response, which
// says what was sent, and the error. It reports whether the request should be made
// again at once, because it was refused for a parameter that is left out now.
func (c *Capabilities) Learn(req Request, resp Response, err error) (again bool) {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.testing &^= req.Tested
	again = c.learn(req, resp, err)
	c.known.Doubted = c.retry
	for _, p := range c.trial {
		c.known.Doubted |= p
	}
	return again
}

// learn is Learn, with the lock held.
func (c *Capabilities) learn(req Request, resp Response, err error) (again bool) {
	switch {
	case accepted(resp, err):
		c.accept(req, resp, err)
		return false
	case !suspicious(err):
		return false
	}
	e, _ := asError(err)
	atOnce := e.Kind != ServerError // that of a server may pass, so that Policy waits
	limit := req.MaxOutput
	if limit == 0 {
		limit = DefaultOutput
	}
	switch r := refusalOf(e, resp.Sent, c.works, limit); {
	case r.certain && r.limit > 0:
		c.known.MaxOutput = r.limit
		return true
	case r.certain:
		c.refuse(r.suspects[0])
		c.trial, c.soft = nil, false // they were suspected without a reason
		return true
	case req.Tested != 0: // it was accepted without and refused with
		c.refuse(req.Tested)
		return true
	case c.omitted().Has(resp.Sent): // it was sent before they were suspected
		return atOnce
	default:
		return c.suspect(resp.Sent, r.suspects, !atOnce) && atOnce
	}
}

// LearnBatch is Learn for a result of a batch, which does not show whether answers
// are streamed.
func (c *Capabilities) LearnBatch(req Request, resp Response, err error) (again bool) {
	if c == nil {
		return false
	}
	streams := c.Known().Streams
	again = c.Learn(req, resp, err)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.Streams = streams
	return again
}

// TooLarge takes that a request was refused as too large; single tells whether it
// cannot be split. It reports whether no smaller request for the same text would be
// accepted: then Fits refuses those that are as large. That is so for a single one,
// and for all others once a single one was refused that was hardly smaller than
// what it was split from.
func (c *Capabilities) TooLarge(req Request, err error, single bool) (final bool) {
	e, ok := asError(err)
	if c == nil || !ok {
		return single
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	input := Estimate(req).Input
	if !single && !c.unsplittable {
		c.split = input
		return false
	}
	if single && input > c.split-c.split/20 {
		c.unsplittable = true
	}
	// A split asks for other verses in a few words more or less.
	if input -= input / 50; c.tooLarge == 0 || input < c.tooLarge {
		c.tooLarge, c.tooLargeError = input, e.Err
	}
	return true
}

// Fits returns an error of kind TooLarge if a request is at least as large as one
// that TooLarge was called for, so that it need not be sent.
func (c *Capabilities) Fits(req Request) error {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tooLarge == 0 || Estimate(req).Input < c.tooLarge {
		return nil
	}
	return &Error{Kind: TooLarge, Model: req.Model, Sure: true, Err: fmt.Errorf("not sent, because a request of this size was refused: %w", c.tooLargeError)}
}

// accepted reports whether the model has begun to answer, so that the server has
// accepted the request.
func accepted(resp Response, err error) bool {
	switch KindOf(err) {
	case KindNone:
		return err == nil
	case TooLong, Empty, OnlyReasoning:
		return resp.Status < 300
	case Cut, Timeout, Network, Malformed, Canceled:
		return resp.Status < 300 && resp.FirstText > 0
	}
	return false
}

// suspicious reports whether a request may have failed because of a parameter.
func suspicious(err error) bool {
	e, ok := asError(err)
	if !ok || e.Sure {
		return false
	}
	return e.Kind == BadRequest || e.Kind == ServerError || e.Kind == UnknownModel
}

// accept learns from a request that was answered.
func (c *Capabilities) accept(req Request, resp Response, err error) {
	if c.tooLarge > 0 && Estimate(req).Input >= c.tooLarge {
		c.tooLarge, c.unsplittable = 0, false // the refusal was not for its size alone
	}
	c.works |= resp.Sent
	c.known.Accepted |= resp.Sent
	c.retry &^= resp.Sent | req.Tested&ParamOtherLimit // which is not sent where the usual name is accepted
	if err == nil || KindOf(err) == TooLong {          // the answer has come to its end
		c.answers = true
		if resp.Usage.Reported || c.known.Usage == NotKnown {
			c.known.Usage = answer(resp.Usage.Reported)
		}
		c.known.Streams = answer(resp.Streamed)
	}
	if n := len(c.trial); n > 0 && !c.omitted().Has(resp.Sent) {
		if last := c.trial[n-1]; !c.soft && !c.works.Has(last) {
			c.refuse(last)
			c.trial = c.trial[:n-1]
		}
		for _, p := range c.trial {
			c.retry |= p
		}
		c.trial, c.soft = nil, false
	}
	c.retry &^= c.works
	c.useless = false
}

// refuse remembers that parameters must be left out.
func (c *Capabilities) refuse(p Parameters) {
	c.known.Refused |= p
	c.known.Accepted &^= p
	c.works &^= p
	c.retry &^= p
}

// outage are the parameters that are suspected if a request failed with an error of
// the server: those for which servers are known to do so.
const outage = ParamSchema | ParamEffort | ParamUsage

// suspect leaves out one more of the parameters that were sent and were not
// accepted yet, those that the error names first, and reports whether there is
// one. After the last one it gives up.
func (c *Capabilities) suspect(sent Parameters, named []Parameters, soft bool) bool {
	candidates := sent &^ c.works
	if soft {
		candidates &= outage
	}
	switch {
	case c.useless:
		return false
	case candidates == 0:
		c.useless = len(c.trial) > 0
		if c.trial, c.soft = nil, false; !c.hasAnswered() {
			c.retry = 0 // what an earlier process doubted is not why
		}
		return false
	}
	next := candidates & -candidates
	for _, p := range named {
		if candidates.Has(p) {
			next = p
			break
		}
	}
	c.trial, c.soft = append(c.trial, next), c.soft || soft
	return true
}

// Sends returns the parameters that a request of a vendor has: those of sent whose
// values are set in the request and that are not left out.
func (r Request) Sends(sent Parameters) Parameters {
	for p, set := range map[Parameters]bool{
		ParamSchema: r.Schema != nil, ParamEffort: r.Effort != "", ParamTemperature: r.Temperature != nil, ParamSystem: r.System != "",
	} {
		if !set {
			sent &^= p
		}
	}
	return sent &^ r.Omit
}
