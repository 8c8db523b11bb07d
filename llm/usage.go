package llm

import (
	"unicode/utf8"

	"mashal"
)

// EstimateTokens says how many tokens s has at most, roughly: one for each
// character that is not ASCII (pointed Hebrew comes to that) and one for three
// ASCII characters.
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

// Estimate is the most a request is expected to use: all of its input, nothing
// of it cached, and all the output it allows. A request that does not limit its
// output is taken to allow DefaultOutput.
func Estimate(req Request) mashal.Tokens {
	u := mashal.Tokens{
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

// DefaultOutput is what a request without a limit is taken to allow, in tokens:
// more than current models write unless asked for more.
const DefaultOutput = 32_000
