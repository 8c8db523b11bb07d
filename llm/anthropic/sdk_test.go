package anthropic_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"

	"mashal"
	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// A reading is what a stream says.
type reading struct {
	text, model, end string
	usage            mashal.Tokens
	err              error // of the protocol, or told in an event
}

// readMessages reads a body by the SDK's own types.
func readMessages(body []byte) (r reading) {
	stream := ssestream.NewStream[sdk.MessageStreamEventUnion](ssestream.NewDecoder(&http.Response{
		Body: io.NopCloser(bytes.NewReader(body)), Request: new(http.Request), StatusCode: http.StatusOK,
	}), nil)
	var written, read, plain int64
	for stopped := false; !stopped && stream.Next(); {
		event := stream.Current()
		switch event.Type {
		case "message_start":
			r.model = string(event.Message.Model)
			u := event.Message.Usage
			plain, read, written = max(plain, u.InputTokens), max(read, u.CacheReadInputTokens), max(written, u.CacheCreationInputTokens)
			r.usage.Output, r.usage.Reasoning = max(r.usage.Output, u.OutputTokens), max(r.usage.Reasoning, u.OutputTokensDetails.ThinkingTokens)
		case "content_block_delta":
			if event.Delta.Type == "text_delta" {
				r.text += event.Delta.Text
			}
		case "message_delta":
			if event.Delta.StopReason != "" {
				r.end = string(event.Delta.StopReason)
			}
			u := event.Usage
			plain, read, written = max(plain, u.InputTokens), max(read, u.CacheReadInputTokens), max(written, u.CacheCreationInputTokens)
			r.usage.Output, r.usage.Reasoning = max(r.usage.Output, u.OutputTokens), max(r.usage.Reasoning, u.OutputTokensDetails.ThinkingTokens)
			r.usage.Reported = r.end != "" && u.JSON.OutputTokens.Valid()
		case "message_stop":
			stopped = true
		}
	}
	r.usage.Input, r.usage.CachedInput, r.usage.CacheWrite = plain+read+written, read, written
	r.err = stream.Err()
	return r
}

// TestAsTheSDKReads holds what is made of streams against what the SDK's own
// types make of them: of the suite's, of oddities, and of the simulator's with
// all that can go wrong with a model, an answer and an event.
func TestAsTheSDKReads(t *testing.T) {
	var odd []string
	for _, data := range []string{
		`null`, `{}`, `7`, `"text"`, `[]`, `{"type":7}`, `{"type":"event_of_tomorrow","delta":{"type":"text_delta","text":"x"}}`,
		`{"type":"content_block_delta"}`, `{"type":"content_block_delta","delta":null}`, `{"type":"content_block_delta","delta":{"type":"text_delta"}}`,
		`{"type":"content_block_delta","delta":{"type":"text_delta","text":7}}`, `{"type":"content_block_delta","delta":{"type":"text_delta","text":null}}`,
		`{"type":"content_block_delta","delta":{"type":"text_delta","text":"\u05de\ud83e\udea8\ud83e \u0000\"\/"}}`,
		"{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"\xd7 \xff\"}}",
		`{"type":"message_start"}`, `{"type":"message_start","message":{"model":7,"usage":{"input_tokens":"9"}}}`,
		`{"type":"message_delta"}`, `{"type":"message_delta","delta":{"stop_reason":null},"usage":{"output_tokens":12.0}}`,
		`{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":null}}`,
		`{"a":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`,
	} {
		odd = append(odd, "event: content_block_delta\ndata: "+data+"\n\n")
	}
	odd = append(odd, "data: {\"type\":\"message_stop\"}\n\n", "event: message_stop\n\n", ": a comment\n\n", "event: ping\ndata: {not json\n\n")
	suite := llmtest.Suite{Wire: wire, New: newClient}
	for _, body := range append(llmtest.Bodies(wire, odd...), simulated(t)...) {
		want := readMessages(body)
		llmtest.Read(t, suite, body, func(resp llm.Response, text string, err error) {
			got := reading{text: text, model: resp.Model, end: resp.End, usage: resp.Usage}
			if got.text != want.text || got.model != want.model || got.end != want.end || got.usage != want.usage {
				t.Errorf("of %.3000q\ngot  %q, %q, %q, %v\nwant %q, %q, %q, %v", body, got.text, got.model, got.end, got.usage, want.text, want.model, want.end, want.usage)
			}
			var told *sdk.Error
			switch {
			case want.err == nil:
			case err == nil:
				t.Errorf("of %.3000q the SDK says %v, and we nothing", body, want.err)
			case errors.As(want.err, &told):
				if e := llm.ParseAPIError([]byte(told.RawJSON())); !strings.Contains(err.Error(), e.Error()) {
					t.Errorf("of %.3000q the SDK says %v, and we %v", body, e, err)
				}
			case llm.KindOf(err) != llm.Malformed:
				t.Errorf("of %.3000q the SDK says %v, and we %v", body, want.err, err)
			}
		})
	}
}

// simulated are answers of the simulator, one for each fault that leaves the
// connection whole.
func simulated(t *testing.T) (bodies [][]byte) {
	const text = `[{"verse":1,"deliberation":"The \"word\" comes.","hebrew":"צוּר מִשְׂגָּב"},{"verse":2,"simile":"no","confidence":0.9}]`
	for _, fault := range llmsim.FaultNames() {
		if fault == llmsim.Stall || fault == llmsim.Cut {
			continue
		}
		faults, err := llmsim.ParseFaults(string(fault) + "=1")
		if err != nil {
			t.Fatal(err)
		}
		s, err := llmsim.New(llmsim.Config{Answer: func(llmsim.Request) (string, error) { return text, nil }, Faults: faults})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/v1/messages", strings.NewReader(
			`{"model":"m","stream":true,"max_tokens":9999,"messages":[{"role":"user","content":"x"}]}`))
		r.Header.Set("Anthropic-Version", "2023-06-01")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		bodies = append(bodies, w.Body.Bytes())
	}
	return bodies
}
