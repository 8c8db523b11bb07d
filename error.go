package mashal

import (
	"errors"
	"fmt"
)

// A Code is the kind of an error, on which a program's exit code and a page's
// status depend.
type Code uint8

// The codes. An error that is not an *Error is Internal.
const (
	Internal    Code = iota // a fault of ours or of the machine
	Usage                   // what was asked for is not understood or does not exist
	Incomplete              // done, but some verses failed
	OverBudget              // stopped before the request that would break the budget
	Interrupted             // stopped on request; the same command resumes
)

// An Error is an error for people: what was attempted, on what, why it did not
// work (Err), and what to do next (Hint).
type Error struct {
	Code Code
	Op   string // what was attempted, lower case: `open ledger mashal-data/ledger.db`
	Err  error  // why; may be nil if Op says it all
	Hint string // what to do next, a whole sentence; "" if there is nothing to say

	// What was asked for, put right in each of the ways that are nearest to it,
	// the likeliest first; none if nothing is near.
	Nearest []string
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Op
	}
	return e.Op + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of the outermost *Error in err's tree; Internal if there
// is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Usagef is a usage error with its message and a hint.
func Usagef(hint, format string, args ...any) *Error {
	return &Error{Code: Usage, Op: fmt.Sprintf(format, args...), Hint: hint}
}

// A FieldError reports an invalid value of one field of a query. It unwraps to
// an *Error with the code Usage and a hint.
type FieldError struct {
	Field   string // lower case: "types", "vehicle", "confidence"
	Value   string
	Nearest string // the known value most like Value; "" if there is none

	Err *Error // the error for people
}

// NewFieldError returns a *FieldError about a value of a field. If a known
// value is near, the hint suggests it.
func NewFieldError(field, value, nearest, hint, format string, args ...any) *FieldError {
	if nearest != "" {
		hint = "Did you mean " + nearest + "? " + hint
	}
	return &FieldError{field, value, nearest, Usagef(hint, format, args...)}
}

func (e *FieldError) Error() string { return e.Err.Error() }

// Unwrap returns the error that is shown to people.
func (e *FieldError) Unwrap() error { return e.Err }
