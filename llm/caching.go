package llm

import (
	"strings"
	"time"
)

// Caching is how a vendor's cache of prompts works, as far as it bears on what
// requests cost.
type Caching struct {
	Least  int64         // tokens that a beginning needs to be remembered
	Life   time.Duration // how long it is remembered for sure, since it was last read
	Shared bool          // what requests share beyond their instructions is found without being marked
	Writes bool          // what is written to the cache is counted, at a price of its own
}

// CachingOf is how a vendor says that its cache works: OpenAI and Google find
// the longest beginning seen before, Anthropic what is marked. What speaks
// OpenAI's protocol elsewhere is taken to do as OpenAI does.
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
