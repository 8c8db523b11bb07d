package gemini

import (
	"encoding/json"
	"strconv"
	"time"

	"mashal/llm"
)

// kinds maps the errors that Google names to kinds.
var kinds = map[string]llm.Kind{
	"RESOURCE_EXHAUSTED":  llm.RateLimited,
	"UNAVAILABLE":         llm.Overloaded,
	"INTERNAL":            llm.ServerError,
	"UNKNOWN":             llm.ServerError,
	"DEADLINE_EXCEEDED":   llm.ServerError, // the server's; ours is Timeout
	"ABORTED":             llm.ServerError,
	"UNAUTHENTICATED":     llm.Auth,
	"PERMISSION_DENIED":   llm.Auth,
	"NOT_FOUND":           llm.UnknownModel,
	"INVALID_ARGUMENT":    llm.BadRequest,
	"FAILED_PRECONDITION": llm.BadRequest,
	"OUT_OF_RANGE":        llm.BadRequest,
	"CANCELLED":           llm.Cut,
}

// An apiError is an error that the server reports, with its kind and how long
// the server asks to wait.
type apiError struct {
	llm.APIError
	kind  llm.Kind
	wait  time.Duration
	plain bool // the server sent text, not JSON
}

// parseError parses an error that came as the body of an answer with an error
// status, or in a stream that began well. Google says in the body, not in a
// header, how long to wait.
func parseError(status int, body []byte) *apiError {
	e := &apiError{APIError: llm.ParseAPIError(body), plain: !json.Valid(body)}
	if code, err := strconv.Atoi(e.Code); err == nil && status < 300 {
		status = code
	}
	var ok bool
	if e.kind, ok = kinds[e.Status]; !ok {
		e.kind = llm.KindOfStatus(status)
	}
	if e.kind == llm.KindNone {
		e.kind = llm.ServerError
	}
	var details []struct {
		Reason     string `json:"reason"`
		RetryDelay string `json:"retryDelay"`
	}
	_ = json.Unmarshal(e.Details, &details) // what is not a list of details has none
	for _, d := range details {
		if d.Reason == "API_KEY_INVALID" {
			e.kind = llm.Auth // its status is INVALID_ARGUMENT
		}
		if d.RetryDelay != "" {
			e.wait = llm.ParseReset(d.RetryDelay, time.Now())
		}
	}
	return e
}
