package mashal

import (
	"errors"
	"strings"
	"unicode"
)

// A Code classifies an error. It determines the exit code of the program and
// the HTTP status of a page.
type Code uint8

// The codes. An error that is not an *Error has the code Internal.
const (
	Internal    Code = iota // a bug, or a fault of the machine
	Usage                   // the input is invalid, or names something that does not exist
	Incomplete              // the run is done, but some verses failed
	OverBudget              // the run stopped before a request that would exceed the budget
	Interrupted             // the user stopped the run; the same command resumes it
	Worse                   // an annotation is worse than the one it was compared with
)

// An Error is an error that is shown to users. It names the operation and its
// object (Op), the cause (Err) and what to do next (Hint).
type Error struct {
	Code Code
	Op   string // the operation, lower case: `open ledger mashal-data/ledger.db`
	Err  error  // the cause; nil if Op alone describes the error
	Hint string // what to do next, as a whole sentence; "" if there is no advice

	// Detail and Advice are the error without Op, and Hint, for interfaces that
	// translate them. Their formats are "" if there is only the English text.
	Detail, Advice Message

	// Nearest holds corrected versions of the whole input, the most likely
	// first. It is empty if no known name is similar to the wrong one.
	Nearest []string
}

// Error returns the operation and its cause, without the hint.
func (e *Error) Error() string {
	if e.Err == nil {
		return e.Op
	}
	return e.Op + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the outermost *Error in err's tree, or Internal
// if there is none.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Usagef returns an error with the code Usage, a hint and a formatted message.
func Usagef(hint, format string, args ...any) *Error {
	return NewUsage(Message{Format: hint}, Message{format, args})
}

// NewUsage returns an error with the code Usage, whose hint can have arguments.
func NewUsage(hint, detail Message) *Error {
	return &Error{Code: Usage, Op: detail.String(), Hint: hint.String(), Detail: detail, Advice: hint}
}

// A FieldError is an error about an invalid value of one field of a query. It
// unwraps to an *Error with the code Usage and a hint.
type FieldError struct {
	Field   string // lower case: "types", "vehicle", "confidence"
	Value   string
	Nearest string // the known value that is most similar to Value; "" if there is none
	Place   *Place // the part of Value that is invalid; nil for all of it

	Err *Error // the error that is shown to users
}

// NewFieldError returns a *FieldError with a formatted message. Unless nearest
// is "", the hint suggests that value first.
func NewFieldError(field, value, nearest, hint, format string, args ...any) *FieldError {
	advice := Message{Format: hint}
	switch {
	case nearest != "" && hint != "":
		advice = Messagef("Did you mean %s? %s", nearest, advice)
	case nearest != "":
		advice = Messagef("Did you mean %s?", nearest)
	}
	return &FieldError{Field: field, Value: value, Nearest: nearest, Err: NewUsage(advice, Message{format, args})}
}

// Error returns the message of the wrapped error.
func (e *FieldError) Error() string { return e.Err.Error() }

// Unwrap returns the error that is shown to users.
func (e *FieldError) Unwrap() error { return e.Err }

// A Place is the part of a text that an error is about, in bytes. Its length is 0 at the end of
// the text.
type Place struct{ Offset, Length int }

// Column returns the number of the first character of the place, from 1. Points and accents,
// and what only directs how a text is displayed, have no column of their own.
func (p Place) Column(text string) int { return columns(text[:p.Offset]) + 1 }

// Pointer returns a line that points at the place if it is printed below the text.
func (p Place) Pointer(text string) string {
	return strings.Repeat(" ", p.Column(text)-1) + strings.Repeat("^", max(1, columns(text[p.Offset:p.Offset+p.Length])))
}

// columns returns the number of characters of a text that have a column.
func columns(text string) (n int) {
	for _, r := range text {
		if !unicode.In(r, unicode.Mn, unicode.Cf) {
			n++
		}
	}
	return n
}
