package llm_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"mashal"

	"mashal/llm"
)

// oneASecond limits a key to 60 requests and 6,000 tokens a minute, all of which
// are there at first.
var oneASecond = llm.Limits{Requests: llm.Window{Limit: 60}, Tokens: llm.Window{Limit: 6000}}

// wholeMinute checks that all of a minute's requests and tokens can be had at
// once.
func wholeMinute(t *testing.T, l *llm.Limiter) {
	t.Helper()
	start := time.Now()
	for range 60 {
		acquire(t, l, mashal.Tokens{Input: 100})
	}
	if d := time.Since(start); d > 0 {
		t.Errorf("the minute's requests and tokens are not all there: %s", d)
	}
}

// TestLeaseGivenBack: a request that was not sent costs nothing of the limits.
func TestLeaseGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(1000, oneASecond)
		for range 200 {
			acquire(t, l, mashal.Tokens{Input: 100}).Cancel()
		}
		wholeMinute(t, l)
	})
}

// useMinute uses up the requests and tokens of a minute, and answers the requests at
// once. Those of the next minute are there a minute later.
func useMinute(t *testing.T, l *llm.Limiter) {
	t.Helper()
	for range 60 {
		acquire(t, l, mashal.Tokens{Input: 100}).Done(llm.Response{}, nil)
	}
}

// TestCanceledWhileGranted: the context of a request ends at the moment at which
// the limiter lets it go, so that either may come first.
func TestCanceledWhileGranted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		both := map[bool]int{}
		for range 500 {
			l := llm.NewLimiter(1000, oneASecond)
			useMinute(t, l)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			lease, err := l.Acquire(ctx, mashal.Tokens{Input: 100})
			both[err == nil]++
			if err == nil {
				lease.Cancel()
			}
			cancel()
			// All of the minute is there, however it went.
			wholeMinute(t, l)
			if t.Failed() {
				t.Fatalf("granted: %v", err == nil)
			}
		}
		t.Logf("granted %d times, ended %d times", both[true], both[false])
	})
}

// TestGivenBackAfterTheVendorSpoke: what the vendor says is left does not include
// a request that it never got.
func TestGivenBackAfterTheVendorSpoke(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(1000, oneASecond)
		sent := acquire(t, l, mashal.Tokens{Input: 100})
		unsent := acquire(t, l, mashal.Tokens{Input: 3000})
		time.Sleep(time.Millisecond)
		sent.Done(llm.Response{Limits: llm.Limits{Tokens: llm.Window{Limit: 6000, Remaining: 1000, Reset: 50 * time.Second}}}, nil)
		unsent.Cancel()
		start := time.Now()
		acquire(t, l, mashal.Tokens{Input: 2000})
		if d := time.Since(start).Round(time.Second); d != 10*time.Second {
			t.Errorf("2000 tokens with 1000 left at 100 a second waited %s, want 10s", d)
		}
	})
}

// TestUnsentGivesBack: a request that is over the budget, or whose context ends
// before it is sent, reaches no provider and leaves limiter and budget as they
// were.
func TestUnsentGivesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := llm.NewLimiter(1000, oneASecond)
		sent := 0
		c := &llm.Client{Limiter: l, Prices: llm.DefaultPrices(), Provider: fake(func(context.Context, func([]byte) error) (llm.Response, error) {
			sent++
			return llm.Response{}, nil
		})}
		c.Budget = llm.NewBudget(1)
		for range 200 {
			if _, err := c.Stream(t.Context(), question, ignore); llm.KindOf(err) != llm.OverBudget {
				t.Fatal(err)
			}
		}
		wholeMinute(t, l)

		c.Budget = llm.NewBudget(1000 * mashal.Dollar)
		for range 300 {
			l := llm.NewLimiter(1000, oneASecond)
			useMinute(t, l)
			c.Limiter = l
			before := sent
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			resp, err := c.Stream(ctx, question, ignore)
			cancel()
			if resp.Queued != time.Minute {
				t.Errorf("held back for %s, %v", resp.Queued, err)
			}
			if (err == nil) != (sent > before) {
				t.Errorf("sent %d requests with %v", sent-before, err)
			}
			if err == nil {
				continue
			}
			if _, reserved := c.Budget.Spent(); reserved != 0 {
				t.Fatalf("%s of the budget are still reserved", reserved)
			}
			wholeMinute(t, l)
		}
	})
}
