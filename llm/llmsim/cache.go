package llmsim

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	cacheTTL          = 5 * time.Minute // since it was last read
	cacheBlock        = 128             // tokens: automatic caches remember beginnings of whole blocks
	maxCachedPrefixes = 1 << 17         // beginnings remembered
)

// A cache remembers the beginnings of prompts, as the vendors do: OpenAI and
// Google any that is long enough, Anthropic those that are marked.
type cache struct {
	mu      sync.Mutex
	expires map[[sha256.Size]byte]time.Time
}

// A promptPrefix is a part of a prompt from its start.
type promptPrefix struct {
	key    [sha256.Size]byte
	tokens int64
}

// promptPrefixes of the request that can be cached, from the shortest on.
func promptPrefixes(req *Request) []promptPrefix {
	text := req.System + req.Prompt
	h := sha256.New()
	h.Write([]byte(req.Model))
	var all []promptPrefix
	var tokens int64
	take := func(part string) {
		h.Write([]byte(part))
		tokens += Tokens(part)
		all = append(all, promptPrefix{[sha256.Size]byte(h.Sum(nil)), tokens})
	}
	least := int64(1024)
	if req.Protocol == Messages {
		at := 0
		for _, mark := range req.marks {
			take(text[at:mark])
			at = mark
		}
	} else {
		if req.Protocol == Gemini {
			least = 2048
		}
		for at := 0; ; {
			block := firstTokens(text[at:], cacheBlock)
			if Tokens(block) < cacheBlock {
				break
			}
			take(block)
			at += len(block)
		}
	}
	for len(all) > 0 && all[0].tokens < least {
		all = all[1:]
	}
	return all
}

// lookup says how many tokens of the beginnings are read from the cache and how
// many will be written to it at extra cost.
func (c *cache) lookup(all []promptPrefix, p Protocol, now time.Time) (read, write int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range all {
		if now.Before(c.expires[b.key]) {
			read = b.tokens
		}
	}
	if n := len(all); n > 0 && p == Messages {
		write = all[n-1].tokens - read
	}
	return read, write
}

// store remembers the beginnings. Vendors do so when they begin to answer.
func (c *cache) store(all []promptPrefix, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, b := range all {
		c.expires[b.key] = now.Add(cacheTTL)
	}
	if len(c.expires) <= maxCachedPrefixes {
		return
	}
	for key, till := range c.expires {
		if !now.Before(till) {
			delete(c.expires, key)
		}
	}
	if len(c.expires) > maxCachedPrefixes {
		clear(c.expires)
	}
}
