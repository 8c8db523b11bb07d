package llmsim

import (
	"sync"
	"time"
)

// Limits are what one key may do in a minute; 0 for no limit.
type Limits struct {
	Requests int64
	Tokens   int64 // in and out
}

// A quota is what is left to a key.
type quota struct{ requests, tokens limitState }

type limitState struct {
	limit, remaining int64
	reset            time.Duration // until all of limit is free again, by the client's clock
}

// accounts keep the limits of every key.
type accounts struct {
	mu     sync.Mutex
	limits Limits
	clock  Clock
	byKey  map[string]*account
}

type account struct{ requests, tokens bucket }

// admit charges a request of so many tokens to a key. If it may not be sent
// now, of says of what there is too little, and wait when there will be enough.
func (a *accounts) admit(key string, tokens int64) (left *quota, of string, wait time.Duration) {
	if a.limits == (Limits{}) {
		return nil, "", 0
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.clock.Now()
	acc := a.byKey[key]
	if acc == nil {
		acc = &account{newBucket(a.limits.Requests, now), newBucket(a.limits.Tokens, now)}
		a.byKey[key] = acc
	}
	acc.requests.refill(now)
	acc.tokens.refill(now)
	if d := acc.requests.waitFor(1); d > 0 {
		of, wait = "requests", d
	} else if d := acc.tokens.waitFor(float64(tokens)); d > 0 {
		of, wait = "tokens", d
	} else {
		acc.requests.level--
		acc.tokens.level -= float64(tokens)
	}
	return &quota{a.window(acc.requests), a.window(acc.tokens)}, of, wait
}

func (a *accounts) window(b bucket) limitState {
	if b.size == 0 {
		return limitState{}
	}
	missing := time.Duration((b.size - b.level) / b.size * float64(time.Minute))
	return limitState{int64(b.size), max(0, int64(b.level)), a.clock.Client(missing)}
}

// A bucket fills up within a minute. One of size 0 has no bottom.
type bucket struct {
	size, level float64
	at          time.Time
}

func newBucket(size int64, now time.Time) bucket {
	return bucket{float64(size), float64(size), now}
}

func (b *bucket) refill(now time.Time) {
	b.level = min(b.size, b.level+now.Sub(b.at).Minutes()*b.size)
	b.at = now
}

// waitFor is how long until n may be taken; more than fits is given by a full
// bucket.
func (b *bucket) waitFor(n float64) time.Duration {
	lacking := min(n, b.size) - b.level
	if b.size == 0 || lacking <= 0 {
		return 0
	}
	return time.Duration(lacking / b.size * float64(time.Minute))
}
