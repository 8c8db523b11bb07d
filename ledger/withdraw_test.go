package ledger_test

import (
	"slices"
	"testing"

	"mashal"
	"mashal/ledger"
)

// TestWithdrawResults checks that results which turn out to be a draft leave nothing
// behind, and that the verses can be recorded again.
func TestWithdrawResults(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, judgedSpec(t, "Obadiah"))
		w := run.Work[0]
		attempt := begin(t, l, run, w)
		drafts := findings(w, plain)
		found := slices.IndexFunc(drafts, func(r mashal.Result) bool { return len(r.Figures) > 0 })
		drafts[1], drafts[found] = drafts[found], drafts[1]
		if err := l.RecordResults(t.Context(), attempt, w, drafts[:5]); err != nil {
			t.Fatal(err)
		}
		figures := func() int {
			p, err := l.Progress(t.Context(), run.ID)
			if err != nil {
				t.Fatal(err)
			}
			return p.Figures
		}
		before := figures()
		verses := []int{drafts[3].Verse, drafts[1].Verse, w.Verses[len(w.Verses)-1]} // the last one has no result
		if err := l.WithdrawResults(t.Context(), attempt, w, verses); err != nil {
			t.Fatal(err)
		}
		if after, want := figures(), before-len(drafts[1].Figures)-len(drafts[3].Figures); after != want || after == before {
			t.Errorf("%d figures are left of %d, want %d", after, before, want)
		}
		drafts[1].Deliberation = "another"
		if _, err := l.EndWork(t.Context(), attempt, w, append(drafts[5:], drafts[1], drafts[3])); err != nil {
			t.Fatalf("record the verses again: %v", err)
		}
		if got := figures(); got < before {
			t.Errorf("%d figures, and %d of the draft", got, before)
		}
		reading, err := l.Reading(t.Context(), w.Reading)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range reading.Verses {
			if v.State != mashal.Done || len(v.Figures) != len(findings(w, plain)[i].Figures) {
				t.Errorf("verse %d is %s with %d figures", v.Verse, v.State, len(v.Figures))
			}
		}
		all := figures()
		if err := l.WithdrawResults(t.Context(), attempt, w, verses); err != nil || figures() != all {
			t.Errorf("results of an attempt that has ended are withdrawn: %v", err)
		}
	})
}
