package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"mashal/llm"
)

// messagesEvents returns an answer as Messages streams it.
func messagesEvents(s Script) (events [][]byte, terminal int) {
	add := func(kind, fields string) {
		if fields != "" {
			fields = "," + fields
		}
		events = append(events, fmt.Appendf(nil, "event: %s\ndata: {\"type\":%q%s}\n\n", kind, kind, fields))
	}
	u := s.Usage
	add("message_start", fmt.Sprintf(`"message":{"model":"claude-opus-4-5-20251101","id":"msg_01","type":"message","role":"assistant","content":[],`+
		`"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":%d,"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,`+
		`"cache_creation":{"ephemeral_5m_input_tokens":%d,"ephemeral_1h_input_tokens":0},"output_tokens":1,"service_tier":"standard"}}`,
		u.Input-u.CachedInput-u.CacheWrite, u.CacheWrite, u.CachedInput, u.CacheWrite))
	add("content_block_start", `"index":0,"content_block":{"type":"thinking","thinking":"","signature":""}`)
	add("ping", "")
	add("content_block_delta", `"index":0,"delta":{"type":"thinking_delta","thinking":"Let me see."}`)
	add("content_block_delta", `"index":0,"delta":{"type":"signature_delta","signature":"EqQB"}`)
	add("content_block_stop", `"index":0`)
	add("content_block_start", `"index":1,"content_block":{"type":"text","text":""}`)
	for _, piece := range s.Pieces {
		add("content_block_delta", `"index":1,"delta":{"type":"text_delta","text":`+quote(piece)+`}`)
	}
	add("content_block_stop", `"index":1`)
	reason, details := map[Ending]string{
		Stop: "end_turn", Length: "max_tokens", Refusal: "refusal", Strange: "tool_use",
	}[s.End], "null"
	if s.End == Refusal {
		details = `{"type":"refusal","category":"bio","explanation":"not that"}`
	}
	add("message_delta", fmt.Sprintf(`"delta":{"stop_reason":%q,"stop_sequence":null,"stop_details":%s},"usage":{"input_tokens":%d,`+
		`"cache_creation_input_tokens":%d,"cache_read_input_tokens":%d,"output_tokens":%d,"output_tokens_details":{"thinking_tokens":%d}}`,
		reason, details, u.Input-u.CachedInput-u.CacheWrite, u.CacheWrite, u.CachedInput, u.Output, u.Reasoning))
	terminal = len(events)
	add("message_stop", "")
	return events, terminal
}

func messagesError(status int, message string) []byte {
	kind := map[int]string{
		400: "invalid_request_error", 401: "authentication_error", 403: "permission_error", 404: "not_found_error",
		413: "request_too_large", 429: "rate_limit_error", 503: "overloaded_error", 529: "overloaded_error",
	}[status]
	if kind == "" {
		kind = "api_error"
	}
	return fmt.Appendf(nil, `{"type":"error","error":{"type":%q,"message":%s},"request_id":"req_01"}`, kind, quote(message))
}

func messagesErrorEvent(kind string) string {
	return fmt.Sprintf("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":%q,\"message\":\"a message\"}}\n\n", kind)
}

// Messages is Anthropic's Messages.
var Messages = Wire{
	Events:    messagesEvents,
	Terminals: []string{"message_stop"},
	Endings: map[Ending]llm.Kind{
		Stop: llm.KindNone, Length: llm.TooLong, Refusal: llm.Refused, Strange: llm.Malformed,
	},
	Error: messagesError,
	ErrorEvents: map[string]llm.Kind{
		messagesErrorEvent("overloaded_error"): llm.Overloaded,
		messagesErrorEvent("rate_limit_error"): llm.RateLimited,
		messagesErrorEvent("api_error"):        llm.ServerError,
		messagesErrorEvent("brand_new_error"):  llm.ServerError,
		messagesErrorEvent("billing_error"):    llm.Quota,
	},
	Malformed: []string{
		"event: content_block_delta\ndata: {not json\n\n", "event: message_stop\ndata: \xff\xfe\n\n", "event: message_delta\ndata: [1,2\n\n",
	},
	RateLimits: func(l llm.Limits) http.Header {
		h := http.Header{}
		for name, w := range map[string]llm.Window{"requests": l.Requests, "tokens": l.Tokens} {
			h.Set("anthropic-ratelimit-"+name+"-limit", fmt.Sprint(w.Limit))
			h.Set("anthropic-ratelimit-"+name+"-remaining", fmt.Sprint(w.Remaining))
			h.Set("anthropic-ratelimit-"+name+"-reset", time.Now().Add(w.Reset).Format(time.RFC3339Nano))
		}
		return h
	},
	RequestIDHeader: "Request-Id",
	CheckRequest: func(t *testing.T, r *http.Request, body []byte) {
		t.Helper()
		if r.URL.Path != "/v1/messages" || r.Header.Get("X-Api-Key") != Key || r.Header.Get("Authorization") != "" || r.Header.Get("Anthropic-Version") == "" {
			t.Errorf("sent to %s with %v", r.URL, r.Header)
		}
		type block struct {
			Type, Text   string
			CacheControl *struct{ Type string } `json:"cache_control"`
		}
		var sent struct {
			Model     string
			Stream    bool
			MaxTokens int `json:"max_tokens"`
			System    []block
			Messages  []struct {
				Role    string
				Content []block
			}
			Thinking     struct{ Type string }
			OutputConfig struct {
				Effort string
				Format struct{ Type string }
			} `json:"output_config"`
		}
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Fatal(err)
		}
		q := Question
		if sent.Model != q.Model || !sent.Stream || sent.MaxTokens != q.MaxOutput || sent.Thinking.Type != "adaptive" ||
			sent.OutputConfig.Effort != "low" || sent.OutputConfig.Format.Type != "json_schema" {
			t.Errorf("sent %s", body)
		}
		if len(sent.System) != 1 || sent.System[0].Text != q.System || sent.System[0].CacheControl == nil {
			t.Errorf("sent system %+v", sent.System)
		}
		if len(sent.Messages) != 1 || len(sent.Messages[0].Content) != 2 {
			t.Fatalf("sent messages %+v", sent.Messages)
		}
		shared, prompt := sent.Messages[0].Content[0], sent.Messages[0].Content[1]
		if shared.Text != q.Shared || shared.CacheControl == nil || prompt.Text != q.Prompt || prompt.CacheControl != nil {
			t.Errorf("sent %+v, %+v", shared, prompt)
		}
	},
}
