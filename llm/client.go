package llm

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"mashal"
)

// A Client is a Provider with everything around it that every request needs:
// the key's limiter, the run's budget, prices and a watch on silence. It is a
// Provider itself, and like every Provider it sends one request per call; the
// Policy says what follows a failure.
type Client struct {
	Provider Provider
	Limiter  *Limiter // the key's, shared by all who use the key; nil for none
	Budget   *Budget  // the run's; nil for none
	Prices   *Prices  // nil: every cost is unknown

	// FirstText is how long to wait for the first piece of text, reasoning
	// included, Idle for each next one. 0 waits as long as the context.
	FirstText time.Duration
	Idle      time.Duration
}

// DefaultIdle is how long to wait for further text: more than the paid vendors'
// reasoning models need.
const DefaultIdle = 2 * time.Minute

var _ Provider = (*Client)(nil)

// Name is the provider's name.
func (c *Client) Name() string { return c.Provider.Name() }

// Stream waits for the limiter, reserves what the request may cost, sends it and
// settles the cost. A request that is over the budget, or whose context ends
// before it is sent, fails with OverBudget or Canceled and gives back what it
// took of the limiter and of the budget.
func (c *Client) Stream(ctx context.Context, req Request, text func(delta []byte) error) (Response, error) {
	fail := func(err error) error { return c.complete(req, err) }
	if err := req.Validate(); err != nil {
		return Response{}, fail(&Error{Kind: BadRequest, Err: err})
	}
	estimate := Estimate(req)
	asked := time.Now()
	lease, err := c.Limiter.Acquire(ctx, estimate)
	unsent := Response{Queued: time.Since(asked)}
	if err != nil {
		return unsent, fail(err)
	}
	most := mashal.Cost{}
	if c.Prices != nil {
		most = c.Prices.Most(c.Name(), req.Model, estimate)
	}
	reserved, err := c.Budget.Reserve(most)
	if err != nil {
		lease.Cancel()
		return unsent, fail(err)
	}
	if ctx.Err() != nil {
		reserved.Cancel()
		lease.Cancel()
		return unsent, fail(context.Cause(ctx))
	}

	watch := watchSilence(ctx, c.FirstText, c.Idle)
	started := time.Now()
	var first time.Duration
	var written int64
	resp, err := c.Provider.Stream(watch.ctx, req, func(delta []byte) error {
		watch.heard()
		if first == 0 {
			first = max(time.Since(started), 1)
		}
		written += EstimateTokens(string(delta))
		return text(delta)
	})
	watch.stop()
	resp.Queued, resp.FirstText, resp.Duration = unsent.Queued, first, time.Since(started)
	resp.Usage = resp.Usage.Clamped()
	lease.Done(resp, err)
	c.settle(req, &resp, err, estimate.Input, written, most, reserved)
	return resp, fail(err)
}

// settle says what the request cost. What was refused before it was read costs
// nothing; where the vendor gave no count, the input was surely read and the
// text that came was surely written, but how much is an estimate.
// input and written are the estimates of both.
func (c *Client) settle(req Request, resp *Response, err error, input, written int64, most mashal.Cost, reserved *Reservation) {
	if resp.Usage == (mashal.Tokens{}) && unread(err) {
		resp.Cost = mashal.Cost{State: most.State}
		if most.State != mashal.CostUnknown {
			resp.Cost.State = mashal.CostExact
		}
		reserved.Cancel()
		return
	}
	usage := resp.Usage
	if !usage.Reported {
		usage.Input, usage.Output = max(usage.Input, input), max(usage.Output, written)
	}
	if c.Prices != nil {
		resp.Cost = c.Prices.Cost(c.Name(), req.Model, usage, false)
	}
	reserved.Settle(resp.Cost)
}

// unread says whether a failed request was turned away before the model saw it.
func unread(err error) bool {
	e, ok := asError(err)
	if !ok {
		return false
	}
	switch e.Kind {
	case RateLimited, Overloaded, ServerError, BadRequest, UnknownModel, Auth, Quota, OverBudget:
		return e.Status >= 300
	case Network:
		return e.Status == 0
	}
	return false
}

// complete says in err who was asked for what. The caller's own errors, from
// text, stay as they are.
func (c *Client) complete(req Request, err error) error {
	if err == nil {
		return nil
	}
	e, ok := asError(err)
	if ok && e.Provider != "" {
		return err
	}
	kind := KindOf(err)
	if kind == KindNone {
		return err
	}
	named := &Error{Kind: kind, Provider: c.Name(), Model: req.Model, Err: err}
	if ok && e == err { // a copy, because causes of contexts are shared
		copied := *e
		copied.Provider, copied.Model = named.Provider, named.Model
		named = &copied
	}
	return named
}

// A silence is a watch on a stream that may stop talking.
type silence struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	idle   time.Duration
	spoken atomic.Bool
}

// watchSilence gives a watch whose context ends with a Timeout when nothing is
// heard for first, and then for idle. It must be stopped.
func watchSilence(parent context.Context, first, idle time.Duration) *silence {
	s := &silence{idle: idle}
	s.ctx, s.cancel = context.WithCancelCause(parent)
	wait := first
	if wait <= 0 {
		wait = math.MaxInt64
	}
	s.timer = time.AfterFunc(wait, func() {
		if s.spoken.Load() {
			s.cancel(&Error{Kind: Timeout, Err: fmt.Errorf("no further text for %s", idle)})
		} else {
			s.cancel(&Error{Kind: Timeout, Err: fmt.Errorf("no text for %s", first)})
		}
	})
	return s
}

func (s *silence) heard() {
	s.spoken.Store(true)
	if s.idle > 0 {
		s.timer.Reset(s.idle)
	} else {
		s.timer.Stop()
	}
}

func (s *silence) stop() {
	s.timer.Stop()
	s.cancel(nil)
}
