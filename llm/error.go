package llm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// A Kind is what kind of failure a failure is. The vendors' packages decide it;
// what follows from it is the Policy's.
type Kind uint8

// The kinds. The zero value is not a failure of a request.
const (
	KindNone     Kind = iota
	RateLimited       // too many requests or tokens for the key: wait as told
	Overloaded        // the vendor has no capacity now
	ServerError       // a fault of the vendor's
	Network           // no answer: refused, reset, unresolved, broken TLS
	Timeout           // no answer, or no text for too long
	Cut               // the stream ended without its terminal event; the text so far stands
	Malformed         // what came is not the vendor's protocol
	Empty             // a complete answer without text
	TooLong           // the answer hit the output limit; the text so far stands
	Refused           // declined or filtered: refusal, safety, recitation
	BadRequest        // the request can never work as it is
	UnknownModel      // no such model for this key
	Auth              // no key, a wrong key, or not allowed
	Quota             // the account has no credit or quota left: waiting does not help
	OverBudget        // not sent: it could break the budget
	Canceled          // stopped by the caller
)

var kindNames = [...]string{
	KindNone: "none", RateLimited: "rate limited", Overloaded: "overloaded", ServerError: "server error", Network: "network",
	Timeout: "timeout", Cut: "cut", Malformed: "malformed", Empty: "empty", TooLong: "too long", Refused: "refused",
	BadRequest: "bad request", UnknownModel: "unknown model", Auth: "auth", Quota: "quota", OverBudget: "over budget", Canceled: "canceled",
}

// String is the kind's name as stored and shown.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// ParseKind reads a kind by its name.
func ParseKind(s string) (Kind, error) {
	for k, name := range kindNames {
		if name == s {
			return Kind(k), nil
		}
	}
	return KindNone, fmt.Errorf("unknown kind of failure %q", s)
}

// Kinds lists every kind of failure.
func Kinds() []Kind {
	kinds := make([]Kind, 0, len(kindNames)-1)
	for k := 1; k < len(kindNames); k++ {
		kinds = append(kinds, Kind(k))
	}
	return kinds
}

// HasText says whether text that came before such a failure is the model's
// answer as far as it goes, to be kept.
func (k Kind) HasText() bool {
	switch k {
	case Cut, TooLong, Timeout, Network, Overloaded, ServerError, Malformed, Canceled, RateLimited:
		return true
	}
	return false
}

// An Error is a failed request. Its text and that of its causes never hold a
// key: see Redact.
type Error struct {
	Kind       Kind
	Provider   string
	Model      string
	Status     int           // HTTP status; 0 if no answer came
	RequestID  string        // for the vendor's support
	RetryAfter time.Duration // how long the vendor says to wait; 0 if it does not
	Err        error         // what happened, in the vendor's or the network's words
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

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of failure err is: KindNone for nil and for errors that
// are not a request's.
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

// KindOfStatus is the kind of failure an HTTP status stands for by itself.
// Vendors' packages look at the body first where it says more.
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

// asError gives the Error in err's chain.
func asError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}
