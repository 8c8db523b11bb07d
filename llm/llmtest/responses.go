package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"mashal/llm"
)

// responsesEvents returns an answer as Responses streams it.
func responsesEvents(s Script) (events [][]byte, terminal int) {
	n := 0
	add := func(kind, fields string) {
		events = append(events, fmt.Appendf(nil, "event: %s\ndata: {\"type\":%q,\"sequence_number\":%d,%s}\n\n", kind, kind, n, fields))
		n++
	}
	response := func(status, failure, incomplete, usage string) string {
		return fmt.Sprintf(`"response":{"id":"resp_68","object":"response","created_at":1764000000,"status":%q,"error":%s,"incomplete_details":%s,`+
			`"instructions":null,"max_output_tokens":null,"model":"gpt-5.1-2025-11-13","output":[],"parallel_tool_calls":true,"store":false,`+
			`"temperature":1.0,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"usage":%s,"metadata":{}}`, status, failure, incomplete, usage)
	}
	const item = `"item_id":"msg_68","output_index":1,"content_index":0,`
	add("response.created", response("in_progress", "null", "null", "null"))
	add("response.in_progress", response("in_progress", "null", "null", "null"))
	add("response.output_item.added", `"output_index":0,"item":{"id":"rs_68","type":"reasoning","summary":[]}`)
	add("response.output_item.done", `"output_index":0,"item":{"id":"rs_68","type":"reasoning","summary":[]}`)
	add("response.output_item.added", `"output_index":1,"item":{"id":"msg_68","type":"message","status":"in_progress","content":[],"role":"assistant"}`)
	add("response.content_part.added", item+`"part":{"type":"output_text","annotations":[],"logprobs":[],"text":""}`)
	for _, piece := range s.Pieces {
		add("response.output_text.delta", item+`"delta":`+quote(piece)+`,"logprobs":[],"obfuscation":"Qx"`)
	}
	if s.End == Refusal {
		add("response.refusal.delta", item+`"delta":"I cannot "`)
		add("response.refusal.delta", item+`"delta":"help with that."`)
	}
	add("response.output_text.done", item+`"text":"","logprobs":[]`)
	usage := fmt.Sprintf(`{"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,"output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d}`,
		s.Usage.Input, s.Usage.CachedInput, s.Usage.Output, s.Usage.Reasoning, s.Usage.Total())
	terminal = len(events)
	switch s.End {
	case Stop, Refusal:
		add("response.completed", response("completed", "null", "null", usage))
	case Length:
		add("response.incomplete", response("incomplete", "null", `{"reason":"max_output_tokens"}`, usage))
	case Filtered:
		add("response.incomplete", response("incomplete", "null", `{"reason":"content_filter"}`, usage))
	case Broken:
		add("response.failed", response("failed", `{"code":"server_error","message":"The model failed to generate a response."}`, "null", "null"))
	case Strange:
		add("response.cancelled", response("cancelled", "null", "null", usage))
	}
	return events, terminal
}

// Responses is OpenAI's Responses.
var Responses = Wire{
	Events:    responsesEvents,
	Terminals: []string{"response.completed"},
	Endings: map[Ending]llm.Kind{
		Stop: llm.KindNone, Length: llm.TooLong, Filtered: llm.Refused, Refusal: llm.Refused,
		Broken: llm.ServerError, Strange: llm.Cut,
	},
	Error: openaiError,
	ErrorEvents: map[string]llm.Kind{
		"event: error\n" + `data: {"type":"error","sequence_number":9,"code":"rate_limit_exceeded","message":"slow down","param":null}` + "\n\n": llm.RateLimited,
		"event: error\n" + `data: {"type":"error","error":{"type":"server_error","code":"server_error","message":"oops"}}` + "\n\n":              llm.ServerError,
		"event: error\n" + `data: {"type":"error","code":null,"message":"oops"}` + "\n\n":                                                        llm.ServerError,
	},
	Malformed:       []string{"data: {not json\n\n", "data: \xff\xfe\n\n", "event: response.completed\ndata: [1,2\n\n"},
	RateLimits:      openaiRateLimits,
	RequestIDHeader: "X-Request-Id",
	CheckRequest: func(t *testing.T, r *http.Request, body []byte) {
		t.Helper()
		checkHeaders(t, r, "/responses")
		var sent struct {
			Model, Instructions, Input string
			Stream                     bool
			Store                      *bool
			Max                        int `json:"max_output_tokens"`
			Reasoning                  struct{ Effort string }
			Text                       struct {
				Format struct {
					Type, Name string
					Strict     bool
				}
			}
		}
		if err := json.Unmarshal(body, &sent); err != nil {
			t.Fatal(err)
		}
		q := Question
		if sent.Model != q.Model || !sent.Stream || sent.Store == nil || *sent.Store || sent.Max != q.MaxOutput || sent.Reasoning.Effort != string(q.Effort) ||
			sent.Instructions != q.System || sent.Input != q.Shared+"\n\n"+q.Prompt ||
			sent.Text.Format.Type != "json_schema" || sent.Text.Format.Name != q.Schema.Name || !sent.Text.Format.Strict {
			t.Errorf("sent %s", body)
		}
	},
}
