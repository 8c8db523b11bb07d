package quota_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/fleet/quota"
	"mashal/ledger/postgrestest"
	"mashal/llm"
)

// TestLostAnswers loses the connection at each request to the server in turn, before the
// server gets it and after it has executed it. What this process holds of a budget and of
// a brake must come out the same.
func TestLostAnswers(t *testing.T) {
	address, db := newDatabase(t)
	var scenarios sync.WaitGroup
	defer scenarios.Wait()
	for n := 1; n <= 16; n++ {
		for _, after := range []bool{false, true} {
			run := fmt.Sprintf("%d %t", n, after)
			proxy := postgrestest.NewProxy(t, address)
			q, err := quota.Open(t.Context(), connect(t, proxy.Address+"&default_query_exec_mode=exec"), run)
			if err != nil {
				t.Fatal(err)
			}
			scenarios.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				budget, err := q.Budget(ctx, run, 10)
				if err != nil {
					t.Error(err)
					return
				}
				brake, err := q.Brake(ctx, run, "v:m", llm.BrakeConfig{Limit: 1, Patience: time.Hour, Base: 10 * time.Millisecond, Most: 20 * time.Millisecond})
				if err != nil {
					t.Error(err)
					return
				}
				proxy.CutAt(n, after)
				reserved, err := budget.Reserve(cost(6))
				if err != nil {
					t.Errorf("%s: %v", run, err)
				}
				reserved.Settle(cost(4))
				for _, failure := range []error{failing(llm.Overloaded), nil} {
					pass, err := brake.Enter(ctx, llm.Gate{Probe: func(context.Context) error { return nil }})
					if err != nil {
						t.Errorf("%s: %v", run, err)
						return
					}
					pass.Accepted()
					_, _ = pass.Done(failure, failure == nil) // not counted if the connection is lost
				}
				if err := q.Close(ctx); err != nil {
					t.Errorf("%s: %v", run, err)
				}
				if n := number(t, db, `SELECT count(*) FROM fleet.budget WHERE run = $1 AND spent = 4 AND held = 0`, run); n != 1 {
					t.Errorf("%s: the budget is wrong", run)
				}
				if n := number(t, db, `SELECT count(*) FROM fleet.brake WHERE run = $1 AND inflight = '{}' AND prober = ''`, run); n != 1 {
					t.Errorf("%s: the brake has requests in flight or a prober", run)
				}
			})
		}
	}
}

// TestGivenUpWhileAway ends the contexts of a reservation and of a request while the
// answers to them are lost: neither may stay behind.
func TestGivenUpWhileAway(t *testing.T) {
	address, db := newDatabase(t)
	for n := 1; n <= 2; n++ {
		proxy := postgrestest.NewProxy(t, address)
		q, err := quota.Open(t.Context(), connect(t, proxy.Address+"&default_query_exec_mode=exec"), fmt.Sprint(n))
		if err != nil {
			t.Fatal(err)
		}
		run := fmt.Sprint("run ", n)
		budget, err := q.Budget(t.Context(), run, mashal.Dollar)
		if err != nil {
			t.Fatal(err)
		}
		brake, err := q.Brake(t.Context(), run, "v:m", llm.BrakeConfig{Limit: 1, Patience: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		proxy.Refuse(true)
		proxy.CutAt(1, true)
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if n == 1 {
			client := llm.Client{Budget: budget, Prices: llm.DefaultPrices(), Provider: never{t}}
			if _, err := client.Stream(ctx, llm.Request{Model: "gpt-5.1", Prompt: "p", MaxOutput: 100}, nil); err == nil {
				t.Error("a request was sent without a reservation")
			}
		} else if _, err := brake.Enter(ctx, llm.Gate{}); err == nil {
			t.Error("a request entered without an answer of the server")
		}
		proxy.Refuse(false)
		if err := q.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if n := number(t, db, `SELECT count(*) FROM fleet.budget b JOIN fleet.brake k USING (run) WHERE run = $1 AND spent = 0 AND held = 0 AND inflight = '{}'`, run); n != 1 {
			t.Errorf("%s: something stayed behind", run)
		}
	}
}

// never is a vendor that is never asked.
type never struct{ t *testing.T }

func (never) Name() string { return "openai" }

func (n never) Stream(context.Context, llm.Request, func([]byte) error) (llm.Response, error) {
	n.t.Error("a request was sent")
	return llm.Response{}, nil
}

// TestSlowServer admits a request although each statement takes longer than a request may
// be late.
func TestSlowServer(t *testing.T) {
	address, db := newDatabase(t)
	execute(t, db, `ALTER FUNCTION fleet.clock() RENAME TO clock_now`)
	execute(t, db, `CREATE FUNCTION fleet.clock() RETURNS double precision LANGUAGE plpgsql VOLATILE AS $$
DECLARE now double precision := fleet.clock_now(); BEGIN PERFORM pg_sleep(0.1); RETURN now; END $$`)
	q := processes(t, address, 1)[0]
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	// A limit of a second: a request may be late by 5 ms.
	l, err := q.Limiter(ctx, quota.Key{Vendor: "v"}, 8, llm.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	execute(t, db, `UPDATE fleet.rate SET request_limit = 50, request_period = 1`)
	for range 2 {
		lease, err := l.Acquire(ctx, mashal.Tokens{Input: 10})
		if err != nil {
			t.Fatal(err)
		}
		lease.Done(llm.Response{}, nil)
	}
}
