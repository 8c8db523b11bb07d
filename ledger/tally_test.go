package ledger_test

import (
	"errors"
	"maps"
	"testing"

	"mashal"
	"mashal/ledger"
)

// TestTalliesCountWhatIsUnderWay: runs are told apart, and what has not ended
// is counted as far as it has come.
func TestTalliesCountWhatIsUnderWay(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		first := start(t, l, modelSpec(t, "Obadiah"))
		w := first.Work[0]
		attempt := begin(t, l, first, w)
		ask(t, l.Requests(attempt, w), question("a", 1, 2, 3), "text", nil)
		if _, err := l.EndWork(t.Context(), attempt, w, findings(w, plain)); err != nil {
			t.Fatal(err)
		}
		if err := l.EndRun(t.Context(), first.ID, ledger.OutcomeDone); err != nil {
			t.Fatal(err)
		}
		second := start(t, l, spec(t, "Joel 3"))
		w = second.Work[0]
		attempt = begin(t, l, second, w)
		part := findings(w, plain)[:2]
		if err := l.RecordResults(t.Context(), attempt, w, part); err != nil {
			t.Fatal(err)
		}

		open, err := l.OpenAttempts(t.Context(), second.ID)
		if err != nil || len(open) != 1 {
			t.Fatalf("%d attempts are under way, %v", len(open), err)
		}
		if a := open[0]; a.ID != attempt || a.Outcome != mashal.Running || !a.Ended.IsZero() || a.Asked != 5 || a.Worker != 1 {
			t.Errorf("under way is %+v", a)
		}
		if ended, err := l.OpenAttempts(t.Context(), first.ID); err != nil || len(ended) > 0 {
			t.Errorf("of the run that ended, %d attempts are under way, %v", len(ended), err)
		}

		runs, err := l.Runs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		tallies, err := l.Tallies(t.Context(), runs)
		if err != nil || len(tallies) != 2 {
			t.Fatalf("%d tallies, %v", len(tallies), err)
		}
		a, b := tallies[0], tallies[1]
		if a.ID != first.ID || a.Verses[mashal.Done] != 21 || a.Requests != 1 || a.Cost != 1234 || a.Usage.Output != 20 {
			t.Errorf("the first run: %+v", a)
		}
		if want := (map[mashal.State]int{mashal.Done: 2, mashal.Running: 3}); !maps.Equal(b.Verses, want) || b.Requests != 0 {
			t.Errorf("the second run: %v, %d requests, want %v", b.Verses, b.Requests, want)
		}
		totals, err := l.RunTotals(t.Context(), first.ID)
		if err != nil || a.Figures != totals.Figures || a.Figures == 0 {
			t.Errorf("the first run found %d figures, and its totals are %d, %v", a.Figures, totals.Figures, err)
		}
		if none, err := l.Tallies(t.Context(), nil); err != nil || none != nil {
			t.Errorf("of no run: %v, %v", none, err)
		}
	})
}

func TestRequestByItsNumber(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, modelSpec(t, "Obadiah"))
		w := run.Work[0]
		ask(t, l.Requests(begin(t, l, run, w), w), question("a", 1, 2), "text", nil)
		all, err := l.RunRequests(t.Context(), run.ID)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		one, err := l.Request(t.Context(), all[0].ID)
		if err != nil || one.Run != run.ID || one.Chapter != w.Chapter || one.Size != 4 {
			t.Errorf("%+v, %v", one, err)
		}
		if _, err := l.Request(t.Context(), 99); !errors.Is(err, ledger.ErrNoRequest) || mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("a request that is not there: %v", err)
		}
	})
}
