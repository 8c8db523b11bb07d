package gemini_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mashal/llm"
	"mashal/llm/gemini"
	"mashal/llm/llmtest"
)

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// events writes an answer as streamGenerateContent?alt=sse streams it.
func events(s llmtest.Script) (events [][]byte, terminal int) {
	usage := func(output int64) string {
		return fmt.Sprintf(`{"promptTokenCount":%d,"candidatesTokenCount":%d,"totalTokenCount":%d,"cachedContentTokenCount":%d,`+
			`"promptTokensDetails":[{"modality":"TEXT","tokenCount":%d}],"thoughtsTokenCount":%d}`,
			s.Usage.Input, output, s.Usage.Total(), s.Usage.CachedInput, s.Usage.Input, s.Usage.Reasoning)
	}
	add := func(fields string, output int64) {
		events = append(events, fmt.Appendf(nil, "data: {%s,\"usageMetadata\": %s,\"modelVersion\": \"gemini-3.1-pro-preview\",\"responseId\": \"aB3\"}\r\n\r\n", fields, usage(output)))
	}
	if s.End == llmtest.Blocked {
		add(`"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}`, s.Usage.Output-s.Usage.Reasoning)
		return events, 0
	}
	candidate := func(part, finish string) string {
		return fmt.Sprintf(`"candidates": [{"content": {"parts": [%s],"role": "model"},%s"index": 0}]`, part, finish)
	}
	add(candidate(`{"text": "Let me see.","thought": true}`, ""), 0)
	for i, piece := range s.Pieces {
		add(candidate(`{"text": `+quote(piece)+`}`, ""), int64(i))
	}
	finish := map[llmtest.Ending]string{
		llmtest.Stop: "STOP", llmtest.Length: "MAX_TOKENS", llmtest.Safety: "SAFETY", llmtest.Recitation: "RECITATION",
		llmtest.Filtered: "PROHIBITED_CONTENT", llmtest.Strange: "OTHER", llmtest.Broken: "MALFORMED_FUNCTION_CALL",
	}[s.End]
	terminal = len(events)
	add(candidate(`{"text": "","thoughtSignature": "CiQB"}`, `"finishReason": "`+finish+`","finishMessage": "because",`), s.Usage.Output-s.Usage.Reasoning)
	return events, terminal
}

func errorBody(status int, message string) []byte {
	name := map[int]string{
		400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 413: "INVALID_ARGUMENT",
		429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
	}[status]
	return fmt.Appendf(nil, `{"error": {"code": %d,"message": %s,"status": %q}}`, status, quote(message), name)
}

func errorEvent(code int, status string) string {
	return fmt.Sprintf("data: {\"error\": {\"code\": %d,\"message\": \"a message\",\"status\": %q}}\r\n\r\n", code, status)
}

var wire = llmtest.Wire{
	Events:    events,
	Terminals: []string{"finishReason"},
	Endings: map[llmtest.Ending]llm.Kind{
		llmtest.Stop: llm.KindNone, llmtest.Length: llm.TooLong, llmtest.Safety: llm.Refused, llmtest.Recitation: llm.Refused,
		llmtest.Filtered: llm.Refused, llmtest.Blocked: llm.Refused, llmtest.Strange: llm.Malformed, llmtest.Broken: llm.Malformed,
	},
	Error: errorBody,
	ErrorEvents: map[string]llm.Kind{
		errorEvent(503, "UNAVAILABLE"):        llm.Overloaded,
		errorEvent(429, "RESOURCE_EXHAUSTED"): llm.RateLimited,
		errorEvent(500, "INTERNAL"):           llm.ServerError,
		errorEvent(418, "TEAPOT"):             llm.BadRequest,
		errorEvent(0, ""):                     llm.ServerError,
	},
	// The SDK asserts types on the way: the later ones make it panic.
	Malformed: []string{
		"data: {not json\r\n\r\n", "data: \xff\xfe\r\n\r\n", "data: [1,2\r\n\r\n", "retry\r\n\r\n",
		"data: {\"candidates\": 5}\r\n\r\n", "data: {\"candidates\": [5]}\r\n\r\n", "data: {\"candidates\": [{\"citationMetadata\": []}]}\r\n\r\n",
		"data: {\"candidates\": [{\"content\": \"x\"}]}\r\n\r\n", "data: {\"usageMetadata\": {\"promptTokenCount\": \"x\"}}\r\n\r\n",
	},
	RequestIDHeader: "X-Goog-Request-Id",
	CheckRequest: func(t *testing.T, r *http.Request, body []byte) {
		t.Helper()
		if r.URL.Path != "/v1beta/models/model-1:streamGenerateContent" || r.URL.RawQuery != "alt=sse" || r.Header.Get("X-Goog-Api-Key") != llmtest.Key {
			t.Errorf("sent to %s with %v", r.URL, r.Header)
		}
		type content struct {
			Role  string
			Parts []struct{ Text string }
		}
		var sent struct {
			Contents          []content
			SystemInstruction content
			GenerationConfig  struct {
				MaxOutputTokens  int
				ResponseMimeType string
				ThinkingConfig   struct{ ThinkingLevel string }
			}
		}
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Fatal(err)
		}
		q, g := llmtest.Question, sent.GenerationConfig
		if g.MaxOutputTokens != q.MaxOutput || g.ResponseMimeType != "application/json" || g.ThinkingConfig.ThinkingLevel != "LOW" {
			t.Errorf("sent %s", body)
		}
		if len(sent.SystemInstruction.Parts) != 1 || sent.SystemInstruction.Parts[0].Text != q.System {
			t.Errorf("sent system %+v", sent.SystemInstruction)
		}
		if len(sent.Contents) != 1 || len(sent.Contents[0].Parts) != 2 || sent.Contents[0].Parts[0].Text != q.Shared || sent.Contents[0].Parts[1].Text != q.Prompt {
			t.Errorf("sent contents %+v", sent.Contents)
		}
	},
}

func newClient(base, key string, transport http.RoundTripper) (llm.Provider, error) {
	c, err := gemini.New(gemini.Config{Key: key, BaseURL: base, Transport: transport})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func TestConformance(t *testing.T) {
	llmtest.Run(t, llmtest.Suite{Wire: wire, New: newClient})
}

// TestWhatGoogleSaysInTheBody shows that a wait and a wrong key, which Google
// tells in the details, are seen.
func TestWhatGoogleSaysInTheBody(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   llm.Kind
		wait   time.Duration
	}{
		{429, `{"error": {"code": 429,"message": "quota","status": "RESOURCE_EXHAUSTED","details": [{"@type": "type.googleapis.com/google.rpc.Help"},` +
			`{"@type": "type.googleapis.com/google.rpc.RetryInfo","retryDelay": "34.074824224s"}]}}`, llm.RateLimited, 34*time.Second + 75*time.Millisecond},
		{400, `[{"error": {"code": 400,"message": "API key not valid.","status": "INVALID_ARGUMENT","details": [` +
			`{"@type": "type.googleapis.com/google.rpc.ErrorInfo","reason": "API_KEY_INVALID","domain": "googleapis.com"}]}}]`, llm.Auth, 0},
		{429, `{"error": {"code": 429,"status": "RESOURCE_EXHAUSTED","details": "none"}}`, llm.RateLimited, 0},
	} {
		llmtest.Status(t, llmtest.Suite{Wire: wire, New: newClient}, c.status, c.body, func(err *llm.Error) {
			if err.Kind != c.kind || err.RetryAfter != c.wait {
				t.Errorf("got %v, wait %s; want %v, %s", err, err.RetryAfter, c.kind, c.wait)
			}
		})
	}
}

func TestKeyIsNeeded(t *testing.T) {
	env := map[string]string{}
	getenv := func(name string) string { return env[name] }
	if _, err := gemini.New(gemini.FromEnv(getenv)); llm.KindOf(err) != llm.Auth || !strings.Contains(err.Error(), "GEMINI_API_KEY") {
		t.Errorf("without a key: %v", err)
	}
	env["GOOGLE_GEMINI_BASE_URL"] = "http://127.0.0.1:1/v1beta"
	if _, err := gemini.New(gemini.FromEnv(getenv)); err != nil {
		t.Errorf("a server of one's own: %v", err)
	}
	env["GEMINI_API_KEY"] = "a"
	if c := gemini.FromEnv(getenv); c.Key != "a" {
		t.Errorf("read %+v", c)
	}
	env["GOOGLE_API_KEY"] = "b"
	if c := gemini.FromEnv(getenv); c.Key != "b" {
		t.Errorf("read %+v", c)
	}
}

func FuzzBody(f *testing.F) {
	llmtest.Fuzz(f, llmtest.Suite{Wire: wire, New: newClient})
}

func BenchmarkStream(b *testing.B) {
	llmtest.Benchmark(b, llmtest.Suite{Wire: wire, New: newClient})
}
