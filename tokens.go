package mashal

// Tokens counts the tokens of calls to models, in one form for all vendors:
// Input includes what was read from and written to a cache, Output includes
// reasoning.
type Tokens struct {
	Input       int64 `json:"input_tokens"`
	CachedInput int64 `json:"cached_input_tokens"` // of Input: read from a cache
	CacheWrite  int64 `json:"cache_write_tokens"`  // of Input: written to a cache
	Output      int64 `json:"output_tokens"`
	Reasoning   int64 `json:"reasoning_tokens"` // of Output: not part of the text

	// Reported is true if the vendor gave the final count. If it is false the
	// numbers are estimates, and may be too small.
	Reported bool `json:"-"`
}

// Add adds u to t. The sum is reported only if both were.
func (t *Tokens) Add(u Tokens) {
	t.Input += u.Input
	t.CachedInput += u.CachedInput
	t.CacheWrite += u.CacheWrite
	t.Output += u.Output
	t.Reasoning += u.Reasoning
	t.Reported = t.Reported && u.Reported
}

// Total returns the number of all tokens, in and out.
func (t Tokens) Total() int64 { return t.Input + t.Output }

// Clamped returns t without negative numbers and with no part greater than its
// whole. Vendors' counts are not trusted to be consistent.
func (t Tokens) Clamped() Tokens {
	t.Input, t.Output = max(t.Input, 0), max(t.Output, 0)
	t.CachedInput = min(max(t.CachedInput, 0), t.Input)
	t.CacheWrite = min(max(t.CacheWrite, 0), t.Input-t.CachedInput)
	t.Reasoning = min(max(t.Reasoning, 0), t.Output)
	return t
}
