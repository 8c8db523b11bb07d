package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"mashal/llm"
)

// geminiEvents returns an answer as streamGenerateContent?alt=sse streams it.
func geminiEvents(s Script) (events [][]byte, terminal int) {
	usage := func(output int64) string {
		return fmt.Sprintf(`{"promptTokenCount":%d,"candidatesTokenCount":%d,"totalTokenCount":%d,"cachedContentTokenCount":%d,`+
			`"promptTokensDetails":[{"modality":"TEXT","tokenCount":%d}],"thoughtsTokenCount":%d}`,
			s.Usage.Input, output, s.Usage.Total(), s.Usage.CachedInput, s.Usage.Input, s.Usage.Reasoning)
	}
	add := func(fields string, output int64) {
		events = append(events, fmt.Appendf(nil, "data: {%s,\"usageMetadata\": %s,\"modelVersion\": \"gemini-3.1-pro-preview\",\"responseId\": \"aB3\"}\r\n\r\n", fields, usage(output)))
	}
	if s.End == Blocked {
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
	finish := map[Ending]string{
		Stop: "STOP", Length: "MAX_TOKENS", Safety: "SAFETY", Recitation: "RECITATION",
		Filtered: "PROHIBITED_CONTENT", Strange: "OTHER", Broken: "MALFORMED_FUNCTION_CALL",
	}[s.End]
	terminal = len(events)
	add(candidate(`{"text": "","thoughtSignature": "CiQB"}`, `"finishReason": "`+finish+`","finishMessage": "because",`), s.Usage.Output-s.Usage.Reasoning)
	return events, terminal
}

func geminiError(status int, message string) []byte {
	name := map[int]string{
		400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 413: "INVALID_ARGUMENT",
		429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED",
	}[status]
	return fmt.Appendf(nil, `{"error": {"code": %d,"message": %s,"status": %q}}`, status, quote(message), name)
}

func geminiErrorEvent(code int, status string) string {
	return fmt.Sprintf("data: {\"error\": {\"code\": %d,\"message\": \"a message\",\"status\": %q}}\r\n\r\n", code, status)
}

// Gemini is Google's streamGenerateContent.
var Gemini = Wire{
	Events:    geminiEvents,
	Terminals: []string{"finishReason"},
	Endings: map[Ending]llm.Kind{
		Stop: llm.KindNone, Length: llm.TooLong, Safety: llm.Refused, Recitation: llm.Refused,
		Filtered: llm.Refused, Blocked: llm.Refused, Strange: llm.Malformed, Broken: llm.Malformed,
	},
	Error: geminiError,
	ErrorEvents: map[string]llm.Kind{
		geminiErrorEvent(503, "UNAVAILABLE"):        llm.Overloaded,
		geminiErrorEvent(429, "RESOURCE_EXHAUSTED"): llm.RateLimited,
		geminiErrorEvent(500, "INTERNAL"):           llm.ServerError,
		geminiErrorEvent(418, "TEAPOT"):             llm.BadRequest,
		geminiErrorEvent(0, ""):                     llm.ServerError,
	},
	Malformed: []string{
		"data: {not json\r\n\r\n", "data: \xff\xfe\r\n\r\n", "data: [1,2\r\n\r\n",
		"data: {\"candidates\": 5}\r\n\r\n", "data: {\"candidates\": [5]}\r\n\r\n", "data: {\"candidates\": [{\"content\": []}]}\r\n\r\n",
		"data: {\"candidates\": [{\"content\": \"x\"}]}\r\n\r\n", "data: {\"usageMetadata\": {\"promptTokenCount\": \"x\"}}\r\n\r\n",
	},
	RequestIDHeader: "X-Goog-Request-Id",
	CheckRequest: func(t *testing.T, r *http.Request, body []byte) {
		t.Helper()
		if r.URL.Path != "/v1beta/models/model-1:streamGenerateContent" || r.URL.RawQuery != "alt=sse" || r.Header.Get("X-Goog-Api-Key") != Key {
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
		q, g := Question, sent.GenerationConfig
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
