package anthropic_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"mashal"
	"mashal/llm"
	"mashal/llm/anthropic"
	"mashal/llm/llmtest"
)

var suite = llmtest.Suite{Wire: llmtest.Messages, New: newClient}

func newClient(base, key string, transport http.RoundTripper) (llm.Provider, error) {
	c, err := anthropic.New(anthropic.Config{Key: key, BaseURL: base, Transport: transport})
	if err != nil {
		return nil, err
	}
	return c, nil
}

func TestConformance(t *testing.T) {
	llmtest.Run(t, suite)
}

func TestCacheWritesAreCountedApart(t *testing.T) {
	want := mashal.Tokens{Input: 3000, CachedInput: 0, CacheWrite: 2500, Output: 9, Reported: true}
	llmtest.Serve(t, suite, llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop, Usage: want}, func(resp llm.Response, _ string, err error) {
		if err != nil || resp.Usage != want {
			t.Errorf("usage is %+v, %v; want %+v", resp.Usage, err, want)
		}
	})
}

func TestKeyIsNeeded(t *testing.T) {
	env := map[string]string{}
	getenv := func(name string) string { return env[name] }
	if _, err := anthropic.New(anthropic.FromEnv(getenv)); llm.KindOf(err) != llm.Auth {
		t.Errorf("without a key: %v", err)
	}
	env["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:1/v1/"
	if _, err := anthropic.New(anthropic.FromEnv(getenv)); err != nil {
		t.Errorf("a server of one's own: %v", err)
	}
	env["ANTHROPIC_API_KEY"] = " sk-ant-1\n"
	if c := anthropic.FromEnv(getenv); c.Key != "sk-ant-1" || c.BaseURL != env["ANTHROPIC_BASE_URL"] {
		t.Errorf("read %+v", c)
	}
}

func FuzzBody(f *testing.F) {
	llmtest.Fuzz(f, suite)
}

func BenchmarkStream(b *testing.B) {
	llmtest.Benchmark(b, suite)
}

// TestUnnamedEvents checks that events are read by the type in their data where
// a gateway leaves out their names.
func TestUnnamedEvents(t *testing.T) {
	events, _ := llmtest.Messages.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop, Usage: llmtest.Counted})
	var body []byte
	for _, e := range events {
		_, data, _ := bytes.Cut(e, []byte("\n"))
		body = append(body, data...)
	}
	body = append([]byte("data: connected\n\n"), body...)
	llmtest.Read(t, suite, body, func(resp llm.Response, text string, err error) {
		if err != nil || text != strings.Join(llmtest.Text, "") || resp.Usage != llmtest.Counted {
			t.Errorf("got %q, %+v, %v", text, resp.Usage, err)
		}
	})
}
