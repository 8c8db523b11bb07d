package llm

// Usage counts tokens as the vendor counted them, in one form for all vendors:
// Input includes what was read from and written to a cache, Output includes
// reasoning.
type Usage struct {
	Input       int64
	CachedInput int64 // of Input: read from a cache
	CacheWrite  int64 // of Input: written to a cache
	Output      int64
	Reasoning   int64 // of Output: not part of the text

	// Reported says that the vendor gave the final count. If not, the numbers
	// are what was known when the stream ended, and may be too small.
	Reported bool
}

// Add adds v to u. The sum is reported only if both were.
func (u *Usage) Add(v Usage) {
	u.Input += v.Input
	u.CachedInput += v.CachedInput
	u.CacheWrite += v.CacheWrite
	u.Output += v.Output
	u.Reasoning += v.Reasoning
	u.Reported = u.Reported && v.Reported
}

// Total is all tokens, in and out.
func (u Usage) Total() int64 { return u.Input + u.Output }

// clean makes the parts of a count parts: vendors' numbers are foreign input.
func (u Usage) clean() Usage {
	u.Input, u.Output = max(u.Input, 0), max(u.Output, 0)
	u.CachedInput = min(max(u.CachedInput, 0), u.Input)
	u.CacheWrite = min(max(u.CacheWrite, 0), u.Input-u.CachedInput)
	u.Reasoning = min(max(u.Reasoning, 0), u.Output)
	return u
}
