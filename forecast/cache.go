package forecast

import (
	"cmp"
	"slices"
	"time"

	"mashal"
	"mashal/llm"
)

// A cache simulates which parts of prompts a vendor's cache holds.
type cache map[string]*cached

// cached is a part of a prompt and the times between which the cache holds it.
type cached struct{ from, until time.Duration }

// caches are the cache of a model that takes its time to the first text of an answer,
// and that of one that answers at once. They differ while requests with the same
// part of a prompt are in flight together.
type caches struct{ slow, fast cache }

// read reports whether the cache holds a part of a prompt that is sent at the
// given time. The part is held from the first text of an answer on, until it has
// not been read for life.
func (c cache) read(part string, at, firstText, life time.Duration) bool {
	p := c[part]
	if p == nil || at > p.until {
		c[part] = &cached{at + firstText, at + firstText + life}
		return false
	}
	p.until = at + firstText + life
	return at >= p.from
}

// use returns the tokens of a request that are read from the cache, and those that are
// written to it at a price, if the request is sent at the given time.
func (c cache) use(p *planner, r *request, at, firstText time.Duration) (read, written int64) {
	pace, model := p.paceOf(r)
	caching := llm.CachingOf(model.Vendor)
	knowsInstructions := c.read(string(r.purpose), at, firstText, caching.Life)
	knowsChapter := c.read(string(r.purpose)+" "+r.chapter.String(), at, firstText, caching.Life)
	prefix := r.size.system
	if caching.Schema {
		prefix += r.size.schema
	}
	instructions, chapter := pace.count(prefix), pace.count(prefix+r.size.shared)
	switch {
	case knowsChapter && caching.Shared && chapter >= caching.Least:
		return caching.Whole(chapter), 0
	case instructions < caching.Least:
	case knowsInstructions:
		return caching.Whole(instructions), 0
	case caching.Writes:
		return 0, instructions
	}
	return 0, 0
}

// leastObserved is the number of requests from which cacheDelay is estimated.
const leastObserved = 5

// cacheDelay returns the time after a request from which others found the same
// instructions in the cache: that which explains best which of these calls read
// something from it. It is firstText, the longest that it can be, if they are too few.
func cacheDelay(calls []mashal.Call, life, firstText time.Duration) time.Duration {
	type observation struct {
		after time.Duration
		hit   bool
	}
	calls = slices.SortedFunc(slices.Values(calls), func(a, b mashal.Call) int { return a.Started.Compare(b.Started) })
	var observed []observation
	var first, last time.Time
	for i := range calls {
		c := &calls[i]
		if i == 0 || c.Started.Sub(last) > life {
			first = c.Started
		} else {
			observed = append(observed, observation{c.Started.Sub(first), c.Tokens.CachedInput > 0})
		}
		last = c.Started
	}
	if len(observed) < leastObserved {
		return firstText
	}
	slices.SortStableFunc(observed, func(a, b observation) int { return cmp.Compare(a.after, b.after) })
	wrong := 0 // of the calls if the delay is 0: those that found nothing
	for _, o := range observed {
		if !o.hit {
			wrong++
		}
	}
	least, delay := wrong, observed[0].after
	for i, o := range observed {
		if o.hit {
			wrong++
		} else {
			wrong--
		}
		if wrong < least {
			least, delay = wrong, firstText
			if i+1 < len(observed) {
				delay = observed[i+1].after
			}
		}
	}
	return min(delay, firstText)
}
