package llm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// What a server may send, so that a faulty one cannot fill the memory: an
// answer of a million tokens is far below maxBody.
const (
	maxBody      = 64 << 20
	maxErrorBody = 1 << 20
	maxErrorHead = 16 << 10
)

var errBodyTooLarge = fmt.Errorf("the answer is larger than %d MB", maxBody>>20)

// An Exchange is what one request and its answer looked like on the wire. SDKs
// differ in what they tell of it, and some take a broken connection for an end;
// the Transport sees it under all of them.
type Exchange struct {
	provider, model string
	secrets         []string

	mu     sync.Mutex
	status int
	header http.Header
	body   *body
}

type exchangeKey struct{}

// Watch gives a context whose next request through a Transport is recorded.
// Its failures will name provider and model and will not name the secrets.
func Watch(ctx context.Context, provider, model string, secrets ...string) (context.Context, *Exchange) {
	x := &Exchange{provider: provider, model: model, secrets: secrets}
	return context.WithValue(ctx, exchangeKey{}, x), x
}

// Status is the HTTP status; 0 if no answer came.
func (x *Exchange) Status() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.status
}

// Clean gives a text of the server's for people to read: without the secrets,
// on one line, of bounded length.
func (x *Exchange) Clean(s string) string { return RedactText(s, x.secrets...) }

// RequestID is the vendor's name for the request; "" if it gave none.
func (x *Exchange) RequestID() string {
	h := x.Header()
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Goog-Request-Id"} {
		if id := h.Get(name); id != "" {
			id = x.Clean(id)
			return id[:min(len(id), 128)]
		}
	}
	return ""
}

// Header gives the answer's headers; nil if none came.
func (x *Exchange) Header() http.Header {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.header
}

// Broken says why the body's bytes stopped coming before its end: a lost
// connection, a cancelled context, too large a body. It is nil at a clean end.
func (x *Exchange) Broken() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.body == nil {
		return nil
	}
	return x.body.err
}

// ErrorBody gives the beginning of the body of an answer that is an error, as
// far as it was read.
func (x *Exchange) ErrorBody() []byte {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.body == nil {
		return nil
	}
	return bytes.Clone(x.body.head)
}

// MidEvent says whether the body ended inside an event: not after an empty
// line. What an SDK makes of such a piece is no evidence of a bad protocol.
func (x *Exchange) MidEvent() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.body == nil || !x.body.ended || x.body.n == 0 {
		return false
	}
	tail := bytes.ReplaceAll(x.body.tail, []byte("\r"), nil)
	return !bytes.HasSuffix(tail, []byte("\n\n"))
}

// IsEventStream says whether the answer claims to be a stream of events.
func (x *Exchange) IsEventStream() bool {
	t, _, _ := mime.ParseMediaType(x.Header().Get("Content-Type"))
	return t == "text/event-stream"
}

// A Transport records requests made with a context of Watch. It hides broken
// bodies from what reads them (they end early) and reports them to the
// Exchange, because one SDK prints them and others forget them.
type Transport struct {
	Base http.RoundTripper // nil for http.DefaultTransport
}

// RoundTrip sends one request.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	resp, err := base.RoundTrip(req)
	x, ok := req.Context().Value(exchangeKey{}).(*Exchange)
	if err != nil || !ok {
		return resp, err
	}
	limit := int64(maxBody)
	if resp.StatusCode >= 300 {
		limit = maxErrorBody
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.status, x.header = resp.StatusCode, resp.Header
	x.body = &body{ReadCloser: resp.Body, x: x, left: limit}
	resp.Body = x.body
	return resp, nil
}

// KeyMayTravel says whether a key may be sent to a server: over TLS, or in the
// clear to this machine or a private network.
func KeyMayTravel(base string) error {
	u, err := url.Parse(base)
	if err != nil {
		return fmt.Errorf("%q is not the address of a server", base)
	}
	host := u.Hostname()
	if u.Scheme == "https" || host == "localhost" || !strings.Contains(host, ".") && !strings.Contains(host, ":") || strings.HasSuffix(host, ".local") {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()) {
		return nil
	}
	return fmt.Errorf("the key would travel to %s in the clear: use https://", host)
}

// HTTPClient gives a client that records. It follows no redirects: an answer
// with one would be a request nobody counted, with the key, to another host.
func HTTPClient(base http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     &Transport{Base: base},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// A body is an answer's body, counted.
type body struct {
	io.ReadCloser
	x     *Exchange
	left  int64
	n     int64
	tail  []byte // the last few bytes
	head  []byte // the first bytes of an error
	ended bool
	err   error
}

func (b *body) Read(p []byte) (int, error) {
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.x.mu.Lock()
	defer b.x.mu.Unlock()
	if int64(n) > b.left {
		n, err = int(b.left), errBodyTooLarge
	}
	b.left -= int64(n)
	b.n += int64(n)
	if n > 0 {
		b.tail = append(b.tail, p[max(0, n-4):n]...)
		b.tail = b.tail[max(0, len(b.tail)-4):]
	}
	if b.x.status >= 300 && len(b.head) < maxErrorHead {
		b.head = append(b.head, p[:min(n, maxErrorHead-len(b.head))]...)
	}
	if err != nil {
		b.ended = true
		if !errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			b.err, err = err, io.EOF
		}
	}
	return n, err
}

// Close closes the body. It does not fail: one SDK prints it if it does, and
// there is nothing to be done about it.
func (b *body) Close() error {
	_ = b.ReadCloser.Close()
	return nil
}

// Failure makes the Error for a request that failed as err says, or that ended
// without its terminal event if err is nil. The causes that lie under the
// vendor's protocol are recognised here, the same for all vendors: the context,
// the connection, an answer that is no stream. kind is what the vendor's
// package makes of err itself; KindNone if nothing.
func (x *Exchange) Failure(ctx context.Context, kind Kind, err error) *Error {
	e := &Error{Kind: kind, Provider: x.provider, Model: x.model, Status: x.Status(), RequestID: x.RequestID()}
	if e.Status >= 300 {
		e.RetryAfter = RetryAfter(x.Header(), time.Now())
	}
	broken := x.Broken()
	switch {
	case ctx.Err() != nil && (kind == KindNone || kind == Malformed):
		cause := context.Cause(ctx)
		e.Kind, e.Err, e.RetryAfter = KindOf(cause), cause, 0
		if e.Kind == KindNone {
			e.Kind = Canceled
		}
		if own, ok := asError(cause); ok {
			e.Err = own.Err
		}
		return e
	case e.Status >= 300:
		if kind == KindNone {
			e.Kind = KindOfStatus(e.Status)
		}
		if err == nil {
			err = errors.New(http.StatusText(e.Status))
		}
	case kind != KindNone && kind != Malformed: // the vendor said so
	case errors.Is(broken, errBodyTooLarge):
		e.Kind, err = Malformed, broken
	case broken != nil:
		e.Kind, err = Cut, fmt.Errorf("the connection broke: %w", broken)
	case e.Status == 0 && err != nil:
		e.Kind = Network
	case !x.IsEventStream():
		e.Kind, err = Malformed, fmt.Errorf("the answer is %q, not a stream of events", x.Header().Get("Content-Type"))
	case x.MidEvent():
		e.Kind, err = Cut, errors.New("the stream ended inside an event")
	case err == nil:
		e.Kind, err = Cut, errors.New("the stream ended without its terminal event")
	default:
		e.Kind = Malformed
	}
	e.Err = Redact(err, x.secrets...)
	return e
}
