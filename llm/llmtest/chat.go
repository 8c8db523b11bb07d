package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mashal/llm"
)

// chatEvents returns an answer as Chat Completions streams it.
func chatEvents(s Script) (events [][]byte, terminal int) {
	add := func(choices, usage string) {
		events = append(events, fmt.Appendf(nil, `data: {"id":"chatcmpl-CkV1","object":"chat.completion.chunk","created":1764000000,`+
			`"model":"gpt-5.1-2025-11-13","service_tier":"default","system_fingerprint":null,"choices":[%s],"usage":%s,"obfuscation":"x1Yz"}`+"\n\n", choices, usage))
	}
	delta := func(delta, finish string) {
		add(fmt.Sprintf(`{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}`, delta, finish), "null")
	}
	delta(`{"role":"assistant","content":"","refusal":null}`, "null")
	for _, piece := range s.Pieces {
		delta(`{"content":`+quote(piece)+`}`, "null")
	}
	finish := map[Ending]string{
		Stop: `"stop"`, Length: `"length"`, Filtered: `"content_filter"`, Refusal: `"stop"`,
		Broken: `"error"`, Strange: `"tool_calls"`,
	}[s.End]
	if s.End == Refusal {
		delta(`{"refusal":"I cannot "}`, "null")
		delta(`{"refusal":"help with that."}`, "null")
	}
	terminal = len(events)
	delta(`{}`, finish)
	add("", fmt.Sprintf(`{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d,`+
		`"prompt_tokens_details":{"cached_tokens":%d,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":%d,"audio_tokens":0,`+
		`"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}`,
		s.Usage.Input, s.Usage.Output, s.Usage.Total(), s.Usage.CachedInput, s.Usage.Reasoning))
	events = append(events, []byte("data: [DONE]\n\n"))
	return events, terminal
}

func openaiError(status int, message string) []byte {
	codes := map[int]string{401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
	code := "null"
	if c, ok := codes[status]; ok {
		code = quote(c)
	}
	return fmt.Appendf(nil, `{"error":{"message":%s,"type":"invalid_request_error","param":null,"code":%s}}`, quote(message), code)
}

func openaiRateLimits(l llm.Limits) http.Header {
	h := http.Header{}
	h.Set("x-ratelimit-limit-requests", fmt.Sprint(l.Requests.Limit))
	h.Set("x-ratelimit-remaining-requests", fmt.Sprint(l.Requests.Remaining))
	h.Set("x-ratelimit-reset-requests", l.Requests.Reset.String())
	h.Set("x-ratelimit-limit-tokens", fmt.Sprint(l.Tokens.Limit))
	h.Set("x-ratelimit-remaining-tokens", fmt.Sprint(l.Tokens.Remaining))
	h.Set("x-ratelimit-reset-tokens", l.Tokens.Reset.Round(time.Millisecond).String())
	return h
}

// Chat is OpenAI's Chat Completions.
var Chat = Wire{
	Events:    chatEvents,
	Terminals: []string{"finish_reason"},
	Endings: map[Ending]llm.Kind{
		Stop: llm.KindNone, Length: llm.TooLong, Filtered: llm.Refused, Refusal: llm.Refused,
		Broken: llm.ServerError, Strange: llm.Malformed,
	},
	Error: openaiError,
	ErrorEvents: map[string]llm.Kind{
		`data: {"error":{"message":"The server had an error","type":"server_error","code":null}}` + "\n\n":       llm.ServerError,
		`data: {"error":{"message":"Rate limit reached","type":"tokens","code":"rate_limit_exceeded"}}` + "\n\n": llm.RateLimited,
		`data: {"error":{"code":502,"message":"Provider disconnected"},"choices":[]}` + "\n\n":                   llm.ServerError,
		`data: {"error":{"code":429,"message":"Provider busy"}}` + "\n\n":                                        llm.RateLimited,
		`data: {"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}` + "\n\n":     llm.Quota,
		`data: {"error":"out of memory"}` + "\n\n":                                                               llm.ServerError,
		`data: {"error":{"object":"error","message":"max_tokens","type":"BadRequestError","code":400}}` + "\n\n": llm.BadRequest,
	},
	Malformed:       []string{"data: {not json\n\n", "data: \xff\xfe\n\n", "data: [1,2\n\n"},
	RateLimits:      openaiRateLimits,
	RequestIDHeader: "X-Request-Id",
	CheckRequest: func(t *testing.T, r *http.Request, body []byte) {
		t.Helper()
		checkHeaders(t, r, "/chat/completions")
		var sent struct {
			Model         string
			Stream        bool
			StreamOptions struct {
				IncludeUsage bool `json:"include_usage"`
			} `json:"stream_options"`
			Messages []struct{ Role, Content string }
			Max      int    `json:"max_tokens"`
			Effort   string `json:"reasoning_effort"`
			Format   struct {
				Type   string
				Schema struct {
					Name   string
					Strict bool
				} `json:"json_schema"`
			} `json:"response_format"`
		}
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Fatal(err)
		}
		q := Question
		if sent.Model != q.Model || !sent.Stream || !sent.StreamOptions.IncludeUsage || sent.Max != q.MaxOutput ||
			sent.Effort != string(q.Effort) || sent.Format.Type != "json_schema" || sent.Format.Schema.Name != q.Schema.Name || !sent.Format.Schema.Strict {
			t.Errorf("sent %s", body)
		}
		if len(sent.Messages) != 2 || sent.Messages[0].Role != "system" || sent.Messages[0].Content != q.System ||
			sent.Messages[1].Role != "user" || sent.Messages[1].Content != q.Shared+"\n\n"+q.Prompt {
			t.Errorf("sent messages %+v", sent.Messages)
		}
	},
}

func checkHeaders(t *testing.T, r *http.Request, path string) {
	t.Helper()
	if !strings.HasSuffix(r.URL.Path, path) {
		t.Errorf("sent to %s", r.URL)
	}
	if got := r.Header.Get("Authorization"); got != "Bearer "+Key {
		t.Errorf("Authorization is %q", got)
	}
	if got := r.Header.Get("X-Stainless-Retry-Count"); got != "" && got != "0" {
		t.Errorf("the SDK retries: %q", got)
	}
}
