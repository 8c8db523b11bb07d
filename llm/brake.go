package llm

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// A Brake pauses all requests of a run to one model while its server fails or
// its answers are of no use, and stops them if that does not pass. The workers
// of a run share it. It decides when requests may be sent; it never sends one
// again itself.
//
//   - Until a server has accepted a request, at most First requests are in flight.
//   - Limit failures in a row pause the run. Requests in flight go on. A small
//     request, the probe, is then sent at growing intervals until it succeeds.
//   - After an outage the run then goes on. After answers that could not be used, and
//     if no answer was useful yet, it goes on with one request at a time until one
//     is: the probe cannot show whether the next one will be.
//   - A caller that has another model to turn to does not wait for the end of a pause.
//     It sends a probe if one is due.
//   - The run stops if the pause exceeds Patience, if Limit single requests in a row
//     were of no use, or if a failure cannot pass, such as a wrong key.
//
// The state of a Brake is a BrakeState, which is small and plain, so that
// processes can share one in a BrakeStore. A nil Brake holds nothing back. A Brake is safe for
// concurrent use.
type Brake struct {
	config BrakeConfig

	mu       sync.Mutex
	state    BrakeState
	inflight int           // requests that have entered and have not ended
	probing  bool          // a goroutine in Enter waits for the next probe or makes it
	changed  chan struct{} // closed and replaced when the state has changed
	stop     *StopError    // why no further request is allowed; nil if one is

	shared *sharedBrake // for a brake that several processes share; nil for one of this process
}

// A BrakeConfig is the settings of a Brake.
type BrakeConfig struct {
	Limit    int           // failures in a row that pause the run
	Patience time.Duration // the longest pause
	First    int           // requests in flight before the server has accepted one
	Base     time.Duration // from the first failed probe to the second; doubles with each
	Most     time.Duration // the longest time between two probes
}

// DefaultBrake is the default settings of a Brake. An outage of a minute takes
// six probes.
var DefaultBrake = BrakeConfig{Limit: 5, Patience: 10 * time.Minute, First: 3, Base: 2 * time.Second, Most: time.Minute}

// NewBrake returns a brake that holds nothing back but the first requests.
func NewBrake(c BrakeConfig) *Brake {
	c.Limit, c.First = max(c.Limit, 1), max(c.First, 1)
	return &Brake{config: c, state: BrakeState{Phase: BrakeStarting}, changed: make(chan struct{})}
}

// A StopError reports why a Brake has stopped a run.
type StopError struct {
	Why  string
	Kind Kind  // of the last failure; KindNone for complete answers without a verse
	Err  error // the last failure; nil for complete answers without a verse

	Fatal    bool // the failure cannot pass, so that waiting would be useless
	Unusable bool // answers came and could not be used: the requests failed, and not the server
}

func (e *StopError) Error() string {
	if e.Err == nil {
		return e.Why
	}
	return e.Why + ": " + e.Err.Error()
}

// Unwrap returns the last failure.
func (e *StopError) Unwrap() error { return e.Err }

// A Pause describes a pause of a run, for people.
type Pause struct {
	Model string        // "vendor:model"; "" if the caller of Enter does not set it
	Kind  Kind          // of the failures; KindNone for complete answers without a verse
	InRow int           // failures in a row that caused the pause
	Probe time.Duration // until the next probe
	After time.Duration // how long the pause has lasted
	Over  bool          // the pause has ended
	Next  bool          // another model is asked meanwhile
}

// String returns the pause as a line of text.
func (p Pause) String() string {
	model := ""
	if p.Model != "" {
		model = p.Model + ": "
	}
	if p.Over {
		return fmt.Sprintf("going on: %sthe server answers again after %s", model, roundedText(p.After))
	}
	line := fmt.Sprintf("paused: %s%s (%d in a row)", model, failureName(p.Kind), p.InRow)
	if p.Next {
		line += ", the next model is asked meanwhile"
	}
	if p.Probe < time.Second {
		return line + ", probing now"
	}
	return line + ", probing again in " + roundedText(p.Probe)
}

// roundedText returns a duration for people: "20 s", "3m20s".
func roundedText(d time.Duration) string {
	if d < 2*time.Minute {
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

// failureName returns a kind as text. Complete answers without a verse have none.
func failureName(k Kind) string {
	if k == KindNone {
		return "no verse in the answers"
	}
	return k.String()
}

// A Gate is what a caller of Enter gives beside its context.
type Gate struct {
	Stopping <-chan struct{}             // when closed, Enter returns context.Canceled
	Probe    func(context.Context) error // sends a small request and returns its failure
	Notify   func(Pause)                 // is told of the pause, by the goroutine that probes; may be nil
	HasNext  bool                        // there is another model to turn to: Enter returns ErrPaused instead of waiting for the end of a pause
}

// ErrPaused reports that a request may not be sent now, because its model is paused.
var ErrPaused = errors.New("the model is paused")

// longProbe is the longest time that a caller waits for a probe which has another
// model to turn to.
const longProbe = 30 * time.Second

func (g Gate) notify(p Pause) {
	if g.Notify != nil {
		p.Next = g.HasNext && !p.Over
		g.Notify(p)
	}
}

// A Pass allows one request.
type Pass struct {
	brake *Brake

	// Outages counts the probes that have failed so far. If it has grown since a
	// request failed, that failure was the server's and not the request's.
	Outages int
}

// Enter blocks until a request may be sent. During a pause one of the callers
// sends the probes. Enter returns a *StopError when the brake has stopped the
// run, ErrPaused during a pause if the caller has another model, and an error when
// ctx ends or the run stops.
func (b *Brake) Enter(ctx context.Context, g Gate) (*Pass, error) {
	if b == nil {
		return nil, nil
	}
	if b.shared != nil {
		return b.enterShared(ctx, g)
	}
	for {
		if isClosed(g.Stopping) {
			return nil, context.Canceled
		}
		b.mu.Lock()
		var lead, pass bool
		switch room := b.state.room(b.config); {
		case b.stop != nil:
			defer b.mu.Unlock()
			return nil, b.stop
		case room < 0 || b.inflight < room:
			pass = true
			b.inflight++
		case b.state.Phase == BrakePaused && !b.probing && !(g.HasNext && time.Now().Before(b.state.Next)):
			lead, b.probing = true, true
		case g.HasNext && b.state.Phase != BrakeStarting:
			b.mu.Unlock()
			return nil, ErrPaused
		}
		changed, outages := b.changed, b.state.Outages
		b.mu.Unlock()
		switch {
		case pass:
			return &Pass{brake: b, Outages: outages}, nil
		case lead:
			if err := b.lead(ctx, g); err != nil {
				return nil, err
			}
			continue
		}
		select {
		case <-changed:
		case <-g.Stopping:
			return nil, context.Canceled
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// lead waits until the next probe is due and sends it.
func (b *Brake) lead(ctx context.Context, g Gate) (err error) {
	defer func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.probing = false // another caller takes over if this one was cancelled
		b.signal()
	}()
	for told := false; ; told = true {
		b.mu.Lock()
		paused := b.stop == nil && b.state.Phase == BrakePaused
		changed, p := b.changed, b.state.pause(time.Now())
		b.mu.Unlock()
		if !paused {
			return nil
		}
		if !told {
			g.notify(p)
		}
		if isClosed(g.Stopping) {
			return context.Canceled
		}
		if p.Probe <= 0 {
			break
		}
		timer := time.NewTimer(p.Probe)
		select {
		case <-timer.C:
		case <-changed:
		case <-g.Stopping:
			err = context.Canceled
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		if timer.Stop(); err != nil {
			return err
		}
	}
	failure, stopped := g.probe(ctx)
	if stopped != nil {
		return stopped
	}
	b.mu.Lock()
	now := time.Now()
	b.stop = b.state.probed(b.config, failure, now)
	p := b.state.pause(now)
	b.mu.Unlock()
	if p.Over {
		g.notify(p)
	}
	return nil
}

// probe sends a probe and returns its failure. stopped is set if the probe was cancelled,
// so that it shows nothing.
func (g Gate) probe(ctx context.Context) (failure, stopped error) {
	probing, cancel := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-g.Stopping:
			cancel(context.Canceled)
		case <-probing.Done():
		}
	}()
	probe, ended := probing, func() {}
	if g.HasNext {
		probe, ended = context.WithTimeout(probing, longProbe)
	}
	failure = g.Probe(probe)
	ended()
	stopped = context.Cause(probing)
	cancel(nil)
	<-watched
	return failure, stopped
}

// Accepted reports that the server has accepted the request: it has begun to
// answer. Other requests need not wait any longer whether a first one works.
func (p *Pass) Accepted() {
	if p == nil {
		return
	}
	b := p.brake
	if b.shared != nil {
		b.acceptedShared()
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.state.Phase == BrakeStarting {
		b.state.Phase = BrakeRunning
		b.signal()
	}
}

// Done reports how the request ended: with a failure or nil, and useful if the
// answer had at least one verse that was taken. It must be called once. held is
// true if the run is paused, so that the failure may be the server's and the
// request can be sent again later without counting it. stop is a *StopError if
// the brake has stopped the run.
func (p *Pass) Done(failure error, useful bool) (held bool, stop error) {
	if p == nil {
		return false, nil
	}
	b := p.brake
	if b.shared != nil {
		return b.doneShared(failure, useful)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inflight--
	if b.stop == nil {
		b.stop = b.state.answered(b.config, failure, useful, time.Now())
	}
	b.signal()
	if b.stop != nil {
		return true, b.stop
	}
	return b.state.Phase == BrakePaused, nil
}

// State returns the current state.
func (b *Brake) State() BrakeState {
	if b == nil {
		return BrakeState{}
	}
	if b.shared != nil {
		b.shared.mu.Lock()
		defer b.shared.mu.Unlock()
		return b.shared.last.State
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state
}

// signal wakes the goroutines that wait for a change. It is called with the lock
// held.
func (b *Brake) signal() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// AsStop returns the *StopError in the chain of err, and nil if there is none.
func AsStop(err error) *StopError {
	var s *StopError
	errors.As(err, &s)
	return s
}
