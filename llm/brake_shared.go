package llm

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// A BrakeStore keeps the state of one brake for several processes. It is safe for
// concurrent use. Requests in flight, and the probe, of a process that died do not count.
type BrakeStore interface {
	// Enter adds a request in flight if room allows it, and reports whether it did.
	Enter(ctx context.Context) (BrakeRecord, bool, error)

	// Leave removes a request in flight. It waits for the store for a few seconds.
	Leave() (BrakeRecord, error)

	// Load returns the record.
	Load(ctx context.Context) (BrakeRecord, error)

	// Store replaces the record of the same version, and reports whether it was still of
	// that version. room is the number of requests that may be in flight; -1 for any.
	Store(ctx context.Context, r BrakeRecord, room int) (bool, error)

	// Lead makes this caller the only one that probes, and reports whether it does.
	Lead(ctx context.Context) (bool, error)

	// Unlead ends that. It waits for the store for a few seconds.
	Unlead()
}

// A BrakeRecord is what a BrakeStore keeps.
type BrakeRecord struct {
	State   BrakeState
	Stop    *StopError // nil while requests are allowed
	Version int64      // counts the changes
	Now     time.Time  // on the store's clock, which all times in State are of
}

// sharedBrake is the part of one process in a brake that several processes share.
type sharedBrake struct {
	store BrakeStore
	turn  chan struct{} // has one value: only the caller that took it asks the store
	mu    sync.Mutex
	last  BrakeRecord // the latest known
	told  bool        // of the pause that goes on
}

// NewSharedBrake returns a brake whose state store keeps for several processes.
func NewSharedBrake(c BrakeConfig, store BrakeStore) *Brake {
	b := NewBrake(c)
	b.shared = &sharedBrake{store: store, turn: make(chan struct{}, 1)}
	b.shared.last.State.Phase = BrakeStarting
	b.shared.turn <- struct{}{}
	return b
}

// Room returns the number of requests that may be in flight in a state; -1 for any number.
func (c BrakeConfig) Room(s BrakeState) int {
	c.Limit, c.First = max(c.Limit, 1), max(c.First, 1)
	return s.room(c)
}

// The shortest and the longest time until a waiting process asks the store again.
const (
	soonest = 200 * time.Millisecond
	latest  = time.Second
)

// enterShared is Enter. The callers in a process take turns, so that one of them asks the
// store, however many wait.
func (b *Brake) enterShared(ctx context.Context, g Gate) (*Pass, error) {
	s := b.shared
	for {
		select {
		case <-s.turn:
		case <-g.Stopping:
			return nil, context.Canceled
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		pass, lead, err := b.await(ctx, g)
		s.turn <- struct{}{}
		if !lead {
			return pass, err
		}
		if err := b.leadShared(ctx, g); err != nil {
			return nil, err
		}
	}
}

// await asks the store until the request may be sent, or this caller is to probe.
func (b *Brake) await(ctx context.Context, g Gate) (p *Pass, lead bool, err error) {
	s := b.shared
	for {
		b.mu.Lock()
		changed := b.changed
		b.mu.Unlock()
		r, entered, err := s.store.Enter(ctx)
		if err != nil {
			return nil, false, err
		}
		s.observe(r, g)
		left := r.State.Next.Sub(r.Now) // until the probe
		switch paused := r.State.Phase == BrakePaused; {
		case entered:
			return &Pass{brake: b, Outages: r.State.Outages}, false, nil
		case r.Stop != nil:
			return nil, false, r.Stop
		case paused && !(g.HasNext && left > 0):
			if lead, err := s.store.Lead(ctx); err != nil || lead {
				return nil, lead, err
			}
		}
		if g.HasNext && r.State.Phase != BrakeStarting {
			return nil, false, ErrPaused
		}
		wait := soonest
		if r.State.Phase == BrakePaused {
			wait = min(max(left, soonest), latest)
		}
		timer := time.NewTimer(wait + rand.N(wait/2))
		select {
		case <-timer.C:
		case <-changed:
		case <-g.Stopping:
			err = context.Canceled
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		if timer.Stop(); err != nil {
			return nil, false, err
		}
	}
}

// observe keeps a record, and tells the user once in this process that a pause began or
// ended.
func (s *sharedBrake) observe(r BrakeRecord, g Gate) {
	s.mu.Lock()
	paused := r.State.Phase == BrakePaused
	tell := paused != s.told && r.Stop == nil
	before := s.last
	s.last, s.told = r, paused
	s.mu.Unlock()
	if !tell {
		return
	}
	p := r.State.pause(r.Now)
	if p.Over && p.After == 0 && !before.State.Since.IsZero() {
		p.After = r.Now.Sub(before.State.Since)
	}
	g.notify(p)
}

// leadShared waits until the next probe is due and sends it. It is called by the only
// caller of all processes that probes.
func (b *Brake) leadShared(ctx context.Context, g Gate) error {
	s := b.shared
	defer b.wake()
	defer s.store.Unlead()
	for {
		r, err := s.store.Load(ctx)
		if err != nil {
			return err
		}
		if r.Stop != nil || r.State.Phase != BrakePaused {
			return nil
		}
		wait := r.State.Next.Sub(r.Now)
		if wait <= 0 {
			break
		}
		timer := time.NewTimer(min(wait, latest)) // an answer can make it due at once
		select {
		case <-timer.C:
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
	r, err := b.change(ctx, nil, func(s *BrakeState, now time.Time) *StopError { return s.probed(b.config, failure, now) })
	if err == nil {
		s.observe(r, g)
	}
	return err
}

// change applies a transition to the state, and again if another process was first. It
// begins with a record, or loads one if that is nil.
func (b *Brake) change(ctx context.Context, r *BrakeRecord, transition func(*BrakeState, time.Time) *StopError) (BrakeRecord, error) {
	for {
		if r == nil {
			loaded, err := b.shared.store.Load(ctx)
			if err != nil {
				return loaded, err
			}
			r = &loaded
		}
		if r.Stop != nil {
			return *r, nil
		}
		next := *r
		if next.Stop = transition(&next.State, r.Now); next.Stop == nil && next.State == r.State {
			return next, nil
		}
		ok, err := b.shared.store.Store(ctx, next, next.State.room(b.config))
		if err != nil || ok {
			return next, err
		}
		r = nil
	}
}

// changeTime limits the time for a change that no caller waits for with a context.
const changeTime = 30 * time.Second

// acceptedShared is Accepted.
func (b *Brake) acceptedShared() {
	s := b.shared
	s.mu.Lock()
	starting := s.last.State.Phase == BrakeStarting
	s.mu.Unlock()
	if !starting {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), changeTime)
	defer cancel()
	r, err := b.change(ctx, nil, func(s *BrakeState, _ time.Time) *StopError {
		if s.Phase == BrakeStarting {
			s.Phase = BrakeRunning
		}
		return nil
	})
	if err == nil { // otherwise the end of the request shows the same
		s.mu.Lock()
		s.last = r
		s.mu.Unlock()
	}
	b.wake()
}

// doneShared is Done. If the store cannot be reached, the failure is not counted.
func (b *Brake) doneShared(failure error, useful bool) (held bool, stop error) {
	defer b.wake()
	r, err := b.shared.store.Leave()
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), changeTime)
		defer cancel()
		r, err = b.change(ctx, &r, func(s *BrakeState, now time.Time) *StopError { return s.answered(b.config, failure, useful, now) })
	}
	switch {
	case err != nil:
		return false, nil
	case r.Stop != nil:
		return true, r.Stop
	}
	return r.State.Phase == BrakePaused, nil
}

// wake wakes the caller that waits to ask the store again.
func (b *Brake) wake() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.signal()
}
