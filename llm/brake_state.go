package llm

import (
	"fmt"
	"time"
)

// A BrakePhase states what a Brake allows.
type BrakePhase string

// The phases.
const (
	BrakeStarting BrakePhase = "starting" // few requests: the server has not accepted one yet
	BrakeRunning  BrakePhase = "running"  // any number of requests
	BrakePaused   BrakePhase = "paused"   // no request but the probe
	BrakeTrying   BrakePhase = "trying"   // one request at a time, until one is useful
	BrakeStopped  BrakePhase = "stopped"  // no request
)

// A BrakeState is all that a Brake remembers. Its methods are the transitions;
// they depend only on their arguments.
type BrakeState struct {
	Phase   BrakePhase
	Worked  bool          // a request of this run was useful
	Kind    Kind          // of the last failure
	InRow   int           // failures of one sort since the last useful answer
	Failed  int           // failures of any sort since then
	Refused int           // of these, refusals after a useful answer, which count apart
	Since   time.Time     // start of the first pause after the last useful answer; zero if there was none
	Next    time.Time     // when the next probe is due
	Wait    time.Duration // between that probe and the one after it; 0 before the first
	Tried   int           // single requests in a row, in the phase trying, that were of no use
	Outages int           // probes that failed
}

// fault says what a kind of failure shows.
type fault uint8

const (
	noFault       fault = iota // nothing about other requests
	outageFault                // the server fails; the same request may succeed later
	unusableFault              // the answer is of no use; others may be too
	fatalFault                 // every request fails, now and later
)

// faultOf returns what a failure shows. reached tells whether the server has accepted a
// request, and worked whether one was useful. A request that did not fail but was not
// useful has no verse in its answer.
func faultOf(failure error, reached, worked bool) fault {
	kind := KindOf(failure)
	if e, ok := asError(failure); ok && e.Unreachable && !reached {
		return fatalFault // the address may be wrong
	} else if kind.MayPass() || kind == WrongAddress && reached {
		return outageFault
	}
	switch kind {
	case RateLimited:
		// The limiter delays all requests by a wait that the vendor states.
		if told := toldToWait(failure); told > 0 && told <= longWait {
			return noFault
		}
		return outageFault
	case TooLarge:
		if worked {
			return noFault // of this prompt
		}
	case Auth, Quota, UnknownModel, WrongAddress, NotAnAPI:
		if worked && ofProxy(failure) {
			return outageFault
		}
		return fatalFault
	case OverBudget, Canceled:
		return noFault
	}
	return unusableFault
}

// fault returns what the last failure shows.
func (s *BrakeState) fault() fault {
	if s.Kind == UnknownModel {
		return outageFault // it did not stop the run
	}
	return faultOf(&Error{Kind: s.Kind}, s.reached(), s.Worked)
}

// reached reports whether the server has accepted a request.
func (s *BrakeState) reached() bool { return s.Worked || s.Phase != BrakeStarting }

// MayPass reports whether a failure of this kind may be an outage of the server, so
// that the same request can succeed later.
func (k Kind) MayPass() bool {
	switch k {
	case Network, ServerError, Overloaded, Timeout, Cut:
		return true
	}
	return false
}

// longWait is the longest stated wait for which requests simply wait in the
// limiter. A longer one pauses the run, which is then shown.
const longWait = time.Minute

// refusals and refusalsAfter are the numbers of refusals that count as one failure,
// before and after a request of the run was useful: most refusals concern one passage,
// which is asked for in parts, and the next one may be answered.
const (
	refusals      = 4
	refusalsAfter = 12
)

// toldToWait returns the wait that the server states, and 0 if it states none.
func toldToWait(failure error) time.Duration {
	if e, ok := asError(failure); ok {
		return e.RetryAfter
	}
	return 0
}

// room returns the number of requests that may be in flight; -1 for any number. If
// requests have failed before any was useful, no more are in flight than can fail until
// the run pauses.
func (s *BrakeState) room(c BrakeConfig) int {
	n := -1
	switch s.Phase {
	case BrakeStarting:
		n = c.First
	case BrakeRunning:
	case BrakeTrying:
		return 1
	default:
		return 0
	}
	if s.Worked || s.Failed == 0 {
		return n
	}
	left := max(min(s.limit(c)-s.InRow, mixed*s.limit(c)-s.Failed), 1)
	if n < 0 {
		return left
	}
	return min(n, left)
}

// limit returns the number of failures like the last one that pause the run.
func (s *BrakeState) limit(c BrakeConfig) int {
	switch {
	case s.Kind != Refused:
		return c.Limit
	case s.Worked:
		return c.Limit * refusalsAfter
	}
	return c.Limit * refusals
}

// mixed is the factor of the limit for failures of several sorts in a row.
const mixed = 2

// pause describes the pause at a time.
func (s *BrakeState) pause(now time.Time) Pause {
	p := Pause{Kind: s.Kind, InRow: s.InRow, Over: s.Phase != BrakePaused && s.Phase != BrakeStopped}
	if !s.Since.IsZero() {
		p.After = now.Sub(s.Since)
	}
	if s.Phase == BrakePaused {
		p.Probe = max(s.Next.Sub(now), 0)
	}
	return p
}

// answered changes the state after a request. It returns an error if the run is
// to stop.
func (s *BrakeState) answered(c BrakeConfig, failure error, useful bool, now time.Time) *StopError {
	if useful {
		s.answeredUsefully(now)
		return nil
	}
	found := faultOf(failure, s.reached(), s.Worked)
	switch {
	case found == noFault:
		return nil
	case found == fatalFault:
		return s.stop(failure, true, "no request can succeed")
	case s.Phase == BrakePaused:
		return nil // it was sent before the pause
	}
	if KindOf(failure) == Refused && s.Worked {
		if s.Refused++; s.Refused < c.Limit*refusalsAfter && (s.Phase != BrakeTrying || s.Kind != Refused) {
			return nil // of this prompt
		}
		s.InRow = s.Refused - 1
	} else if s.InRow > 0 && found != s.fault() {
		s.InRow = 0 // failures of another sort
	}
	s.Kind = KindOf(failure)
	s.InRow++
	limit := s.limit(c)
	if s.Failed++; s.Failed >= mixed*limit {
		s.InRow = max(s.InRow, s.Failed)
	}
	told := toldToWait(failure)
	switch {
	case told > c.Patience:
		return s.stop(failure, false, "the server asks to wait %s, which is longer than --patience %s", told.Round(time.Second), c.Patience)
	case s.Phase == BrakeTrying:
		if s.Tried++; s.Tried >= c.Limit && found == unusableFault {
			return s.stop(failure, false, "the last %d answers could not be used (%s)", s.InRow, failureName(s.Kind))
		}
	case s.InRow < limit && told <= longWait:
		return nil
	}
	switch {
	case s.Since.IsZero():
		s.Since = now
	case !now.Before(s.Since.Add(c.Patience)): // probes succeed, and requests do not
		return s.stop(failure, false, "no recovery within --patience %s (%s, %d in a row)", c.Patience, failureName(s.Kind), s.InRow)
	}
	s.Phase = BrakePaused
	// The first probe is sent at once: most failures in a row are short.
	s.schedule(c, now, told)
	return nil
}

// answeredUsefully changes the state after a useful answer.
func (s *BrakeState) answeredUsefully(now time.Time) {
	s.Worked = true
	if s.Phase == BrakePaused && s.fault() == outageFault {
		s.Next = now // the answer had begun before the outage: ask whether it is over
		return
	}
	if s.Phase != BrakeStopped {
		*s = BrakeState{Phase: BrakeRunning, Worked: true, Outages: s.Outages}
	}
}

// schedule sets the time of the next probe: after Wait, or after what the server
// asks for, but not after the end of the patience.
func (s *BrakeState) schedule(c BrakeConfig, now time.Time, told time.Duration) {
	s.Next = now.Add(max(s.Wait, told))
	if end := s.Since.Add(c.Patience); s.Next.After(end) {
		s.Next = end
	}
	s.Wait = min(max(2*s.Wait, c.Base), c.Most)
}

// probed changes the state after a probe. It returns an error if the run is to
// stop.
func (s *BrakeState) probed(c BrakeConfig, failure error, now time.Time) *StopError {
	if s.Phase != BrakePaused {
		return nil
	}
	switch kind := KindOf(failure); {
	case failure == nil, kind == Refused, kind == BadRequest, kind == TooLong, kind == TooLarge, kind == OverBudget:
		// The server answers. Whether real requests succeed is for them to show.
		if s.Phase = BrakeTrying; s.Worked && s.fault() == outageFault {
			s.Phase, s.InRow, s.Failed = BrakeRunning, 0, 0
		}
		return nil
	case faultOf(failure, true, true) == fatalFault:
		return s.stop(failure, true, "no request can succeed")
	}
	s.Outages++
	told := toldToWait(failure)
	switch end := s.Since.Add(c.Patience); {
	case !now.Before(end):
		return s.stop(failure, false, "no recovery within --patience %s (%s, %d in a row)", c.Patience, failureName(s.Kind), s.InRow)
	case now.Add(told).After(end):
		return s.stop(failure, false, "the server asks to wait %s, which is longer than --patience %s allows", told.Round(time.Second), c.Patience)
	}
	s.schedule(c, now, told)
	return nil
}

// stop ends the run.
func (s *BrakeState) stop(failure error, fatal bool, format string, args ...any) *StopError {
	s.Phase, s.Kind = BrakeStopped, KindOf(failure)
	return &StopError{
		Why: fmt.Sprintf(format, args...), Kind: s.Kind, Err: failure, Fatal: fatal,
		Unusable: faultOf(failure, s.reached(), s.Worked) == unusableFault,
	}
}
