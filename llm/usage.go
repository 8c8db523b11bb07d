package llm

import "unicode/utf8"

// Usage counts tokens as the vendor counted them, in one form for all vendors.
// Input includes tokens read from and written to a cache, Output includes
// reasoning.
type Usage struct {
	Input       int64
	CachedInput int64 // of Input: read from a cache
	CacheWrite  int64 // of Input: written to a cache
	Output      int64
	Reasoning   int64 // of Output: not part of the text

	// Reported is set if the vendor reported the final count. Otherwise the
	// numbers are those known when the stream ended, and may be too small.
	Reported bool
}

// Add adds v to u. The sum is reported only if both are.
func (u *Usage) Add(v Usage) {
	u.Input += v.Input
	u.CachedInput += v.CachedInput
	u.CacheWrite += v.CacheWrite
	u.Output += v.Output
	u.Reasoning += v.Reasoning
	u.Reported = u.Reported && v.Reported
}

// Total returns the number of all tokens, in and out.
func (u Usage) Total() int64 { return u.Input + u.Output }

// clean returns u with parts that are between 0 and their whole, because vendors'
// numbers are foreign input.
func (u Usage) clean() Usage {
	u.Input, u.Output = max(u.Input, 0), max(u.Output, 0)
	u.CachedInput = min(max(u.CachedInput, 0), u.Input)
	u.CacheWrite = min(max(u.CacheWrite, 0), u.Input-u.CachedInput)
	u.Reasoning = min(max(u.Reasoning, 0), u.Output)
	return u
}

// EstimateTokens returns an upper bound of the number of tokens of s: one for
// each character that is not ASCII, which is what pointed Hebrew comes to, and
// one for three ASCII characters.
func EstimateTokens(s string) int64 {
	var ascii, other int64
	for _, r := range s {
		if r < utf8.RuneSelf {
			ascii++
		} else {
			other++
		}
	}
	return other + (ascii+2)/3
}

// Estimate returns the most that a request is expected to use: all of its input,
// none of it cached, and all the output that it allows, which is DefaultOutput
// if it has no limit.
func Estimate(req Request) Usage {
	u := Usage{
		// Roles and separators cost a few tokens per part.
		Input:  16 + EstimateTokens(req.System) + EstimateTokens(req.Shared) + EstimateTokens(req.Prompt),
		Output: int64(req.MaxOutput),
	}
	if req.Schema != nil {
		u.Input += EstimateTokens(string(req.Schema.JSON))
	}
	if u.Output == 0 {
		u.Output = DefaultOutput
	}
	return u
}

// DefaultOutput is the output in tokens that a request without a limit is assumed
// to allow: more than current models write unless they are asked for more.
const DefaultOutput = 32_000
