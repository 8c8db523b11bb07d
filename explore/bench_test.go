package explore_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"mashal/explore"
)

// BenchmarkPages asks for pages of a concordance of the whole Bible, which
// MASHAL_BENCH_CONCORDANCE names (mashal annotate all makes one), without any
// answer being kept. Of 4,233 figures by rules, on two shared cores:
//
//	home 4.4 ms, read 1.8 ms, read with all 2.9 ms, find 4.6 ms, figure 0.6 ms
//
// A concordance and a chapter compared take between 1 and 1.3 times the
// processor time of find, a book compared as much as find.
func BenchmarkPages(b *testing.B) {
	path := os.Getenv("MASHAL_BENCH_CONCORDANCE")
	if path == "" {
		b.Skip("MASHAL_BENCH_CONCORDANCE names no concordance")
	}
	s, err := explore.New(b.Context(), explore.Options{Concordance: path, Program: "bench", Log: func(err error) { b.Error(err) }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	for _, page := range []struct{ name, target string }{
		{"home", "/"},
		{"read", "/read/Ezek/1"},
		{"read with all", "/read/Isa/40?names=traditional&translit=1&list=1&ketiv=1&figure=Isa.40.6!10-13"},
		{"read the longest", "/read/Ps/119"},
		{"find all", "/find"},
		{"find by type", "/find?type=metaphor&in=Psalms"},
		{"find words", "/find?hebrew=%D7%A6%D7%95%D7%A8"},
		{"figure", "/figure/Ezek.1.4!16-19"},
		{"suggest", "/suggest?q=sh"},
		{"phrases", "/concordance"},
		{"vehicles by context", "/concordance?key=vehicle&order=left&group=after"},
		{"a lemma", "/concordance?lemma=7462"},
		{"the commonest lemma", "/concordance?lemma=3068&order=right&gloss=1"},
		{"compare", "/compare/Ezek/16"},
		{"compare a book", "/compare/Ps"},
	} {
		b.Run(page.name, func(b *testing.B) {
			var bytes int
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://127.0.0.1"+page.target, nil)
				r.Header.Set("Accept-Encoding", "gzip")
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", page.target, w.Code)
				}
				bytes = w.Body.Len()
			}
			b.ReportMetric(float64(bytes), "wire-B")
		})
	}
}
