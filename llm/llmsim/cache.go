package llmsim

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	cacheTTL          = 5 * time.Minute // after the last use
	cacheBlock        = 128             // tokens; automatic caches store prefixes of whole blocks
	maxCachedPrefixes = 1 << 17
)

// cache simulates the vendors' prompt caches. OpenAI and Google cache every
// prefix of a prompt that is long enough, Anthropic those that the client marks.
type cache struct {
	mu      sync.Mutex
	expires map[[sha256.Size]byte]time.Time // by promptPrefix.key
}

// promptPrefix is the beginning of a prompt.
type promptPrefix struct {
	key    [sha256.Size]byte
	tokens int64
}

// promptPrefixes returns the prefixes of the request that can be cached, the
// shortest first.
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
	if req.Protocol == Chat || req.Protocol == Responses { // their models read the schema first
		text = string(req.Schema) + text
	}
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

// lookup returns the number of tokens that are read from the cache, and the
// number that are written to it at extra cost (Anthropic only).
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

// store adds prefixes to the cache, or extends their time. Vendors do so when
// they begin to answer. If the cache is full, store drops expired prefixes, or
// else all.
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
