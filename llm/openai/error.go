package openai

import (
	"net/http"
	"time"

	"mashal/llm"
)

// kindOf returns the kind of an error that the server reports. A stream that
// began well has status 200, and the error then stands in an event.
func kindOf(status int, e llm.APIError) llm.Kind {
	kind, _ := e.Classify(status)
	return kind
}

// limits returns the limits of the key that the headers state.
func limits(h http.Header) llm.Limits {
	now := time.Now()
	own := llm.Limits{
		Requests: llm.ParseWindow(h, "X-Ratelimit-Limit-Requests", "X-Ratelimit-Remaining-Requests", "X-Ratelimit-Reset-Requests", now),
		Tokens:   llm.ParseWindow(h, "X-Ratelimit-Limit-Tokens", "X-Ratelimit-Remaining-Tokens", "X-Ratelimit-Reset-Tokens", now),
	}
	return own.StandardLimits(h, now)
}
