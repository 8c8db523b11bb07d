package llmsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// messages implements Anthropic's Messages.
type messages struct{}

func (messages) decode(r *http.Request, body []byte) (Request, error) {
	if r.Header.Get("Anthropic-Version") == "" {
		return Request{}, errors.New("anthropic-version: header is required")
	}
	var in struct {
		Model     string
		Stream    bool
		System    content
		Messages  []struct{ Content content }
		MaxTokens int64 `json:"max_tokens"`
		Output    struct {
			Format struct{ Schema json.RawMessage }
		} `json:"output_config"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Request{}, err
	}
	if in.MaxTokens <= 0 {
		return Request{}, errors.New("max_tokens: Field required")
	}
	req := Request{Model: in.Model, Stream: in.Stream, MaxOutput: in.MaxTokens, Schema: in.Output.Format.Schema}
	mark := func(p part) {
		if len(p.CacheControl) > 0 && string(p.CacheControl) != "null" {
			req.marks = append(req.marks, len(req.System)+len(req.Prompt))
		}
	}
	for _, p := range in.System {
		appendText(&req.System, p.Text)
		mark(p)
	}
	for _, m := range in.Messages {
		for _, p := range m.Content {
			appendText(&req.Prompt, p.Text)
			mark(p)
		}
	}
	return req, nil
}

func (messages) streamType() string { return "text/event-stream; charset=utf-8" }

// reason returns the stop reason.
func (messages) reason(e ending) string {
	switch e {
	case outOfTokens:
		return "max_tokens"
	case filtered, declined:
		return "refusal"
	}
	return "end_turn"
}

// details returns the stop details as JSON.
func (messages) details(e ending) string {
	if e == filtered || e == declined {
		return `{"type":"refusal","category":null,"explanation":` + quote(refusalText) + `}`
	}
	return "null"
}

// input returns the usage of the input. Anthropic counts cached tokens apart.
func (messages) input(a *answer) string {
	u := a.usage
	return fmt.Sprintf(`"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d`, u.Input-u.CachedInput-u.CacheWrite, u.CacheWrite, u.CachedInput)
}

// output returns the usage of the output.
func (messages) output(a *answer) string {
	return fmt.Sprintf(`"output_tokens":%d,"output_tokens_details":{"thinking_tokens":%d}`, a.usage.Output, a.usage.Reasoning)
}

func (p messages) stream(a *answer) []frame {
	var frames []frame
	add := func(kind, fields string) *frame {
		frames = append(frames, frame{data: fmt.Appendf(nil, "event: %s\ndata: {\"type\":%q%s}\n\n", kind, kind, fields)})
		return &frames[len(frames)-1]
	}
	add("message_start", fmt.Sprintf(`,"message":{"model":%s,"id":"msg_01%s","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,`+
		`"usage":{%s,"cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}`,
		quote(a.model), a.id, p.input(a), a.usage.CacheWrite)).early = true
	index := 0
	if a.usage.Reasoning > 0 {
		add("content_block_start", `,"index":0,"content_block":{"type":"thinking","thinking":"","signature":""}`).early = true
		add("ping", "").early = true
		add("content_block_delta", `,"index":0,"delta":{"type":"signature_delta","signature":"EqQB"}`)
		add("content_block_stop", `,"index":0`)
		index = 1
	} else {
		add("ping", "").early = true
	}
	if a.thought {
		add("content_block_start", fmt.Sprintf(`,"index":%d,"content_block":{"type":"thinking","thinking":"","signature":""}`, index))
		for _, piece := range a.pieces {
			f := add("content_block_delta", fmt.Sprintf(`,"index":%d,"delta":{"type":"thinking_delta","thinking":%s}`, index, quote(piece.text)))
			f.tokens, f.text = piece.tokens, len(piece.text)
		}
		add("content_block_stop", fmt.Sprintf(`,"index":%d`, index))
	} else if a.end != declined {
		add("content_block_start", fmt.Sprintf(`,"index":%d,"content_block":{"type":"text","text":""}`, index))
		for _, piece := range a.pieces {
			f := add("content_block_delta", fmt.Sprintf(`,"index":%d,"delta":{"type":"text_delta","text":%s}`, index, quote(piece.text)))
			f.tokens, f.text = piece.tokens, len(piece.text)
		}
		add("content_block_stop", fmt.Sprintf(`,"index":%d`, index))
	}
	add("message_delta", fmt.Sprintf(`,"delta":{"stop_reason":%q,"stop_sequence":null,"stop_details":%s},"usage":{%s,%s}`, p.reason(a.end), p.details(a.end), p.input(a), p.output(a)))
	add("message_stop", "").terminal = true
	return frames
}

func (p messages) whole(a *answer) []byte {
	content := ""
	if a.end != declined && len(a.pieces) > 0 {
		content = `{"type":"text","text":` + quote(a.text) + `}`
	}
	return fmt.Appendf(nil, `{"model":%s,"id":"msg_01%s","type":"message","role":"assistant","content":[%s],"stop_reason":%q,"stop_sequence":null,"stop_details":%s,"usage":{%s,%s,"service_tier":"standard"}}`,
		quote(a.model), a.id, content, p.reason(a.end), p.details(a.end), p.input(a), p.output(a))
}

func (messages) failure(f failure) []byte {
	kind := map[int]string{
		400: "invalid_request_error", 404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error", 503: "overloaded_error", 529: "overloaded_error",
	}[f.status]
	if kind == "" {
		kind = "api_error"
	}
	return fmt.Appendf(nil, `{"type":"error","error":{"type":%q,"message":%s},"request_id":"req_01%s"}`, kind, quote(f.message), f.id)
}

func (p messages) event(f failure) []byte {
	return fmt.Appendf(nil, "event: error\ndata: %s\n\n", p.failure(f))
}

func (messages) garbage() []byte {
	return []byte("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":{]}\n\n")
}

func (messages) head(h http.Header, id string, left *quota, now time.Time) {
	h.Set("Request-Id", "req_01"+id)
	if left == nil {
		return
	}
	for name, w := range map[string]limitState{"Requests": left.requests, "Tokens": left.tokens} {
		if w.limit > 0 {
			h.Set("Anthropic-Ratelimit-"+name+"-Limit", strconv.FormatInt(w.limit, 10))
			h.Set("Anthropic-Ratelimit-"+name+"-Remaining", strconv.FormatInt(w.remaining, 10))
			h.Set("Anthropic-Ratelimit-"+name+"-Reset", now.Add(w.reset).UTC().Format(time.RFC3339Nano))
		}
	}
}
