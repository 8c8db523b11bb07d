package ledger_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"mashal"
	"mashal/ledger"
)

// openAttempts returns the attempts of a run that have not ended.
func openAttempts(t *testing.T, l *ledger.Ledger, run string) ([]mashal.Attempt, error) {
	t.Helper()
	a, err := l.Account(t.Context(), run)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(a.Attempts), func(a mashal.Attempt) bool { return !a.Ended.IsZero() }), nil
}

// TestProgressOfOpenRuns checks that runs are told apart, and that the counts of
// a run that is going on include its open attempts.
func TestProgressOfOpenRuns(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		first := start(t, l, modelSpec(t, "Obadiah"))
		w := first.Work[0]
		attempt := begin(t, l, first, w)
		ask(t, l.Recorder(attempt, w), question("a", 1, 2, 3), "text", nil)
		if _, err := l.EndWork(t.Context(), attempt, w, findings(w, plain)); err != nil {
			t.Fatal(err)
		}
		if err := l.EndRun(t.Context(), first.ID, mashal.RunDone); err != nil {
			t.Fatal(err)
		}
		second := start(t, l, spec(t, "Joel 3"))
		w = second.Work[0]
		attempt = begin(t, l, second, w)
		part := findings(w, plain)[:2]
		if err := l.RecordResults(t.Context(), attempt, w, part); err != nil {
			t.Fatal(err)
		}

		open, err := openAttempts(t, l, second.ID)
		if err != nil || len(open) != 1 {
			t.Fatalf("%d attempts are under way, %v", len(open), err)
		}
		if a := open[0]; a.ID != attempt || a.Outcome != mashal.Running || !a.Ended.IsZero() || a.Asked != 5 || a.Worker != 1 {
			t.Errorf("under way is %+v", a)
		}
		if ended, err := openAttempts(t, l, first.ID); err != nil || len(ended) > 0 {
			t.Errorf("of the run that ended, %d attempts are under way, %v", len(ended), err)
		}

		for range 2 { // the second time, the run that has ended comes from the cache
			page, all, err := l.RunPage(t.Context(), 0, 10)
			if err != nil || all != 2 || len(page) != 2 {
				t.Fatalf("%d of %d runs, %v", len(page), all, err)
			}
			a, b := page[1], page[0]
			if a.Run.ID != first.ID || a.Verses[mashal.Done] != 21 || a.Spend.Calls != 1 || a.Spend.Cost != 1234 || a.Spend.Output != 20 {
				t.Errorf("the first run: %+v", a)
			}
			if want := (map[mashal.State]int{mashal.Done: 2, mashal.Running: 3}); b.Run.ID != second.ID || !maps.Equal(b.Verses, want) || b.Spend.Calls != 0 {
				t.Errorf("the second run: %v, %d calls, want %v", b.Verses, b.Spend.Calls, want)
			}
		}
		if page, all, err := l.RunPage(t.Context(), 1, 1); err != nil || all != 2 || len(page) != 1 || page[0].Run.ID != first.ID {
			t.Errorf("the second page: %+v of %d, %v", page, all, err)
		}
		if page, all, err := l.RunPage(t.Context(), 9, 1); err != nil || all != 2 || len(page) != 0 {
			t.Errorf("a page after the last: %+v of %d, %v", page, all, err)
		}
		a, err := l.Progress(t.Context(), first.ID)
		if err != nil {
			t.Fatal(err)
		}
		totals, err := l.RunTotals(t.Context(), first.ID)
		if err != nil || a.Figures != totals.Figures || a.Figures == 0 {
			t.Errorf("the first run found %d figures, and its totals are %d, %v", a.Figures, totals.Figures, err)
		}
		if _, err := l.Progress(t.Context(), "nix"); !errors.Is(err, ledger.ErrNoRun) {
			t.Errorf("a run that does not exist: %v", err)
		}
	})
}

func TestCallByNumber(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, modelSpec(t, "Obadiah"))
		w := run.Work[0]
		ask(t, l.Recorder(begin(t, l, run, w), w), question("a", 1, 2), "text", nil)
		all, err := l.RunCalls(t.Context(), run.ID)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		one, err := l.Dialogue(t.Context(), all[0].ID)
		if err != nil || one.Run != run.ID || one.Chapter != w.Chapter || one.Size != 4 || one.Answer != "text" || one.PromptVersion == "" {
			t.Errorf("%+v, %v", one, err)
		}
		if _, err := l.Dialogue(t.Context(), 99); !errors.Is(err, ledger.ErrNoCall) || mashal.CodeOf(err) != mashal.Usage {
			t.Errorf("a call that does not exist: %v", err)
		}
	})
}
