package pipeline

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mashal"
	"mashal/ledger"
)

// A Report says what a run did. All of it is counted from the ledger's rows.
type Report struct {
	Run      ledger.RunRecord
	Totals   ledger.RunTotals
	Attempts []ledger.Attempt
	Failures []ledger.FailedVerse

	Wall         time.Duration // from the run's start to its end
	Busy         time.Duration // the sum of the chapters' durations
	Efficiency   float64       // Busy / (workers × Wall), 0 to 1; 0 if nothing was done
	LongestFirst time.Duration // what the same chapters would take longest first, without a gap
	BoundRatio   float64       // Wall / LongestFirst; 1 is perfect, 0 if nothing was done

	LedgerWAL, ConcordanceWAL int64 // the most bytes each write-ahead log has held
	Resume                    []string
}

func newReport(ctx context.Context, l *ledger.Ledger, run string, totals ledger.RunTotals) (*Report, error) {
	r := &Report{Totals: totals}
	var err error
	if r.Run, err = l.Run(ctx, run); err != nil {
		return nil, err
	}
	if r.Attempts, err = l.Attempts(ctx, run); err != nil {
		return nil, err
	}
	if r.Failures, err = l.Failures(ctx, run); err != nil {
		return nil, err
	}
	durations := make([]time.Duration, len(r.Attempts))
	for i, a := range r.Attempts {
		durations[i] = a.Ended.Sub(a.Started)
		r.Busy += durations[i]
	}
	r.Wall = r.Run.Ended.Sub(r.Run.Started)
	if len(durations) > 0 && r.Wall > 0 {
		r.Efficiency = r.Busy.Seconds() / (float64(r.Run.Workers) * r.Wall.Seconds())
		r.LongestFirst = LongestFirst(durations, r.Run.Workers)
		r.BoundRatio = r.Wall.Seconds() / r.LongestFirst.Seconds()
	}
	return r, nil
}

// Summary is the report in a few lines for people.
func (r *Report) Summary() string {
	var b strings.Builder
	done, failed := r.Totals.Verses[mashal.Done], r.Totals.Verses[mashal.Failed]
	fmt.Fprintf(&b, "run %s %s: %s, %s in %s", r.Run.ID, r.Run.Outcome,
		count(done, "verse"), count(r.Totals.Figures, "figure"), round(r.Wall))
	if failed > 0 {
		fmt.Fprintf(&b, "; %s failed", count(failed, "verse"))
	}
	if left := r.Totals.Verses[mashal.NotRun] + r.Totals.Verses[mashal.Running]; left > 0 {
		fmt.Fprintf(&b, "; %s not run", count(left, "verse"))
	}
	if r.Run.AlreadyDone > 0 {
		fmt.Fprintf(&b, "; %s already done before", count(r.Run.AlreadyDone, "verse"))
	}
	var types []string
	for _, t := range mashal.Types {
		if n := r.Totals.Types[t]; n > 0 {
			types = append(types, fmt.Sprintf("%s %d", t, n))
		}
	}
	if len(types) > 0 {
		fmt.Fprintf(&b, "\n  figures by type (one can have several): %s", strings.Join(types, ", "))
	}
	if len(r.Attempts) > 0 {
		fmt.Fprintf(&b, "\n  %s at %.0f %% efficiency; wall time is %.2f × the longest-first bound",
			count(r.Run.Workers, "worker"), 100*r.Efficiency, r.BoundRatio)
		b.WriteString("\n  write-ahead logs reached ")
		if r.LedgerWAL > 0 { // a server's is its own affair
			fmt.Fprintf(&b, "%s (ledger) and ", megabytes(r.LedgerWAL))
		}
		fmt.Fprintf(&b, "%s (concordance)", megabytes(r.ConcordanceWAL))
	}
	return b.String()
}

func round(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.2fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
