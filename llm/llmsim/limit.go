package llmsim

import (
	"sync"
	"time"
)

// Limits are the rate limits of one key, per minute. 0 means no limit.
type Limits struct {
	Requests int64
	Tokens   int64 // of input and output together
}

// quota is the state of a key's limits.
type quota struct{ requests, tokens limitState }

// limitState is what a response's headers report about one limit.
type limitState struct {
	limit, remaining int64
	reset            time.Duration // until the whole limit is available, in the client's time
}

// accounts holds the rate limits of all keys.
type accounts struct {
	mu     sync.Mutex
	limits Limits
	clock  Clock
	byKey  map[string]*account
}

// account holds the rate limits of one key.
type account struct{ requests, tokens bucket }

// admit charges a request with this number of tokens to a key. If the key's
// limits do not allow it, of is "requests" or "tokens" and wait is the time until
// they do.
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
	return &quota{a.state(acc.requests), a.state(acc.tokens)}, of, wait
}

// state returns the state of a limit.
func (a *accounts) state(b bucket) limitState {
	if b.size == 0 {
		return limitState{}
	}
	missing := time.Duration((b.size - b.level) / b.size * float64(time.Minute))
	return limitState{int64(b.size), max(0, int64(b.level)), a.clock.Client(missing)}
}

// bucket is a token bucket that fills within a minute. A size of 0 means no
// limit.
type bucket struct {
	size, level float64
	at          time.Time
}

// newBucket returns a full bucket.
func newBucket(size int64, now time.Time) bucket {
	return bucket{float64(size), float64(size), now}
}

// refill adds what has accumulated since the last call.
func (b *bucket) refill(now time.Time) {
	b.level = min(b.size, b.level+now.Sub(b.at).Minutes()*b.size)
	b.at = now
}

// waitFor returns the time until n may be taken. A full bucket allows any n.
func (b *bucket) waitFor(n float64) time.Duration {
	lacking := min(n, b.size) - b.level
	if b.size == 0 || lacking <= 0 {
		return 0
	}
	return time.Duration(lacking / b.size * float64(time.Minute))
}
