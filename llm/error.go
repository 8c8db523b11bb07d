package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Kind classifies failures of requests. The vendors' packages assign it, and
// Policy decides by it what follows.
type Kind uint8

// The kinds. The zero value is for errors that are not failures of a request.
const (
	KindNone      Kind = iota
	RateLimited        // too many requests or tokens for the key: retry after a wait
	Overloaded         // the vendor has no capacity now
	ServerError        // an internal error of the vendor
	Network            // no answer: connection refused or reset, unknown host, TLS error
	Timeout            // no answer, or no text, in time
	Cut                // the stream ended without its terminal event; the text so far is valid
	Malformed          // the answer violates the vendor's protocol
	Empty              // a complete answer without text
	TooLong            // the answer reached the output limit; the text so far is valid
	Refused            // the model declined, or a filter removed the answer
	BadRequest         // the request cannot succeed as it is
	UnknownModel       // the key has no such model
	Auth               // no key, a wrong key, or no permission
	Quota              // the account has no credit left: waiting does not help
	OverBudget         // not sent, because it could exceed the budget
	Canceled           // cancelled by the caller
	TooLarge           // the request exceeds the model's context, or what the key may send in a minute
	WrongAddress       // the address is not that of the vendor's API
	NotAnAPI           // the answer is not one of the vendor's API, though its status is that of a success
	PromptCut          // the server dropped a part of the prompt
	OnlyReasoning      // the model reasoned, up to the output limit or its own end, and did not answer
)

var kindNames = [...]string{
	KindNone: "none", RateLimited: "rate limited", Overloaded: "overloaded", ServerError: "server error", Network: "network",
	Timeout: "timeout", Cut: "cut", Malformed: "malformed", Empty: "empty", TooLong: "too long", Refused: "refused",
	BadRequest: "bad request", UnknownModel: "unknown model", Auth: "auth", Quota: "quota", OverBudget: "over budget", Canceled: "canceled",
	TooLarge: "too large", WrongAddress: "wrong address",
	NotAnAPI: "not an API", PromptCut: "prompt cut", OnlyReasoning: "only reasoning",
}

// String returns the kind's name as it is stored and shown.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// ParseKind returns the kind of a name.
func ParseKind(s string) (Kind, error) {
	for k, name := range kindNames {
		if name == s {
			return Kind(k), nil
		}
	}
	return KindNone, fmt.Errorf("unknown kind of failure %q", s)
}

// Kinds returns every kind of failure.
func Kinds() []Kind {
	kinds := make([]Kind, 0, len(kindNames)-1)
	for k := 1; k < len(kindNames); k++ {
		kinds = append(kinds, Kind(k))
	}
	return kinds
}

// HasText reports whether text that arrived before such a failure is the
// beginning of the model's answer, and worth keeping.
func (k Kind) HasText() bool {
	switch k {
	case Cut, TooLong, Timeout, Network, Overloaded, ServerError, Malformed, Canceled, RateLimited:
		return true
	}
	return false
}

// An Error is a failed request. Neither its text nor that of its causes contains
// a key: see Redact.
type Error struct {
	Kind       Kind
	Provider   string
	Model      string
	Status     int           // HTTP status; 0 if no answer came
	RequestID  string        // the vendor's, for its support
	RetryAfter time.Duration // how long the vendor asks to wait; 0 if it does not
	OfPrompt   bool          // of a refusal: the prompt was refused, and not the answer
	Param      string        // the parameter of the request that the server names as its cause, in a field of its own
	Sure       bool          // the server says why it failed, so that no parameter of the request is suspect
	Err        error         // the cause, in the words of the vendor or of the network
	Hint       string        // what to do, as a whole sentence; "" if the kind says it

	// Ended is set if an answer of kind Cut ended as answers do, but without a reason:
	// it may be complete.
	Ended bool

	// Unreachable is set if no connection to the server could be made: the address
	// may be wrong.
	Unreachable bool
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Provider != "" {
		b.WriteString(e.Provider + ":")
	}
	if e.Model != "" {
		b.WriteString(e.Model + ": ")
	} else if e.Provider != "" {
		b.WriteByte(' ')
	}
	b.WriteString(e.Kind.String())
	var facts []string
	if e.Status != 0 {
		facts = append(facts, fmt.Sprintf("status %d", e.Status))
	}
	if e.OfPrompt {
		facts = append(facts, promptFact)
	}
	if e.RetryAfter > 0 {
		facts = append(facts, fmt.Sprintf("wait %s", e.RetryAfter.Round(time.Millisecond)))
	}
	if e.RequestID != "" {
		facts = append(facts, "request "+e.RequestID)
	}
	if len(facts) > 0 {
		b.WriteString(" (" + strings.Join(facts, ", ") + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// promptFact stands in the text of an error with OfPrompt.
const promptFact = "of the prompt"

// SaysOfPrompt reports whether the text of an error, up to its cause, is that of one
// with OfPrompt.
func SaysOfPrompt(text string) bool { return strings.Contains(text, promptFact) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of err. It is KindNone for nil and for errors that are
// not failures of a request.
func KindOf(err error) Kind {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.Canceled):
		return Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return Timeout
	}
	return KindNone
}

// Hint returns what to do after a failure that every request of a run would have:
// what the failure itself advises, or else the advice for its kind; "" for none.
func Hint(err error) string {
	if e, ok := asError(err); ok && e.Hint != "" {
		return e.Hint
	}
	switch KindOf(err) {
	case Auth:
		return "Check the key in the environment."
	case UnknownModel:
		return "Check the model's name, and that the key has access to it."
	case NotAnAPI:
		return "Check the address: that of most servers ends in /v1."
	case WrongAddress:
		return "Check the address of the server. For a server that speaks OpenAI's protocol it should end in /v1."
	case Quota:
		return "Check the credit of the account, and run the same command again."
	}
	return ""
}

// KindOfStatus returns the kind that an HTTP status stands for if the body of the
// answer does not say more; see APIError.Classify.
func KindOfStatus(status int) Kind {
	switch {
	case status < 300:
		return KindNone
	case status == 401, status == 403, status == 407:
		return Auth
	case status == 402:
		return Quota
	case status == 404:
		return UnknownModel
	case status == 408:
		return Timeout
	case status == 429:
		return RateLimited
	case status == 503, status == 529:
		return Overloaded
	case status >= 500:
		return ServerError
	}
	return BadRequest
}

// ReasoningAdvice says what to do about an answer that is only reasoning. The
// command prints it once in a run.
const ReasoningAdvice = "reasoning used the limit: raise --max-output or lower --effort"

// NoAnswer returns the cause of a failure of kind OnlyReasoning. how says how the
// answer ended.
func NoAnswer(how string) error {
	return errors.New(ReasoningAdvice + " (nothing but reasoning came, " + how + ")")
}

// asError returns the Error in the chain of err.
func asError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}
