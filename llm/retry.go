package llm

import (
	"fmt"
	"math"
	"math/bits"
	"time"
)

// An Action is a way to go on after a failure.
type Action uint8

// The actions.
const (
	GiveUp    Action = iota // report what was asked for as failed, with the reason
	Wait                    // after Decision.Wait, ask again for what is missing
	Split                   // ask for less per request
	NextModel               // ask the next model of the chain
	Stop                    // end the run, because none of its requests can succeed
)

func (a Action) String() string {
	return [...]string{"give up", "wait", "split", "next model", "stop"}[a]
}

// A Decision is the action that follows a failure, with its reason.
type Decision struct {
	Action Action
	Wait   time.Duration
	Reason string // for logs and failure lists: the failure and what was tried
}

// A Situation is what a decision depends on, beside the failure.
type Situation struct {
	Attempts int  // consecutive failures of this kind, this one included: 1, 2, ...
	CanSplit bool // more than one verse is still missing
	HasNext  bool // the chain has another model
	Worked   bool // an earlier request of the run to this model was useful, so that its address is right

	// Refusals is how often the passage and its parts were refused, this time
	// included, Answered how many of its parts were answered, and Verses how many
	// verses the passage had.
	Refusals, Answered, Verses int
}

// A Policy decides how failed requests are retried. Nothing else retries
// requests: a Limiter and a Brake only delay them. Its decisions depend only on
// their arguments and on Jitter.
type Policy struct {
	Base   time.Duration  // the first wait where the vendor asks for none; it doubles
	Most   time.Duration  // the longest wait; where the vendor asks for more, the next model follows
	Jitter func() float64 // returns numbers in [0,1) that spread waits over their upper half; nil for none
}

// DefaultPolicy waits 2 s, 4 s, 8 s, ... up to 5 minutes.
var DefaultPolicy = Policy{Base: 2 * time.Second, Most: 5 * time.Minute}

// A rule says what follows a kind of failure: retries, or fewer retries and then
// a split where one is possible, then the next model.
type rule struct {
	again int  // retries of the same request
	split int  // retries before a split; noSplit for no split
	now   bool // the first retry does not wait: the vendor is not at its limit
	short bool // waits are at most shortWait: a longer outage is the Brake's
	stop  bool // no request of the run can succeed
}

// shortWait is the longest wait of a request after a failure that an outage may
// cause. Longer waits would outlast the outage, which a Brake's probe detects.
const shortWait = 16 * time.Second

const noSplit = math.MaxInt

var rules = map[Kind]rule{
	RateLimited:  {again: 12, split: noSplit},
	Overloaded:   {again: 8, split: noSplit, short: true},
	Network:      {again: 8, split: noSplit, short: true},
	ServerError:  {again: 5, split: 3, short: true},
	Timeout:      {again: 6, split: 1, short: true},
	Cut:          {again: 6, split: 2, now: true, short: true},
	Malformed:    {again: 4, split: 1, now: true},
	Empty:        {again: 3, split: 1, now: true},
	TooLong:      {}, // a retry would be as long
	TooLarge:     {}, // likewise
	Refused:      {again: 1, now: true},
	BadRequest:   {split: noSplit},
	UnknownModel: {stop: true},
	WrongAddress: {stop: true},
	Auth:         {stop: true},
	Quota:        {stop: true},
	OverBudget:   {stop: true},
	Canceled:     {stop: true},
	NotAnAPI:     {stop: true},

	// The same prompt would be cut again, and the same question thought over as long.
	PromptCut:     {split: noSplit},
	OnlyReasoning: {split: noSplit},
}

// Decide returns what follows a failed request. It retries where the same
// request may succeed, then asks for less where that may succeed, then turns to
// the next model, then gives up. A failure that every request of the run would
// have (no key, no credit, an unknown model, a wrong address, no budget) stops the
// run: fallbacks are for models that fail, and must not hide a wrong key.
func (p Policy) Decide(err error, s Situation) Decision {
	kind := KindOf(err)
	if kind == KindNone {
		return Decision{Action: GiveUp, Reason: fmt.Sprintf("not a failure of a request: %v", err)}
	}
	r := rules[kind]
	if s.Worked && ofProxy(err) {
		r = rules[Overloaded]
	}
	if kind == Refused {
		if s.HasNext {
			r.split = noSplit // it may answer all of the passage
		}
		s.CanSplit = s.CanSplit && s.Refusals < MostRefusals(s.Verses)*min(1+s.Answered, mostRefused)
	}
	if r.stop {
		return Decision{Action: Stop, Reason: err.Error()}
	}
	var told time.Duration
	e, ok := asError(err)
	if ok {
		told = e.RetryAfter
	}
	tooLate := told > p.Most
	if s.CanSplit && s.Attempts > r.split && !tooLate {
		return Decision{Action: Split, Reason: fmt.Sprintf("%s, attempt %d", kind, s.Attempts)}
	}
	if s.Attempts <= r.again && !tooLate {
		d := Decision{Action: Wait, Wait: told}
		switch {
		case told > 0:
		case !r.now:
			d.Wait = p.backoff(s.Attempts, r.short)
		case s.Attempts > 1:
			d.Wait = p.backoff(s.Attempts-1, r.short)
		}
		d.Reason = fmt.Sprintf("%s, attempt %d of %d", kind, s.Attempts, r.again+1)
		return d
	}
	why := fmt.Sprintf("%s after %d attempts", kind, s.Attempts)
	switch {
	case tooLate:
		why = fmt.Sprintf("%s and told to wait %s", kind, told.Round(time.Second))
	case s.Attempts <= 1:
		why = kind.String()
	}
	if s.HasNext {
		return Decision{Action: NextModel, Reason: why}
	}
	if ok && e.Err != nil {
		why += ": " + e.Err.Error()
	}
	return Decision{Action: GiveUp, Reason: why}
}

// mostRefused is the number of verses of a passage that are found if they are refused
// wherever they are asked for.
const mostRefused = 4

// MostRefusals returns how often a passage of so many verses and its parts may be
// refused before the rest of it fails if none of its parts is answered. It suffices to
// find one verse that is refused wherever it is asked for, by halving. Each part that
// is answered allows for another verse.
func MostRefusals(verses int) int { return bits.Len(uint(max(verses-1, 0))) + 2 }

// ofProxy reports whether a failure can pass once requests have worked: something in
// front of the server answers for it, or it has just no room for the model.
func ofProxy(err error) bool {
	e, ok := asError(err)
	return ok && (e.Kind == WrongAddress || e.Kind == NotAnAPI || e.Kind == UnknownModel && e.Status >= 500)
}

// backoff returns Base, doubled for each attempt after the first, up to Most or
// shortWait.
func (p Policy) backoff(attempt int, short bool) time.Duration {
	most := p.Most
	if short {
		most = min(most, shortWait)
	}
	d := p.Base
	for i := 1; i < attempt && d < most; i++ {
		d *= 2
	}
	d = min(d, most)
	if p.Jitter != nil {
		d = d/2 + time.Duration(p.Jitter()*float64(d/2))
	}
	return d
}
