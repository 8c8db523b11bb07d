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

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"
	"github.com/openai/openai-go/v3/responses"

	"mashal/llm"
)

// Config is what a Client needs to know.
type Config struct {
	Key          string // may be "" for a server of one's own
	BaseURL      string // with the /v1; "" for OpenAI's own
	Organization string
	Project      string
	Responses    bool              // speak Responses instead of Chat Completions
	NoSchema     bool              // never send a JSON schema: for servers that refuse it
	Transport    http.RoundTripper // nil for the default
}

const ownBaseURL = "https://api.openai.com/v1"

// FromEnv reads the configuration from the variables OpenAI's own tools read:
// OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_ORG_ID, OPENAI_PROJECT_ID.
func FromEnv(getenv func(string) string) Config {
	return Config{
		Key:          strings.TrimSpace(getenv("OPENAI_API_KEY")),
		BaseURL:      strings.TrimSpace(getenv("OPENAI_BASE_URL")),
		Organization: getenv("OPENAI_ORG_ID"),
		Project:      getenv("OPENAI_PROJECT_ID"),
	}
}

// A Client is a connection to one server with one key.
type Client struct {
	config    Config
	own       bool // the server is OpenAI's
	chat      openai.ChatCompletionService
	responses responses.ResponseService
}

var _ llm.Provider = (*Client)(nil)

// New makes a client. It fails without a key for OpenAI's own server, and if
// the key would travel unencrypted over a public network.
func New(c Config) (*Client, error) {
	cl := &Client{config: c}
	fail := func(err error) (*Client, error) {
		return nil, &llm.Error{Kind: llm.Auth, Provider: cl.Name(), Err: llm.Redact(err, c.Key)}
	}
	if cl.config.BaseURL == "" {
		cl.config.BaseURL = ownBaseURL
	}
	u, err := url.Parse(cl.config.BaseURL)
	if err != nil {
		return fail(err)
	}
	cl.own = strings.HasSuffix(u.Hostname(), "api.openai.com")
	if c.Key == "" && cl.own {
		return fail(errors.New("OPENAI_API_KEY is not set"))
	}
	if c.Key != "" {
		if err := llm.KeyMayTravel(cl.config.BaseURL); err != nil {
			return fail(err)
		}
	}
	// The services are made one by one because the SDK's own client reads the
	// environment behind the caller's back.
	opts := []option.RequestOption{
		option.WithHTTPClient(llm.HTTPClient(c.Transport)),
		option.WithBaseURL(cl.config.BaseURL),
		option.WithMaxRetries(0),
		option.WithAPIKey(c.Key),
	}
	if c.Organization != "" {
		opts = append(opts, option.WithOrganization(c.Organization))
	}
	if c.Project != "" {
		opts = append(opts, option.WithProject(c.Project))
	}
	cl.chat = openai.NewChatCompletionService(opts...)
	cl.responses = responses.NewResponseService(opts...)
	return cl, nil
}

// Name is "openai" or "openai-responses".
func (c *Client) Name() string {
	if c.config.Responses {
		return "openai-responses"
	}
	return "openai"
}

// Stream sends one request.
func (c *Client) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	ctx, wire := llm.Watch(ctx, c.Name(), req.Model, c.config.Key)
	if err := req.Validate(); err != nil {
		return llm.Response{}, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: req.Model, Err: err}
	}
	a := &answer{text: text}
	if c.config.Responses {
		c.streamResponses(ctx, req, a)
	} else {
		c.streamChat(ctx, req, a)
	}
	a.resp.Model, a.resp.End = wire.Clean(a.resp.Model), wire.Clean(a.resp.End)
	a.resp.Status = wire.Status()
	a.resp.RequestID = wire.RequestID()
	a.resp.Limits = limits(wire.Header())
	return a.resp, c.verdict(ctx, wire, a)
}

// An answer is what a stream came to.
type answer struct {
	text    func([]byte) error
	resp    llm.Response
	written bool     // some text came
	refusal string   // the model's words of refusal
	kind    llm.Kind // a failure the protocol names
	reason  error    // its reason
	err     error    // what the SDK says
	taker   error    // what text says
}

func (a *answer) take(delta string) bool {
	if delta == "" {
		return true
	}
	a.written = true
	a.taker = a.text([]byte(delta))
	return a.taker == nil
}

func (a *answer) refuse(delta string) {
	if len(a.refusal) < 1000 {
		a.refusal += delta
	}
}

// verdict decides how the answer ended. Only a terminal event that says all is
// well is a success: the SDK has no error for a stream that just stops.
func (c *Client) verdict(ctx context.Context, wire *llm.Exchange, a *answer) error {
	switch {
	case a.taker != nil:
		return a.taker
	case a.kind != llm.KindNone:
		return wire.Failure(ctx, a.kind, a.reason)
	case a.err != nil:
		kind, err := classify(wire, a.err)
		return wire.Failure(ctx, kind, err)
	case a.resp.End == "":
		return wire.Failure(ctx, llm.KindNone, nil)
	case a.refusal != "" && !a.written:
		return wire.Failure(ctx, llm.Refused, errors.New(a.refusal))
	case !a.written:
		return wire.Failure(ctx, llm.Empty, errors.New("a complete answer without text"))
	}
	return nil
}

// classify says what kind of failure an error of the SDK is.
func classify(wire *llm.Exchange, err error) (llm.Kind, error) {
	var stream *ssestream.StreamError
	var api llm.APIError
	switch {
	case errors.As(err, &stream):
		api = llm.ParseAPIError(stream.Event.Data)
	case wire.Status() >= 300:
		api = llm.ParseAPIError(wire.ErrorBody())
	default:
		return llm.KindNone, err
	}
	return kindOf(wire.Status(), api), api
}
