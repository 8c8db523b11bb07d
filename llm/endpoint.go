package llm

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// An Endpoint sends the requests of one vendor's protocol to one server. It is
// safe for concurrent use.
type Endpoint struct {
	provider string
	base     *url.URL
	header   http.Header
	secrets  []string
	client   *http.Client
}

// NewEndpoint returns an endpoint for the server at base. It sends header with
// every request, and removes secrets, and those in the query of base, from
// everything that it reports. Errors
// name the provider. A nil transport stands for http.DefaultTransport.
//
// NewEndpoint fails if ParseAddress refuses base, or if there is a secret that would
// travel unencrypted over a public network.
func NewEndpoint(provider, base string, header http.Header, transport http.RoundTripper, secrets ...string) (*Endpoint, error) {
	u, err := ParseAddress(base)
	if err == nil && strings.Join(secrets, "") != "" {
		err = mayTravel(u)
	}
	if err == nil && u.RawQuery != "" { // only an address in the environment has one
		secrets = append(slices.Clone(secrets), u.RawQuery)
		for _, values := range u.Query() {
			secrets = append(secrets, values...)
		}
	}
	if err != nil {
		return nil, &Error{Kind: Auth, Provider: provider, Err: Redact(err, secrets...)}
	}
	if header = header.Clone(); header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/json")
	header.Set("User-Agent", "mashal")
	return &Endpoint{
		provider: provider, base: u, header: header, secrets: secrets,
		client: &http.Client{
			Transport: transport,
			// A redirect would be a second request, which no attempt records,
			// and would carry the key to another server.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// mayTravel returns an error if a key that is sent to u would travel
// unencrypted over a public network.
func mayTravel(u *url.URL) error {
	host := u.Hostname()
	if u.Scheme == "https" || host == "localhost" || !strings.Contains(host, ".") && !strings.Contains(host, ":") || strings.HasSuffix(host, ".local") {
		return nil
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()) {
		return nil
	}
	return fmt.Errorf("the key would travel to %s unencrypted: use https://", host)
}

// URL returns the URL of path, which is relative to the server's base URL.
func (e *Endpoint) URL(path string) *url.URL { return e.base.JoinPath(path) }

// Post sends body as JSON to u and returns the exchange, which the caller must
// close. It sends one request and never repeats it. A request that fails is an
// exchange without events; Failure then says why.
func (e *Endpoint) Post(ctx context.Context, u *url.URL, model string, body any) *Exchange {
	x := &Exchange{provider: e.provider, model: model, secrets: e.secrets, url: (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()}
	data, err := encode(body)
	if err != nil {
		x.err = err
		return x
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(data))
	if err != nil {
		x.err = err
		return x
	}
	req.Header = e.header.Clone()
	resp, err := e.client.Do(req)
	if err != nil {
		x.err = err
		return x
	}
	alive := lifeOf(ctx)
	alive()
	x.status, x.header, x.body = resp.StatusCode, resp.Header, resp.Body
	if x.status >= 300 {
		x.errorBody, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // what was read is what there is to report
		return x
	}
	if accepted, ok := ctx.Value(acceptedKey{}).(func()); ok && x.isEventStream() {
		accepted() // before the first byte, which may take a minute
	}
	x.open(&bounded{&living{resp.Body, alive}, maxBody})
	return x
}

// acceptedKey is the key of the function that WithAccepted adds to a context.
type acceptedKey struct{}

// WithAccepted returns a context in which Post calls accepted when the server has
// begun to answer with a stream of events.
func WithAccepted(ctx context.Context, accepted func()) context.Context {
	return context.WithValue(ctx, acceptedKey{}, accepted)
}

// encode returns v as JSON, without the escapes that only HTML needs.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// The most that is read of a file of results, and of one line of it.
const (
	maxFile = 2 << 30
	maxLine = maxBody
)

// A Classifier returns the kind of an error that a server reports with a status
// and a body, and the error in the server's words.
type Classifier func(status int, body []byte) (Kind, error)

// A Fetch is a request whose answer is a document: a description of a batch, a
// list, a file.
type Fetch struct {
	Method   string
	URL      *url.URL
	Header   http.Header // beside those of the endpoint
	Body     []byte
	Model    string // for errors
	Classify Classifier
}

// A Fetched is the answer to a Fetch. The caller closes Body.
type Fetched struct {
	Header http.Header
	Body   io.ReadCloser
}

// Fetch sends a request and returns the answer. It sends one request and never
// repeats it. The error is an *Error.
func (e *Endpoint) Fetch(ctx context.Context, f Fetch) (*Fetched, error) {
	fail := func(kind Kind, err error) error {
		if ctx.Err() != nil {
			return &Error{Kind: Canceled, Provider: e.provider, Model: f.Model, Err: context.Cause(ctx)}
		}
		return &Error{Kind: kind, Provider: e.provider, Model: f.Model, Err: Redact(err, e.secrets...)}
	}
	req, err := http.NewRequestWithContext(ctx, f.Method, f.URL.String(), bytes.NewReader(f.Body))
	if err != nil {
		return nil, fail(BadRequest, err)
	}
	req.Header = e.header.Clone()
	for name, values := range f.Header {
		req.Header[name] = values
	}
	resp, err := e.client.Do(req)
	if err != nil {
		hint, cause := unreachable(err)
		failed := fail(Network, cause)
		if own, ok := asError(failed); ok && own.Kind == Network {
			own.Hint = hint
		}
		return nil, failed
	}
	if resp.StatusCode < 300 {
		return &Fetched{resp.Header, struct {
			io.Reader
			io.Closer
		}{&bounded{resp.Body, maxFile}, resp.Body}}, nil
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // what was read is what there is to report
	_ = resp.Body.Close()
	kind, reason := f.Classify(resp.StatusCode, body)
	x := &Exchange{provider: e.provider, model: f.Model, secrets: e.secrets, header: resp.Header}
	failed := &Error{Kind: kind, Provider: e.provider, Model: f.Model, Status: resp.StatusCode, RequestID: x.RequestID(), Err: Redact(reason, e.secrets...)}
	failed.RetryAfter = RetryAfter(resp.Header, time.Now())
	if api := (APIError{}); errors.As(reason, &api) {
		failed.Hint = api.diagnose(resp.StatusCode).hint
		failed.RetryAfter = cmp.Or(failed.RetryAfter, api.RetryAfter(time.Now()))
	}
	return nil, failed
}

// FetchAll sends a request and returns the whole document.
func (e *Endpoint) FetchAll(ctx context.Context, f Fetch) ([]byte, error) {
	got, err := e.Fetch(ctx, f)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(&bounded{got.Body, maxBody})
	_ = got.Body.Close() // what was read stays valid
	if err != nil {
		return nil, e.broken(ctx, f, err)
	}
	return data, nil
}

// broken returns the Error of a document that could not be read to its end.
func (e *Endpoint) broken(ctx context.Context, f Fetch, err error) error {
	failed := &Error{Kind: Cut, Provider: e.provider, Model: f.Model, Status: http.StatusOK, Err: Redact(err, e.secrets...)}
	if ctx.Err() != nil {
		failed.Kind, failed.Err = Canceled, context.Cause(ctx)
	}
	return failed
}

// Malformed returns the Error of a document that is not what the protocol allows.
func (e *Endpoint) Malformed(f Fetch, what string, err error) error {
	return &Error{Kind: Malformed, Provider: e.provider, Model: f.Model, Status: http.StatusOK, Err: Redact(fmt.Errorf("%s: %w", what, err), e.secrets...)}
}

// FetchLines sends a request and calls line for each line of the document that is
// not blank. A line is valid until line returns. An error of line ends the call and
// is returned.
func (e *Endpoint) FetchLines(ctx context.Context, f Fetch, line func([]byte) error) error {
	got, err := e.Fetch(ctx, f)
	if err != nil {
		return err
	}
	defer func() { _ = got.Body.Close() }() // what was read stays valid
	var failed error
	if err := ReadLines(got.Body, func(text []byte) error {
		failed = line(text)
		return failed
	}); err != nil {
		if failed != nil {
			return failed
		}
		return e.broken(ctx, f, err)
	}
	return nil
}

var errLineTooLong = fmt.Errorf("a line is longer than %d MB", maxLine>>20)

// ReadLines calls line for each line of r that is not blank. A line is valid until
// line returns.
func ReadLines(r io.Reader, line func([]byte) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	var text []byte
	for {
		part, err := in.ReadSlice('\n')
		text = append(text, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if len(text) > maxLine {
				return errLineTooLong
			}
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return err
		}
		if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 {
			if err := line(trimmed); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
		text = text[:0]
	}
}

// Recorded returns the exchange of an answer that came in a document: its status,
// the vendor's name for the request, and its body, a JSON document.
func (e *Endpoint) Recorded(model string, status int, requestID string, body []byte) *Exchange {
	x := &Exchange{provider: e.provider, model: model, secrets: e.secrets, status: status, header: http.Header{"Content-Type": {"application/json"}}}
	if requestID != "" {
		x.header.Set("X-Request-Id", requestID)
	}
	if status >= 300 {
		x.errorBody = body[:min(len(body), maxErrorBody)]
	} else {
		x.open(bytes.NewReader(body))
	}
	return x
}

// Encode returns v as JSON, without the escapes that only HTML needs.
func Encode(v any) ([]byte, error) { return encode(v) }
