// Package anthropic asks Anthropic's models over the Messages protocol.
package anthropic

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"mashal/llm"
)

// Config is what a Client needs to know.
type Config struct {
	Key       string            // sent as x-api-key
	Token     string            // sent as a bearer token instead, as gateways want it
	BaseURL   string            // without the /v1; "" for Anthropic's own
	NoSchema  bool              // never send a JSON schema: for models that lack structured output
	Transport http.RoundTripper // nil for the default
}

const ownBaseURL = "https://api.anthropic.com"

// FromEnv reads the configuration from the variables Anthropic's own tools
// read: ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_BASE_URL.
func FromEnv(getenv func(string) string) Config {
	return Config{
		Key:     strings.TrimSpace(getenv("ANTHROPIC_API_KEY")),
		Token:   strings.TrimSpace(getenv("ANTHROPIC_AUTH_TOKEN")),
		BaseURL: strings.TrimSpace(getenv("ANTHROPIC_BASE_URL")),
	}
}

// A Client is a connection to one server with one key.
type Client struct {
	config   Config
	messages anthropic.MessageService
}

var _ llm.Provider = (*Client)(nil)

// New makes a client. It fails without a key for Anthropic's own server, and if
// the key would travel unencrypted over a public network.
func New(c Config) (*Client, error) {
	cl := &Client{config: c}
	fail := func(err error) (*Client, error) {
		return nil, &llm.Error{Kind: llm.Auth, Provider: cl.Name(), Err: llm.Redact(err, c.Key, c.Token)}
	}
	// People write the address with or without the version; the SDK adds it.
	base := strings.TrimSuffix(strings.TrimRight(c.BaseURL, "/"), "/v1")
	if base == "" {
		base = ownBaseURL
	}
	if c.Key == "" && c.Token == "" {
		if strings.HasPrefix(base, ownBaseURL) {
			return fail(errors.New("ANTHROPIC_API_KEY is not set"))
		}
	} else if err := llm.KeyMayTravel(base); err != nil {
		return fail(err)
	}
	// The service is made by itself because the SDK's own client looks for
	// credentials in the environment and in files.
	opts := []option.RequestOption{
		option.WithHTTPClient(llm.HTTPClient(c.Transport)),
		option.WithBaseURL(base + "/"),
		option.WithMaxRetries(0),
		option.WithoutOpenTelemetry(),
	}
	switch {
	case c.Key != "":
		opts = append(opts, option.WithAPIKey(c.Key))
	case c.Token != "":
		opts = append(opts, option.WithAuthToken(c.Token))
	}
	cl.messages = anthropic.NewMessageService(opts...)
	return cl, nil
}

// Name is "anthropic".
func (c *Client) Name() string { return "anthropic" }

func (c *Client) params(req llm.Request) (anthropic.MessageNewParams, []option.RequestOption) {
	mark := anthropic.NewCacheControlEphemeralParam()
	p := anthropic.MessageNewParams{Model: req.Model, MaxTokens: int64(req.MaxOutput)}
	if p.MaxTokens == 0 {
		p.MaxTokens = llm.DefaultOutput // the protocol demands a limit
	}
	if req.System != "" {
		p.System = []anthropic.TextBlockParam{{Text: req.System, CacheControl: mark}}
	}
	var blocks []anthropic.ContentBlockParamUnion
	if req.Shared != "" {
		shared := anthropic.TextBlockParam{Text: req.Shared}
		if req.SharedAgain {
			shared.CacheControl = mark
		}
		blocks = append(blocks, anthropic.ContentBlockParamUnion{OfText: &shared})
	}
	if req.Prompt != "" {
		blocks = append(blocks, anthropic.NewTextBlock(req.Prompt))
	}
	p.Messages = []anthropic.MessageParam{anthropic.NewUserMessage(blocks...)}
	if req.Temperature != nil {
		p.Temperature = anthropic.Float(*req.Temperature)
	}
	switch req.Effort {
	case "":
	case llm.EffortNone:
		disabled := anthropic.NewThinkingConfigDisabledParam()
		p.Thinking.OfDisabled = &disabled
	case llm.EffortMinimal:
		p.OutputConfig.Effort = anthropic.OutputConfigEffortLow
		p.Thinking.OfAdaptive = &anthropic.ThinkingConfigAdaptiveParam{}
	default:
		p.OutputConfig.Effort = anthropic.OutputConfigEffort(req.Effort)
		p.Thinking.OfAdaptive = &anthropic.ThinkingConfigAdaptiveParam{}
	}
	if req.Schema == nil || c.config.NoSchema {
		return p, nil
	}
	// The SDK's type for the schema is a map, which would lose the order of the
	// properties.
	return p, []option.RequestOption{option.WithJSONSet("output_config.format", struct {
		Type   string `json:"type"`
		Schema any    `json:"schema"`
	}{"json_schema", req.Schema.JSON})}
}

// kinds are the errors that Anthropic names.
var kinds = map[string]llm.Kind{
	"rate_limit_error":      llm.RateLimited,
	"overloaded_error":      llm.Overloaded,
	"api_error":             llm.ServerError,
	"timeout_error":         llm.ServerError, // of theirs; ours are Timeout
	"authentication_error":  llm.Auth,
	"permission_error":      llm.Auth,
	"billing_error":         llm.Quota,
	"not_found_error":       llm.UnknownModel,
	"invalid_request_error": llm.BadRequest,
	"request_too_large":     llm.BadRequest,
}

// classify says what kind of failure an error of the SDK is. An error may come
// with the status, or in an event of a stream that began well.
func classify(wire *llm.Exchange, err error) (llm.Kind, error) {
	var sdk *anthropic.Error
	var api llm.APIError
	switch {
	case wire.Status() >= 300:
		api = llm.ParseAPIError(wire.ErrorBody())
	case errors.As(err, &sdk):
		api = llm.ParseAPIError([]byte(sdk.RawJSON()))
	default:
		return llm.KindNone, err
	}
	if kind, ok := kinds[api.Type]; ok {
		return kind, api
	}
	if wire.Status() < 300 {
		return llm.ServerError, api
	}
	return llm.KindOfStatus(wire.Status()), api
}

func limits(h http.Header) llm.Limits {
	now := time.Now()
	window := func(what string) llm.Window {
		prefix := "Anthropic-Ratelimit-" + what + "-"
		return llm.ParseWindow(h, prefix+"Limit", prefix+"Remaining", prefix+"Reset", now)
	}
	l := llm.Limits{Requests: window("Requests"), Tokens: window("Tokens")}
	if l.Tokens.Limit == 0 {
		l.Tokens = window("Input-Tokens")
	}
	return l
}

// Stream sends one request.
func (c *Client) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	ctx, wire := llm.Watch(ctx, c.Name(), req.Model, c.config.Key, c.config.Token)
	if err := req.Validate(); err != nil {
		return llm.Response{}, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: req.Model, Err: err}
	}
	a := &answer{text: text}
	c.stream(ctx, req, a)
	a.resp.Model, a.resp.End = wire.Clean(a.resp.Model), wire.Clean(a.resp.End)
	a.resp.Status = wire.Status()
	a.resp.RequestID = wire.RequestID()
	a.resp.Limits = limits(wire.Header())
	return a.resp, a.verdict(ctx, wire)
}
