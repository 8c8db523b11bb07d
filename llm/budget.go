package llm

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"mashal"
)

// A Budget is a hard limit on what a run may spend. The most that a request
// could cost is reserved before it is sent, and replaced by the actual cost
// afterwards; a request that could exceed the limit is not sent. A nil Budget
// has no limit. A Budget is safe for concurrent use.
type Budget struct {
	mu       sync.Mutex
	limit    mashal.Money
	spent    mashal.Money
	reserved mashal.Money
	store    BudgetStore // shares the budget between processes; nil for that of this one
}

// A BudgetStore keeps one budget for several processes. It is safe for concurrent use.
type BudgetStore interface {
	// Charge adds what earlier runs cost, once for all processes.
	Charge(spent mashal.Money)

	// Reserve reserves most if the limit allows it, or if force is set. It returns "" if
	// the limit does not allow it.
	Reserve(ctx context.Context, most mashal.Money, force bool) (id string, err error)

	// Settle replaces a reservation by the actual cost.
	Settle(id string, actual mashal.Money)

	Spent(ctx context.Context) (spent, reserved mashal.Money, err error)
}

// NewBudget returns a budget of limit, of which nothing is spent.
func NewBudget(limit mashal.Money) *Budget { return &Budget{limit: limit} }

// NewSharedBudget returns a budget of limit that store keeps for several processes. What
// a process that died had reserved stays charged.
func NewSharedBudget(limit mashal.Money, store BudgetStore) *Budget {
	return &Budget{limit: limit, store: store}
}

// Charge adds spending that was not reserved: that of earlier runs of the same
// work.
func (b *Budget) Charge(spent mashal.Money) {
	if b == nil {
		return
	}
	if b.store != nil {
		b.store.Charge(spent)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent += spent
}

// ErrPriceUnknown reports that a budget cannot be kept because the price of a
// model is not known.
var ErrPriceUnknown = errors.New("there is a budget but no price for the model: add one with a price file")

// A Reservation is the part of a budget that is reserved for one request.
type Reservation struct {
	budget *Budget
	amount mashal.Money
	id     string // in the store
}

// Reserve reserves most for a request. It fails with an error of kind OverBudget
// if the request must not be sent.
func (b *Budget) Reserve(most mashal.Cost) (*Reservation, error) {
	return b.reserve(context.Background(), most)
}

// reserve is Reserve, and fails if ctx ends while it waits for the store.
func (b *Budget) reserve(ctx context.Context, most mashal.Cost) (*Reservation, error) {
	if b == nil {
		return nil, nil
	}
	if most.State == mashal.CostUnknown {
		return nil, &Error{Kind: OverBudget, Err: ErrPriceUnknown}
	}
	if b.store != nil {
		id, err := b.store.Reserve(ctx, most.Amount, false)
		if err != nil {
			return nil, err
		}
		if id == "" {
			spent, reserved := b.Spent()
			return nil, b.exceeded(spent, reserved, most.Amount)
		}
		return &Reservation{budget: b, amount: most.Amount, id: id}, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+b.reserved+most.Amount > b.limit {
		return nil, b.exceeded(b.spent, b.reserved, most.Amount)
	}
	b.reserved += most.Amount
	return &Reservation{budget: b, amount: most.Amount}, nil
}

// exceeded returns the error of a request that could exceed the limit.
func (b *Budget) exceeded(spent, reserved, most mashal.Money) error {
	return &Error{Kind: OverBudget, Err: fmt.Errorf("%s of %s is spent, %s is reserved for requests under way, and this request could cost %s",
		spent, b.limit, reserved, most)}
}

// Settle replaces the reservation by the actual cost, which is also what reports
// show: exact, or estimated if the vendor reported no count of tokens. A request of
// unknown cost counts as the most that it could cost. Only the first call has an
// effect.
func (r *Reservation) Settle(actual mashal.Cost) {
	if r == nil || r.budget == nil {
		return
	}
	b := r.budget
	r.budget = nil
	cost := actual.Amount
	if actual.State == mashal.CostUnknown {
		cost = r.amount
	}
	if b.store != nil {
		b.store.Settle(r.id, cost)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved -= r.amount
	b.spent += cost
}

// Cancel releases the reservation of a request that was not answered.
func (r *Reservation) Cancel() { r.Settle(mashal.Cost{State: mashal.CostExact}) }

// Limit returns the limit, and 0 for a nil Budget.
func (b *Budget) Limit() mashal.Money {
	if b == nil {
		return 0
	}
	return b.limit
}

// Spent returns what is spent and what is reserved.
func (b *Budget) Spent() (spent, reserved mashal.Money) {
	if b == nil {
		return 0, 0
	}
	if b.store != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		spent, reserved, _ = b.store.Spent(ctx) // for display; 0 if the store cannot be reached
		return spent, reserved
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent, b.reserved
}
