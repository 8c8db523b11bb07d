package forecast

import "time"

// A cache simulates which parts of prompts a vendor's cache holds.
type cache map[string]*cached

// cached is a part of a prompt and the times between which the cache holds it.
type cached struct{ from, until time.Duration }

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
