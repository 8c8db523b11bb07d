package gemini_test

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"mashal/llm"
	"mashal/llm/gemini"
	"mashal/llm/llmtest"
)

var suite = llmtest.Suite{Wire: llmtest.Gemini, New: newClient}

func newClient(base, key string, transport http.RoundTripper) (llm.Provider, error) {
	c, err := gemini.New(gemini.Config{Key: key, BaseURL: base, Transport: transport})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func TestConformance(t *testing.T) {
	llmtest.Run(t, suite)
}

// TestErrorDetails checks that a wait and a wrong key, which Google states in
// the details of an error, are recognised.
func TestErrorDetails(t *testing.T) {
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
		llmtest.Status(t, suite, c.status, c.body, func(err *llm.Error) {
			if err.Kind != c.kind || err.RetryAfter != c.wait {
				t.Errorf("got %v, wait %s; want %v, %s", err, err.RetryAfter, c.kind, c.wait)
			}
		})
	}
}

// with returns a good answer with lines inserted into its middle.
func with(lines string) []byte {
	events, terminal := llmtest.Gemini.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop, Usage: llmtest.Counted})
	return bytes.Join(slices.Insert(events, terminal-1, []byte(lines)), nil)
}

// TestIgnored checks that lines which the standard tells to ignore, and fields
// that the client does not read, do no harm to an answer.
func TestIgnored(t *testing.T) {
	for _, lines := range []string{
		": keep-alive\r\n\r\n", "retry\r\n\r\n", "retry: 3000\r\nid: 7\r\n\r\n", "event: ping\r\n\r\n", "data:\r\n\r\n", "data: {}\r\n\r\n",
		"data: null\r\n\r\n", "data: {\"error\": null}\r\n\r\n", "data: {\"candidates\":\r\ndata: null}\r\n\r\n",
		"data: {\"candidates\": [{\"citationMetadata\": []}]}\r\n\r\n", "unknown: x\r\n\r\n",
	} {
		llmtest.Read(t, suite, with(lines), func(resp llm.Response, text string, err error) {
			if err != nil || text != strings.Join(llmtest.Text, "") || resp.Usage != llmtest.Counted {
				t.Errorf("%q: got %q, %+v, %v", lines, text, resp.Usage, err)
			}
		})
	}
}

// TestErrorOutsideEvents checks that the client recognises an error that a stream
// contains outside of events.
func TestErrorOutsideEvents(t *testing.T) {
	events, terminal := llmtest.Gemini.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop})
	for lines, kind := range map[string]llm.Kind{
		`{"error": {"code": 503,"message": "a message","status": "UNAVAILABLE"}}` + "\r\n\r\n":            llm.Overloaded,
		"{\n  \"error\": {\n    \"code\": 429,\n    \"message\": \"a message\"\n  }\n}\n":                 llm.RateLimited,
		`[{"error": {"code": 400,"message": "a message","status": "INVALID_ARGUMENT"}}` + "\r\n]\r\n\r\n": llm.BadRequest,
		"upstream connect error: a message\n\n":                                                           llm.Malformed,
	} {
		llmtest.Read(t, suite, append(bytes.Join(events[:terminal], nil), lines...), func(_ llm.Response, text string, err error) {
			if llm.KindOf(err) != kind || !strings.Contains(err.Error(), "a message") || text == "" {
				t.Errorf("%q: got %q, %v; want %v", lines, text, err, kind)
			}
		})
	}
}

// TestURL checks where the requests for a model are sent.
func TestURL(t *testing.T) {
	for model, want := range map[string]string{
		"gemini-3-pro": "/v1beta/models/gemini-3-pro:streamGenerateContent", "models/a": "/v1beta/models/a:streamGenerateContent",
		"tunedModels/a": "/v1beta/tunedModels/a:streamGenerateContent", "a?b#c": "/v1beta/models/a%3Fb%23c:streamGenerateContent",
	} {
		for _, base := range []string{"http://127.0.0.1:1", "http://127.0.0.1:1/", "http://127.0.0.1:1/v1beta", "http://127.0.0.1:1/v1/"} {
			var got string
			c, err := gemini.New(gemini.Config{BaseURL: base, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				got = r.URL.String()
				if r.Header.Get("X-Goog-Api-Key") != "" {
					t.Error("a key is sent, and none is set")
				}
				return nil, errors.New("no server")
			})})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Stream(t.Context(), llm.Request{Model: model, Prompt: "p"}, nil); llm.KindOf(err) != llm.Network || got != "http://127.0.0.1:1"+want+"?alt=sse" {
				t.Errorf("%s at %s: sent to %s, %v", model, base, got, err)
			}
		}
	}
}

// A roundTrip is a function as a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestKeyIsNeeded(t *testing.T) {
	env := map[string]string{}
	getenv := func(name string) string { return env[name] }
	if _, err := gemini.New(gemini.FromEnv(getenv)); llm.KindOf(err) != llm.Auth || !strings.Contains(err.Error(), "GEMINI_API_KEY") {
		t.Errorf("without a key: %v", err)
	}
	env["GOOGLE_GEMINI_BASE_URL"] = "http://127.0.0.1:1/v1beta"
	if _, err := gemini.New(gemini.FromEnv(getenv)); err != nil {
		t.Errorf("a server without a key: %v", err)
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
	llmtest.Fuzz(f, suite)
}

func BenchmarkStream(b *testing.B) {
	llmtest.Benchmark(b, suite)
}
