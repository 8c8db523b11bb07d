// Package gemini asks Google's Gemini models over the Gemini API.
package gemini

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"google.golang.org/genai"

	"mashal/llm"
)

// Config is what a Client needs to know.
type Config struct {
	Key       string
	BaseURL   string            // without the version; "" for Google's own
	NoSchema  bool              // never send a JSON schema
	Transport http.RoundTripper // nil for the default
}

const ownBaseURL = "https://generativelanguage.googleapis.com"

// FromEnv reads the configuration from the variables Google's own tools read:
// GOOGLE_API_KEY before GEMINI_API_KEY, and GOOGLE_GEMINI_BASE_URL.
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

// A Client is a connection to one server with one key.
type Client struct {
	config Config
	models *genai.Models
}

var _ llm.Provider = (*Client)(nil)

// noKey stands for the key with servers that need none: the SDK demands one,
// and would take it from the environment.
const noKey = "none"

// New makes a client. It fails without a key for Google's own server, and if
// the key would travel unencrypted over a public network.
func New(c Config) (*Client, error) {
	cl := &Client{config: c}
	fail := func(err error) (*Client, error) {
		return nil, &llm.Error{Kind: llm.Auth, Provider: cl.Name(), Err: llm.Redact(err, c.Key)}
	}
	base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(c.BaseURL, "/"), "/v1beta"), "/v1")
	if base == "" {
		base = ownBaseURL
	}
	key := c.Key
	if key == "" {
		if base == ownBaseURL {
			return fail(errors.New("neither GEMINI_API_KEY nor GOOGLE_API_KEY is set"))
		}
		key = noKey
	} else if err := llm.KeyMayTravel(base); err != nil {
		return fail(err)
	}
	sdk, err := genai.NewClient(context.Background(), &genai.ClientConfig{
		APIKey:  key,
		Backend: genai.BackendGeminiAPI,
		// Without RetryOptions the SDK does not retry.
		HTTPOptions: genai.HTTPOptions{BaseURL: base + "/"},
		HTTPClient:  llm.HTTPClient(c.Transport),
	})
	if err != nil {
		return fail(err) // the SDK prints its configuration, key and all
	}
	cl.models = sdk.Models
	return cl, nil
}

// Name is "gemini".
func (c *Client) Name() string { return "gemini" }

func (c *Client) params(req llm.Request) ([]*genai.Content, *genai.GenerateContentConfig) {
	var parts []*genai.Part
	for _, text := range []string{req.Shared, req.Prompt} {
		if text != "" {
			parts = append(parts, genai.NewPartFromText(text))
		}
	}
	config := &genai.GenerateContentConfig{
		MaxOutputTokens: int32(min(req.MaxOutput, 1<<30)),
		ThinkingConfig:  thinking(req.Model, req.Effort),
	}
	if req.System != "" {
		config.SystemInstruction = &genai.Content{Parts: []*genai.Part{genai.NewPartFromText(req.System)}}
	}
	if req.Temperature != nil {
		config.Temperature = genai.Ptr(float32(*req.Temperature))
	}
	if req.Schema != nil && !c.config.NoSchema {
		config.ResponseMIMEType = "application/json"
		config.ResponseJsonSchema = req.Schema.JSON
		// The SDK sends the schema through a map, which loses the order of the
		// properties: it is put back as written.
		config.HTTPOptions = &genai.HTTPOptions{ExtrasRequestProvider: func(body map[string]any) map[string]any {
			if generation, ok := body["generationConfig"].(map[string]any); ok {
				generation["responseJsonSchema"] = req.Schema.JSON
			}
			return body
		}}
	}
	return []*genai.Content{genai.NewContentFromParts(parts, genai.RoleUser)}, config
}

// thinking maps an effort to what a model takes: a level, or for the models of
// generation 2.5 a budget of tokens.
func thinking(model string, effort llm.Effort) *genai.ThinkingConfig {
	if effort == "" {
		return nil
	}
	if strings.HasPrefix(model, "gemini-2.5") {
		budget := map[llm.Effort]int32{
			llm.EffortNone: 0, llm.EffortMinimal: 512, llm.EffortLow: 1024, llm.EffortMedium: 8192,
		}
		n, ok := budget[effort]
		switch {
		case !ok:
			n = 24_576 // the most that all of them allow
		case n < 128 && strings.HasPrefix(model, "gemini-2.5-pro"):
			n = 128 // it cannot do without
		}
		return &genai.ThinkingConfig{ThinkingBudget: &n}
	}
	level := map[llm.Effort]genai.ThinkingLevel{
		llm.EffortNone: genai.ThinkingLevelMinimal, llm.EffortMinimal: genai.ThinkingLevelMinimal,
		llm.EffortLow: genai.ThinkingLevelLow, llm.EffortMedium: genai.ThinkingLevelMedium,
	}[effort]
	if level == "" {
		level = genai.ThinkingLevelHigh
	}
	return &genai.ThinkingConfig{ThinkingLevel: level}
}

// statuses are the errors that Google names.
var statuses = map[string]llm.Kind{
	"RESOURCE_EXHAUSTED":  llm.RateLimited,
	"UNAVAILABLE":         llm.Overloaded,
	"INTERNAL":            llm.ServerError,
	"UNKNOWN":             llm.ServerError,
	"DEADLINE_EXCEEDED":   llm.ServerError, // of theirs; ours are Timeout
	"ABORTED":             llm.ServerError,
	"UNAUTHENTICATED":     llm.Auth,
	"PERMISSION_DENIED":   llm.Auth,
	"NOT_FOUND":           llm.UnknownModel,
	"INVALID_ARGUMENT":    llm.BadRequest,
	"FAILED_PRECONDITION": llm.BadRequest,
	"OUT_OF_RANGE":        llm.BadRequest,
	"CANCELLED":           llm.Cut,
}

// classify says what kind of failure an error of the SDK is, and how long
// Google says to wait: it says so in the body, not in a header.
func classify(wire *llm.Exchange, err error) (llm.Kind, time.Duration, error) {
	var sdk genai.APIError
	var api llm.APIError
	status := wire.Status()
	switch {
	case status >= 300:
		api = llm.ParseAPIError(wire.ErrorBody())
	case errors.As(err, &sdk):
		details, _ := json.Marshal(sdk.Details)
		api = llm.APIError{Message: sdk.Message, Status: sdk.Status, Details: details}
		status = sdk.Code
	default:
		return llm.KindNone, 0, err
	}
	kind, ok := statuses[api.Status]
	if !ok {
		kind = llm.KindOfStatus(status)
	}
	if kind == llm.KindNone {
		kind = llm.ServerError
	}
	var details []struct {
		Reason     string `json:"reason"`
		RetryDelay string `json:"retryDelay"`
	}
	var wait time.Duration
	_ = json.Unmarshal(api.Details, &details) // what is no list of details has none
	for _, d := range details {
		if d.Reason == "API_KEY_INVALID" {
			kind = llm.Auth // it comes as an invalid argument
		}
		if d.RetryDelay != "" {
			wait = llm.ParseReset(d.RetryDelay, time.Now())
		}
	}
	return kind, wait, api
}
