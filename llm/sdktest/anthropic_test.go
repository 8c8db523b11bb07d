package sdktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	sdkanthropic "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/llmtest"
)

var messagesProtocol = protocol{
	wire: llmtest.Messages, path: "/v1/messages",
	ours: func(c config) (llm.Provider, error) {
		return anthropic.New(anthropic.Config{Key: c.key, Token: c.token, BaseURL: c.base, NoSchema: c.noSchema, Transport: c.transport})
	},
	sdk: readMessages,
	decode: func(body []byte) (any, error) {
		var p sdkanthropic.MessageNewParams
		return p, json.Unmarshal(body, &p)
	},
	ends: map[string]llm.Kind{
		string(sdkanthropic.StopReasonEndTurn): llm.KindNone, string(sdkanthropic.StopReasonStopSequence): llm.KindNone,
		string(sdkanthropic.StopReasonMaxTokens): llm.TooLong, string(sdkanthropic.StopReasonModelContextWindowExceeded): llm.TooLong,
		string(sdkanthropic.StopReasonRefusal): llm.Refused,
	},
	odd: func() (odd []string) {
		for _, data := range []string{
			`null`, `{}`, `7`, `"text"`, `[]`, `{"type":7}`, `{"type":"event_of_tomorrow","delta":{"type":"text_delta","text":"x"}}`,
			`{"type":"content_block_delta"}`, `{"type":"content_block_delta","delta":null}`, `{"type":"content_block_delta","delta":{"type":"text_delta"}}`,
			`{"type":"content_block_delta","delta":{"type":"text_delta","text":7}}`, `{"type":"content_block_delta","delta":{"type":"text_delta","text":null}}`,
			`{"type":"content_block_delta","delta":{"type":"text_delta","text":"\u05de\ud83e\udea8\ud83e \u0000\"\/"}}`,
			"{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"\xd7 \xff\"}}",
			`{"type":"message_start"}`, `{"type":"message_start","message":{"model":7,"usage":{"input_tokens":"9"}}}`,
			`{"type":"message_delta"}`, `{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":12.0}}`,
			`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":null}}`,
			`{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`,
		} {
			odd = append(odd, "event: content_block_delta\ndata: "+data+"\n\n")
		}
		return append(odd, "data: {not json\n\n", "data: {}\n\n", "event: message_stop\n\n", ": a comment\n\n", "event: ping\ndata: {not json\n\n",
			"event: error\ndata: {\"type\":\"error\"}\n\n")
	}(),
	plain: func(body []byte) bool {
		for _, e := range events(body) {
			if !plainJSON(e.Data) || e.Name == "" && json.Valid(e.Data) || foreignToMessages(e) {
				return false
			}
		}
		return plainLines(body)
	},
}

func messagesParams(c config, req llm.Request) sdkanthropic.MessageNewParams {
	mark := sdkanthropic.NewCacheControlEphemeralParam()
	p := sdkanthropic.MessageNewParams{Model: req.Model, MaxTokens: int64(req.MaxOutput)}
	if p.MaxTokens == 0 {
		p.MaxTokens = llm.DefaultOutput
	}
	if req.System != "" {
		p.System = []sdkanthropic.TextBlockParam{{Text: req.System, CacheControl: mark}}
	}
	var blocks []sdkanthropic.ContentBlockParamUnion
	if req.Shared != "" {
		shared := sdkanthropic.TextBlockParam{Text: req.Shared}
		if req.SharedAgain {
			shared.CacheControl = mark
		}
		blocks = append(blocks, sdkanthropic.ContentBlockParamUnion{OfText: &shared})
	}
	if req.Prompt != "" {
		blocks = append(blocks, sdkanthropic.NewTextBlock(req.Prompt))
	}
	p.Messages = []sdkanthropic.MessageParam{sdkanthropic.NewUserMessage(blocks...)}
	if req.Temperature != nil {
		p.Temperature = sdkanthropic.Float(*req.Temperature)
	}
	effort := sdkanthropic.OutputConfigEffort(req.Effort)
	switch req.Effort {
	case "":
	case llm.EffortNone:
		disabled := sdkanthropic.NewThinkingConfigDisabledParam()
		p.Thinking.OfDisabled = &disabled
	case llm.EffortMinimal:
		effort = sdkanthropic.OutputConfigEffortLow
		fallthrough
	default:
		p.OutputConfig.Effort = effort
		p.Thinking.OfAdaptive = &sdkanthropic.ThinkingConfigAdaptiveParam{}
	}
	if req.Schema != nil && !c.noSchema {
		p.OutputConfig.Format = sdkanthropic.JSONOutputFormatParam{Schema: object(req.Schema)}
	}
	return p
}

// readMessages asks by Messages.
func readMessages(ctx context.Context, c config, req llm.Request) (r reading) {
	// The service is made by itself because the SDK's client looks for
	// credentials in the environment and in files.
	options := []option.RequestOption{
		option.WithHTTPClient(&http.Client{Transport: c.transport}), option.WithBaseURL(c.base + "/"), option.WithMaxRetries(0), option.WithoutOpenTelemetry(),
	}
	switch {
	case c.key != "":
		options = append(options, option.WithAPIKey(c.key))
	case c.token != "":
		options = append(options, option.WithAuthToken(c.token))
	}
	service := sdkanthropic.NewMessageService(options...)
	stream := service.NewStreaming(ctx, messagesParams(c, req))
	var written, read, plain int64
	count := func(input, fromCache, toCache, output, reasoning int64) {
		plain, read, written = max(plain, input), max(read, fromCache), max(written, toCache)
		r.usage.Output, r.usage.Reasoning = max(r.usage.Output, output), max(r.usage.Reasoning, reasoning)
	}
	stopped := false
	for stream.Err() == nil && !stopped && stream.Next() {
		event := stream.Current()
		switch event.Type {
		case "message_start":
			r.model = string(event.Message.Model)
			u := event.Message.Usage
			count(u.InputTokens, u.CacheReadInputTokens, u.CacheCreationInputTokens, u.OutputTokens, u.OutputTokensDetails.ThinkingTokens)
		case "content_block_delta":
			if event.Delta.Type == "text_delta" {
				r.take(event.Delta.Text)
			}
		case "message_delta":
			if event.Delta.StopReason != "" {
				r.end, r.refusal = string(event.Delta.StopReason), event.Delta.StopDetails.Explanation
			}
			u := event.Usage
			count(u.InputTokens, u.CacheReadInputTokens, u.CacheCreationInputTokens, u.OutputTokens, u.OutputTokensDetails.ThinkingTokens)
		case "message_stop":
			stopped = true
		}
	}
	r.usage.Input, r.usage.CachedInput, r.usage.CacheWrite = plain+read+written, read, written
	r.err, r.ended = stream.Err(), stopped
	var api *sdkanthropic.Error
	switch {
	case errors.As(r.err, &api):
		r.told, r.words = true, llm.ParseAPIError([]byte(api.RawJSON())).Message
	case r.err != nil && strings.HasPrefix(r.err.Error(), "received error while streaming: "):
		r.told = true
	}
	return r
}
