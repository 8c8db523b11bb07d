package openai_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/packages/ssestream"
	sdkresponses "github.com/openai/openai-go/v3/responses"

	"mashal"
	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// A reading is what a stream says.
type reading struct {
	text, model, end, refusal string
	usage                     mashal.Tokens
	err                       error // of the protocol, or told in an event
}

// readChat reads a body of Chat Completions by the SDK's own types.
func readChat(body []byte) (r reading) {
	stream := ssestream.NewStream[sdk.ChatCompletionChunk](frames(body), nil)
	for stream.Next() {
		chunk := stream.Current()
		if chunk.Model != "" {
			r.model = chunk.Model
		}
		if chunk.JSON.Usage.Valid() {
			u := chunk.Usage
			r.usage = mashal.Tokens{
				Input: u.PromptTokens, CachedInput: u.PromptTokensDetails.CachedTokens, CacheWrite: u.PromptTokensDetails.CacheWriteTokens,
				Output: u.CompletionTokens, Reasoning: u.CompletionTokensDetails.ReasoningTokens,
			}
		}
		for _, choice := range chunk.Choices {
			if choice.Index != 0 {
				continue
			}
			r.refusal += choice.Delta.Refusal
			r.text += choice.Delta.Content
			if choice.FinishReason != "" {
				r.end = choice.FinishReason
			}
		}
	}
	r.err = stream.Err()
	return r
}

// readResponses reads a body of Responses by the SDK's own types.
func readResponses(body []byte) (r reading) {
	stream := ssestream.NewStream[sdkresponses.ResponseStreamEventUnion](frames(body), nil)
	for r.end == "" && stream.Next() {
		event := stream.Current()
		switch event.Type {
		case "response.created", "response.in_progress":
			r.model = event.Response.Model
		case "response.output_text.delta":
			r.text += event.Delta
		case "response.refusal.delta":
			r.refusal += event.Delta
		case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
			r.end = strings.TrimPrefix(event.Type, "response.")
			if r.end == "incomplete" {
				r.end = strings.TrimSpace("incomplete: " + event.Response.IncompleteDetails.Reason)
			}
			if m := event.Response.Model; m != "" {
				r.model = m
			}
			if u := event.Response.Usage; event.Response.JSON.Usage.Valid() {
				r.usage = mashal.Tokens{
					Input: u.InputTokens, CachedInput: u.InputTokensDetails.CachedTokens, CacheWrite: u.InputTokensDetails.CacheWriteTokens,
					Output: u.OutputTokens, Reasoning: u.OutputTokensDetails.ReasoningTokens,
				}
			}
			if e := event.Response.Error; e.Message != "" {
				r.err = fmt.Errorf("%s: %s", e.Code, e.Message)
			}
		case "error":
			r.end, r.err = "error", errors.New(event.Message)
		}
	}
	if r.end == "" {
		r.err = stream.Err()
	}
	return r
}

func frames(body []byte) ssestream.Decoder {
	return ssestream.NewDecoder(&http.Response{Body: io.NopCloser(bytes.NewReader(body))})
}

// TestAsTheSDKReads holds what is made of streams against what the SDK's own
// types make of them: of the suite's, of oddities, and of the simulator's with
// all that can go wrong with a model, an answer and an event.
func TestAsTheSDKReads(t *testing.T) {
	for name, c := range map[string]struct {
		suite llmtest.Suite
		read  func([]byte) reading
		path  string
		odd   []string // data of events
	}{
		"chat": {chatSuite, readChat, "/v1/chat/completions", []string{
			`null`, `{}`, `7`, `"text"`, `[]`, `{"choices":null}`, `{"choices":{"delta":{"content":"x"}}}`, `{"choices":[null,7,"x"]}`,
			`{"choices":[{"delta":null}]}`, `{"choices":[{"delta":"x"}]}`, `{"choices":[{"delta":["x"]}]}`,
			`{"choices":[{"delta":{"content":7}}]}`, `{"choices":[{"delta":{"content":true}}]}`, `{"choices":[{"delta":{"content":["x"]}}]}`,
			`{"choices":[{"index":1,"delta":{"content":"of another"}}]}`, `{"choices":[{"index":"1","delta":{"content":"of another"}}]}`,
			`{"choices":[{"delta":{"content":"one "}},{"index":0,"delta":{"content":"two"}}]}`,
			`{"choices":[{"delta":{"content":"\u05de\ud83e\udea8\ud83e \u0000\"\/"}}]}`, "{\"choices\":[{\"delta\":{\"content\":\"\xd7 \xff\"}}]}",
			`{"choices":[{"delta":{"reasoning_content":"thinks"}}]}`, `{"choices":[{"delta":{"refusal":7}}]}`,
			`{"model":7}`, `{"usage":{}}`, `{"usage":{"prompt_tokens":12.0,"completion_tokens":"7","prompt_tokens_details":null}}`,
			`{"usage":{"prompt_tokens":-1,"completion_tokens":1e3}}`, `{"usage":{"prompt_tokens":[1],"completion_tokens_details":{"reasoning_tokens":99999999999999999999}}}`,
			`{"error":null}`, `{"error":{}}`, `{"a":[` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]}`,
		}},
		"responses": {responsesSuite, readResponses, "/v1/responses", []string{
			`null`, `{}`, `7`, `[]`, `{"type":7}`, `{"type":"response.of_tomorrow","delta":"x"}`,
			`{"type":"response.output_text.delta"}`, `{"type":"response.output_text.delta","delta":null}`, `{"type":"response.output_text.delta","delta":7}`,
			`{"type":"response.output_text.delta","delta":{"a":1}}`, `{"type":"response.output_text.delta","delta":"\u05de\ud83e\udea8\ud83e \""}`,
			`{"type":"response.reasoning_text.delta","delta":"thinks"}`, `{"type":"response.in_progress"}`, `{"type":"response.in_progress","response":7}`,
			`{"type":"response.completed"}`, `{"type":"response.completed","response":{"usage":{"input_tokens":12.0,"output_tokens":"7"}}}`,
			`{"type":"response.incomplete"}`, `{"type":"response.failed","response":{"error":{"code":"server_error","message":"down"}}}`,
			`{"type":"error","code":502,"message":"gone"}`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for i := range c.odd {
				c.odd[i] = "data: " + c.odd[i] + "\n\n"
			}
			bodies := llmtest.Bodies(c.suite.Wire, c.odd...)
			bodies = append(bodies, simulated(t, c.path)...)
			for _, body := range bodies {
				want := c.read(body)
				var got reading
				var resp llm.Response
				llmtest.Read(t, c.suite, body, func(r llm.Response, text string, err error) {
					resp, got = r, reading{text: text, model: r.Model, end: r.End, usage: r.Usage, err: err}
				})
				want.usage.Reported = resp.Usage.Reported
				if got.text != want.text || got.model != want.model || got.end != want.end || got.usage != want.usage {
					t.Errorf("of %.2000q\ngot  %q, %q, %q, %v\nwant %q, %q, %q, %v", body, got.text, got.model, got.end, got.usage, want.text, want.model, want.end, want.usage)
				}
				if want.err != nil && got.err == nil {
					t.Errorf("of %.2000q the SDK says %v, and we nothing", body, want.err)
					continue
				}
				var told *ssestream.StreamError
				if want.err != nil && want.end == "" && !errors.As(want.err, &told) {
					what, _, _ := strings.Cut(want.err.Error(), " into Go value of type")
					if !strings.Contains(got.err.Error(), what) {
						t.Errorf("of %.2000q the SDK says %v, and we %v", body, want.err, got.err)
					}
				}
				if want.refusal != "" && want.text == "" && want.err == nil && want.end == "stop" && !strings.Contains(fmt.Sprint(got.err), want.refusal) {
					t.Errorf("of %.200q the refusal is %v, want %s", body, got.err, want.refusal)
				}
			}
			t.Logf("%d streams", len(bodies))
		})
	}
}

// simulated are answers of the simulator: one for each fault that leaves the
// connection whole, and, if they are there, good ones that say what recorded
// responses do.
func simulated(t *testing.T, path string) (bodies [][]byte) {
	const text = `[{"verse":1,"deliberation":"The \"word\" comes.","hebrew":"צוּר מִשְׂגָּב"},{"verse":2,"simile":"no","confidence":0.9}]`
	for _, fault := range llmsim.FaultNames() {
		if fault == llmsim.Stall || fault == llmsim.Cut {
			continue
		}
		faults, err := llmsim.ParseFaults(string(fault) + "=1")
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, ask(t, path, text, faults))
	}
	recorded, err := filepath.Glob("../../../shared/recorded/Ezekiel_2*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range recorded[:min(3, len(recorded))] {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, ask(t, path, string(text), nil))
	}
	return bodies
}

// ask gives the body that a simulator with these faults sends when it is to
// answer with a text.
func ask(t *testing.T, path, text string, faults llmsim.Faults) []byte {
	t.Helper()
	s, err := llmsim.New(llmsim.Config{Answer: func(llmsim.Request) (string, error) { return text, nil }, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, path, strings.NewReader(
		`{"model":"m","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"x"}],"input":"x"}`)))
	return w.Body.Bytes()
}
