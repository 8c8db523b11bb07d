package quota_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"mashal"
	"mashal/fleet/quota"
	"mashal/llm"
)

func cost(amount mashal.Money) mashal.Cost {
	return mashal.Cost{Amount: amount, State: mashal.CostExact}
}

// TestBudgetHolds lets many goroutines of several processes reserve and settle at random
// while processes die. What was sent, each request at its most, never exceeds the budget,
// and what dead processes had reserved stays charged at its most.
func TestBudgetHolds(t *testing.T) {
	address, db := newDatabase(t)
	const limit, earlier, most = 20_000, 1_000, 100
	var vendor, lost atomic.Int64 // what was charged for answered requests, and the most of those of dead processes
	var outstanding, highest atomic.Int64
	var wait sync.WaitGroup
	for i := range 6 {
		q, err := quota.Open(t.Context(), connect(t, address), fmt.Sprint("process ", i))
		if err != nil {
			t.Fatal(err)
		}
		b, err := q.Budget(t.Context(), "run", limit)
		if err != nil {
			t.Fatal(err)
		}
		b.Charge(earlier)
		dies := i%2 == 1
		var dead atomic.Bool
		var workers sync.WaitGroup
		for range 8 {
			workers.Go(func() {
				for n := 0; ; n++ {
					amount := mashal.Money(1 + rand.Int64N(most))
					r, err := b.Reserve(cost(amount))
					if llm.KindOf(err) == llm.OverBudget {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					highest.Store(max(highest.Load(), outstanding.Add(int64(amount))+earlier))
					if dead.Load() || dies && n > 5 && rand.IntN(10) == 0 {
						dead.Store(true)
						lost.Add(int64(amount))
						return // killed while the request is under way
					}
					actual := mashal.Money(rand.Int64N(int64(amount) + 1))
					vendor.Add(int64(actual))
					outstanding.Add(int64(actual - amount)) // before the settlement, so that a smaller sum is never seen too late
					r.Settle(cost(actual))
					r.Settle(cost(actual)) // has no effect
				}
			})
		}
		wait.Go(func() {
			workers.Wait()
			if dies {
				execute(t, db, `DELETE FROM fleet.holder WHERE id = $1`, fmt.Sprint("process ", i))
				if _, err := q.Reap(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if err := q.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	number(t, db, `SELECT fleet.reap(7)`) // all have ended
	if n := highest.Load(); n > limit {
		t.Errorf("the requests could have cost %d, the budget is %d", n, limit)
	}
	spent, held := number(t, db, `SELECT earlier + spent FROM fleet.budget`), number(t, db, `SELECT held FROM fleet.budget`)
	if want := earlier + vendor.Load() + lost.Load(); spent+held != want || spent > limit {
		t.Errorf("%d spent and %d held, want %d, the budget is %d", spent, held, want, limit)
	}
	if held != 0 {
		t.Errorf("%d of dead processes are not forfeited", held)
	}
	if spent < limit-most {
		t.Errorf("only %d of %d were spent", spent, limit)
	}
}

// TestFrozenProcessSettles checks that the settlement of a process that was taken for
// dead corrects what was forfeited, once.
func TestFrozenProcessSettles(t *testing.T) {
	address, db := newDatabase(t)
	all := processes(t, address, 2)
	b, err := all[0].Budget(t.Context(), "run", 1000)
	if err != nil {
		t.Fatal(err)
	}
	other, err := all[1].Budget(t.Context(), "run", 1)
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Reserve(cost(900))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Reserve(cost(101)); llm.KindOf(err) != llm.OverBudget {
		t.Error(err)
	}
	execute(t, db, `DELETE FROM fleet.holder WHERE id = 'process 0'`)
	if _, err := all[1].Reap(t.Context()); err != nil {
		t.Fatal(err)
	}
	if spent, reserved := other.Spent(); spent != 900 || reserved != 0 {
		t.Errorf("%d spent, %d reserved after the death", spent, reserved)
	}
	r.Settle(cost(300))
	if spent, reserved := other.Spent(); spent != 300 || reserved != 0 {
		t.Errorf("%d spent, %d reserved after the settlement", spent, reserved)
	}
	held := b.Hold(cost(5000)) // of an earlier process, whatever the limit
	if spent, reserved := other.Spent(); spent != 300 || reserved != 5000 {
		t.Errorf("%d spent, %d reserved after Hold", spent, reserved)
	}
	held.Cancel()
	if spent, reserved := other.Spent(); spent != 300 || reserved != 0 {
		t.Errorf("%d spent, %d reserved after Cancel", spent, reserved)
	}
}
