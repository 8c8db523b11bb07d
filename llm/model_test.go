package llm_test

import (
	"errors"
	"strings"
	"testing"

	"mashal/llm"
)

func TestParseModel(t *testing.T) {
	for _, c := range []struct {
		in   string
		want llm.Model
		why  string // part of the error
		try  string
	}{
		{in: "openai:gpt-5.1", want: llm.Model{Vendor: "openai", Name: "gpt-5.1"}},
		{in: "OpenAI:gpt-5.1", want: llm.Model{Vendor: "openai", Name: "gpt-5.1"}},
		{in: "openai-responses:gpt-5.1", want: llm.Model{Vendor: "openai-responses", Name: "gpt-5.1"}},
		{in: "anthropic:claude-opus-4-5", want: llm.Model{Vendor: "anthropic", Name: "claude-opus-4-5"}},
		{in: "openai:gpt-5.1@http://127.0.0.1:8089/v1", want: llm.Model{Vendor: "openai", Name: "gpt-5.1", BaseURL: "http://127.0.0.1:8089/v1"}},
		{in: "openai:gpt-5.1@http://127.0.0.1:8089/v1/", want: llm.Model{Vendor: "openai", Name: "gpt-5.1", BaseURL: "http://127.0.0.1:8089/v1"}},
		{in: "openai:llama3.1:8b@http://[::1]:11434/v1", want: llm.Model{Vendor: "openai", Name: "llama3.1:8b", BaseURL: "http://[::1]:11434/v1"}},
		{in: "openai:meta-llama/llama-3:free@https://openrouter.ai/api/v1", want: llm.Model{Vendor: "openai", Name: "meta-llama/llama-3:free", BaseURL: "https://openrouter.ai/api/v1"}},
		{in: "gemini:models/x@y", want: llm.Model{Vendor: "gemini", Name: "models/x@y"}},

		{in: "gpt-5.1", why: "the vendor is missing", try: "openai:gpt-5.1"},
		{in: "claude-opus-4-5", why: "the vendor is missing", try: "anthropic:claude-opus-4-5"},
		{in: "gemini-2.5-pro@http://h/v1", why: "the vendor is missing", try: "gemini:gemini-2.5-pro@http://h/v1"},
		{in: "opnai:gpt-5.1", why: `unknown vendor "opnai"`, try: "openai:gpt-5.1"},
		{in: "antropic:x", why: "unknown vendor", try: "anthropic:x"},
		{in: "google:gemini-2.5-pro", why: "unknown vendor", try: "gemini:gemini-2.5-pro"},
		{in: "claude:claude-opus-4-5@https://h", why: "unknown vendor", try: "anthropic:claude-opus-4-5@https://h"},
		{in: "ollama:llama3", why: "a server, not a protocol", try: "openai:llama3@http://127.0.0.1:11434/v1"},
		{in: "ollama:llama3:8b@http://box:11434/v1", why: "a server, not a protocol", try: "openai:llama3:8b@http://box:11434/v1"},
		{in: "mistral:large", why: "unknown vendor"},
		{in: "openai", why: "the model is missing"},
		{in: "openai:", why: "the model is missing"},
		{in: "openai:@http://h/v1", why: "the model is missing"},
		{in: "", why: "not vendor:model"},
		{in: "rules", why: "not vendor:model"},
		{in: "openai:gpt 5", why: "blanks"},
		{in: "openai:gpt-5\n", why: "blanks"},
		{in: "openai:\u05de\u05e9\u05dc", why: "ASCII"},
		{in: "openai:x@", why: "follows the @"},
		{in: "openai:x@localhost:8080/v1", why: "needs http://", try: "openai:x@http://localhost:8080/v1"},
		{in: "openai:x@http://", why: "not the address"},
		{in: "openai:x@http://:8080", why: "not the address"},
		{in: "openai:x@http://h:99999999999/%zz", why: "not the address"},
		{in: "openai:x@http://user:pass@h/v1", why: "password"},
		{in: "openai:x@http://h/v1?key=1", why: "query"},
	} {
		got, err := llm.ParseModel(c.in)
		if c.why == "" {
			if err != nil || got != c.want {
				t.Errorf("%q: got %+v, %v; want %+v", c.in, got, err, c.want)
			}
			if again, err := llm.ParseModel(got.String()); err != nil || again != got {
				t.Errorf("%q: written as %q, read as %+v, %v", c.in, got, again, err)
			}
			continue
		}
		var e *llm.ModelError
		if !errors.As(err, &e) || !strings.Contains(e.Why, c.why) || e.Try != c.try {
			t.Errorf("%q: got %v (try %q), want %q (try %q)", c.in, err, e.Try, c.why, c.try)
			continue
		}
		if c.try != "" {
			if _, err := llm.ParseModel(c.try); err != nil {
				t.Errorf("%q: the suggestion does not work: %v", c.in, err)
			}
		}
		if !strings.HasSuffix(e.Hint(), "?") && !strings.HasSuffix(e.Hint(), ".") {
			t.Errorf("%q: the hint is no sentence: %q", c.in, e.Hint())
		}
	}
}

func FuzzParseModel(f *testing.F) {
	for _, s := range []string{"openai:gpt-5.1", "openai:a:b@http://h/v1", "ollama:x", "gpt-5@", "opnai:@https://"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := llm.ParseModel(s)
		if err != nil {
			return
		}
		again, err := llm.ParseModel(m.String())
		if err != nil || again != m {
			t.Errorf("%q: written as %q, read as %+v, %v", s, m, again, err)
		}
	})
}
