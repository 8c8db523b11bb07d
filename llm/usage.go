package llm

import (
	"unicode/utf8"

	"mashal"
)

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

// DefaultOutput is the output in tokens that a request without a limit is assumed
// to allow: more than current models write unless they are asked for more.
const DefaultOutput = 32_000
