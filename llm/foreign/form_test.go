package foreign_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/gemini"
	"mashal/llm/openai"
)

// said is what a model answers in these tests. It is longer than what may be a text by
// chance.
const said = `{"verses":[{"verse":1,"notes":"A rock is a refuge.","found":[]},{"verse":2,"notes":"He \"speaks\" of צור.","found":[]}]}`

// clients are the vendors' clients, of a server that answers in the same way to all.
func clients(t testing.TB, contentType, body string) map[string]llm.Provider {
	t.Helper()
	server := answering{contentType, body}
	providers := map[string]llm.Provider{}
	add := func(p llm.Provider, err error) {
		if err != nil {
			t.Fatal(err)
		}
		providers[p.Name()] = p
	}
	add(openai.New(openai.Config{BaseURL: "http://127.0.0.1:1/v1", Transport: server}))
	add(openai.New(openai.Config{BaseURL: "http://127.0.0.1:1/v1", Transport: server, Responses: true}))
	add(anthropic.New(anthropic.Config{Key: "k-1234", BaseURL: "http://127.0.0.1:1", Transport: server}))
	add(gemini.New(gemini.Config{Key: "k-1234", BaseURL: "http://127.0.0.1:1", Transport: server}))
	return providers
}

// An answering is a transport that answers every request in the same way.
type answering struct{ contentType, body string }

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {a.contentType}}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// quote returns a text as a string of JSON.
func quote(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

// document returns a document in which TEXT is the answer as a string.
func document(form string) string {
	return strings.NewReplacer("TEXT", quote(said), "OBJECT", said).Replace(form)
}

// stream returns server-sent events: one of the form for each piece of the answer, in
// which TEXT is the piece and SOFAR the text so far, and last.
func stream(form, last string) string {
	var b strings.Builder
	runes := []rune(said)
	for at := 0; at < len(runes); at += 7 {
		end := min(at+7, len(runes))
		b.WriteString("data: " + strings.NewReplacer("TEXT", quote(string(runes[at:end])), "SOFAR", quote(string(runes[:end]))).Replace(form) + "\n\n")
	}
	if last != "" {
		b.WriteString("data: " + strings.ReplaceAll(last, "TEXT", quote(said)) + "\n\n")
	}
	return b.String()
}

// TestForms reads answers in the forms of many servers, with each vendor's client.
func TestForms(t *testing.T) {
	const sse, whole, lines = "text/event-stream", "application/json", "application/x-ndjson"
	for _, c := range []struct {
		server, contentType, body string
		not                       string // the client whose own protocol it is, which other tests have
	}{
		{"a chat completion", whole, document(`{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":TEXT},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":7}}`), ""},
		{"a chat completion of parts", whole, document(`{"choices":[{"message":{"content":[{"type":"thinking","thinking":"Hm."},{"type":"text","text":TEXT}]},"finish_reason":"stop"}]}`), ""},
		{"a call of a tool", whole, document(`{"choices":[{"message":{"content":null,"tool_calls":[{"function":{"name":"answer","arguments":TEXT}}]},"finish_reason":"tool_calls"}]}`), ""},
		{"a call of a tool, as an object", whole, document(`{"choices":[{"message":{"content":"","tool_calls":[{"function":{"name":"answer","arguments":OBJECT}}]},"finish_reason":"tool_calls"}]}`), ""},
		{"a call of a function", whole, document(`{"choices":[{"message":{"function_call":{"arguments":TEXT}},"finish_reason":"function_call"}]}`), ""},
		{"a completion", whole, document(`{"object":"text_completion","choices":[{"text":TEXT,"finish_reason":"stop"}]}`), ""},
		{"completions in a stream", sse, stream(`{"choices":[{"text":TEXT}]}`, `{"choices":[{"text":"","finish_reason":"stop"}]}`), ""},
		{"messages in a stream", sse, stream(`{"choices":[{"message":{"content":TEXT}}]}`, `{"choices":[{"message":{},"finish_reason":"stop"}]}`), ""},
		{"messages so far", sse, stream(`{"choices":[{"message":{"content":SOFAR}}]}`, `{"choices":[{"message":{"content":TEXT},"finish_reason":"stop"}]}`), ""},
		{"a response", whole, document(`{"object":"response","status":"completed","output":[{"type":"reasoning","summary":[]},{"type":"message","content":[{"type":"output_text","text":TEXT}]}]}`), ""},
		{"a response with a call", whole, document(`{"object":"response","status":"completed","output":[{"type":"function_call","arguments":TEXT}]}`), ""},
		{"a response in a stream", sse, stream(`{"type":"response.output_text.delta","delta":TEXT}`, `{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":9,"output_tokens":7}}}`), ""},
		{"a message", whole, document(`{"type":"message","role":"assistant","content":[{"type":"text","text":TEXT}],"stop_reason":"end_turn","usage":{"input_tokens":9,"output_tokens":7}}`), ""},
		{"a message with a text", whole, document(`{"type":"message","role":"assistant","content":TEXT,"stop_reason":"end_turn"}`), ""},
		{"a message that uses a tool", whole, document(`{"type":"message","content":[{"type":"tool_use","input":OBJECT}],"stop_reason":"tool_use"}`), ""},
		{"a message in a stream", sse, stream(`{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":TEXT}}`, `{"type":"message_delta","delta":{"stop_reason":"end_turn"}}`) + "data: {\"type\":\"message_stop\"}\n\n", ""},
		{"a candidate", whole, document(`{"candidates":[{"content":{"parts":[{"text":"Hm.","thought":true},{"text":TEXT}]},"finishReason":"STOP"}]}`), ""},
		{"a list of candidates", whole, document(`[{"candidates":[{"content":{"parts":[{"text":TEXT}]}}]},{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9}}]`), ""},
		{"a wrapped candidate", sse, stream(`{"response":{"candidates":[{"content":{"parts":[{"text":TEXT}]}}]}}`, `{"response":{"candidates":[{"finishReason":"STOP"}]}}`), ""},
		{"Ollama's chat", lines, strings.ReplaceAll(stream(`{"model":"m","message":{"role":"assistant","content":TEXT},"done":false}`, `{"model":"m","message":{"content":""},"done":true,"done_reason":"stop","eval_count":7}`), "data: ", ""), ""},
		{"Ollama's generate", lines, strings.ReplaceAll(stream(`{"model":"m","response":TEXT,"done":false}`, `{"model":"m","response":"","done":true,"context":[1,2]}`), "data: ", ""), ""},
		{"Ollama's chat in one piece", whole, document(`{"model":"m","message":{"role":"assistant","content":TEXT},"done":true}`), ""},
		{"llama.cpp", sse, stream(`{"content":TEXT,"stop":false}`, `{"content":"","stop":true,"tokens_predicted":7,"tokens_evaluated":9}`), ""},
		{"llama.cpp in one piece", whole, document(`{"content":TEXT,"stop":true,"stop_type":"eos"}`), ""},
		{"Text Generation Inference", sse, stream(`{"token":{"id":1,"text":TEXT,"special":false},"generated_text":null}`, `{"token":{"text":"</s>","special":true},"generated_text":TEXT,"details":{"finish_reason":"eos_token"}}`), ""},
		{"Hugging Face", whole, document(`[{"generated_text":TEXT}]`), ""},
		{"Cohere", sse, stream(`{"type":"content-delta","delta":{"message":{"content":{"text":TEXT}}}}`, `{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"tokens":{"input_tokens":9,"output_tokens":7}}}}`), ""},
		{"Cohere in one piece", whole, document(`{"id":"x","message":{"role":"assistant","content":[{"type":"text","text":TEXT}]},"finish_reason":"COMPLETE"}`), ""},
		{"Bedrock", whole, document(`{"output":{"message":{"role":"assistant","content":[{"text":TEXT}]}},"stopReason":"end_turn","usage":{"inputTokens":9,"outputTokens":7}}`), ""},
		{"DashScope", whole, document(`{"output":{"text":TEXT,"finish_reason":"stop"},"usage":{"input_tokens":9,"output_tokens":7},"request_id":"x"}`), ""},
		{"DashScope's messages so far", sse, stream(`{"output":{"choices":[{"message":{"role":"assistant","content":SOFAR},"finish_reason":"null"}]}}`, `{"output":{"choices":[{"message":{"content":TEXT},"finish_reason":"stop"}]}}`), ""},
		{"Cloudflare", whole, document(`{"result":{"response":TEXT},"success":true,"errors":[]}`), ""},
		{"Replicate", whole, document(`{"status":"succeeded","output":["",TEXT]}`), ""},
		{"an earlier protocol of Anthropic's", whole, document(`{"completion":TEXT,"stop_reason":"stop_sequence"}`), ""},
		{"a gateway", whole, document(`{"code":0,"message":"ok","data":{"choices":[{"message":{"content":TEXT},"finish_reason":"stop"}]}}`), ""},
		{"Qianfan", whole, document(`{"id":"as-1","object":"chat.completion","result":TEXT,"is_truncated":false,"usage":{"prompt_tokens":9,"completion_tokens":7}}`), ""},
	} {
		for name, client := range clients(t, c.contentType, c.body) {
			text, _, err := ask(t.Context(), client)
			if err != nil || strings.Join(strings.Fields(text), "") != strings.Join(strings.Fields(said), "") {
				t.Errorf("%s, read by %s: %v, %q", c.server, name, err, text)
			}
		}
	}
}

// ask sends a request.
func ask(ctx context.Context, p llm.Provider) (text string, resp llm.Response, err error) {
	resp, err = p.Stream(ctx, llm.Request{Model: "m", Prompt: "p"}, func(piece []byte) error {
		text += string(piece)
		return nil
	})
	return text, resp, err
}

// TestFailures checks what each vendor's client makes of documents without an answer,
// all with the status of a success.
func TestFailures(t *testing.T) {
	const sse, whole = "text/event-stream", "application/json"
	for _, c := range []struct {
		server, contentType, body string
		want                      llm.Kind
	}{
		{"MiniMax", whole, `{"id":"x","choices":null,"base_resp":{"status_code":1026,"status_msg":"input new_sensitive"}}`, llm.Refused},
		{"MiniMax, balance", whole, `{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}`, llm.Quota},
		{"Qianfan", whole, `{"error_code":336104,"error_msg":"the question did not pass","id":"as-1"}`, llm.Refused},
		{"Qianfan, tokens", whole, `{"error_code":336103,"error_msg":"Prompt tokens too long"}`, llm.TooLarge},
		{"Qianfan, key", whole, `{"error_code":110,"error_msg":"Access token invalid or no longer valid"}`, llm.Auth},
		{"Qianfan, rate", sse, "data: {\"error_code\":18,\"error_msg\":\"Open api qps request limit reached\"}\n\n", llm.RateLimited},
		{"iFlytek", sse, `data: {"header":{"code":10013,"message":"输入内容审核不通过","sid":"x"}}` + "\n\n", llm.Refused},
		{"Hunyuan", whole, `{"Response":{"Error":{"Code":"OperationDenied.TextIllegalDetected","Message":"x"},"RequestId":"x"}}`, llm.Refused},
		{"DashScope", whole, `{"code":"DataInspectionFailed","message":"Input data may contain unsuitable content.","request_id":"x"}`, llm.Refused},
		{"Cloudflare", whole, `{"success":false,"errors":[{"code":7003,"message":"No such model @cf/x or task"}],"result":null}`, llm.UnknownModel},
		{"vLLM", sse, `data: {"object":"error","message":"The model x does not exist.","type":"NotFoundError","code":404}` + "\n\n", llm.UnknownModel},
		{"Anthropic", sse, "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n", llm.Overloaded},
		{"Google", sse, `data: {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}` + "\n\n", llm.Overloaded},
		{"Google, prompt", sse, `data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}` + "\n\n", llm.Refused},
		{"a gateway", whole, `{"code":40301,"msg":"content contains sensitive words","data":null}`, llm.Refused},
		{"a portal", whole, `{"result":"Please log in","status":"ok"}`, llm.NotAnAPI},
		{"a status page", whole, `{"name":"gateway","healthy":true}`, llm.NotAnAPI},
		{"an empty object", whole, `{}`, llm.NotAnAPI},
		{"events of a chat room", sse, "data: {\"kind\":\"joined\",\"who\":\"x\"}\n\ndata: {\"kind\":\"left\"}\n\n", llm.NotAnAPI},
		{"the answer without a protocol", whole, said, llm.NotAnAPI},
		{"pings", sse, ": ping\n\ndata: [DONE]\n\n", llm.Cut},
	} {
		for name, client := range clients(t, c.contentType, c.body) {
			text, _, err := ask(t.Context(), client)
			if llm.KindOf(err) != c.want || text != "" {
				t.Errorf("%s, read by %s: %v, %q; want %s", c.server, name, err, text, c.want)
			}
		}
	}
}

// TestElsewhere: a complete answer of the protocol that has its text in an unknown field
// is no empty one.
func TestElsewhere(t *testing.T) {
	long := quote(strings.Repeat("The rock is a refuge. ", 10))
	for name, body := range map[string]string{
		"openai":           `{"choices":[{"message":{"role":"assistant","answer":` + long + `},"finish_reason":"stop"}]}`,
		"openai-responses": `{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","words":` + long + `}]}]}`,
		"anthropic":        `{"type":"message","content":[{"type":"text","words":` + long + `}],"stop_reason":"end_turn"}`,
		"gemini":           `{"candidates":[{"content":{"parts":[{"words":` + long + `}]},"finishReason":"STOP"}]}`,
	} {
		_, _, err := ask(t.Context(), clients(t, "application/json", body)[name])
		if llm.KindOf(err) != llm.NotAnAPI || !strings.Contains(llm.Hint(err), "openai-responses") {
			t.Errorf("%s: %v, %q", name, err, llm.Hint(err))
		}
		_, _, err = ask(t.Context(), clients(t, "application/json", strings.ReplaceAll(body, long, `""`))[name])
		if llm.KindOf(err) != llm.Empty {
			t.Errorf("%s, empty: %v", name, err)
		}
	}
}

// FuzzForms reads any body with each vendor's client: no body is a panic, and an answer
// without an error has a text.
func FuzzForms(f *testing.F) {
	for _, form := range []string{
		`{"choices":[{"message":{"content":TEXT},"finish_reason":"stop"}]}`, `{"model":"m","message":{"content":TEXT},"done":true}`, `{"response":{"candidates":[{"content":{"parts":[{"text":TEXT}]},"finishReason":"STOP"}]}}`,
		`{"type":"message","content":[{"type":"tool_use","input":OBJECT}],"stop_reason":"tool_use"}`, `{"object":"response","status":"completed","output":[{"content":[{"text":TEXT}]}]}`,
		`[{"generated_text":TEXT}]`, `{"base_resp":{"status_code":1026,"status_msg":"x"}}`, `{"error":{"message":"{\"error\":{\"message\":\"x\",\"retry_after\":3}}","metadata":{"raw":"{\"a\":1}"}}}`,
		`{"output":{"choices":[{"message":{"content":TEXT},"finish_reason":"null"}]}}`, `{"errors":[{"message":"x"}]}`,
	} {
		f.Add(document(form), true)
		f.Add("data: "+document(form)+"\n\n", false)
	}
	f.Fuzz(func(t *testing.T, body string, whole bool) {
		contentType := "text/event-stream"
		if whole {
			contentType = "application/json"
		}
		for name, client := range clients(t, contentType, body) {
			text, resp, err := ask(t.Context(), client)
			if err == nil && (text == "" || resp.End == "") {
				t.Errorf("%s: a complete answer without a text or an end (%q): %q", name, resp.End, body)
			}
			if failed := new(llm.Error); err != nil && (!errors.As(err, &failed) || failed.Kind == llm.KindNone) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestWithoutReason: a document without a reason to stop is complete as it is. One of
// the protocol without an answer is an empty one.
func TestWithoutReason(t *testing.T) {
	for name, forms := range map[string][2]string{
		"openai":           {`{"choices":[{"message":{"content":TEXT}}]}`, `{"object":"chat.completion","choices":[]}`},
		"openai-responses": {`{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":TEXT}]}]}`, `{"object":"response","status":"completed","output":[]}`},
		"anthropic":        {`{"type":"message","content":[{"type":"text","text":TEXT}]}`, `{"type":"message","content":[],"stop_reason":"end_turn"}`},
		"gemini":           {`{"candidates":[{"content":{"parts":[{"text":TEXT}]}}]}`, `{"candidates":[]}`},
	} {
		if text, resp, err := ask(t.Context(), clients(t, "application/json", document(forms[0]))[name]); err != nil || text != said || resp.End == "" {
			t.Errorf("%s: %v, %q, %q", name, err, text, resp.End)
		}
		if _, _, err := ask(t.Context(), clients(t, "application/json", forms[1])[name]); llm.KindOf(err) != llm.Empty && llm.KindOf(err) != llm.NotAnAPI {
			t.Errorf("%s, empty: %v", name, err)
		}
	}
}

// TestReasoningOfMessages: the reasoning that stands beside an answer in one piece is
// counted and is no part of it.
func TestReasoningOfMessages(t *testing.T) {
	body := document(`{"choices":[{"message":{"reasoning_content":"Let me think about the rock.","content":TEXT},"finish_reason":"stop"}]}`)
	for name, client := range clients(t, "application/json", body) {
		if text, resp, err := ask(t.Context(), client); err != nil || text != said || resp.Thought == 0 {
			t.Errorf("%s: %v, %q, %d tokens of reasoning", name, err, text, resp.Thought)
		}
	}
}
