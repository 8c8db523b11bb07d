package llm

import (
	"fmt"
	"math"
	"time"
)

// An Action is what to do after a failure.
type Action uint8

// The actions.
const (
	GiveUp    Action = iota // what was asked for has failed, for the reason given
	Wait                    // ask again after Decision.Wait: the same, or what is still missing
	Split                   // ask for less at a time
	NextModel               // ask the next model of the chain
	Stop                    // no request of this run can work: end it
)

func (a Action) String() string {
	return [...]string{"give up", "wait", "split", "next model", "stop"}[a]
}

// A Decision is what to do after a failure, and why.
type Decision struct {
	Action Action
	Wait   time.Duration
	Reason string // for logs and failure lists: the failure and what was tried
}

// A Situation is what a decision depends on beside the failure.
type Situation struct {
	Attempts int  // failures of this kind in a row for what is asked, this one included: 1, 2, ...
	CanSplit bool // more than one verse, or whatever is asked for, is left to ask for
	HasNext  bool // the chain has another model
}

// A Policy is the one rule by which failed requests are asked again. It is a
// pure function of its arguments and of Jitter.
type Policy struct {
	Base   time.Duration  // first wait where the vendor names none; it doubles
	Most   time.Duration  // longest wait obeyed; a vendor that asks for more is left for the next model
	Jitter func() float64 // in [0,1); spreads waits over their upper half; nil for none
}

// DefaultPolicy waits 2 s, 4 s, 8 s, ... up to 5 minutes.
var DefaultPolicy = Policy{Base: 2 * time.Second, Most: 5 * time.Minute}

// A rule is what follows a kind of failure: so many repetitions, or fewer and
// then a split where one is possible, then the next model.
type rule struct {
	again int  // repetitions of the same request
	split int  // repetitions before a split; noSplit for none
	now   bool // the first repetition does not wait: the vendor is not at its limit
	stop  bool // nothing of this run can work
}

const noSplit = math.MaxInt

var rules = map[Kind]rule{
	RateLimited:  {again: 12, split: noSplit},
	Overloaded:   {again: 8, split: noSplit},
	Network:      {again: 6, split: noSplit},
	ServerError:  {again: 5, split: 3},
	Timeout:      {again: 3, split: 1},
	Cut:          {again: 5, split: 2, now: true},
	Malformed:    {again: 4, split: 1, now: true},
	Empty:        {again: 3, split: 1, now: true},
	TooLong:      {}, // the same again would be as long
	Refused:      {again: 1, now: true},
	BadRequest:   {split: noSplit},
	UnknownModel: {stop: true},
	Auth:         {stop: true},
	Quota:        {stop: true},
	OverBudget:   {stop: true},
	Canceled:     {stop: true},
}

// Decide says what follows a failed request. Repetition comes first where the
// same request may well work, then asking for less where less may, then the
// next model, then giving up. What cannot work for any request of the run (no
// key, no credit, no such model, no budget) stops it: a chain of fallbacks is
// for failing models, not for hiding a wrong key.
func (p Policy) Decide(err error, s Situation) Decision {
	kind := KindOf(err)
	if kind == KindNone {
		return Decision{Action: GiveUp, Reason: fmt.Sprintf("not a failure of a request: %v", err)}
	}
	r := rules[kind]
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
			d.Wait = p.backoff(s.Attempts)
		case s.Attempts > 1:
			d.Wait = p.backoff(s.Attempts - 1)
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

// backoff doubles Base for each attempt, up to Most.
func (p Policy) backoff(attempt int) time.Duration {
	d := p.Base
	for i := 1; i < attempt && d < p.Most; i++ {
		d *= 2
	}
	d = min(d, p.Most)
	if p.Jitter != nil {
		d = d/2 + time.Duration(p.Jitter()*float64(d/2))
	}
	return d
}
