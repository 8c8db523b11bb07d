package openai

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"mashal"
	"mashal/llm"
	"mashal/llm/foreign"
)

// chatRequest is the body of a request of Chat Completions.
type chatRequest struct {
	Model               string          `json:"model"`
	Messages            []chatMessage   `json:"messages"`
	MaxTokens           int             `json:"max_tokens,omitempty"`
	MaxCompletionTokens int             `json:"max_completion_tokens,omitempty"`
	ReasoningEffort     llm.Effort      `json:"reasoning_effort,omitempty"`
	Temperature         *float64        `json:"temperature,omitempty"`
	PromptCacheKey      string          `json:"prompt_cache_key,omitempty"`
	ResponseFormat      *responseFormat `json:"response_format,omitempty"`
	Stream              bool            `json:"stream"`
	StreamOptions       *streamOptions  `json:"stream_options,omitempty"`
}

type chatMessage struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

type streamOptions struct {
	IncludeUsage bool `json:"include_usage"`
}

type responseFormat struct {
	Type       string     `json:"type"`
	JSONSchema jsonSchema `json:"json_schema"`
}

type jsonSchema struct {
	Type   string          `json:"type,omitempty"` // only in Responses
	Name   string          `json:"name"`
	Strict bool            `json:"strict"`
	Schema json.RawMessage `json:"schema"` // in the order in which it is written
}

// chatRequest returns the body for a request, and the parameters that it has.
func (c *Client) chatRequest(req llm.Request) (chatRequest, llm.Parameters) {
	sends := req.Sends(llm.ParamSchema | llm.ParamEffort | llm.ParamTemperature | llm.ParamSystem | llm.ParamUsage | llm.ParamStream | llm.ParamCache)
	r := chatRequest{Model: req.Model, ReasoningEffort: req.Effort, Temperature: req.Temperature, Stream: sends.Has(llm.ParamStream)}
	if !r.Stream {
		sends &^= llm.ParamUsage // an answer in one piece has it
	}
	if sends.Has(llm.ParamUsage) {
		r.StreamOptions = &streamOptions{IncludeUsage: true}
	}
	if req.System != "" {
		r.Messages = append(r.Messages, chatMessage{"system", req.System})
	}
	r.Messages = append(r.Messages, chatMessage{"user", req.User()})
	// OpenAI's reasoning models refuse the old name of the limit, and many
	// other servers know only that.
	usual, other := &r.MaxTokens, &r.MaxCompletionTokens
	if c.own || reasons(req.Model) {
		usual, other = other, usual
	}
	switch {
	case req.MaxOutput == 0:
	case !req.Omit.Has(llm.ParamLimit):
		*usual, sends = req.MaxOutput, sends|llm.ParamLimit
	case !req.Omit.Has(llm.ParamOtherLimit):
		*other, sends = req.MaxOutput, sends|llm.ParamOtherLimit
	}
	if r.PromptCacheKey = req.CacheKey; !c.own {
		r.PromptCacheKey = ""
	}
	if r.PromptCacheKey == "" {
		sends &^= llm.ParamCache
	}
	if req.Schema != nil && !c.config.NoSchema {
		r.ResponseFormat = &responseFormat{"json_schema", jsonSchema{Name: req.Schema.Name, Strict: true, Schema: req.Schema.JSON}}
	} else {
		sends &^= llm.ParamSchema
	}
	return r, sends
}

// reasons reports whether a name is that of one of OpenAI's reasoning models,
// with or without a proxy's prefix.
func reasons(model string) bool {
	model = model[strings.LastIndexByte(model, '/')+1:]
	for _, prefix := range []string{"gpt-5", "gpt-6", "o1", "o3", "o4"} {
		if strings.HasPrefix(model, prefix) {
			return true
		}
	}
	return false
}

// isChat reports whether an event is one of Chat Completions.
func isChat(_ string, event gjson.Result) bool {
	return event.Get("choices").IsArray() || event.Get("x_groq").Exists()
}

// readChat reads the events of an answer.
func (a *answer) readChat(x *llm.Exchange) {
	for {
		event, ok := a.next(x, isChat)
		if !ok || !a.chunk(event) {
			break
		}
	}
	// Some servers count along the way: the count is final once the answer is.
	if a.foreign == nil {
		a.resp.Usage.Reported = (a.resp.End != "" || a.done || x.Whole()) && a.resp.Usage.Total() > 0
	}
}

// chunk takes one event. It reports false if no more are wanted.
func (a *answer) chunk(event gjson.Result) (more bool) {
	more = true
	// Before the text, whatever the order of the fields.
	if model := event.Get("model").String(); model != "" {
		a.resp.Model = model
	}
	event.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "system_fingerprint":
			if build := value.String(); build != "" {
				a.resp.Build = build
			}
		case "usage":
			if value.IsObject() {
				a.resp.Usage = chatUsage(value)
			}
		case "x_groq":
			if usage := value.Get("usage"); usage.IsObject() {
				a.resp.Usage = chatUsage(usage)
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

// choice takes the next piece of one answer. Only one was asked for.
func (a *answer) choice(choice gjson.Result) (more bool) {
	if choice.Get("index").Int() != 0 {
		return true
	}
	delta, message, text := choice.Get("delta"), choice.Get("message"), choice.Get("text")
	switch {
	case delta.IsObject() && (delta.Raw != "{}" || !message.IsObject()):
		more = a.delta(delta, false)
	case message.IsObject() && (!a.written || a.messages.Len() > 0): // the server does not stream, or sends messages
		more = a.delta(message, true)
	case text.Type == gjson.String && !message.Exists(): // of the protocol before Chat Completions
		more = a.take(text.Str)
	default:
		more = true
	}
	if reason := choice.Get("finish_reason").String(); more && reason != "" {
		a.finish(reason)
	}
	return more
}

// delta takes the next piece of a message, or a message in its place: all of the
// answer, all so far, or the next piece. Servers have several names
// for the field of the reasoning. The arguments of a call are the answer, of a server
// that makes the schema of the answer a function.
func (a *answer) delta(delta gjson.Result, message bool) (more bool) {
	more = true
	delta.ForEach(func(key, value gjson.Result) bool {
		switch key.Str {
		case "content":
			if message && value.Type == gjson.String {
				piece := foreign.NewText(a.messages.String(), value.Str)
				a.messages.WriteString(piece)
				more = a.take(piece)
			} else {
				more = a.content(value)
			}
		case "refusal":
			a.refuse(value.String())
		case "reasoning_content", "reasoning", "reasoning_text", "thinking":
			a.think(value.String())
		case "tool_calls":
			if value.IsArray() {
				value.ForEach(func(_, call gjson.Result) bool {
					more = a.arguments(call.Get("function.arguments"))
					return more
				})
			}
		case "function_call":
			more = a.arguments(value.Get("arguments"))
		}
		return more
	})
	return more
}

// arguments takes the next piece of the arguments of a call, or all of them.
func (a *answer) arguments(arguments gjson.Result) (more bool) {
	text := foreign.ArgumentsText(arguments)
	a.called = a.called || text != ""
	return a.take(text)
}

func chatUsage(u gjson.Result) mashal.Tokens {
	t := mashal.Tokens{
		Input:       u.Get("prompt_tokens").Int(),
		CachedInput: u.Get("prompt_tokens_details.cached_tokens").Int(),
		CacheWrite:  u.Get("prompt_tokens_details.cache_write_tokens").Int(),
		Output:      u.Get("completion_tokens").Int(),
		Reasoning:   u.Get("completion_tokens_details.reasoning_tokens").Int(),
	}
	if t.CachedInput == 0 {
		t.CachedInput = u.Get("prompt_cache_hit_tokens").Int() // DeepSeek's name
	}
	if t.CachedInput > t.Input { // the server counts them apart
		t.Input += t.CachedInput
	}
	return t
}

// finish takes the reason for which the model stopped. Where there are several,
// the last one counts.
func (a *answer) finish(reason string) {
	a.resp.End, a.kind, a.reason = reason, llm.KindNone, nil
	a.kind = foreign.KindOfEnd(reason)
	if a.kind == llm.KindNone && foreign.IsCall(reason) && !a.called {
		a.kind = llm.Malformed
	}
	switch a.kind {
	case llm.KindNone:
	case llm.TooLong:
		a.reason = fmt.Errorf("the answer hit the output limit (finish_reason %q)", reason)
	case llm.Refused:
		a.reason = fmt.Errorf("the answer was filtered (finish_reason %q)", reason)
	case llm.ServerError:
		a.reason = fmt.Errorf("the server stopped the answer (finish_reason %q)", reason)
	default:
		a.reason = fmt.Errorf("the model stopped for an unexpected reason (finish_reason %q)", reason)
	}
}
