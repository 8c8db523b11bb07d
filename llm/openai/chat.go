package openai

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"
	"github.com/tidwall/gjson"

	"mashal"
	"mashal/llm"
)

func (c *Client) chatParams(req llm.Request) openai.ChatCompletionNewParams {
	p := openai.ChatCompletionNewParams{
		Model:         req.Model,
		StreamOptions: openai.ChatCompletionStreamOptionsParam{IncludeUsage: openai.Bool(true)},
	}
	if req.System != "" {
		p.Messages = append(p.Messages, openai.SystemMessage(req.System))
	}
	p.Messages = append(p.Messages, openai.UserMessage(req.User()))
	if req.MaxOutput > 0 {
		// OpenAI's reasoning models refuse the old name of the limit, and many
		// servers know only that.
		if c.own || reasons(req.Model) {
			p.MaxCompletionTokens = openai.Int(int64(req.MaxOutput))
		} else {
			p.MaxTokens = openai.Int(int64(req.MaxOutput))
		}
	}
	if req.Effort != "" {
		p.ReasoningEffort = shared.ReasoningEffort(req.Effort)
	}
	if req.Temperature != nil {
		p.Temperature = openai.Float(*req.Temperature)
	}
	if req.CacheKey != "" && c.own {
		p.PromptCacheKey = openai.String(req.CacheKey)
	}
	if req.Schema != nil && !c.config.NoSchema {
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{
				Name: req.Schema.Name, Schema: req.Schema.JSON, Strict: openai.Bool(true),
			},
		}
	}
	return p
}

// reasons says whether a name is that of one of OpenAI's reasoning models, with
// whatever a proxy puts before it.
func reasons(model string) bool {
	model = model[strings.LastIndexByte(model, '/')+1:]
	for _, prefix := range []string{"gpt-5", "gpt-6", "o1", "o3", "o4"} {
		if strings.HasPrefix(model, prefix) {
			return true
		}
	}
	return false
}

func (c *Client) streamChat(ctx context.Context, req llm.Request, a *answer) {
	var raw *http.Response
	err := c.chat.NewStreaming(ctx, c.chatParams(req), option.WithResponseInto(&raw)).Err()
	stream := newStream(raw, err)
	defer stream.close()
	for stream.next() {
		if !a.chunk(stream.event) {
			return
		}
	}
	a.err = stream.err
	// The count is final once the answer is: servers that count along the way
	// exist.
	a.resp.Usage.Reported = a.resp.End != "" && a.resp.Usage.Total() > 0
	if a.resp.End != "" && a.kind == llm.KindNone {
		// The answer is whole; what was lost after it is at most the count.
		a.err = nil
	}
}

// chunk takes one event. It reports false if no more are wanted.
func (a *answer) chunk(event gjson.Result) (more bool) {
	more = true
	event.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "model":
			if model := value.String(); model != "" {
				a.resp.Model = model
			}
		case "usage":
			if value.IsObject() {
				a.resp.Usage = chatUsage(value)
			}
		case "choices":
			if value.IsArray() {
				value.ForEach(func(_, choice gjson.Result) bool {
					more = a.choice(choice)
					return more
				})
			}
		}
		return more
	})
	return more
}

// choice takes what one answer goes on with. Only one was asked for.
func (a *answer) choice(choice gjson.Result) (more bool) {
	if choice.Get("index").Int() != 0 {
		return true
	}
	delta := choice.Get("delta")
	a.refuse(delta.Get("refusal").String())
	if !a.take(delta.Get("content").String()) {
		return false
	}
	if reason := choice.Get("finish_reason").String(); reason != "" {
		a.finish(reason)
	}
	return true
}

func chatUsage(u gjson.Result) mashal.Tokens {
	return mashal.Tokens{
		Input:       u.Get("prompt_tokens").Int(),
		CachedInput: u.Get("prompt_tokens_details.cached_tokens").Int(),
		CacheWrite:  u.Get("prompt_tokens_details.cache_write_tokens").Int(),
		Output:      u.Get("completion_tokens").Int(),
		Reasoning:   u.Get("completion_tokens_details.reasoning_tokens").Int(),
	}
}

// finish takes the reason for which the model stopped.
func (a *answer) finish(reason string) {
	a.resp.End = reason
	switch reason {
	case "stop", "eos", "eos_token", "end_turn", "stop_sequence":
	case "length", "max_tokens":
		a.kind, a.reason = llm.TooLong, fmt.Errorf("the answer hit the output limit (finish_reason %q)", reason)
	case "content_filter":
		a.kind, a.reason = llm.Refused, fmt.Errorf("the answer was filtered (finish_reason %q)", reason)
	case "error":
		a.kind, a.reason = llm.ServerError, fmt.Errorf("the server broke off (finish_reason %q)", reason)
	default:
		a.kind, a.reason = llm.Malformed, fmt.Errorf("the model stopped for an unexpected reason (finish_reason %q)", reason)
	}
}
