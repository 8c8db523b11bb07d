package llm_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mashal"
	"mashal/llm"
)

// A fake is a provider that answers with its function.
type fake func(ctx context.Context, text func([]byte) error) (llm.Response, error)

func (fake) Name() string { return "openai" }

func (f fake) Stream(ctx context.Context, _ llm.Request, text func([]byte) error) (llm.Response, error) {
	return f(ctx, text)
}

var question = llm.Request{Model: "gpt-5.1", Prompt: "p", MaxOutput: 1000}

func ignore([]byte) error { return nil }

// say returns a provider that answers with pieces, each after a pause.
func say(pause time.Duration, pieces ...string) fake {
	return func(ctx context.Context, text func([]byte) error) (llm.Response, error) {
		for _, piece := range pieces {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return llm.Response{Status: 200}, &llm.Error{Kind: llm.KindOf(context.Cause(ctx)), Err: context.Cause(ctx)}
			}
			if err := text([]byte(piece)); err != nil {
				return llm.Response{Status: 200}, err
			}
		}
		return llm.Response{Status: 200, End: "stop", Usage: mashal.Tokens{Input: 100, Output: 20, Reported: true}}, nil
	}
}

func TestClientMeasures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &llm.Client{Provider: say(3*time.Second, "a", "b", "c"), Prices: llm.DefaultPrices(), FirstText: 4 * time.Second, Idle: 4 * time.Second}
		resp, err := c.Stream(t.Context(), question, ignore)
		if err != nil || resp.FirstText != 3*time.Second || resp.Duration != 9*time.Second {
			t.Errorf("got %+v, %v", resp, err)
		}
		if want := (mashal.Cost{Amount: 325_000, State: mashal.CostExact}); resp.Cost != want { // 100 at 1.25 + 20 at 10
			t.Errorf("cost is %+v, want %+v", resp.Cost, want)
		}
		c.Prices = nil
		if resp, _ := c.Stream(t.Context(), question, ignore); resp.Cost.State != mashal.CostUnknown {
			t.Errorf("without prices the cost is %s", resp.Cost)
		}
	})
}

func TestClientWatchesSilence(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, idle time.Duration
		pause       time.Duration
		pieces      []string
		why         string
		after       time.Duration
	}{
		{"no text", 10 * time.Second, time.Second, time.Hour, []string{"a"}, "no text for 10s", 10 * time.Second},
		{"slow but talking", 10 * time.Second, 6 * time.Second, 5 * time.Second, []string{"a", "b", "c", "d"}, "", 20 * time.Second},
		{"silent after text", 10 * time.Second, 2 * time.Second, 5 * time.Second, []string{"a", "b"}, "no further text for 2s", 7 * time.Second},
		{"only idle watched", 0, 2 * time.Second, time.Hour, []string{"a", "b"}, "no further text for 2s", time.Hour + 2*time.Second},
		{"longer than the total", 0, 0, 5 * time.Second, []string{"a", "b", "c", "d"}, "not complete after 12s", 12 * time.Second},
		{"nothing watched", 0, 0, time.Hour, []string{"a", "b"}, "", 2 * time.Hour},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := &llm.Client{Provider: say(c.pause, c.pieces...), FirstText: c.first, Idle: c.idle}
				if strings.Contains(c.why, "12s") {
					client.Total = 12 * time.Second
				}
				start := time.Now()
				_, err := client.Stream(t.Context(), question, ignore)
				if took := time.Since(start); took != c.after {
					t.Errorf("took %s, want %s", took, c.after)
				}
				if (err == nil) != (c.why == "") || err != nil && (llm.KindOf(err) != llm.Timeout || !strings.Contains(err.Error(), c.why)) {
					t.Errorf("got %v, want %q", err, c.why)
				}
			})
		})
	}
}

// TestSlowReceiverIsNotSilence checks that the time in which the text is recorded does
// not count as silence of the server.
func TestSlowReceiverIsNotSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &llm.Client{Provider: say(time.Second, "a", "b", "c"), FirstText: 2 * time.Second, Idle: 2 * time.Second}
		_, err := client.Stream(t.Context(), question, func([]byte) error {
			time.Sleep(time.Hour) // as a write does whose database restarts
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestClientErrorsSayWho(t *testing.T) {
	shared := &llm.Error{Kind: llm.Overloaded, Err: errors.New("busy")}
	c := &llm.Client{Provider: fake(func(context.Context, func([]byte) error) (llm.Response, error) { return llm.Response{}, shared })}
	_, err := c.Stream(t.Context(), question, ignore)
	if got, want := err.Error(), "openai:gpt-5.1: overloaded: busy"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if shared.Model != "" {
		t.Error("an error that others may hold was changed")
	}
	if _, err := c.Stream(t.Context(), llm.Request{Model: "m"}, ignore); llm.KindOf(err) != llm.BadRequest {
		t.Errorf("a request without a prompt: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c.Limiter = llm.NewLimiter(1, llm.Limits{})
	if _, err := c.Stream(ctx, question, ignore); llm.KindOf(err) != llm.Canceled || !errors.Is(err, context.Canceled) {
		t.Errorf("canceled before it was sent: %v", err)
	}
	full := errors.New("disk full")
	c.Provider = say(0, "a")
	if _, err := c.Stream(t.Context(), question, func([]byte) error { return full }); !errors.Is(err, full) || llm.KindOf(err) != llm.KindNone {
		t.Errorf("the taker's error came back as %v", err)
	}
}

// TestClientKeepsTheBudget checks that any number of workers spends no more than
// the budget, and that a request is refused only if it could exceed the budget.
func TestClientKeepsTheBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		prices := llm.DefaultPrices()
		budget := llm.NewBudget(mashal.Dollar)
		budget.Charge(mashal.Dollar / 2)
		var mu sync.Mutex
		var spent mashal.Money
		refused := 0
		c := &llm.Client{Prices: prices, Budget: budget, Provider: fake(func(_ context.Context, text func([]byte) error) (llm.Response, error) {
			time.Sleep(time.Second)
			return llm.Response{Status: 200, Usage: mashal.Tokens{Input: 16, Output: 900, Reported: true}}, text([]byte("x"))
		})}
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				for range 3 {
					resp, err := c.Stream(t.Context(), question, ignore)
					mu.Lock()
					spent += resp.Cost.Amount
					if llm.KindOf(err) == llm.OverBudget {
						refused++
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		total, reserved := budget.Spent()
		if total != mashal.Dollar/2+spent || reserved != 0 {
			t.Errorf("the budget has %s spent and %s reserved, the responses cost %s", total, reserved, spent)
		}
		most := prices.Cost("openai", "gpt-5.1", llm.Estimate(question), false).Amount
		if total > mashal.Dollar || refused == 0 {
			t.Errorf("spent %s of %s, %d refused", total, mashal.Dollar, refused)
		}
		if left := mashal.Dollar - total; left > most*100 {
			t.Errorf("%s left unspent", left)
		}
	})
}

// TestClientSettles checks that the cost of a failure depends on how far the
// request got.
func TestClientSettles(t *testing.T) {
	most := llm.DefaultPrices().Cost("openai", "gpt-5.1", llm.Estimate(question), false).Amount
	for _, c := range []struct {
		name  string
		resp  llm.Response
		text  string
		err   error
		state mashal.CostState
		spent mashal.Money // of the budget; an estimate is that of the response
	}{
		{"counted failure", llm.Response{Usage: mashal.Tokens{Input: 100, Output: 1000, Reported: true}}, "x", &llm.Error{Kind: llm.TooLong, Status: 200}, mashal.CostExact, 10_125_000},
		{"turned away", llm.Response{Status: 429}, "", &llm.Error{Kind: llm.RateLimited, Status: 429}, mashal.CostExact, 0},
		{"refused in a stream", llm.Response{Status: 200}, "", &llm.Error{Kind: llm.Quota, Status: 200}, mashal.CostExact, 0},
		{"broke off for the rate", llm.Response{Status: 200}, "some text", &llm.Error{Kind: llm.RateLimited, Status: 200}, mashal.CostEstimated, 0},
		{"never arrived", llm.Response{}, "", &llm.Error{Kind: llm.Network}, mashal.CostExact, 0},
		{"cut", llm.Response{Status: 200}, "some text", &llm.Error{Kind: llm.Cut, Status: 200}, mashal.CostEstimated, 0},
		{"broke off", llm.Response{Status: 200}, "some text", &llm.Error{Kind: llm.Overloaded, Status: 200}, mashal.CostEstimated, 0},
		{"failed before it began", llm.Response{Status: 200}, "", &llm.Error{Kind: llm.Overloaded, Status: 200}, mashal.CostExact, 0},
		{"failed while it reasoned", llm.Response{Status: 200, Thought: 40}, "some text", &llm.Error{Kind: llm.ServerError, Status: 200}, mashal.CostEstimated, 0},
		{"silent", llm.Response{}, "", &llm.Error{Kind: llm.Timeout}, mashal.CostEstimated, 0},
		{"complete without a count", llm.Response{Status: 200}, "some text", nil, mashal.CostEstimated, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			budget := llm.NewBudget(mashal.Dollar)
			client := &llm.Client{Prices: llm.DefaultPrices(), Budget: budget, Provider: fake(func(_ context.Context, text func([]byte) error) (llm.Response, error) {
				if c.text != "" {
					_ = text([]byte(c.text))
				}
				return c.resp, c.err
			})}
			resp, err := client.Stream(t.Context(), question, ignore)
			if llm.KindOf(err) != llm.KindOf(c.err) || resp.Cost.State != c.state {
				t.Errorf("got %v at %s", err, resp.Cost)
			}
			if c.state == mashal.CostEstimated && (resp.Cost.Amount <= 0 || resp.Cost.Amount > most) {
				t.Errorf("the estimate is %s", resp.Cost)
			}
			if c.state == mashal.CostEstimated {
				c.spent = resp.Cost.Amount
				if resp.Usage.Reported || resp.Usage.Input == 0 || (resp.Usage.Output > 0) != (c.text != "") {
					t.Errorf("the estimated usage is %+v", resp.Usage)
				}
			}
			if spent, reserved := budget.Spent(); spent != c.spent || reserved != 0 {
				t.Errorf("spent %s, reserved %s; want %s", spent, reserved, c.spent)
			}
		})
	}
}

func TestBudgetNeedsAPrice(t *testing.T) {
	c := &llm.Client{Prices: llm.DefaultPrices(), Budget: llm.NewBudget(mashal.Dollar), Provider: say(0, "a")}
	req := question
	req.Model = "llama3.1:8b"
	if _, err := c.Stream(t.Context(), req, ignore); !errors.Is(err, llm.ErrPriceUnknown) || llm.KindOf(err) != llm.OverBudget {
		t.Errorf("a budget without a price: %v", err)
	}
	c.Budget = nil
	if resp, err := c.Stream(t.Context(), req, ignore); err != nil || resp.Cost.State != mashal.CostUnknown {
		t.Errorf("no budget: %v, %s", err, resp.Cost)
	}
}

func TestReservationSettlesOnce(t *testing.T) {
	b := llm.NewBudget(100)
	r, err := b.Reserve(mashal.Cost{Amount: 60, State: mashal.CostExact})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Reserve(mashal.Cost{Amount: 41, State: mashal.CostExact}); llm.KindOf(err) != llm.OverBudget {
		t.Errorf("60 + 41 of 100: %v", err)
	}
	r.Settle(mashal.Cost{Amount: 10, State: mashal.CostExact})
	r.Settle(mashal.Cost{Amount: 50, State: mashal.CostExact})
	r.Cancel()
	if spent, reserved := b.Spent(); spent != 10 || reserved != 0 {
		t.Errorf("spent %d, reserved %d", spent, reserved)
	}
}
