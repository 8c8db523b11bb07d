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
// answer being kept. Of 4,233 figures by rules, in milliseconds, on two cores
// that several other programs kept busy (load 5), so these are upper bounds:
//
//	home 6.2  read 3.9  with all 4.6  the longest 6.7  find all 12  by type 9.3  words 6.4  figure 1.5  suggest 0.3
//
// The time that finding all takes is 6.7 ms of a processor: half in the
// concordance, a third in the template, a seventh in gzip.
// All charts took three quarters of the time of find all, one about half.
// A concordance and a chapter compared took 1 to 1.3 times as much, a book
// compared as much.
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
		{"see", "/see"},
		{"see flows", "/see/flows?level=category&top=24"},
		{"see a book", "/see/along?book=Psalms"},
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
