package sdktest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"mashal"

	sdkopenai "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/packages/ssestream"
	sdkresponses "github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"

	"mashal/llm"
	"mashal/llm/llmtest"
	"mashal/llm/openai"
	"mashal/llm/sse"
)

var chatProtocol = protocol{
	wire: llmtest.Chat, path: "/v1/chat/completions",
	ours: func(c config) (llm.Provider, error) { return openai.New(openaiConfig(c, false)) },
	sdk:  readChat,
	decode: func(body []byte) (any, error) {
		var p sdkopenai.ChatCompletionNewParams
		return p, json.Unmarshal(body, &p)
	},
	ends: chatEnds,
	odd: []string{
		`null`, `{}`, `7`, `"text"`, `[]`, `{"choices":null}`, `{"choices":{"delta":{"content":"x"}}}`, `{"choices":[null,7,"x"]}`,
		`{"choices":[{"delta":null}]}`, `{"choices":[{"delta":"x"}]}`, `{"choices":[{"delta":["x"]}]}`,
		`{"choices":[{"delta":{"content":7}}]}`, `{"choices":[{"delta":{"content":true}}]}`,
		`{"choices":[{"index":1,"delta":{"content":"of another"}}]}`, `{"choices":[{"index":"1","delta":{"content":"of another"}}]}`,
		`{"choices":[{"delta":{"content":"one "}},{"index":0,"delta":{"content":"two"}}]}`,
		`{"choices":[{"delta":{"content":"\u05de\ud83e\udea8\ud83e \u0000\"\/"}}]}`, "{\"choices\":[{\"delta\":{\"content\":\"\xd7 \xff\"}}]}",
		`{"choices":[{"delta":{"reasoning_content":"thinks"}}]}`, `{"choices":[{"delta":{"refusal":7}}]}`,
		`{"model":7}`, `{"usage":{}}`, `{"usage":{"prompt_tokens":12.0,"completion_tokens":"7","prompt_tokens_details":null}}`,
		`{"usage":{"prompt_tokens":-1,"completion_tokens":1e3}}`, `{"usage":{"prompt_tokens":[1],"completion_tokens_details":{"reasoning_tokens":99999999999999999999}}}`,
		`{"error":{}}`, `{"error":false}`, `{"\u0065rror":"x"}`, `{"error":"x","choices":[{"delta":{"content":"x"}}]}`,
		`{"a":[` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]}`,
	},
	plain: func(body []byte) bool { return plainOpenAI(body, foreignToChat) },
}

// chatEnds are the reasons to stop that both clients know.
var chatEnds = map[string]llm.Kind{
	"stop": llm.KindNone, "eos": llm.KindNone, "eos_token": llm.KindNone, "end_turn": llm.KindNone, "stop_sequence": llm.KindNone,
	"length": llm.TooLong, "max_tokens": llm.TooLong, "content_filter": llm.Refused, "error": llm.ServerError,
}

var responsesProtocol = protocol{
	wire: llmtest.Responses, path: "/v1/responses",
	ours: func(c config) (llm.Provider, error) { return openai.New(openaiConfig(c, true)) },
	sdk:  readResponses,
	decode: func(body []byte) (any, error) {
		var p sdkresponses.ResponseNewParams
		return p, json.Unmarshal(body, &p)
	},
	ends: map[string]llm.Kind{
		"completed": llm.KindNone, "incomplete: max_output_tokens": llm.TooLong, "incomplete: content_filter": llm.Refused,
		"incomplete: ": llm.Cut, "cancelled": llm.Cut, "failed": reported, "error": reported,
	},
	odd: []string{
		`null`, `{}`, `7`, `[]`, `{"type":7}`, `{"type":"response.of_tomorrow","delta":"x"}`,
		`{"type":"response.output_text.delta"}`, `{"type":"response.output_text.delta","delta":null}`, `{"type":"response.output_text.delta","delta":7}`,
		`{"type":"response.output_text.delta","delta":{"a":1}}`, `{"type":"response.output_text.delta","delta":"\u05de\ud83e\udea8\ud83e \""}`,
		`{"type":"response.reasoning_text.delta","delta":"thinks"}`, `{"type":"response.in_progress"}`, `{"type":"response.in_progress","response":7}`,
		`{"type":"response.completed"}`, `{"type":"response.completed","response":{"usage":{"input_tokens":12.0,"output_tokens":"7"}}}`,
		`{"type":"response.incomplete"}`, `{"type":"response.failed","response":{"error":{"code":"server_error","message":"down"}}}`,
		`{"type":"error","code":502,"message":"gone"}`,
	},
	plain: func(body []byte) bool { return plainOpenAI(body, foreignToResponses) },
}

func openaiConfig(c config, responses bool) openai.Config {
	return openai.Config{
		Key: c.key, BaseURL: c.base + "/v1", Organization: c.organization, Project: c.project, NoSchema: c.noSchema, Responses: responses, Transport: c.transport,
	}
}

// openaiOptions returns the options of a service. Services are made one by one
// because the SDK's client reads the environment.
func openaiOptions(c config) []option.RequestOption {
	options := []option.RequestOption{
		option.WithHTTPClient(&http.Client{Transport: c.transport}), option.WithBaseURL(c.base + "/v1"), option.WithMaxRetries(0), option.WithAPIKey(c.key),
	}
	if c.organization != "" {
		options = append(options, option.WithOrganization(c.organization))
	}
	if c.project != "" {
		options = append(options, option.WithProject(c.project))
	}
	return options
}

// object returns a schema as the SDKs' types have it, which lose its order.
func object(s *llm.Schema) (m map[string]any) {
	if err := json.Unmarshal(s.JSON, &m); err != nil {
		panic(err)
	}
	return m
}

// isOpenAIs reports whether the server is OpenAI's own.
func isOpenAIs(c config) bool { return strings.Contains(c.base, "api.openai.com") }

func chatParams(c config, req llm.Request) sdkopenai.ChatCompletionNewParams {
	p := sdkopenai.ChatCompletionNewParams{
		Model: req.Model, StreamOptions: sdkopenai.ChatCompletionStreamOptionsParam{IncludeUsage: sdkopenai.Bool(true)},
		ReasoningEffort: shared.ReasoningEffort(req.Effort),
	}
	if req.System != "" {
		p.Messages = append(p.Messages, sdkopenai.SystemMessage(req.System))
	}
	p.Messages = append(p.Messages, sdkopenai.UserMessage(req.User()))
	switch {
	case req.MaxOutput == 0:
	case isOpenAIs(c), strings.Contains(req.Model, "gpt-5"):
		p.MaxCompletionTokens = sdkopenai.Int(int64(req.MaxOutput))
	default:
		p.MaxTokens = sdkopenai.Int(int64(req.MaxOutput))
	}
	if req.Temperature != nil {
		p.Temperature = sdkopenai.Float(*req.Temperature)
	}
	if req.CacheKey != "" && isOpenAIs(c) {
		p.PromptCacheKey = sdkopenai.String(req.CacheKey)
	}
	if req.Schema != nil && !c.noSchema {
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: req.Schema.Name, Schema: object(req.Schema), Strict: sdkopenai.Bool(true)},
		}
	}
	return p
}

// readChat asks by Chat Completions.
func readChat(ctx context.Context, c config, req llm.Request) (r reading) {
	service := sdkopenai.NewChatCompletionService(openaiOptions(c)...)
	stream := service.NewStreaming(ctx, chatParams(c, req))
	for stream.Next() {
		chunk := stream.Current()
		if chunk.Model != "" {
			r.model = chunk.Model
		}
		if chunk.JSON.Usage.Valid() {
			u := chunk.Usage
			r.usage = mashal.Tokens{
				Input: u.PromptTokens, CachedInput: u.PromptTokensDetails.CachedTokens, CacheWrite: u.PromptTokensDetails.CacheWriteTokens,
				Output: u.CompletionTokens, Reasoning: u.CompletionTokensDetails.ReasoningTokens,
			}
		}
		for _, choice := range chunk.Choices {
			if choice.Index != 0 {
				continue
			}
			r.refusal += choice.Delta.Refusal
			r.take(choice.Delta.Content)
			if choice.FinishReason != "" {
				r.end = choice.FinishReason
			}
		}
	}
	r.ended = r.end != ""
	r.fail(stream.Err())
	return r
}

// fail takes the error of an SDK of OpenAI's.
func (r *reading) fail(err error) {
	var api *sdkopenai.Error
	var told *ssestream.StreamError
	r.err = err
	switch {
	case errors.As(err, &api):
		r.told, r.words = true, api.Message
	case errors.As(err, &told):
		r.told, r.words = true, llm.ParseAPIError(told.Event.Data).Message
	}
}

func responsesParams(c config, req llm.Request) sdkresponses.ResponseNewParams {
	p := sdkresponses.ResponseNewParams{
		Model: req.Model, Input: sdkresponses.ResponseNewParamsInputUnion{OfString: sdkopenai.String(req.User())}, Store: sdkopenai.Bool(false),
	}
	if req.System != "" {
		p.Instructions = sdkopenai.String(req.System)
	}
	if req.MaxOutput > 0 {
		p.MaxOutputTokens = sdkopenai.Int(int64(req.MaxOutput))
	}
	if req.Effort != "" {
		p.Reasoning = shared.ReasoningParam{Effort: shared.ReasoningEffort(req.Effort)}
	}
	if req.Temperature != nil {
		p.Temperature = sdkopenai.Float(*req.Temperature)
	}
	if req.CacheKey != "" && isOpenAIs(c) {
		p.PromptCacheKey = sdkopenai.String(req.CacheKey)
	}
	if req.Schema != nil && !c.noSchema {
		p.Text.Format.OfJSONSchema = &sdkresponses.ResponseFormatTextJSONSchemaConfigParam{
			Name: req.Schema.Name, Schema: object(req.Schema), Strict: sdkopenai.Bool(true),
		}
	}
	return p
}

// readResponses asks by Responses.
func readResponses(ctx context.Context, c config, req llm.Request) (r reading) {
	service := sdkresponses.NewResponseService(openaiOptions(c)...)
	stream := service.NewStreaming(ctx, responsesParams(c, req))
	defer func() { _ = stream.Close() }()
	for r.end == "" && stream.Next() {
		event := stream.Current()
		switch event.Type {
		case "response.created", "response.in_progress":
			r.model = event.Response.Model
		case "response.output_text.delta":
			r.take(event.Delta)
		case "response.refusal.delta":
			r.refusal += event.Delta
		case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
			r.end = strings.TrimPrefix(event.Type, "response.")
			if r.end == "incomplete" {
				r.end = "incomplete: " + event.Response.IncompleteDetails.Reason
			}
			if m := event.Response.Model; m != "" {
				r.model = m
			}
			if u := event.Response.Usage; event.Response.JSON.Usage.Valid() {
				r.usage = mashal.Tokens{
					Input: u.InputTokens, CachedInput: u.InputTokensDetails.CachedTokens, CacheWrite: u.InputTokensDetails.CacheWriteTokens,
					Output: u.OutputTokens, Reasoning: u.OutputTokensDetails.ReasoningTokens,
				}
			}
			r.words = event.Response.Error.Message
		case "error":
			r.end, r.words = "error", event.Message
		}
	}
	if r.ended = r.end != ""; !r.ended {
		r.fail(stream.Err())
	}
	return r
}

// plainOpenAI reports whether no exception applies to a stream.
func plainOpenAI(body []byte, isForeign func(sse.Event) bool) bool {
	for _, e := range events(body) {
		if len(bytes.TrimSpace(e.Data)) == 0 || !plainJSON(e.Data) || nullError(e.Data) || toleratedChat(e.Data) || isForeign(e) {
			return false
		}
	}
	return plainLines(body)
}
