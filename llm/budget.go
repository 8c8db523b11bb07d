package llm

import (
	"errors"
	"fmt"
	"sync"

	"mashal"
)

// A Budget is a hard limit on what a run may spend: a request that could break
// it is not sent. What a request could cost at most is set aside before it is
// sent and settled with what it did cost. A nil Budget has no limit.
type Budget struct {
	mu       sync.Mutex
	limit    mashal.Money
	spent    mashal.Money
	reserved mashal.Money
}

// NewBudget gives a budget of limit of which nothing is spent.
func NewBudget(limit mashal.Money) *Budget { return &Budget{limit: limit} }

// Charge takes from the budget what was spent without it: by earlier runs of
// the same work, for one that is resumed.
func (b *Budget) Charge(spent mashal.Money) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent += spent
}

// ErrPriceUnknown says that a budget cannot be kept because nobody knows what a
// request costs.
var ErrPriceUnknown = errors.New("there is a budget but no price for the model: add one with a price file")

// A Reservation is money set aside for one request.
type Reservation struct {
	budget *Budget
	amount mashal.Money
}

// Reserve sets most aside, or says why the request must not be sent. Errors are
// of kind OverBudget.
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
		return nil, &Error{Kind: OverBudget, Err: fmt.Errorf("%s of %s spent, %s set aside for requests under way, and this one could cost %s",
			b.spent, b.limit, b.reserved, most.Amount)}
	}
	b.reserved += most.Amount
	return &Reservation{budget: b, amount: most.Amount}, nil
}

// Settle replaces what was set aside by what was spent. Where the vendor did
// not say what it counted, the larger of the two is taken as spent, so that
// broken streams cannot break the budget. It does so once.
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
	case mashal.CostExact:
		b.spent += actual.Amount
	case mashal.CostEstimated:
		b.spent += max(actual.Amount, r.amount)
	case mashal.CostUnknown:
		b.spent += r.amount
	}
}

// Cancel gives back what was set aside for a request that was never answered.
func (r *Reservation) Cancel() { r.Settle(mashal.Cost{State: mashal.CostExact}) }

// Spent is what was spent and what is set aside.
func (b *Budget) Spent() (spent, reserved mashal.Money) {
	if b == nil {
		return 0, 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent, b.reserved
}
