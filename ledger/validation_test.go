package ledger_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
)

var secondReader = mashal.Annotator{Name: "openai:judge", Kind: mashal.ByModel, Version: "1", Fingerprint: "judge 1"}

func judgedSpec(t testing.TB, args ...string) ledger.RunSpec {
	s := modelSpec(t, args...)
	s.Validator = &secondReader
	return s
}

// verdictsOn decides on the simile of a verse: it is one, and no idiom.
func verdictsOn(verse int) mashal.Judgement {
	return mashal.Judgement{Verse: verse, Verdicts: [][]mashal.Verdict{{
		{Type: mashal.Simile, Decision: mashal.Valid, Reason: "marked", By: "openai:judge"},
		{Type: mashal.Idiom, Decision: mashal.Reclassified, To: mashal.Metaphor, Reason: "fresh", By: "openai:judge"},
	}}}
}

func coverage(t *testing.T, l *ledger.Ledger, run *ledger.StartedRun) mashal.Coverage {
	t.Helper()
	c, err := l.Coverage(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func beginJudging(t *testing.T, l *ledger.Ledger, run *ledger.StartedRun, w ledger.Work) int64 {
	t.Helper()
	attempt, err := l.BeginValidation(t.Context(), run.ID, w, 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	return attempt
}

// TestAChapterIsShownOnceItIsJudged: the figures of Joel 3:3 alone are to be
// judged; readers see the chapter when they are.
func TestAChapterIsShownOnceItIsJudged(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, judgedSpec(t, "Joel 3"))
		w := run.Work[0]
		attempt := begin(t, l, run, w)
		if err := l.RecordResults(t.Context(), attempt, w, findings(w, plain)); err != nil {
			t.Fatal(err)
		}
		if revision, err := l.EndWork(t.Context(), attempt, w, nil); err != nil || revision != 0 || len(revisions(t, l)) != 0 {
			t.Fatalf("revision %d before it is judged, %v", revision, err)
		}
		if c := coverage(t, l, run); c.Figures != 1 || c.Types != 2 || c.Verdicts != 0 || c.Judged != 0 {
			t.Errorf("coverage %+v", c)
		}
		toJudge := ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: []int{3}}
		if _, err := l.BeginValidation(t.Context(), run.ID, ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: []int{2, 3}}, 1, attempt); err == nil {
			t.Error("a verse without figures can be judged")
		}
		second := beginJudging(t, l, run, toJudge)
		if err := l.RecordJudgements(t.Context(), second, toJudge, []mashal.Judgement{{Verse: 3, Verdicts: [][]mashal.Verdict{{}, {}}}}); err == nil {
			t.Error("verdicts on two figures are taken where there is one")
		}
		if err := l.RecordJudgements(t.Context(), second, toJudge, []mashal.Judgement{verdictsOn(3)}); err != nil {
			t.Fatal(err)
		}
		revision, err := l.EndValidation(t.Context(), second, toJudge, nil, false)
		if err != nil || revision == 0 {
			t.Fatalf("revision %d once it is judged, %v", revision, err)
		}
		got, err := l.Reading(t.Context(), w.Reading)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(verdictsOn(3).Verdicts[0], got.Verses[2].Figures[0].Verdicts); diff != "" {
			t.Errorf("the verdicts (-want +got):\n%s", diff)
		}
		want := mashal.Coverage{Figures: 1, Judged: 1, Types: 2, Verdicts: 2, Decisions: map[mashal.Decision]int{mashal.Valid: 1, mashal.Reclassified: 1}}
		if diff := cmp.Diff(want, coverage(t, l, run)); diff != "" {
			t.Errorf("coverage (-want +got):\n%s", diff)
		}
		attempts, err := l.Attempts(t.Context(), run.ID)
		if err != nil || len(attempts) != 2 || attempts[1].Purpose != mashal.Validation || attempts[1].Verses != 1 || attempts[1].Figures != 1 || attempts[1].Outcome != mashal.Done {
			t.Errorf("attempts %+v, %v", attempts, err)
		}
		end(t, l, run, mashal.RunDone)
		again := start(t, l, judgedSpec(t, "Joel 3"))
		if len(again.Work)+len(again.Validate) != 0 {
			t.Errorf("there is %v to read and %v to secondReader", again.Work, again.Validate)
		}
	})
}

// TestWhatIsNotJudgedIsJudgedNext: after a failure, an interruption, and by
// another validator.
func TestWhatIsNotJudgedIsJudgedNext(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, modelSpec(t, "Obadiah")) // nobody judges
		read(t, l, run, plain)
		end(t, l, run, mashal.RunDone)
		before := revisions(t, l)

		run = start(t, l, judgedSpec(t, "Obadiah 1:1-12"))
		if len(run.Work) != 0 || len(run.Validate) != 1 || !cmp.Equal(run.Validate[0].Verses, []int{3, 6, 9, 12}) {
			t.Fatalf("to read %v, to judge %v", run.Work, run.Validate)
		}
		w := run.Validate[0]
		attempt := beginJudging(t, l, run, w)
		said := []mashal.Judgement{verdictsOn(3), {Verse: 6, Failure: &mashal.Failure{Kind: "refused", Reason: "it would not"}}}
		if err := l.RecordJudgements(t.Context(), attempt, w, said); err != nil {
			t.Fatal(err)
		}
		if _, err := l.EndValidation(t.Context(), attempt, w, errors.New("the line is dead"), false); err != nil {
			t.Fatal(err)
		}
		failed, err := l.FailedValidations(t.Context(), run.ID)
		if err != nil || len(failed) != 3 || failed[0].Ref.Verse != 6 || failed[0].Failure.Kind != "refused" || failed[2].Failure.Reason != "the line is dead" {
			t.Errorf("not judged: %+v, %v", failed, err)
		}
		if n := totals(t, l, run).Validations; n[mashal.Done] != 1 || n[mashal.Failed] != 3 {
			t.Errorf("validations %v", n)
		}
		end(t, l, run, mashal.RunIncomplete)
		if after := revisions(t, l); after[w.Reading] <= before[w.Reading] {
			t.Error("readers are not shown the verdicts")
		}

		// What failed is judged next, also after an interruption and after the
		// process died.
		for _, how := range []string{"interrupted", "died", ""} {
			run = start(t, l, judgedSpec(t, "Obadiah 1:1-12"))
			if len(run.Validate) != 1 || !cmp.Equal(run.Validate[0].Verses, []int{6, 9, 12}) {
				t.Fatalf("before it was %q: to judge %v", how, run.Validate)
			}
			w = run.Validate[0]
			attempt = beginJudging(t, l, run, w)
			switch how {
			case "interrupted":
				if _, err := l.EndValidation(t.Context(), attempt, w, nil, true); err != nil {
					t.Fatal(err)
				}
				end(t, l, run, mashal.RunInterrupted)
			case "":
				if err := l.RecordJudgements(t.Context(), attempt, w, []mashal.Judgement{verdictsOn(6), verdictsOn(9), verdictsOn(12)}); err != nil {
					t.Fatal(err)
				}
				if _, err := l.EndValidation(t.Context(), attempt, w, nil, false); err != nil {
					t.Fatal(err)
				}
				end(t, l, run, mashal.RunDone)
			}
		}
		if c := coverage(t, l, run); c.Figures != 3 || c.Judged != 3 {
			t.Errorf("coverage of the last run %+v", c)
		}

		other := judgedSpec(t, "Obadiah 1:1-12")
		other.Validator = &mashal.Annotator{Name: "gemini:judge", Kind: mashal.ByModel, Version: "1", Fingerprint: "judge 2"}
		if run = start(t, l, other); len(run.Validate) != 1 || len(run.Validate[0].Verses) != 4 {
			t.Errorf("another validator is to judge %v", run.Validate)
		}
	})
}

// TestWhatNobodyIsToJudgeAnyMoreIsShown stops a run between reading and
// judging; the next has no validator, and so nothing to do.
func TestWhatNobodyIsToJudgeAnyMoreIsShown(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, judgedSpec(t, "Obadiah"))
		read(t, l, run, plain)
		if got := revisions(t, l); len(got) > 0 {
			t.Fatalf("before it is judged readers see %v", got)
		}
		end(t, l, run, mashal.RunInterrupted)
		s := judgedSpec(t, "Obadiah")
		s.Validator = nil
		if next := start(t, l, s); len(next.Work) > 0 {
			t.Fatalf("to read: %v", next.Work)
		}
		if got := revisions(t, l); got[run.Work[0].Reading] == 0 {
			t.Error("readers never see it")
		}
	})
}

// TestOnlyDoubtfulFiguresAreValidated: with ValidateBelow, verses whose figures are
// plain are done without verdicts, and a run that validates all validates the rest.
func TestOnlyDoubtfulFiguresAreValidated(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		doubtful := judgedSpec(t, "Obadiah 1:1-9")
		doubtful.ValidateBelow = .5
		run := start(t, l, doubtful)
		w := run.Work[0]
		found := findings(w, plain) // in the verses 3, 6 and 9
		found[5].Figures[0].Confidence = .4
		for _, i := range []int{2, 8} {
			found[i].Figures[0].Confidence = .5
		}
		if revision, err := l.EndWork(t.Context(), begin(t, l, run, w), w, found); err != nil || revision != 0 {
			t.Errorf("revision %d before verse 6 is validated, %v", revision, err)
		}
		toJudge := ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: []int{6}}
		if _, err := l.BeginValidation(t.Context(), run.ID, ledger.Work{Reading: w.Reading, Chapter: w.Chapter, Verses: []int{3}}, 1, 0); err == nil {
			t.Error("a verse without a doubtful figure can be validated")
		}
		end(t, l, run, mashal.RunInterrupted)

		again := start(t, l, doubtful)
		if len(again.Work) != 0 || len(again.Validate) != 1 || !cmp.Equal(again.Validate[0], toJudge) {
			t.Fatalf("left to validate: %+v", again)
		}
		attempt := beginJudging(t, l, again, toJudge)
		if err := l.RecordJudgements(t.Context(), attempt, toJudge, []mashal.Judgement{verdictsOn(6)}); err != nil {
			t.Fatal(err)
		}
		if revision, err := l.EndValidation(t.Context(), attempt, toJudge, nil, false); err != nil || revision == 0 {
			t.Errorf("revision %d, %v", revision, err)
		}
		end(t, l, again, mashal.RunDone)
		if c := coverage(t, l, run); c.Figures != 3 || c.Judged != 1 {
			t.Errorf("coverage %+v", c)
		}
		for _, test := range []struct {
			below float64
			left  int
		}{{.5, 0}, {.6, 2}, {0, 2}} {
			todo, err := l.Todo(t.Context(), doubtful.Annotator.Fingerprint, secondReader.Fingerprint, test.below, doubtful.Selection)
			if err != nil {
				t.Fatal(err)
			}
			left := 0
			for _, w := range todo.Validate {
				left += len(w.Verses)
			}
			if left != test.left {
				t.Errorf("below %g: %d verses to validate, want %d", test.below, left, test.left)
			}
		}
		if all := start(t, l, judgedSpec(t, "Obadiah 1:1-9")); len(all.Validate) != 1 || !cmp.Equal(all.Validate[0].Verses, []int{3, 9}) {
			t.Errorf("the rest to validate: %+v", all.Validate)
		}
	})
}
