package quota_test

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mashal"
	"mashal/fleet/quota"
	"mashal/llm"
)

// A request of the simulation. At next it arrives, starts or ends.
type request struct {
	next           float64
	tokens, actual float64
	start          float64 // as admitted; 0 before
	plan           int64
	running        bool
}

type requests []*request

func (r requests) Len() int           { return len(r) }
func (r requests) Less(i, j int) bool { return r[i].next < r[j].next }
func (r requests) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *requests) Push(x any)        { *r = append(*r, x.(*request)) }
func (r *requests) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}

// A sent is a request as a server sees it.
type sent struct{ at, tokens float64 }

// mostWithin returns the most requests and tokens that arrived within a minute.
func mostWithin(all []sent) (requests int, tokens float64) {
	slices.SortFunc(all, func(a, b sent) int {
		if a.at < b.at {
			return -1
		}
		return 1
	})
	first, sum := 0, 0.
	for i, a := range all {
		sum += a.tokens
		for ; a.at-all[first].at >= 60; first++ {
			sum -= all[first].tokens
		}
		requests, tokens = max(requests, i-first+1), max(tokens, sum)
	}
	return requests, tokens
}

// TestLimitsHoldInEveryMinute lets many requests of a fleet wait on a simulated clock,
// and slides a window of a minute over all that start, the first minute included. Each
// arrives up to a quarter of a second late.
func TestLimitsHoldInEveryMinute(t *testing.T) {
	for _, test := range []struct {
		name             string
		requests, tokens int64
		size             func() float64
		actual           func(float64) float64 // tokens that a request uses
		pause            float64               // seconds, asked for by one answer at 70 s
		cancel           bool                  // some requests are not sent
		deaths           bool                  // a process dies at 90 s
		least            float64               // of the limit, in part
	}{
		{name: "requests", requests: 100, size: func() float64 { return 1 }, least: .98},
		{name: "few requests", requests: 7, size: func() float64 { return 1 }, least: .97},
		{name: "requests with a pause", requests: 100, size: func() float64 { return 1 }, pause: 20},
		{name: "requests cancelled", requests: 100, size: func() float64 { return 1 }, cancel: true},
		{name: "requests and deaths", requests: 100, size: func() float64 { return 1 }, deaths: true},
		{name: "tokens", tokens: 60_000, size: func() float64 { return 600 }, least: .98},
		{name: "tokens of all sizes", tokens: 60_000, size: func() float64 { return 1 + rand.Float64()*1500 }, least: .97},
		{name: "tokens that are fewer", tokens: 60_000, size: func() float64 { return 800 }, actual: func(n float64) float64 { return n * (.8 + rand.Float64()/5) }, least: .85},
		{name: "large tokens", tokens: 30_000, size: func() float64 { return 1 + rand.Float64()*20_000 }, cancel: true, least: .4},
		{name: "both", requests: 100, tokens: 60_000, size: func() float64 { return 1 + rand.Float64()*1200 }, pause: 10, deaths: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			address, db := newDatabase(t)
			q := processes(t, address, 1)[0]
			if _, err := q.Limiter(t.Context(), quota.Key{Vendor: "v"}, 1, llm.Limits{Requests: llm.Window{Limit: test.requests}, Tokens: llm.Window{Limit: test.tokens}}); err != nil {
				t.Fatal(err)
			}
			set := simulateClock(t, db)
			var key string
			if err := db.QueryRow(`SELECT key FROM fleet.rate`).Scan(&key); err != nil {
				t.Fatal(err)
			}
			take := func(r *request) {
				var now, late float64
				if err := db.QueryRow(`SELECT start, plan, now, late FROM fleet.take($1, $2::double precision)`, key, r.tokens).Scan(&r.start, &r.plan, &now, &late); err != nil {
					t.Fatal(err)
				}
				r.next = r.start
			}
			report := func(r *request, used, wait float64) {
				execute(t, db, `SELECT fleet.report($1, $2::double precision, $3::double precision, $4::double precision, 0, 0, 0, 0, 0, 0, $5::double precision)`,
					key, r.start, r.tokens, used, wait)
			}
			const begin, length = 1e6, 150.
			const waiters = 48
			var queue requests
			fresh := func(at float64) *request {
				r := &request{next: at, tokens: test.size()}
				r.actual = r.tokens
				return r
			}
			for range waiters {
				queue = append(queue, fresh(begin))
			}
			heap.Init(&queue)
			var all []sent
			paused, died := false, false
			pausedUntil := 0.
			for queue[0].next < begin+length {
				r := heap.Pop(&queue).(*request)
				set(r.next)
				now := r.next
				if test.deaths && !died && now > begin+90 {
					died = true
					execute(t, db, `INSERT INTO fleet.holder VALUES ('dead', 0)`)
					execute(t, db, `UPDATE fleet.holder SET beat = $1::double precision WHERE id <> 'dead'`, now)
					if n := number(t, db, `SELECT fleet.reap(7)`); n != 1 {
						t.Errorf("%d processes died", n)
					}
				}
				switch {
				case r.running:
					wait := 0.
					if test.pause > 0 && !paused && now > begin+70 {
						paused, wait = true, test.pause
						pausedUntil = now + wait
					}
					if test.actual != nil {
						r.actual = test.actual(r.tokens)
					}
					if r.actual != r.tokens || wait > 0 {
						report(r, r.actual, wait)
					}
					r = fresh(now)
				case r.start == 0:
					take(r)
				case number(t, db, `SELECT plan FROM fleet.rate`) != r.plan:
					take(r)
				case test.cancel && rand.IntN(10) == 0:
					report(r, 0, 0)
					r = fresh(now)
				default:
					if now < pausedUntil {
						t.Fatalf("a request starts at %.1f, in a pause until %.1f", now-begin, pausedUntil-begin)
					}
					used := r.tokens
					if test.actual != nil {
						used = test.actual(r.tokens)
					}
					all = append(all, sent{now + rand.Float64()/4, used})
					r.running = true
					r.next = now + rand.Float64()*10
				}
				heap.Push(&queue, r)
			}
			n, tokens := mostWithin(all)
			part, sum := 0., 0.
			if test.requests > 0 {
				if n > int(test.requests) {
					t.Errorf("%d requests within a minute, %d are allowed", n, test.requests)
				}
				part = float64(len(all)) / (float64(test.requests) * length / 60)
			}
			if test.tokens > 0 {
				if tokens > float64(test.tokens) {
					t.Errorf("%.0f tokens within a minute, %d are allowed", tokens, test.tokens)
				}
				for _, s := range all {
					sum += s.tokens
				}
				part = max(part, sum/(float64(test.tokens)*length/60))
			}
			t.Logf("%d requests, at most %d and %.0f tokens within a minute; %.1f %% of the limit", len(all), n, tokens, 100*part)
			if part < test.least {
				t.Errorf("%.1f %% of the limit was used", 100*part)
			}
		})
	}
}

// TestProcessesShareALimit lets 64 callers in 4 processes take from one limit on the
// server's clock: what is granted never exceeds the limit for the time that has passed.
func TestProcessesShareALimit(t *testing.T) {
	address, db := newDatabase(t)
	const limit = 12_000 // a minute
	var limiters []*llm.Limiter
	for _, q := range processes(t, address, 4) {
		l, err := q.Limiter(t.Context(), quota.Key{Vendor: "v", Secret: "secret"}, 64, llm.Limits{Requests: llm.Window{Limit: limit}})
		if err != nil {
			t.Fatal(err)
		}
		limiters = append(limiters, l)
	}
	const each = 8
	var mu sync.Mutex
	var starts []time.Time
	var workers sync.WaitGroup
	for i := range 64 {
		workers.Go(func() {
			for range each {
				lease, err := limiters[i%4].Acquire(t.Context(), mashal.Tokens{Input: 10})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				starts = append(starts, time.Now())
				mu.Unlock()
				lease.Done(llm.Response{}, nil)
			}
		})
	}
	workers.Wait()
	slices.SortFunc(starts, time.Time.Compare)
	took := starts[len(starts)-1].Sub(starts[0])
	t.Logf("%.1f a second of %d", float64(len(starts)-1)/took.Seconds(), limit/60)
	// Each start can be late by 0.3 s.
	if most := int((took+300*time.Millisecond).Seconds()*limit/60) + 1; len(starts) > most {
		t.Errorf("%d requests in %s, %d are allowed", len(starts), took, most)
	}
	var key string
	if err := db.QueryRow(`SELECT key || name FROM fleet.rate`).Scan(&key); err != nil || len(key) < 64 || key[64:] != "v" {
		t.Errorf("the key is stored as %q, %v", key, err)
	}
}

// BenchmarkTake measures how many requests one key admits in a second.
func BenchmarkTake(b *testing.B) {
	address, db := newDatabase(b)
	q := processes(b, address, 1)[0]
	if _, err := q.Limiter(b.Context(), quota.Key{Vendor: "v"}, 1, llm.Limits{Requests: llm.Window{Limit: 1e9}, Tokens: llm.Window{Limit: 1e12}}); err != nil {
		b.Fatal(err)
	}
	var key string
	if err := db.QueryRow(`SELECT key FROM fleet.rate`).Scan(&key); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			var start float64
			if err := db.QueryRow(`SELECT start FROM fleet.take($1, 10)`, key).Scan(&start); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "takes/s")
}

// TestPauseHoldsForAllProcesses checks that after a 429 no process starts a request before
// the wait is over, also not one that was admitted before.
func TestPauseHoldsForAllProcesses(t *testing.T) {
	address, _ := newDatabase(t)
	var limiters []*llm.Limiter
	for _, q := range processes(t, address, 3) {
		l, err := q.Limiter(t.Context(), quota.Key{Vendor: "v"}, 8, llm.Limits{Requests: llm.Window{Limit: 600}})
		if err != nil {
			t.Fatal(err)
		}
		limiters = append(limiters, l)
	}
	limited, err := limiters[0].Acquire(t.Context(), mashal.Tokens{})
	if err != nil {
		t.Fatal(err)
	}
	const wait = time.Second
	var until atomic.Int64
	var callers sync.WaitGroup
	early := 0
	var mu sync.Mutex
	for i := range 12 { // a tenth of a second apart
		callers.Go(func() {
			lease, err := limiters[i%3].Acquire(t.Context(), mashal.Tokens{})
			if err != nil {
				t.Error(err)
				return
			}
			started := time.Now()
			mu.Lock()
			defer mu.Unlock()
			switch end := until.Load(); {
			case end == 0:
				early++
				if early == 2 { // the first ones started before the 429 came
					began := time.Now()
					limited.Done(llm.Response{}, &llm.Error{Kind: llm.RateLimited, RetryAfter: wait})
					until.Store(began.Add(wait).UnixNano())
				}
			case started.UnixNano() < end && started.UnixNano() > end-int64(wait)*3/4:
				t.Errorf("a request started %s before the end of the pause", time.Duration(end-started.UnixNano()))
			}
			lease.Done(llm.Response{}, nil)
		})
	}
	callers.Wait()
}
