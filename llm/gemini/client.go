// Package gemini asks Google's Gemini models over the Gemini API.
package gemini

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mashal/llm"
)

// Config configures a Client.
type Config struct {
	Key       string            // "" for a server that needs none
	BaseURL   string            // with or without the version; "" for Google's own server
	NoSchema  bool              // never send a JSON schema
	Added     llm.Additions     // headers beside those of the protocol
	Transport http.RoundTripper // nil for http.DefaultTransport
}

const ownBaseURL = "https://generativelanguage.googleapis.com"

// FromEnv returns the configuration in the variables that Google's own tools
// read: GOOGLE_API_KEY, or else GEMINI_API_KEY, and GOOGLE_GEMINI_BASE_URL.
func FromEnv(getenv func(string) string) Config {
	c := Config{
		Key:     strings.TrimSpace(getenv("GOOGLE_API_KEY")),
		BaseURL: strings.TrimSpace(getenv("GOOGLE_GEMINI_BASE_URL")),
	}
	if c.Key == "" {
		c.Key = strings.TrimSpace(getenv("GEMINI_API_KEY"))
	}
	return c
}

// A Client sends requests to one server with one key.
type Client struct {
	config   Config
	endpoint *llm.Endpoint
}

var _ llm.Provider = (*Client)(nil)

// New returns a client. It fails without a key for Google's own server, and if
// the key would travel unencrypted over a public network.
func New(c Config) (*Client, error) {
	cl := &Client{config: c}
	base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(c.BaseURL, "/"), "/v1beta"), "/v1")
	if base == "" {
		base = ownBaseURL
	}
	if c.Key == "" && base == ownBaseURL {
		return nil, &llm.Error{Kind: llm.Auth, Provider: cl.Name(), Err: errors.New("neither GEMINI_API_KEY nor GOOGLE_API_KEY is set")}
	}
	header := http.Header{}
	if c.Key != "" {
		header.Set("X-Goog-Api-Key", c.Key)
	}
	var err error
	if cl.endpoint, err = llm.NewEndpoint(cl.Name(), base, c.Added.Header(header), c.Transport, c.Added.Secrets(c.Key)...); err != nil {
		return nil, err
	}
	return cl, nil
}

// Name returns "gemini".
func (c *Client) Name() string { return "gemini" }

// Models returns the names of the models that the server offers.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	return c.endpoint.Models(ctx, c.endpoint.URL("v1beta/models"))
}

// Stream sends a request and calls text with each piece of the answer, as
// llm.Provider describes.
func (c *Client) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	if err := req.Validate(); err != nil {
		return llm.Response{}, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: req.Model, Err: err}
	}
	body, sent := c.request(req)
	x := c.endpoint.Post(ctx, c.url(req.Model), req.Model, body)
	defer x.Close()
	a := &answer{resp: llm.Response{Sent: sent}}
	a.text = req.Announced(&a.resp.Model, text)
	a.read(x)
	err := a.result(ctx, x)
	a.resp.Model, a.resp.End = x.Clean(a.resp.Model), x.Clean(a.resp.End)
	a.resp.Status, a.resp.Streamed = x.Status(), x.Streamed()
	a.resp.Limits = llm.Limits{}.StandardLimits(x.Header(), time.Now())
	a.resp.RequestID = x.Clean(a.resp.RequestID)
	if id := x.RequestID(); id != "" {
		a.resp.RequestID = id
	}
	return a.resp, err
}

// url returns the URL that answers of a model are streamed from.
func (c *Client) url(model string) *url.URL {
	u := c.endpoint.URL(c.modelPath(model) + ":streamGenerateContent")
	u.RawQuery = "alt=sse"
	return u
}

// modelPath returns the path of a model.
func (c *Client) modelPath(model string) string {
	if !strings.HasPrefix(model, "models/") && !strings.HasPrefix(model, "tunedModels/") {
		model = "models/" + model
	}
	return "v1beta/" + escape(model)
}
