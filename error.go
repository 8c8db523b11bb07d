package mashal

import "errors"

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
	return &FieldError{field, value, nearest, NewUsage(advice, Message{format, args})}
}

// Error returns the message of the wrapped error.
func (e *FieldError) Error() string { return e.Err.Error() }

// Unwrap returns the error that is shown to users.
func (e *FieldError) Unwrap() error { return e.Err }
