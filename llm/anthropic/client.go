// Package anthropic asks Anthropic's models over the Messages protocol.
package anthropic

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"mashal/llm"
)

// Config configures a Client.
type Config struct {
	Key       string            // sent as x-api-key
	Token     string            // sent as a bearer token if there is no key, as gateways want it
	BaseURL   string            // with or without the /v1; "" for Anthropic's own server
	NoSchema  bool              // never send a JSON schema: for models without structured output
	Added     llm.Additions     // headers beside those of the protocol
	Transport http.RoundTripper // nil for http.DefaultTransport
}

const (
	ownBaseURL = "https://api.anthropic.com"
	version    = "2023-06-01" // of the protocol
)

// FromEnv returns the configuration in the variables that Anthropic's own tools
// read: ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN and ANTHROPIC_BASE_URL.
func FromEnv(getenv func(string) string) Config {
	return Config{
		Key:     strings.TrimSpace(getenv("ANTHROPIC_API_KEY")),
		Token:   strings.TrimSpace(getenv("ANTHROPIC_AUTH_TOKEN")),
		BaseURL: strings.TrimSpace(getenv("ANTHROPIC_BASE_URL")),
	}
}

// A Client sends requests to one server with one key.
type Client struct {
	config   Config
	endpoint *llm.Endpoint
	url      *url.URL
}

var _ llm.Provider = (*Client)(nil)

// New returns a client. It fails without a key for Anthropic's own server, and
// if the key would travel unencrypted over a public network.
func New(c Config) (*Client, error) {
	cl := &Client{config: c}
	base := strings.TrimSuffix(strings.TrimRight(c.BaseURL, "/"), "/v1")
	if base == "" {
		base = ownBaseURL
	}
	if c.Key == "" && c.Token == "" && strings.HasPrefix(base, ownBaseURL) {
		return nil, &llm.Error{Kind: llm.Auth, Provider: cl.Name(), Err: errors.New("ANTHROPIC_API_KEY is not set")}
	}
	header := http.Header{"Accept": {"application/json"}, "Anthropic-Version": {version}}
	switch {
	case c.Key != "":
		header.Set("X-Api-Key", c.Key)
	case c.Token != "":
		header.Set("Authorization", "Bearer "+c.Token)
	}
	var err error
	if cl.endpoint, err = llm.NewEndpoint(cl.Name(), base, c.Added.Header(header), c.Transport, c.Added.Secrets(c.Key, c.Token)...); err != nil {
		return nil, err
	}
	cl.url = cl.endpoint.URL("v1/messages")
	return cl, nil
}

// Name returns "anthropic".
func (c *Client) Name() string { return "anthropic" }

// Models returns the names of the models that the server offers.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	return c.endpoint.Models(ctx, c.endpoint.URL("v1/models"))
}

// Stream sends a request and calls text with each piece of the answer, as
// llm.Provider describes.
func (c *Client) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	if err := req.Validate(); err != nil {
		return llm.Response{}, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: req.Model, Err: err}
	}
	body, sent := c.request(req)
	x := c.endpoint.Post(ctx, c.url, req.Model, body)
	defer x.Close()
	a := &answer{resp: llm.Response{Sent: sent}}
	a.text = req.Announced(&a.resp.Model, text)
	a.read(x)
	err := a.result(ctx, x)
	a.resp.Model, a.resp.End = x.Clean(a.resp.Model), x.Clean(a.resp.End)
	a.resp.Status, a.resp.Streamed = x.Status(), x.Streamed()
	a.resp.RequestID = x.RequestID()
	a.resp.Limits = limits(x.Header())
	return a.resp, err
}
