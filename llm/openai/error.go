package openai

import (
	"net/http"
	"strconv"
	"time"

	"mashal/llm"
)

// codes maps the errors that OpenAI and compatible servers name, by code or
// type, to kinds. The status alone does not distinguish a rate limit from an
// account without credit.
var codes = map[string]llm.Kind{
	"insufficient_quota":              llm.Quota,
	"billing_hard_limit_reached":      llm.Quota,
	"billing_not_active":              llm.Quota,
	"account_deactivated":             llm.Auth,
	"rate_limit_exceeded":             llm.RateLimited,
	"rate_limit_error":                llm.RateLimited,
	"slow_down":                       llm.Overloaded,
	"overloaded_error":                llm.Overloaded,
	"engine_overloaded":               llm.Overloaded,
	"server_is_overloaded":            llm.Overloaded,
	"service_unavailable_error":       llm.Overloaded,
	"server_error":                    llm.ServerError,
	"internal_error":                  llm.ServerError,
	"api_error":                       llm.ServerError,
	"model_not_found":                 llm.UnknownModel,
	"invalid_api_key":                 llm.Auth,
	"authentication_error":            llm.Auth,
	"permission_error":                llm.Auth,
	"content_filter":                  llm.Refused,
	"content_policy_violation":        llm.Refused,
	"responsible_ai_policy_violation": llm.Refused,
	"invalid_prompt":                  llm.Refused,
	"bio_policy":                      llm.Refused,
	"misalignment_policy_violation":   llm.Refused,
	"context_length_exceeded":         llm.BadRequest,
}

// kindOf returns the kind of an error that the server reports. A stream that
// began well has status 200, and the error then stands in an event, where some
// proxies put the status into the code.
func kindOf(status int, e llm.APIError) llm.Kind {
	for _, name := range []string{e.Code, e.Type} {
		// Servers call a 503 server_error too; the status says more.
		if kind, ok := codes[name]; ok && !(kind == llm.ServerError && status == http.StatusServiceUnavailable) {
			return kind
		}
	}
	if status < 300 {
		if code, err := strconv.Atoi(e.Code); err == nil && code >= 300 {
			return llm.KindOfStatus(code)
		}
		return llm.ServerError
	}
	return llm.KindOfStatus(status)
}

// limits returns the limits of the key that the headers state.
func limits(h http.Header) llm.Limits {
	now := time.Now()
	return llm.Limits{
		Requests: llm.ParseWindow(h, "X-Ratelimit-Limit-Requests", "X-Ratelimit-Remaining-Requests", "X-Ratelimit-Reset-Requests", now),
		Tokens:   llm.ParseWindow(h, "X-Ratelimit-Limit-Tokens", "X-Ratelimit-Remaining-Tokens", "X-Ratelimit-Reset-Tokens", now),
	}
}
