package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"regexp"
	"strings"

	"mashal"
	"mashal/sqlite"
)

// A Fault is an error that is shown to the client: what is wrong with the request,
// and what to do. It never contains internal details.
type Fault struct {
	Status    int
	Title     Message // the heading; without it, that of the status
	Detail    Message // a sentence
	Hint      Message // what to do next; may be empty
	invalid   []invalidParam
	Near      string  // the address that was probably meant; "" if unknown
	Offers    []Offer // similar addresses by name; Near is then the first
	asksToken bool    // the page has a form for the token
	allow     string  // allowed methods, if the method is not allowed
}

// An invalidParam is an invalid parameter, with the reason.
type invalidParam struct {
	Name    string        `json:"name"`
	Value   string        `json:"value"`
	Reason  Message       `json:"-"`
	Nearest string        `json:"nearest,omitempty"` // nearest valid value; "" if there is none
	also    []string      // other values that are equally near
	renames bool          // Nearest is a parameter name, not a value
	place   *mashal.Place // the part of Value that is invalid; nil for all of it
}

// Pieces returns the value as HTML in three parts: before the invalid part, that part, and after
// it. It returns nil if all of it is invalid.
func (p *invalidParam) Pieces() []template.HTML {
	if p.place == nil {
		return nil
	}
	from, to := p.place.Offset, p.place.Offset+p.place.Length
	return []template.HTML{IsolateHebrew(p.Value[:from]), IsolateHebrew(p.Value[from:to]), IsolateHebrew(p.Value[to:])}
}

var hebrewRun = regexp.MustCompile(`[\x{0590}-\x{05FF}]+`)

// IsolateHebrew returns a text from left to right as HTML. Each Hebrew word is isolated, so that
// several stay in the order in which they were written.
func IsolateHebrew(s string) template.HTML {
	return template.HTML(hebrewRun.ReplaceAllString(template.HTMLEscapeString(s), "<bdi>$0</bdi>")) //nolint:gosec // escaped
}

// An Offer is a link to a page that was probably meant.
type Offer struct{ Says, Href string }

// Error returns the status and the details of the fault in English.
func (f *Fault) Error() string {
	parts := []string{http.StatusText(f.Status)}
	if f.Detail.Format != "" {
		parts = append(parts, f.Detail.String())
	}
	for _, w := range f.invalid {
		parts = append(parts, w.Name+": "+w.Reason.String())
	}
	return strings.Join(parts, " ")
}

// NotFound returns the fault of an address that does not exist.
func NotFound(format string, args ...any) *Fault {
	return &Fault{Status: http.StatusNotFound, Detail: Msg(format, args...)}
}

// BadRequest returns the fault of an invalid address.
func BadRequest(format string, args ...any) *Fault {
	return &Fault{Status: 400, Detail: Msg(format, args...)}
}

// UsageError returns the *mashal.Error with the code Usage that err wraps, if there
// is one.
func UsageError(err error) (*mashal.Error, bool) {
	e, ok := errors.AsType[*mashal.Error](err)
	return e, ok && e.Code == mashal.Usage
}

// titles maps statuses to headings.
var titles = map[int]string{
	http.StatusBadRequest:        "Bad request",
	http.StatusUnauthorized:      "Token needed",
	http.StatusForbidden:         "Forbidden",
	http.StatusNotFound:          "Page not found",
	http.StatusMethodNotAllowed:  "Method not allowed",
	http.StatusRequestURITooLong: "Address too long",

	http.StatusRequestEntityTooLarge: "Form too long",
	http.StatusTooManyRequests:       "Too many requests",
	http.StatusConflict:              "Decided meanwhile",
	http.StatusMisdirectedRequest:    "Wrong server",
	http.StatusInternalServerError:   "Internal error",
	http.StatusServiceUnavailable:    "Service unavailable",
}

// NewFault converts an error to a fault. An error that is not the client's becomes
// an internal error without its text, and internal is true: the caller must log it.
func NewFault(err error) (f *Fault, internal bool) {
	if errors.As(err, &f) {
		return f, false
	}
	if e, ok := errors.AsType[*mashal.FieldError](err); ok {
		why := invalidParam{Name: e.Field, Value: e.Value, Nearest: e.Nearest, Reason: ErrorMessage(e.Err), place: e.Place}
		return &Fault{Status: http.StatusBadRequest, invalid: []invalidParam{why}}, false
	}
	if e, ok := UsageError(err); ok {
		detail, hint := errorMessages(e)
		return &Fault{Status: http.StatusBadRequest, Detail: detail, Hint: hint}, false
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return &Fault{Status: http.StatusServiceUnavailable, Detail: Msg("The request timed out. Narrow it, or try again later.")}, false
	}
	switch sqlite.KindOf(sqlite.Explain("answer a request from", err)) {
	case sqlite.Corrupt, sqlite.NotDatabase, sqlite.NoTable, sqlite.Empty, sqlite.Device, sqlite.Missing:
		return &Fault{
			Status: http.StatusServiceUnavailable, Detail: Msg("The file of the concordance or of the ledger is damaged or cannot be read."),
			Hint: Msg("mashal doctor says which one; mashal build makes the concordance again from the ledger. The log of the explorer has the details."),
		}, true
	}
	return &Fault{
		Status: http.StatusInternalServerError, Detail: Msg("The log of the explorer has the details, in the terminal that it was started from."),
	}, true
}
