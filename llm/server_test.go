package llm_test

import (
	"strings"
	"testing"

	"mashal/llm"
)

func TestServerName(t *testing.T) {
	for _, c := range []struct{ vendor, base, want string }{
		{"openai", "", ""},
		{"openai", "https://api.openai.com/v1", ""},
		{"openai", "https://API.OpenAI.com:443/v1/", ""},
		{"openai", "https://api.openai.com.", ""},
		{"openai-responses", "https://eu.api.openai.com/v1", ""},
		{"anthropic", "https://api.anthropic.com", ""},
		{"gemini", "https://generativelanguage.googleapis.com/v1beta", ""},

		// The protocol of one vendor on the host of another is not its own.
		{"openai", "https://generativelanguage.googleapis.com/v1beta/openai/", "generativelanguage.googleapis.com/v1beta/openai"},
		{"openai", "https://api.anthropic.com/v1", "api.anthropic.com"},
		{"openai", "https://notapi.openai.com/v1", "notapi.openai.com"},
		{"openai", "https://api.openai.com.example.org/v1", "api.openai.com.example.org"},
		{"openai", "https://api.openai.com:8443/v1", "api.openai.com:8443"},
		{"openai", "http://api.openai.com/v1", "api.openai.com:80"},

		{"openai", "http://127.0.0.1:8089/v1", "127.0.0.1:8089"},
		{"openai", "http://localhost:8089/v1/", "127.0.0.1:8089"},
		{"openai", "http://LocalHost.:8089", "127.0.0.1:8089"},
		{"openai", "http://[::1]:8089/v1", "127.0.0.1:8089"},
		{"openai", "http://[::ffff:127.0.0.1]:8089/v1", "127.0.0.1:8089"},
		{"openai", "http://0.0.0.0:8089//v1", "127.0.0.1:8089"},
		{"openai", "https://127.0.0.1:8089/v1", "127.0.0.1:8089"},
		{"anthropic", "http://127.0.0.1:8089", "127.0.0.1:8089"},
		{"gemini", "http://127.0.0.1:8089/v1beta", "127.0.0.1:8089"},
		{"openai", "http://127.0.0.2:8089/v1", "127.0.0.2:8089"},
		{"openai", "http://[FD00::0:1]:8000/v1", "[fd00::1]:8000"},
		{"openai", "http://localhost/v1", "127.0.0.1:80"},
		{"openai", "http://localhost:80", "127.0.0.1:80"},
		{"openai", "https://OpenRouter.ai/api/v1", "openrouter.ai/api"},
		{"openai", "https://openrouter.ai:443/api/v1/", "openrouter.ai/api"},
		{"openai", "https://gateway.example.org/Ollama/v1", "gateway.example.org/Ollama"},
		{"openai", "https://gateway.example.org/vllm/v1?key=secret", "gateway.example.org/vllm"},
	} {
		got, err := llm.ServerName(c.vendor, c.base)
		if err != nil || got != c.want {
			t.Errorf("ServerName(%s, %s) = %q, %v, want %q", c.vendor, c.base, got, err, c.want)
		}
	}
	if _, err := llm.ServerName("openai", "https://user:secret@host/v1"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("an address with a password: %v", err)
	}
}

func TestServedAs(t *testing.T) {
	for name, want := range map[string]string{
		"lab": "lab", "Lab-2": "lab-2", "127.0.0.1:8089": "127.0.0.1:8089", "localhost:8089": "127.0.0.1:8089", "[::1]:8089": "127.0.0.1:8089",
		"openrouter.ai/api": "openrouter.ai/api", "lab.example.org:443": "lab.example.org",
		"": "!", " ": "!", "a b": "!", "a@b": "!", "http://127.0.0.1:8089": "!", "openai": "!", "api.openai.com": "!", "EU.api.openai.com:443": "!",
		"api.anthropic.com:8443": "!", "-": "!", "a,b": "!", "<b>": "!", strings.Repeat("a", 65): "!", "מגדל": "!", "lab:port": "!",
	} {
		got, err := llm.ParseServedAs(name)
		if err != nil {
			got = "!"
		}
		if got != want {
			t.Errorf("ParseServedAs(%q) = %q, %v, want %q", name, got, err, want)
		}
	}
}

func TestSimulated(t *testing.T) {
	for _, c := range []struct {
		answered, asked string
		want            bool
	}{
		{"mashal-simulate/gpt-5.1", "gpt-5.1", true},
		{"local/Mashal-Simulate/gpt-5.1", "gpt-5.1", true},
		{"gpt-5.1-simulated", "gpt-5.1", true},
		{"gpt-5.1 (simulated)", "gpt-5.1", true},
		{"simulated", "gpt-5.1", true},
		{"mashal-simulate/mashal-simulate/m", "mashal-simulate/m", true},
		{"gpt-5.1-2025-11-13", "gpt-5.1", false},
		{"simulated-patients-7b", "simulated-patients-7b", false},
		{"org/simulated-patients-7b", "simulated-patients-7b", false},
		{"dissimulatedness", "m", false},
		{"", "m", false},
	} {
		if got := llm.Simulated(c.answered, c.asked); got != c.want {
			t.Errorf("Simulated(%q, %q) = %t", c.answered, c.asked, got)
		}
	}
}
