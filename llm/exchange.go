package llm

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mashal/llm/sse"
)

// The most that is read of an answer, so that a faulty server cannot exhaust
// the memory. An answer of a million tokens is far below maxBody.
const (
	maxBody      = 64 << 20
	maxErrorBody = 16 << 10
)

var errBodyTooLarge = fmt.Errorf("the answer is larger than %d MB", maxBody>>20)

// An Exchange is one HTTP request and the stream of events that answers it.
type Exchange struct {
	provider, model string
	secrets         []string
	count           int    // events so far, without signs of life
	seen            []byte // the beginning of the events, one on each line
	understood      bool   // one of them is of the protocol
	url             string // without a query

	err       error // why there is no answer
	status    int
	header    http.Header
	errorBody []byte
	body      io.Closer
	events    events // nil if there is no answer, or an error
}

// events are the events of an answer, in one of the framings that servers use.
type events interface {
	Next() bool
	Event() sse.Event
	Err() error    // the error that ended the answer; nil at its end
	Partial() bool // whether the answer ended inside an event
	Unknown() []byte
}

// open begins to read the body of an answer: server-sent events, or JSON documents
// from a server that does not stream.
func (x *Exchange) open(body io.Reader) {
	r := bufio.NewReader(body)
	if isJSON(r) {
		x.events = newDocuments(r)
	} else {
		x.events = sse.NewReader(r)
	}
}

// Next reads the next event of the answer and reports whether there is one. It
// reports false at once if the request failed.
func (x *Exchange) Next() bool {
	if x.events == nil || !x.events.Next() {
		return false
	}
	if e := x.events.Event(); e.Name != "ping" && !IsPing(e.Data) && !IsDone(e.Data) {
		x.count++
		if len(x.seen)+len(e.Data) < maxSeen {
			x.seen = append(append(x.seen, e.Data...), '\n')
		}
	}
	return true
}

// maxSeen bounds what is kept of the events.
const maxSeen = 32 << 10

// Event returns the event that Next has read. Its bytes are valid until the
// next call of Next.
func (x *Exchange) Event() sse.Event { return x.events.Event() }

// Unknown returns the beginning of what the server sent beside events.
func (x *Exchange) Unknown() []byte {
	if x.events == nil {
		return nil
	}
	return x.events.Unknown()
}

// Seen returns the beginning of the events so far, one on each line.
func (x *Exchange) Seen() []byte { return x.seen }

// URL returns the URL of the request, without a query.
func (x *Exchange) URL() string { return x.url }

// Whole reports whether the answer is one document, which came to its end.
func (x *Exchange) Whole() bool {
	return x.understood && x.count == 1 && x.events != nil && !x.Streamed() && !x.events.Partial() && x.events.Err() == nil
}

// IsStream reports whether the answer is a stream of events that began well, as far
// as is known.
func (x *Exchange) IsStream() bool { return x.understood }

// Understood notes that an event of the vendor's protocol came.
func (x *Exchange) Understood() { x.understood = true }

// Close ends the exchange. It stops the answer if it is not at its end.
func (x *Exchange) Close() {
	if x.body != nil {
		_ = x.body.Close() // what was read stays valid
	}
}

// Status returns the HTTP status, and 0 if no answer came.
func (x *Exchange) Status() int { return x.status }

// Header returns the headers of the answer, and nil if no answer came.
func (x *Exchange) Header() http.Header { return x.header }

// ErrorBody returns the beginning of the body of an answer whose status is an
// error.
func (x *Exchange) ErrorBody() []byte { return x.errorBody }

// Clean returns a text of the server's for people to read: without the secrets,
// on one line and of bounded length.
func (x *Exchange) Clean(s string) string { return RedactText(s, x.secrets...) }

// RequestID returns the vendor's identifier of the request, and "" if the
// answer has none.
func (x *Exchange) RequestID() string {
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Goog-Request-Id"} {
		if id := x.header.Get(name); id != "" {
			id = x.Clean(id)
			return id[:min(len(id), 128)]
		}
	}
	return ""
}

// foreign reports whether an answer of which nothing was understood is not one of
// the vendor's protocol. An empty stream of events is one that ended early.
func (x *Exchange) foreign() bool {
	if _, ok := x.events.(*documents); ok {
		return x.count > 0 || !x.events.Partial()
	}
	first, _, _ := bytes.Cut(x.seen, []byte("\n"))
	return !x.isEventStream() || x.count > 0 && json.Valid(first) || x.count == 0 && len(bytes.TrimSpace(x.events.Unknown())) > 0
}

// isEventStream reports whether the answer is declared a stream of events.
func (x *Exchange) isEventStream() bool {
	t, _, _ := mime.ParseMediaType(x.header.Get("Content-Type"))
	return t == "text/event-stream"
}

// began returns the beginning of an answer that is not understood, for a message.
func (x *Exchange) began() string {
	const most = 100
	s := x.Clean(string(x.events.Unknown()))
	if s == "" {
		s = x.Clean(string(x.seen[:min(len(x.seen), maxErrorText)]))
	}
	if r, ok := x.events.(*sse.Reader); ok && s == "" {
		s = x.Clean(string(r.Rest()))
	}
	if s == "" {
		return "it is empty"
	}
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}

// Streamed reports whether the answer is a stream of events, and not one document.
func (x *Exchange) Streamed() bool {
	_, whole := x.events.(*documents)
	return x.events != nil && !whole
}

// Failure returns the Error of a request that failed with err, or whose answer
// ended without its terminal event if err is nil. kind is what the vendor's
// protocol says of err, and KindNone if it says nothing; if err is an APIError,
// APIError.Classify decides instead. Causes below the protocol take precedence
// where kind is KindNone or Malformed: the context, the connection, an answer that
// is not of the protocol.
func (x *Exchange) Failure(ctx context.Context, kind Kind, err error) *Error {
	e := &Error{Kind: kind, Provider: x.provider, Model: x.model, Status: x.status, RequestID: x.RequestID()}
	if e.Status >= 300 {
		e.RetryAfter = RetryAfter(x.header, time.Now())
	}
	var api APIError
	if errors.As(err, &api) {
		found := api.diagnose(e.Status)
		kind, e.Sure, e.Hint = found.kind, found.sure, found.hint
		e.Kind, e.Param, e.OfPrompt = kind, x.Clean(api.Param), kind == Refused && (e.Status >= 300 || x.count <= 1)
		if e.RetryAfter == 0 {
			e.RetryAfter = api.RetryAfter(time.Now())
		}
	}
	told := kind != KindNone && kind != Malformed
	if ctx.Err() != nil && !told {
		return x.stopped(e, context.Cause(ctx))
	}
	switch {
	case e.Status >= 300:
		if kind == KindNone {
			e.Kind = KindOfStatus(e.Status)
		}
		if err == nil || err.Error() == "" {
			err = errors.New(http.StatusText(e.Status))
		}
		if e.Kind == WrongAddress {
			err = x.wrongAddress(err)
		}
	case told:
	case x.events == nil:
		e.Kind = Network
		e.Hint, err = unreachable(x.err)
		e.Unreachable = e.Hint != ""
	case errors.Is(x.events.Err(), errBodyTooLarge), errors.Is(x.events.Err(), sse.ErrTooLarge):
		e.Kind, err = Malformed, x.events.Err()
	case x.events.Err() != nil:
		e.Kind, err = Cut, fmt.Errorf("the connection broke: %w", x.events.Err())
	case !x.understood && x.foreign():
		e.Kind, err = NotAnAPI, fmt.Errorf("what answers at %s is not this API (content type %q): %s", x.url, x.header.Get("Content-Type"), x.began())
	case err != nil:
		e.Kind = Malformed
	case x.events.Partial():
		e.Kind, err = Cut, errors.New("the stream ended inside an event")
	default:
		e.Kind, e.Ended, err = Cut, true, errors.New("the stream ended without its terminal event")
	}
	e.Err = Redact(err, x.secrets...)
	return e
}

// wrongAddress adds to an error where the request was sent, because the address is
// what has to be changed.
func (x *Exchange) wrongAddress(err error) error {
	if to := x.header.Get("Location"); to != "" {
		return fmt.Errorf("%s redirects to %s", x.url, to)
	}
	return fmt.Errorf("no model answers at %s: %w", x.url, err)
}

// stopped completes the Error of a request that its context ended.
func (x *Exchange) stopped(e *Error, cause error) *Error {
	e.Kind, e.Err, e.RetryAfter = KindOf(cause), cause, 0
	if e.Kind == KindNone {
		e.Kind = Canceled
	}
	if own, ok := asError(cause); ok {
		e.Err = own.Err
	}
	return e
}

// bounded reads at most left bytes and then fails with errBodyTooLarge.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.r.Read(p)
	if int64(n) > b.left {
		n, err = int(b.left), errBodyTooLarge
	}
	b.left -= int64(n)
	return n, err
}
