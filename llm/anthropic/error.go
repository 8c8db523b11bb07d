package anthropic

import (
	"net/http"
	"time"

	"mashal/llm"
)

// limits returns the limits of the key that the headers state.
func limits(h http.Header) llm.Limits {
	now := time.Now()
	window := func(what string) llm.Window {
		prefix := "Anthropic-Ratelimit-" + what + "-"
		return llm.ParseWindow(h, prefix+"Limit", prefix+"Remaining", prefix+"Reset", now)
	}
	l := llm.Limits{Requests: window("Requests"), Tokens: window("Tokens")}
	if l.Tokens.Limit == 0 {
		l.Tokens = window("Input-Tokens")
	}
	return l.StandardLimits(h, now)
}
