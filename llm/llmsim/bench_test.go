package llmsim_test

import (
	"net/http"
	"strings"
	"testing"

	"mashal/llm/llmsim"
)

// BenchmarkAnswer measures the simulator's own cost: it serves the answer for a
// chapter without delays and without a network.
func BenchmarkAnswer(b *testing.B) {
	text := "[" + strings.TrimSuffix(strings.Repeat(strings.Trim(chapter, "[]\n")+",\n", 60), ",\n") + "]"
	for path, p := range map[string]llmsim.Protocol{"/v1/chat/completions": llmsim.Chat, "/v1/messages": llmsim.Messages} {
		b.Run(string(p), func(b *testing.B) {
			s, err := llmsim.New(llmsim.Config{Answer: func(llmsim.Request) (string, error) { return text, nil }, Clock: newJumper(60), TokensPerSecond: 62})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, path,
					strings.NewReader(`{"model":"m","stream":true,"max_tokens":99999,"messages":[{"role":"user","content":"x"}]}`))
				if err != nil {
					b.Fatal(err)
				}
				req.Header.Set("Anthropic-Version", "2023-06-01")
				w := &recorder{header: http.Header{}}
				s.ServeHTTP(w, req)
				if w.body.Len() < len(text) {
					b.Fatal("the answer is not whole")
				}
			}
			b.ReportMetric(float64(llmsim.Tokens(text))*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
			b.ReportMetric(float64(llmsim.Tokens(text)), "tokens/answer")
		})
	}
}
