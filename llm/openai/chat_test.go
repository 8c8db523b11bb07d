package openai_test

import (
	"net/http"
	"testing"

	"mashal/llm"
	"mashal/llm/llmtest"
	"mashal/llm/openai"
)

var chatSuite = llmtest.Suite{Wire: llmtest.Chat, New: func(base, key string, transport http.RoundTripper) (llm.Provider, error) {
	return provider(openai.New(openai.Config{Key: key, BaseURL: base, Transport: transport}))
}}

func TestChatConformance(t *testing.T) { llmtest.Run(t, chatSuite) }

// provider returns a nil Provider for a nil *Client.
func provider(c *openai.Client, err error) (llm.Provider, error) {
	if err != nil {
		return nil, err
	}
	return c, nil
}

func FuzzChatBody(f *testing.F) { llmtest.Fuzz(f, chatSuite) }

func BenchmarkChat(b *testing.B) { llmtest.Benchmark(b, chatSuite) }
