package llm

import (
	"errors"
	"fmt"
	"sync"

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
}

// NewBudget returns a budget of limit, of which nothing is spent.
func NewBudget(limit mashal.Money) *Budget { return &Budget{limit: limit} }

// Charge adds spending that was not reserved: that of earlier runs of the same
// work.
func (b *Budget) Charge(spent mashal.Money) {
	if b == nil {
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
}

// Reserve reserves most for a request. It fails with an error of kind OverBudget
// if the request must not be sent.
func (b *Budget) Reserve(most mashal.Cost) (*Reservation, error) {
	if b == nil {
		return nil, nil
	}
	if most.State == mashal.CostUnknown {
		return nil, &Error{Kind: OverBudget, Err: ErrPriceUnknown}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+b.reserved+most.Amount > b.limit {
		return nil, &Error{Kind: OverBudget, Err: fmt.Errorf("%s of %s is spent, %s is reserved for requests under way, and this request could cost %s",
			b.spent, b.limit, b.reserved, most.Amount)}
	}
	b.reserved += most.Amount
	return &Reservation{budget: b, amount: most.Amount}, nil
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
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reserved -= r.amount
	switch actual.State {
	case mashal.CostExact, mashal.CostEstimated:
		b.spent += actual.Amount
	case mashal.CostUnknown:
		b.spent += r.amount
	}
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
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent, b.reserved
}
