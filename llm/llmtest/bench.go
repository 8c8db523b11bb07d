package llmtest

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"mashal/llm"
)

// Benchmark measures the client's cost per event of a stream. It uses no network.
func Benchmark(b *testing.B, s Suite) {
	const pieces = 2000
	events, _ := s.Wire.Events(Script{Pieces: strings.SplitAfter(strings.Repeat("metaphor ", pieces), " ")[:pieces], End: Stop, Usage: Counted})
	body := bytes.Join(events, nil)
	p, err := s.New("http://127.0.0.1:1", Key, roundTrip(func(r *http.Request) (*http.Response, error) {
		return answered(r, bytes.NewReader(body)), nil
	}))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		_, err := p.Stream(b.Context(), llm.Request{Model: "model-1", Prompt: "p"}, func([]byte) error { n++; return nil })
		if err != nil || n != pieces {
			b.Fatalf("%d pieces, %v", n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}

// answered returns a successful response with a body.
func answered(r *http.Request, body io.Reader) *http.Response {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"text/event-stream"}},
		Body:   io.NopCloser(body),
	}
}
