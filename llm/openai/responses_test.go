package openai_test

import (
	"net/http"
	"testing"

	"mashal/llm"
	"mashal/llm/llmtest"
	"mashal/llm/openai"
)

var responsesSuite = llmtest.Suite{Wire: llmtest.Responses, New: func(base, key string, transport http.RoundTripper) (llm.Provider, error) {
	return provider(openai.New(openai.Config{Key: key, BaseURL: base, Transport: transport, Responses: true}))
}}

func TestResponsesConformance(t *testing.T) { llmtest.Run(t, responsesSuite) }

func FuzzResponsesBody(f *testing.F) { llmtest.Fuzz(f, responsesSuite) }

func BenchmarkResponses(b *testing.B) { llmtest.Benchmark(b, responsesSuite) }
