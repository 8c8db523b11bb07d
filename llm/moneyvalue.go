package llm

import (
"fmt"
"math"
"strconv"
"strings"
)

// Money is an amount in billionths of a US dollar, so that sums are exact.
type Money int64

// Dollar is one US dollar.
const Dollar Money = 1e9

// USD is the amount in US dollars, for showing.
func (m Money) USD() float64 { return float64(m) / float64(Dollar) }

// String writes the amount with two decimals from a dollar up and four below.
func (m Money) String() string {
	if m >= Dollar || m <= -Dollar || m == 0 {
		return fmt.Sprintf("$%.2f", m.USD())
	}
	return fmt.Sprintf("$%.4f", m.USD())
}

// ParseMoney reads an amount of US dollars, with or without the sign.
func ParseMoney(s string) (Money, error) {
	v, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(s), "$"), 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > 1e9 {
		return 0, fmt.Errorf("%q is not an amount of US dollars", s)
	}
	return Money(math.Round(v * float64(Dollar))), nil
}

// A Cost is what something cost, or that nobody knows. The zero value is
// unknown: nothing is ever free by omission.
type Cost struct {
	Amount Money
	State  CostState
}

// CostState says how well a cost is known.
type CostState uint8

// The states, from worst to best.
const (
	CostUnknown   CostState = iota // no price for the model
	CostEstimated                  // a price, but not the vendor's own count of tokens
	CostExact                      // the vendor's count at a listed price
)

func (c Cost) String() string {
	switch c.State {
	case CostUnknown:
		return "unknown"
	case CostEstimated:
		return "about " + c.Amount.String()
	}
	return c.Amount.String()
}

