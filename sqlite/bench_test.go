package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal/sqlite"
)

// BenchmarkWrite reports how many units of three kilobytes are committed per
// second ("units/s"), and how many times faster that is than one transaction
// per unit, measured in the same run ("ratio").
func BenchmarkWrite(b *testing.B) {
	unit := insert(1, strings.Repeat("x", 3000))
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("%d callers", callers), func(b *testing.B) {
			const units = 1024
			var grouped, single time.Duration
			for b.Loop() {
				db, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "grouped.db"))
				if err != nil {
					b.Fatal(err)
				}
				if err := db.Migrate(b.Context(), schema); err != nil {
					b.Fatal(err)
				}
				grouped += runConcurrently(b, callers, units, func() error { return db.Write(context.Background(), unit) })

				// For comparison: the same units one at a time, one commit each.
				var one sync.Mutex
				single += runConcurrently(b, callers, units, func() error {
					one.Lock()
					defer one.Unlock()
					return db.Write(context.Background(), unit)
				})
				if err := db.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(units*float64(b.N)/grouped.Seconds(), "units/s")
			b.ReportMetric(single.Seconds()/grouped.Seconds(), "ratio")
		})
	}
}

// runConcurrently calls write units times in all from that many goroutines and
// returns the time it took.
func runConcurrently(b *testing.B, callers, units int, write func() error) time.Duration {
	begun := time.Now()
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range units / callers {
				if err := write(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	return time.Since(begun)
}
