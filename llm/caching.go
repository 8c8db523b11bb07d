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
	Block  int64         // prefixes are cached in whole blocks of so many tokens
	Schema bool          // the schema of the answer is a part of the prefix, before the instructions
	Writes bool          // tokens written to the cache are counted, at a price of their own
}

// Whole returns the part of a prefix that is in whole blocks.
func (c Caching) Whole(tokens int64) int64 { return tokens - tokens%c.Block }

// CachingOf returns what a vendor documents of its cache. OpenAI and Google find
// the longest prefix that they have seen before, Anthropic finds prefixes that
// are marked. Other servers that speak OpenAI's protocol are assumed to do as
// OpenAI does.
func CachingOf(vendor string) Caching {
	const life = 5 * time.Minute
	switch strings.TrimSuffix(vendor, "-responses") {
	case "anthropic":
		return Caching{Least: 1024, Life: life, Block: 1, Writes: true}
	case "gemini":
		return Caching{Least: 2048, Life: life, Block: 1, Shared: true}
	}
	return Caching{Least: 1024, Life: life, Block: 128, Schema: true, Shared: true}
}
