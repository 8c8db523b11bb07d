package openai_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"mashal/llm"
	"mashal/llm/llmtest"
	"mashal/llm/openai"
)

func TestKeyIsNeeded(t *testing.T) {
	env := map[string]string{}
	getenv := func(name string) string { return env[name] }
	if _, err := openai.New(openai.FromEnv(getenv)); llm.KindOf(err) != llm.Auth || !strings.Contains(err.Error(), "OPENAI_API_KEY") {
		t.Errorf("without a key: %v", err)
	}
	env["OPENAI_BASE_URL"] = "http://127.0.0.1:11434/v1"
	if _, err := openai.New(openai.FromEnv(getenv)); err != nil {
		t.Errorf("a server without a key: %v", err)
	}
	env["OPENAI_API_KEY"], env["OPENAI_ORG_ID"], env["OPENAI_PROJECT_ID"] = " sk-1\n", "org", "project"
	want := openai.Config{Key: "sk-1", BaseURL: env["OPENAI_BASE_URL"], Organization: "org", Project: "project"}
	if c := openai.FromEnv(getenv); !reflect.DeepEqual(c, want) {
		t.Errorf("read %+v, want %+v", c, want)
	}
}

// sent returns what a client with a configuration sends for a request.
func sent(t *testing.T, c openai.Config, req llm.Request) (header http.Header, body string) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		header, body = r.Header, string(b)
		events, _ := llmtest.Chat.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop})
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write(bytes.Join(events, nil))
	}))
	defer srv.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	c.BaseURL, c.Transport = srv.URL+"/v1", transport
	p, err := openai.New(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Stream(t.Context(), req, func([]byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return header, body
}

// TestServersDiffer checks what is sent to which server.
func TestServersDiffer(t *testing.T) {
	// Keys in the environment must not be sent to other servers.
	t.Setenv("OPENAI_API_KEY", "sk-from-the-environment")
	t.Setenv("OPENAI_CUSTOM_HEADERS", "X-Custom: sk-from-the-environment")

	req := llmtest.Question
	header, body := sent(t, openai.Config{}, req)
	if header.Get("Authorization") != "" || header.Get("X-Custom") != "" {
		t.Errorf("a server without a key gets %v", header)
	}
	if !strings.Contains(body, `"max_tokens":4321`) || strings.Contains(body, "max_completion_tokens") {
		t.Errorf("a model that is not OpenAI's gets %s", body)
	}

	req.Model = "openai/gpt-5.1"
	_, body = sent(t, openai.Config{Key: "k"}, req)
	if !strings.Contains(body, `"max_completion_tokens":4321`) || strings.Contains(body, "max_tokens\":") {
		t.Errorf("a reasoning model behind a proxy gets %s", body)
	}

	_, body = sent(t, openai.Config{NoSchema: true}, req)
	if strings.Contains(body, "response_format") {
		t.Errorf("a server without schemas gets %s", body)
	}

	warm := 0.0
	_, body = sent(t, openai.Config{}, llm.Request{Model: "m", Prompt: "p", Temperature: &warm})
	if !strings.Contains(body, `"temperature":0`) || strings.Contains(body, "max_") || strings.Contains(body, "effort") || strings.Contains(body, "system") {
		t.Errorf("a plain request is %s", body)
	}
}

// TestNullError checks that events with "error":null are read: some servers write
// it into every event.
func TestNullError(t *testing.T) {
	for name, suite := range map[string]llmtest.Suite{"chat": chatSuite, "responses": responsesSuite} {
		events, _ := suite.Wire.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop, Usage: llmtest.Counted})
		var body []byte
		n := 0
		for _, e := range events {
			_, fields, ok := bytes.Cut(e, []byte("data: {"))
			if !ok {
				continue
			}
			body = append(body, `data: {"error":null,`...)
			body = append(body, fields...)
			n++
		}
		if n < len(llmtest.Text) {
			t.Fatalf("%s: %d events", name, n)
		}
		llmtest.Read(t, suite, body, func(resp llm.Response, text string, err error) {
			if err != nil || text != strings.Join(llmtest.Text, "") || resp.Usage != llmtest.Counted {
				t.Errorf("%s: got %q, %+v, %v", name, text, resp.Usage, err)
			}
		})
	}
}

// TestPlaceholderKey checks that a short key, which is set for servers that need
// no key, does not change how an answer ends.
func TestPlaceholderKey(t *testing.T) {
	for _, key := range []string{"x", "stop", "none"} {
		events, _ := llmtest.Chat.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop})
		p, err := openai.New(openai.Config{Key: key, BaseURL: "http://127.0.0.1:1/v1", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(bytes.NewReader(bytes.Join(events, nil))), Request: r}, nil
		})})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Stream(t.Context(), llm.Request{Model: "m", Prompt: "p"}, func([]byte) error { return nil }); err != nil {
			t.Errorf("key %q: %v", key, err)
		}
	}
}

// A roundTrip is a function as a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
