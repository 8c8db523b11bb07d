package llm

import (
	"context"
	"errors"
	"time"

	"mashal"
)

// A Batcher sends many requests at once, which a vendor answers within a day and
// at a lower price. Implementations are safe for concurrent use and never repeat
// a request that creates something.
type Batcher interface {
	// BatchLimits returns the largest batch that the vendor accepts.
	BatchLimits() BatchLimits

	// BatchSize returns the size of an item as it is sent, in bytes.
	BatchSize(item BatchItem) (int64, error)

	// Submit creates a batch. After an error for which Uncertain reports true, the
	// vendor may have created it all the same, and Find says so. The error is
	// ErrNoBatches if the server has no interface for batches.
	Submit(ctx context.Context, b Batch) (BatchStatus, error)

	// Find returns the batches of the key that may be b, which Submit was called for.
	// Sure is set in those that bear b.Key. Vendors that keep no key return every
	// batch of the same size that was created since b.Created: its results tell
	// whether it is b.
	Find(ctx context.Context, b Batch) ([]BatchStatus, error)

	// Status returns the status of a batch. The kind of the error is BadRequest if
	// the vendor has no such batch.
	Status(ctx context.Context, id string) (BatchStatus, error)

	// Results calls emit for each result of a batch that has ended, in any order. Its
	// error means that results may be missing. An error of emit ends the call and is
	// returned.
	Results(ctx context.Context, b BatchStatus, emit func(BatchResult) error) error

	// Cancel asks the vendor to end a batch. What is answered until then is kept and
	// paid for.
	Cancel(ctx context.Context, id string) error

	// Discard deletes the files of a batch whose results are recorded.
	Discard(ctx context.Context, b BatchStatus) error
}

// ErrNoBatches reports that a server has no interface for batches.
var ErrNoBatches = errors.New("the server has no batch interface")

// BatchLimits are the limits of one batch.
type BatchLimits struct {
	Requests int
	Bytes    int64
	Life     time.Duration // the time after which the vendor ends a batch
}

// A Batch is a number of requests to one model that are sent together.
type Batch struct {
	Key     string // ours, by which Find recognises the batch: letters, digits and -
	Model   string
	Created time.Time // when the batch was first sent, for Find
	Again   bool      // it was sent before and is not known to exist: files of its key may exist
	Items   []BatchItem

	// Allowed is called right before the request that creates the batch. Its error is
	// returned instead. nil allows the request.
	Allowed func(context.Context) error
}

// Allow calls Allowed.
func (b *Batch) Allow(ctx context.Context) error {
	if b.Allowed == nil {
		return nil
	}
	return b.Allowed(ctx)
}

// A BatchItem is one request of a batch.
type BatchItem struct {
	ID      string // unique in the batch: at most 64 letters, digits, _ and -
	Request Request
}

// MaxBatchID is the length of the longest BatchItem.ID that every vendor accepts.
const MaxBatchID = 64

// A BatchStatus is what a vendor reports of a batch.
type BatchStatus struct {
	ID      string // the vendor's
	Sure    bool   // Find only: the batch bears our key
	Ended   bool   // no more results will come
	State   string // the vendor's word: in_progress, completed, expired, ...
	Error   string // why the batch as a whole failed; "" if it did not
	Created time.Time
	Expires time.Time // zero if the vendor does not report it

	Total     int // requests
	Succeeded int // 0 while the vendor does not count
	Failed    int

	// Files are the vendor's names of files: the input, and what Results reads.
	Input   string
	Outputs []string
}

// A BatchResult is the result of one item.
type BatchResult struct {
	ID       string // of the item; "" if the result cannot be read
	Text     []byte // the answer, as far as there is one
	Response Response
	Err      error // as Stream returns it: nil for a complete answer

	// Unanswered is set if the vendor did not process the item, because the batch
	// was cancelled or has expired. It is not paid for.
	Unanswered bool
}

// Uncertain reports whether a request that failed with err may have had its effect
// all the same: no answer came, or the server failed while it worked.
func Uncertain(err error) bool {
	e, ok := asError(err)
	if !ok {
		return err != nil
	}
	if e.Kind == Network && e.Hint != "" {
		return false // no connection was made
	}
	return e.Status == 0 || e.Status == 408 || e.Status >= 500 && e.Status != 501 || e.Status < 300
}

// Batcher returns the Batcher of the client's provider, and nil if it has none.
func (c *Client) Batcher() Batcher {
	b, _ := c.Provider.(Batcher)
	return b
}

// BatchMost returns the most that a request can cost in a batch.
func (c *Client) BatchMost(req Request) mashal.Cost {
	if c.Prices == nil {
		return mashal.Cost{}
	}
	return c.Prices.BatchMost(c.Name(), req.Model, Estimate(req))
}

// BatchMost returns the most that u can cost in a batch, as Most does for a request
// of its own.
func (p *Prices) BatchMost(vendor, model string, u mashal.Tokens) mashal.Cost {
	price, ok := p.Find(vendor, model, u.Input)
	if !ok {
		return mashal.Cost{}
	}
	price.Input = max(price.Input, price.CacheWrite)
	return price.Cost(u, true)
}

// CompleteBatch completes the result of a request in a batch as Stream does a
// response: it notices a prompt that was cut, sets the error's provider and model,
// clamps or estimates the counts of tokens and computes the cost. What was refused
// before the model read it costs nothing.
func (c *Client) CompleteBatch(req Request, r *BatchResult) {
	r.Response.Usage = r.Response.Usage.Clamped()
	r.Err = c.complete(req, c.checkPrompt(req, r.Response, r.Err))
	usage := &r.Response.Usage
	switch {
	case r.Unanswered, *usage == (mashal.Tokens{}) && (unread(r.Err, len(r.Text) > 0) || len(r.Text) == 0 && r.Err != nil):
		r.Response.Cost = mashal.Cost{State: mashal.CostExact}
		if c.Prices == nil || c.BatchMost(req).State == mashal.CostUnknown {
			r.Response.Cost = mashal.Cost{}
		}
		return
	case !usage.Reported:
		r.Response.estimateUsage(req, CountTokens(string(r.Text)))
	}
	if c.Prices != nil {
		r.Response.Cost = c.Prices.Cost(c.Name(), req.Model, *usage, true)
	}
}

// Hold reserves most, also if that exceeds the budget: for requests that were sent
// by an earlier run and are not answered yet.
func (b *Budget) Hold(most mashal.Cost) *Reservation {
	if b == nil {
		return nil
	}
	if b.store != nil {
		// If the store cannot be reached, there is nothing to settle.
		id, _ := b.store.Reserve(context.Background(), most.Amount, true)
		return &Reservation{budget: b, amount: most.Amount, id: id}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved += most.Amount
	return &Reservation{budget: b, amount: most.Amount}
}
