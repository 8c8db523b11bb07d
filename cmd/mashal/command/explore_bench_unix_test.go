//go:build unix

package command_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"mashal/cmd/mashal/command"
	"mashal/cmd/mashal/commandtest"
	"mashal/explore"
	"mashal/explore/web"
	"mashal/report"
)

// BenchmarkRunPage asks for the page of a run of the whole Bible by a model,
// 32 workers and a second reader: first as whoever looks at it first, then as
// whoever comes later. To make the run takes a minute or more.
func BenchmarkRunPage(b *testing.B) {
	simulator, _ := commandtest.Simulate(b, "--scale", "1000", "--tokens-per-second", "100", "--fault", "cut=0.02,overloaded=0.05")
	dir := b.TempDir()
	var stderr strings.Builder
	p := commandtest.Program{Env: commandtest.Vendors(simulator), Stderr: &stderr}
	if code := p.Run(b.Context(), "annotate", "all", "--annotator", "openai:gpt-5.1", "--workers", "32", "--quiet", "--dir", dir); code != 0 && code != 3 {
		b.Fatalf("annotate ended with %d: %s", code, &stderr)
	}
	runs, err := os.ReadDir(dir + "/runs")
	if err != nil || len(runs) != 1 {
		b.Fatal(runs, err)
	}
	record := command.NewLedgerRecord(dir, "")
	s, err := explore.New(b.Context(), web.Options{Concordance: report.Folder(dir).Concordance(), Record: record})
	if err != nil {
		b.Fatal(err)
	}
	ask := func(page string, status int) {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://127.0.0.1:8090/"+page, nil))
		if w.Code != status {
			b.Fatalf("%s: %d: %s", page, w.Code, w.Body)
		}
	}
	ask("find?vehicle=shepherd", http.StatusOK) // when that is answered, the explorer is ready
	for name, first := range map[string]bool{"first": true, "later": false} {
		b.Run(name, func(b *testing.B) {
			var used int64
			for b.Loop() {
				b.StopTimer()
				ask("runs/nix", http.StatusNotFound) // so that the explorer has not just asked for the same
				if first {                           // a ledger that was just opened has counted nothing
					if err := record.Close(); err != nil {
						b.Fatal(err)
					}
					if _, err := record.Progress(b.Context(), "nix"); err != nil {
						b.Fatal(err)
					}
				}
				before := processor(b)
				b.StartTimer()
				ask("runs/"+runs[0].Name(), http.StatusOK)
				used += processor(b) - before
			}
			b.ReportMetric(float64(used)/1000/float64(b.N), "cpu-ms/op")
		})
	}
	if err := errors.Join(s.Close(), record.Close()); err != nil {
		b.Fatal(err)
	}
}

// processor is how long the process has been worked on, in microseconds: what
// else the machine does is not in it.
func processor(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return (u.Utime.Nano() + u.Stime.Nano()) / 1000
}
