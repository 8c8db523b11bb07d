package llmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// chat implements OpenAI's Chat Completions.
type chat struct{ openai }

func (chat) decode(_ *http.Request, body []byte) (Request, error) {
	var in struct {
		Model         string
		Stream        bool
		StreamOptions struct {
			IncludeUsage bool `json:"include_usage"`
		} `json:"stream_options"`
		Messages []struct {
			Role    string
			Content content
		}
		MaxTokens           int64 `json:"max_tokens"`
		MaxCompletionTokens int64 `json:"max_completion_tokens"`
		ResponseFormat      struct {
			JSONSchema struct{ Schema json.RawMessage } `json:"json_schema"`
		} `json:"response_format"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Request{}, err
	}
	req := Request{
		Model: in.Model, Stream: in.Stream, usageAsked: in.StreamOptions.IncludeUsage,
		MaxOutput: max(in.MaxTokens, in.MaxCompletionTokens), Schema: in.ResponseFormat.JSONSchema.Schema,
	}
	for _, m := range in.Messages {
		if m.Role == "system" || m.Role == "developer" {
			appendText(&req.System, m.Content.text())
		} else {
			appendText(&req.Prompt, m.Content.text())
		}
	}
	return req, nil
}

// finish returns the finish reason as JSON.
func (chat) finish(e ending) string {
	switch e {
	case outOfTokens:
		return `"length"`
	case filtered:
		return `"content_filter"`
	}
	return `"stop"`
}

// usage returns the usage object.
func (chat) usage(a *answer) string {
	return fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d,"audio_tokens":0},`+
		`"completion_tokens_details":{"reasoning_tokens":%d,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`,
		a.usage.Input, a.usage.Output, a.usage.Total(), a.usage.CachedInput, a.usage.Reasoning)
}

func (c chat) stream(a *answer) []frame {
	frames := make([]frame, 0, len(a.pieces)+4)
	head := fmt.Sprintf(`data: {"id":"chatcmpl-%s","object":"chat.completion.chunk","created":%d,"model":%s,`+
		`"service_tier":"default","system_fingerprint":null,"choices":[`, a.id, a.created.Unix(), quote(a.model))
	add := func(choices, usage string) *frame {
		tail := "]}\n\n"
		if a.req.usageAsked {
			tail = `],"usage":` + usage + "}\n\n"
		}
		frames = append(frames, frame{data: []byte(head + choices + tail)})
		return &frames[len(frames)-1]
	}
	delta := func(delta, finish string) *frame {
		return add(`{"index":0,"delta":`+delta+`,"logprobs":null,"finish_reason":`+finish+`}`, "null")
	}
	delta(`{"role":"assistant","content":"","refusal":null}`, "null")
	for _, p := range a.pieces {
		key := "content"
		if a.thought {
			key = "reasoning_content"
		}
		f := delta(`{"`+key+`":`+quote(p.text)+`}`, "null")
		f.tokens, f.text = p.tokens, len(p.text)
	}
	if a.end == declined {
		delta(`{"refusal":`+quote(refusalText)+`}`, "null").tokens = Tokens(refusalText)
	}
	delta(`{}`, c.finish(a.end)).terminal = true
	if a.req.usageAsked {
		add("", c.usage(a))
	}
	return append(frames, frame{data: []byte("data: [DONE]\n\n")})
}

func (c chat) whole(a *answer) []byte {
	text, refusal := quote(a.text), "null"
	if a.thought {
		text = `null,"reasoning_content":` + text
	}
	if a.end == declined {
		text, refusal = "null", quote(refusalText)
	}
	return fmt.Appendf(nil, `{"id":"chatcmpl-%s","object":"chat.completion","created":%d,"model":%s,"choices":[{"index":0,"message":{"role":"assistant",`+
		`"content":%s,"refusal":%s,"annotations":[]},"logprobs":null,"finish_reason":%s}],"usage":%s,"service_tier":"default","system_fingerprint":null}`,
		a.id, a.created.Unix(), quote(a.model), text, refusal, c.finish(a.end), c.usage(a))
}

func (chat) event(f failure) []byte {
	return fmt.Appendf(nil, "data: %s\n\n", openai{}.failure(f))
}

// openai has the methods that OpenAI's two protocols share.
type openai struct{}

func (openai) streamType() string { return "text/event-stream; charset=utf-8" }

func (openai) garbage() []byte { return []byte("data: {\"id\":\"0\",\"choices\":[{]}\n\n") }

// names returns the type and the code of an error.
func (openai) names(f failure) (kind, code string) {
	switch {
	case f.status == 429 && f.of == "tokens":
		return "tokens", `"rate_limit_exceeded"`
	case f.status == 429:
		return "requests", `"rate_limit_exceeded"`
	case f.status == 404:
		return "invalid_request_error", `"model_not_found"`
	case f.status == 529:
		return "service_unavailable_error", `"server_is_overloaded"`
	case f.status >= 500:
		return "server_error", "null"
	}
	return "invalid_request_error", "null"
}

func (o openai) failure(f failure) []byte {
	kind, code := o.names(f)
	return fmt.Appendf(nil, `{"error":{"message":%s,"type":%q,"param":null,"code":%s}}`, quote(f.message), kind, code)
}

func (openai) head(h http.Header, id string, left *quota, _ time.Time) {
	h.Set("X-Request-Id", "req_"+id)
	h.Set("Openai-Version", "2020-10-01")
	if left == nil {
		return
	}
	for name, w := range map[string]limitState{"Requests": left.requests, "Tokens": left.tokens} {
		if w.limit > 0 {
			h.Set("X-Ratelimit-Limit-"+name, strconv.FormatInt(w.limit, 10))
			h.Set("X-Ratelimit-Remaining-"+name, strconv.FormatInt(w.remaining, 10))
			h.Set("X-Ratelimit-Reset-"+name, w.reset.Round(time.Microsecond).String())
		}
	}
}
