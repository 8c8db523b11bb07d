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
type quota struct{ requests, tokens window }

type window struct {
	limit, remaining int64
	reset            time.Duration // until all of limit is free again, by the client's clock
}

// accounts keep the limits of every key.
type accounts struct {
	mu     sync.Mutex
	limits Limits
	clock  Clock
	of     map[string]*account
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
	acc := a.of[key]
	if acc == nil {
		acc = &account{newBucket(a.limits.Requests, now), newBucket(a.limits.Tokens, now)}
		a.of[key] = acc
	}
	acc.requests.fill(now)
	acc.tokens.fill(now)
	if d := acc.requests.lacks(1); d > 0 {
		of, wait = "requests", d
	} else if d := acc.tokens.lacks(float64(tokens)); d > 0 {
		of, wait = "tokens", d
	} else {
		acc.requests.level--
		acc.tokens.level -= float64(tokens)
	}
	return &quota{a.window(acc.requests), a.window(acc.tokens)}, of, wait
}

func (a *accounts) window(b bucket) window {
	if b.size == 0 {
		return window{}
	}
	missing := time.Duration((b.size - b.level) / b.size * float64(time.Minute))
	return window{int64(b.size), max(0, int64(b.level)), a.clock.Client(missing)}
}

// A bucket fills up within a minute. One of size 0 has no bottom.
type bucket struct {
	size, level float64
	at          time.Time
}

func newBucket(size int64, now time.Time) bucket {
	return bucket{float64(size), float64(size), now}
}

func (b *bucket) fill(now time.Time) {
	b.level = min(b.size, b.level+now.Sub(b.at).Minutes()*b.size)
	b.at = now
}

// lacks is how long until n may be taken; more than fits is given by a full
// bucket.
func (b *bucket) lacks(n float64) time.Duration {
	lacking := min(n, b.size) - b.level
	if b.size == 0 || lacking <= 0 {
		return 0
	}
	return time.Duration(lacking / b.size * float64(time.Minute))
}
