package mashal

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Money is an amount in billionths of a US dollar, so that sums are exact.
type Money int64

// Dollar is one US dollar.
const Dollar Money = 1e9

// USD returns the amount in US dollars, as a number to display.
func (m Money) USD() float64 { return float64(m) / float64(Dollar) }

// String formats the amount with two decimals from a dollar up and with four
// below a dollar.
func (m Money) String() string {
	if m >= Dollar || m <= -Dollar || m == 0 {
		return fmt.Sprintf("$%.2f", m.USD())
	}
	return fmt.Sprintf("$%.4f", m.USD())
}

// MarshalJSON encodes the amount as a number of US dollars.
func (m Money) MarshalJSON() ([]byte, error) { return json.Marshal(m.USD()) }

// ParseMoney parses an amount of US dollars, with or without the dollar sign.
func ParseMoney(s string) (Money, error) {
	v, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(s), "$"), 64)
	if err != nil || math.IsNaN(v) || v < 0 || v > 1e9 {
		return 0, fmt.Errorf("%q is not an amount of US dollars", s)
	}
	return Money(math.Round(v * float64(Dollar))), nil
}

// A Cost is the price of something, which may be unknown. The zero value is
// unknown, so that a missing price is never taken for a price of zero.
type Cost struct {
	Amount Money
	State  CostState
}

// A CostState states how well a cost is known.
type CostState uint8

// The states, from worst to best.
const (
	CostUnknown   CostState = iota // no price is listed for the model
	CostEstimated                  // a listed price, times an estimated number of tokens
	CostExact                      // a listed price, times the tokens that the vendor counted
)

// String formats the cost; an estimate says that it is one.
func (c Cost) String() string {
	switch c.State {
	case CostUnknown:
		return "unknown"
	case CostEstimated:
		return "about " + c.Amount.String()
	}
	return c.Amount.String()
}
