package llm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
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
// every request, and removes secrets from everything that it reports. Errors
// name the provider. A nil transport stands for http.DefaultTransport.
//
// NewEndpoint fails if ParseAddress refuses base, or if there is a secret that would
// travel unencrypted over a public network.
func NewEndpoint(provider, base string, header http.Header, transport http.RoundTripper, secrets ...string) (*Endpoint, error) {
	u, err := ParseAddress(base)
	if err == nil && strings.Join(secrets, "") != "" {
		err = mayTravel(u)
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
