package ledger_test

import (
	"testing"

	"mashal"
	"mashal/ledger"
)

func judgedRun(t *testing.T, l *ledger.Ledger, fail int) (*ledger.StartedRun, ledger.Work) {
	t.Helper()
	a := start(t, l, judgedSpec(t, "Obadiah")) // figures in verses 3, 6, ..., 21
	w := a.Work[0]
	if _, err := l.EndWork(t.Context(), begin(t, l, a, w), w, findings(w, plain)); err != nil {
		t.Fatal(err)
	}
	j := ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: []int{3, 6, 9, 12, 15, 18, 21}}
	attempt := beginJudging(t, l, a, j)
	var said []mashal.Judgement
	for _, v := range j.Verses {
		if v == fail {
			said = append(said, mashal.Judgement{Verse: v, Failure: &mashal.Failure{Kind: "refused", Reason: "it would not"}})
		} else {
			said = append(said, verdictsOn(v))
		}
	}
	if err := l.RecordJudgements(t.Context(), attempt, j, said); err != nil {
		t.Fatal(err)
	}
	if _, err := l.EndValidation(t.Context(), attempt, j, nil, false); err != nil {
		t.Fatal(err)
	}
	end(t, l, a, mashal.RunDone)
	return a, w
}

// TestPartialAgainLeavesTheEarlierRun checks that validations which a partial
// --again carries over are not counted twice for the run that made them.
func TestPartialAgainLeavesTheEarlierRun(t *testing.T) {
	l := newFile(t)
	a, _ := judgedRun(t, l, 6)
	before, _ := l.RunTotals(t.Context(), a.ID)
	failedBefore, _ := l.FailedValidations(t.Context(), a.ID)
	s := judgedSpec(t, "Obadiah 1:3")
	s.Again = true
	start(t, l, s)
	after, _ := l.RunTotals(t.Context(), a.ID)
	failedAfter, _ := l.FailedValidations(t.Context(), a.ID)
	if after.Validations[mashal.Done] > before.Validations[mashal.Done] || len(failedAfter) != len(failedBefore) {
		t.Errorf("run A: validations %v, then %v; failed validations %d, then %d", before.Validations, after.Validations, len(failedBefore), len(failedAfter))
	}
}

// TestReparseLeavesTheEarlierRun checks that the coverage of a run does not
// change when a later run reads its answers again.
func TestReparseLeavesTheEarlierRun(t *testing.T) {
	l := newFile(t)
	a, _ := judgedRun(t, l, 0)
	before := coverage(t, l, a)
	s := modelSpec(t, "Obadiah")
	s.Again, s.Rereads = true, true
	b := start(t, l, s)
	w := b.Work[0]
	if _, err := l.EndWork(t.Context(), begin(t, l, b, w), w, findings(w, plain)); err != nil {
		t.Fatal(err)
	}
	end(t, l, b, mashal.RunDone)
	if after := coverage(t, l, a); after.Figures != before.Figures {
		t.Errorf("run A found %d figures; after a reparse by run B its coverage counts %d", before.Figures, after.Figures)
	}
}
