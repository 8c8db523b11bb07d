package llm

import (
	"strings"
	"time"
)

// Caching describes a vendor's prompt cache, as far as it affects what requests
// cost.
type Caching struct {
	Least  int64         // the shortest prefix that is cached, in tokens
	Life   time.Duration // how long a prefix stays cached at least after its last use
	Shared bool          // prefixes longer than the instructions are found without a mark
	Writes bool          // tokens written to the cache are counted, at a price of their own
}

// CachingOf returns what a vendor documents of its cache. OpenAI and Google find
// the longest prefix that they have seen before, Anthropic finds prefixes that
// are marked. Other servers that speak OpenAI's protocol are assumed to do as
// OpenAI does.
func CachingOf(vendor string) Caching {
	const life = 5 * time.Minute
	switch strings.TrimSuffix(vendor, "-responses") {
	case "anthropic":
		return Caching{Least: 1024, Life: life, Writes: true}
	case "gemini":
		return Caching{Least: 2048, Life: life, Shared: true}
	}
	return Caching{Least: 1024, Life: life, Shared: true}
}
