package ledger_test

import (
	"context"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"mashal"
	"mashal/ledger"
)

// BenchmarkBible plans all 929 chapters, and records a figure in every third
// of the 23,213 verses from as many workers as there are cores.
func BenchmarkBible(b *testing.B) {
	all := spec(b, "all")
	var planning, recording, chapters, figures float64
	for b.Loop() {
		l, err := ledger.Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"))
		if err != nil {
			b.Fatal(err)
		}
		begun := time.Now()
		run := start(b, l, all)
		planning += time.Since(begun).Seconds()
		begun = time.Now()
		recordAll(b, l, run)
		recording += time.Since(begun).Seconds()
		chapters += float64(len(run.Work))
		totals, err := l.RunTotals(b.Context(), run.ID)
		if err != nil || totals.Verses[mashal.Done] != all.Selection.Verses() {
			b.Fatalf("totals %v, %v", totals, err)
		}
		figures = float64(totals.Figures)
		if err := l.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(planning/float64(b.N), "plan-s/op")
	b.ReportMetric(recording/float64(b.N), "record-s/op")
	b.ReportMetric(chapters/recording, "chapters/s")
	b.ReportMetric(figures, "figures")
}

func recordAll(b *testing.B, l *ledger.Ledger, run *ledger.StartedRun) {
	work := make(chan ledger.Work)
	var workers sync.WaitGroup
	for worker := 1; worker <= runtime.GOMAXPROCS(0); worker++ {
		workers.Go(func() {
			for w := range work {
				attempt, err := l.BeginWork(context.Background(), run.ID, w, worker)
				if err == nil {
					_, err = l.EndWork(context.Background(), attempt, w, findings(w, plain))
				}
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, w := range run.Work {
		work <- w
	}
	close(work)
	workers.Wait()
}
