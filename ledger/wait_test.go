package ledger_test

import (
	"testing"
	"time"

	"mashal"
	"mashal/ledger"
)

// TestWaits records a wait after which another worker goes on, and one that never
// ends because the process dies.
func TestWaits(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Joel 3", "Obadiah"))
		first, err := l.BeginWork(t.Context(), run.ID, run.Work[0], 1)
		if err != nil {
			t.Fatal(err)
		}
		wait := mashal.Wait{Started: l.Now(), Due: l.Now(), Worker: 1}
		record := func(attempt int64, n int, w mashal.Wait) {
			t.Helper()
			if err := l.RecordWait(t.Context(), attempt, n, w); err != nil {
				t.Fatal(err)
			}
		}
		record(first, 1, wait)
		second, err := l.BeginWork(t.Context(), run.ID, run.Work[1], 1)
		if err != nil {
			t.Fatal(err)
		}
		var open []mashal.Attempt
		for len(open) < 2 && err == nil { // readers see what was written some milliseconds later
			open, err = openAttempts(t, l, run.ID)
		}
		if err != nil || len(open) != 2 || len(open[0].Waits) != 1 || !open[0].Waits[0].Ended.IsZero() || len(open[0].Worked()) != 1 {
			t.Fatalf("while it waits: %+v, %v", open, err)
		}
		time.Sleep(time.Millisecond)
		wait.Ended, wait.Worker = l.Now(), 2
		record(first, 1, wait)
		var results []mashal.Result
		for _, v := range run.Work[0].Verses {
			results = append(results, mashal.Result{Verse: v})
		}
		if _, err := l.EndWork(t.Context(), first, run.Work[0], results); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
		last := mashal.Wait{Started: l.Now(), Due: l.Now(), Worker: 1, Held: true}
		record(second, 1, last)

		later := start(t, l, spec(t, "Haggai")) // takes the dead process's run to its end
		if later.ID == run.ID {
			t.Fatal("the same run")
		}
		attempts, err := l.Attempts(t.Context(), run.ID)
		if err != nil || len(attempts) != 2 {
			t.Fatalf("%+v, %v", attempts, err)
		}
		periods := attempts[0].Worked()
		if len(periods) != 2 || periods[0].Worker != 1 || !periods[0].Ended.Equal(wait.Started) || periods[1].Worker != 2 || !periods[1].Started.Equal(wait.Ended) || !periods[1].Ended.Equal(attempts[0].Ended) {
			t.Errorf("the first was worked on %+v", periods)
		}
		periods = attempts[1].Worked()
		if len(periods) != 1 || !periods[0].Ended.Equal(last.Started) || !attempts[1].Ended.Equal(last.Started) {
			t.Errorf("the second was worked on %+v until %s", periods, attempts[1].Ended)
		}
		ended, err := l.Run(t.Context(), run.ID)
		if err != nil || ended.Ended.Before(last.Started) {
			t.Errorf("the run ended %s, before the last wait began %s (%v)", ended.Ended, last.Started, err)
		}
	})
}

// TestClockNeverGoesBack asks for the time in quick succession.
func TestClockNeverGoesBack(t *testing.T) {
	l := newFile(t)
	last := l.Now()
	for range 1000 {
		now := l.Now()
		if now.Before(last) {
			t.Fatalf("%s after %s", now, last)
		}
		last = now
	}
}
