package anthropic

import (
	"net/http"
	"time"

	"mashal/llm"
)

// kinds maps the errors that Anthropic names to kinds.
var kinds = map[string]llm.Kind{
	"rate_limit_error":      llm.RateLimited,
	"overloaded_error":      llm.Overloaded,
	"api_error":             llm.ServerError,
	"timeout_error":         llm.ServerError, // the server's; ours is Timeout
	"authentication_error":  llm.Auth,
	"permission_error":      llm.Auth,
	"billing_error":         llm.Quota,
	"not_found_error":       llm.UnknownModel,
	"invalid_request_error": llm.BadRequest,
	"request_too_large":     llm.BadRequest,
}

// An apiError is an error that the server reports, with its kind.
type apiError struct {
	llm.APIError
	kind llm.Kind
}

// parseError parses an error that came as the body of an answer with an error
// status, or in an event of a stream that began well.
func parseError(status int, body []byte) *apiError {
	e := &apiError{APIError: llm.ParseAPIError(body)}
	var ok bool
	switch e.kind, ok = kinds[e.Type]; {
	case ok:
	case status < 300:
		e.kind = llm.ServerError
	default:
		e.kind = llm.KindOfStatus(status)
	}
	return e
}

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
	return l
}
