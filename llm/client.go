package llm

import (
	"cmp"
	"context"
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

	// FirstText is how long the server may be silent before the first piece of
	// text, and Idle how long after it. Any byte ends the silence: text,
	// reasoning, a comment, a part of a line. Total limits the whole request. 0 is
	// no timeout.
	FirstText time.Duration
	Idle      time.Duration
	Total     time.Duration

	prompts promptSizes
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
	waiting, done := untilStopping(ctx)
	defer func() { done() }()
	lease, err := c.Limiter.Acquire(waiting, estimate)
	unsent := Response{Queued: time.Since(asked), Cost: mashal.Cost{State: mashal.CostExact}} // nothing, at any price
	if err != nil {
		return unsent, fail(err)
	}
	most := mashal.Cost{}
	if c.Prices != nil {
		most = c.Prices.Most(c.Name(), req.Model, estimate)
	}
	reserved, err := c.Budget.reserve(waiting, most)
	if err != nil {
		lease.Cancel()
		return unsent, fail(err)
	}
	if ctx.Err() != nil || Stopping(ctx) {
		reserved.Cancel()
		lease.Cancel()
		return unsent, fail(cmp.Or(context.Cause(ctx), context.Canceled))
	}

	done()
	done = func() {}
	watch := newWatchdog(ctx, c.FirstText, c.Idle, c.Total)
	started := time.Now()
	var first time.Duration
	var written TokenCounter
	resp, err := c.Provider.Stream(watch.ctx, req, func(delta []byte) error {
		watch.hold() // the server is not silent while the text is recorded, which may wait for a database
		defer watch.reset()
		if first == 0 {
			first = max(time.Since(started), 1)
		}
		written.Add(string(delta))
		return text(delta)
	})
	watch.stop()
	resp.Queued, resp.FirstText, resp.Duration = unsent.Queued, first, time.Since(started)
	resp.Usage = resp.Usage.Clamped()
	lease.Done(resp, err)
	err = c.checkPrompt(req, resp, err)
	c.settle(req, &resp, err, written.Count(), most, reserved)
	return resp, fail(err)
}

// stoppingKey is the key of the channel that WithStopping adds to a context.
type stoppingKey struct{}

// WithStopping returns a context in which a request that has not been sent when
// stopping is closed is cancelled. One that has been sent goes on.
func WithStopping(ctx context.Context, stopping <-chan struct{}) context.Context {
	return context.WithValue(ctx, stoppingKey{}, stopping)
}

// Stopping reports whether the channel that WithStopping added to a context is closed.
func Stopping(ctx context.Context) bool {
	stopping, _ := ctx.Value(stoppingKey{}).(<-chan struct{})
	return isClosed(stopping)
}

// isClosed reports whether a channel that carries no values is closed. Nil never is.
func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// untilStopping returns a context that ends with ctx or when the channel that
// WithStopping added to it is closed. done must be called.
func untilStopping(ctx context.Context) (waiting context.Context, done func()) {
	stopping, ok := ctx.Value(stoppingKey{}).(<-chan struct{})
	if !ok || stopping == nil {
		return ctx, func() {}
	}
	waiting, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-stopping:
			cancel()
		case <-waiting.Done():
		}
	}()
	return waiting, func() { cancel(); <-ended }
}

// settle computes what the request cost and settles its reservation. A request
// that was refused before the model read it costs nothing. Where the vendor
// reported no count, the input was read and the text and the reasoning that arrived
// were written. The estimate of that, with written as the size of the text, becomes
// the usage of the response, so that reports and the budget count the same.
func (c *Client) settle(req Request, resp *Response, err error, written int64, most mashal.Cost, reserved *Reservation) {
	if resp.Usage == (mashal.Tokens{}) && unread(err, written+resp.Thought > 0) {
		resp.Cost = mashal.Cost{State: most.State}
		if most.State != mashal.CostUnknown {
			resp.Cost.State = mashal.CostExact
		}
		reserved.Cancel()
		return
	}
	if !resp.Usage.Reported {
		resp.estimateUsage(req, written)
	}
	if c.Prices != nil {
		resp.Cost = c.Prices.Cost(c.Name(), req.Model, resp.Usage, false)
	}
	reserved.Settle(resp.Cost)
}

// estimateUsage sets the usage of a response without a count: the prompt was read,
// and a text of written tokens and the reasoning that came were written.
func (r *Response) estimateUsage(req Request, written int64) {
	u := &r.Usage
	u.Input = max(u.Input, countPrompt(req))
	u.Output, u.Reasoning = max(u.Output, written+r.Thought), max(u.Reasoning, r.Thought)
}

// checkPrompt returns the error of a request that ended with err: one of kind
// PromptCut if the server has cut its prompt.
func (c *Client) checkPrompt(req Request, resp Response, err error) error {
	cut := c.prompts.check(req, resp.Usage)
	if cut == nil || err != nil && !KindOf(err).HasText() && KindOf(err) != Empty {
		return err
	}
	cut.Status, cut.RequestID = resp.Status, resp.RequestID
	return cut
}

// unread reports whether a request failed before the model read it. A server that
// refuses one in a stream that began well has sent nothing of an answer.
func unread(err error, answered bool) bool {
	e, ok := asError(err)
	if !ok {
		return false
	}
	switch e.Kind {
	case Overloaded, ServerError, RateLimited, BadRequest, UnknownModel, Auth, Quota, OverBudget, TooLarge, WrongAddress, NotAnAPI:
		return e.Status >= 300 || !answered
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
