package llm

import (
	"context"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"mashal"
)

// A Client is a Provider that adds to another what every request needs: the
// key's limiter, the run's budget, prices, and timeouts for streams that stop.
// Like every Provider it sends one request per call; Policy decides what follows
// a failure.
type Client struct {
	Provider Provider
	Limiter  *Limiter // shared by all clients of a key; nil for none
	Budget   *Budget  // shared by all clients of a run; nil for none
	Prices   *Prices  // nil: every cost is unknown

	// FirstText is the timeout for the first piece of text, the model's
	// reasoning included; Idle is the timeout for each further piece. 0 is no
	// timeout.
	FirstText time.Duration
	Idle      time.Duration
}

// DefaultIdle is a timeout for further text that is longer than the pauses of
// the paid vendors' reasoning models.
const DefaultIdle = 2 * time.Minute

var _ Provider = (*Client)(nil)

// Name returns the provider's name.
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

	watch := newWatchdog(ctx, c.FirstText, c.Idle)
	started := time.Now()
	var first time.Duration
	var written int64
	resp, err := c.Provider.Stream(watch.ctx, req, func(delta []byte) error {
		watch.reset()
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

// settle computes what the request cost and settles its reservation. A request
// that was refused before the model read it costs nothing. Where the vendor
// reported no count, the input was read and the text that arrived was written:
// the cost is then computed from the estimates input and written.
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

// unread reports whether a request failed before the model read it.
func unread(err error) bool {
	e, ok := asError(err)
	if !ok {
		return false
	}
	switch e.Kind {
	case RateLimited, Overloaded, ServerError, BadRequest, UnknownModel, Auth, Quota, OverBudget, TooLarge, WrongAddress:
		return e.Status >= 300
	case Network:
		return e.Status == 0
	}
	return false
}

// complete adds provider and model to an error. Errors of text, which are the
// caller's, stay as they are.
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
	if ok && e == err { // a copy: the cause of a context is shared
		copied := *e
		copied.Provider, copied.Model = named.Provider, named.Model
		named = &copied
	}
	return named
}

// A watchdog cancels a request whose stream stops sending text.
type watchdog struct {
	ctx     context.Context // of the request
	cancel  context.CancelCauseFunc
	timer   *time.Timer
	idle    time.Duration
	hasText atomic.Bool
}

// newWatchdog returns a watchdog whose context is cancelled with a Timeout if
// reset is not called within first, and then within idle. It must be stopped.
func newWatchdog(parent context.Context, first, idle time.Duration) *watchdog {
	w := &watchdog{idle: idle}
	w.ctx, w.cancel = context.WithCancelCause(parent)
	wait := first
	if wait <= 0 {
		wait = math.MaxInt64
	}
	w.timer = time.AfterFunc(wait, func() {
		if w.hasText.Load() {
			w.cancel(&Error{Kind: Timeout, Err: fmt.Errorf("no further text for %s", idle)})
		} else {
			w.cancel(&Error{Kind: Timeout, Err: fmt.Errorf("no text for %s", first)})
		}
	})
	return w
}

// reset starts the timeout for further text.
func (w *watchdog) reset() {
	w.hasText.Store(true)
	if w.idle > 0 {
		w.timer.Reset(w.idle)
	} else {
		w.timer.Stop()
	}
}

// stop releases the watchdog's timer and context.
func (w *watchdog) stop() {
	w.timer.Stop()
	w.cancel(nil)
}
