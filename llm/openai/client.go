// Package openai asks models over OpenAI's protocols: Chat Completions, which
// every compatible server speaks (Ollama, llama.cpp, vLLM, OpenRouter and
// most proxies), and Responses.
package openai

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
	Key          string // "" for a server that needs none
	BaseURL      string // with the /v1; "" for OpenAI's own server
	Organization string
	Project      string
	Responses    bool              // use Responses instead of Chat Completions
	NoSchema     bool              // never send a JSON schema: for servers that refuse it
	Added        llm.Additions     // headers beside those of the protocol
	Transport    http.RoundTripper // nil for http.DefaultTransport
}

const ownBaseURL = "https://api.openai.com/v1"

// FromEnv returns the configuration in the variables that OpenAI's own tools
// read: OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID and OPENAI_PROJECT_ID.
func FromEnv(getenv func(string) string) Config {
	return Config{
		Key:          strings.TrimSpace(getenv("OPENAI_API_KEY")),
		BaseURL:      strings.TrimSpace(getenv("OPENAI_BASE_URL")),
		Organization: getenv("OPENAI_ORG_ID"),
		Project:      getenv("OPENAI_PROJECT_ID"),
	}
}

// A Client sends requests to one server with one key.
type Client struct {
	config   Config
	own      bool // the server is OpenAI's
	endpoint *llm.Endpoint
	url      *url.URL
}

var _ llm.Provider = (*Client)(nil)

// New returns a client. It fails without a key for OpenAI's own server, and if
// the key would travel unencrypted over a public network.
func New(c Config) (*Client, error) {
	if c.BaseURL == "" {
		c.BaseURL = ownBaseURL
	}
	cl := &Client{config: c}
	header := http.Header{"Accept": {"application/json"}}
	for name, value := range map[string]string{"Openai-Organization": c.Organization, "Openai-Project": c.Project} {
		if value != "" {
			header.Set(name, value)
		}
	}
	if c.Key != "" {
		header.Set("Authorization", "Bearer "+c.Key)
	}
	var err error
	if cl.endpoint, err = llm.NewEndpoint(cl.Name(), c.BaseURL, c.Added.Header(header), c.Transport, c.Added.Secrets(c.Key)...); err != nil {
		return nil, err
	}
	path := "chat/completions"
	if c.Responses {
		path = "responses"
	}
	cl.url = cl.endpoint.URL(path)
	cl.own = strings.HasSuffix(cl.url.Hostname(), "api.openai.com")
	if c.Key == "" && cl.own {
		return nil, &llm.Error{Kind: llm.Auth, Provider: cl.Name(), Err: errors.New("OPENAI_API_KEY is not set")}
	}
	return cl, nil
}

// Name returns "openai" or "openai-responses".
func (c *Client) Name() string {
	if c.config.Responses {
		return "openai-responses"
	}
	return "openai"
}

// Models returns the names of the models that the server offers.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	return c.endpoint.Models(ctx, c.endpoint.URL("models"))
}

// Stream sends a request and calls text with each piece of the answer, as
// llm.Provider describes.
func (c *Client) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	if err := req.Validate(); err != nil {
		return llm.Response{}, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: req.Model, Err: err}
	}
	a := &answer{}
	a.text = req.Announced(&a.resp.Model, text)
	var x *llm.Exchange
	if c.config.Responses {
		body, sent := c.responsesRequest(req)
		a.resp.Sent = sent
		x = c.endpoint.Post(ctx, c.url, req.Model, body)
		a.readResponses(x)
	} else {
		body, sent := c.chatRequest(req)
		a.resp.Sent = sent
		x = c.endpoint.Post(ctx, c.url, req.Model, body)
		a.readChat(x)
	}
	x.Close()
	err := a.result(ctx, x)
	a.resp.Model, a.resp.Build, a.resp.End = x.Clean(a.resp.Model), x.Clean(a.resp.Build), x.Clean(a.resp.End)
	a.resp.Status, a.resp.Streamed = x.Status(), x.Streamed()
	a.resp.RequestID = x.RequestID()
	a.resp.Limits = limits(x.Header())
	return a.resp, err
}
