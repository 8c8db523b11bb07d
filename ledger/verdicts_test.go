package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
)

// TestVerdictsOfASecondReader records verdicts verse by verse, refused ones
// between them, and wants each where it belongs and all of them counted.
func TestVerdictsOfASecondReader(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		validator := mashal.Annotator{Name: "openai:m", Kind: mashal.ByModel, Version: "1", Fingerprint: "openai:m 1"}
		s := spec(t, "Obadiah 1:2-4")
		s.Validator = &validator
		run := start(t, l, s)
		w := run.Work[0]
		follows := begin(t, l, run, w)
		if revision, err := l.EndWork(t.Context(), follows, w, findings(w, func(ref mashal.Ref) mashal.Result {
			if ref.Verse == 3 {
				return mashal.Result{}
			}
			return mashal.Result{Figures: []mashal.Figure{simile(ref), simile(ref)}}
		})); err != nil || revision != 0 {
			t.Fatalf("revision %d, %v", revision, err)
		}
		w.Verses = []int{2, 4}
		attempt, err := l.BeginValidation(t.Context(), run.ID, w, 1, follows)
		if err != nil {
			t.Fatal(err)
		}
		said := func(reason string, decision mashal.Decision, to mashal.Type) []mashal.Verdict {
			return []mashal.Verdict{
				{Type: mashal.Simile, Decision: mashal.Valid, Reason: reason + ", simile", By: validator.Name},
				{Type: mashal.Idiom, Decision: decision, To: to, Reason: reason + ", idiom", By: validator.Name},
			}
		}
		second := [][]mashal.Verdict{said("2, first", mashal.Invalid, ""), said("2, second", mashal.Reclassified, mashal.Metaphor)}
		fourth := [][]mashal.Verdict{said("4, first", mashal.Valid, ""), said("4, second", mashal.Invalid, "")}
		record := func(attempt int64, j ...mashal.Judgement) error {
			return l.RecordJudgements(t.Context(), attempt, w, j)
		}

		if err := record(attempt, mashal.Judgement{Verse: 2, Verdicts: second}); err != nil {
			t.Fatal(err)
		}
		for why, j := range map[string]mashal.Judgement{
			"decided already":    {Verse: 2, Verdicts: second},
			"nothing to judge":   {Verse: 3, Verdicts: second},
			"a figure too few":   {Verse: 4, Verdicts: fourth[:1]},
			"no such type":       {Verse: 4, Verdicts: [][]mashal.Verdict{fourth[0], {{Type: "rhyme", Decision: mashal.Valid, By: "m"}}}},
			"nothing instead":    {Verse: 4, Verdicts: [][]mashal.Verdict{fourth[0], said("x", mashal.Reclassified, "")}},
			"decided by nobody":  {Verse: 4, Verdicts: [][]mashal.Verdict{fourth[0], {{Type: mashal.Idiom, Decision: mashal.Valid}}}},
			"in no such chapter": {Verse: 99},
		} {
			if err := record(attempt, j); err == nil {
				t.Errorf("%s: it is not refused", why)
			}
		}
		if err := record(follows, mashal.Judgement{Verse: 4, Verdicts: fourth}); err == nil {
			t.Error("an attempt at finding figures judges them")
		}
		if err := record(attempt, mashal.Judgement{Verse: 4, Verdicts: fourth}); err != nil {
			t.Fatal(err)
		}
		if revision, err := l.EndValidation(t.Context(), attempt, w, nil, false); err != nil || revision == 0 {
			t.Fatalf("revision %d, %v", revision, err)
		}
		if err := record(attempt, mashal.Judgement{Verse: 4, Verdicts: fourth}); err == nil {
			t.Error("an attempt that has ended goes on")
		}

		reading, err := l.Reading(t.Context(), w.Reading)
		if err != nil {
			t.Fatal(err)
		}
		got := map[int][][]mashal.Verdict{}
		for _, v := range reading.Verses {
			for _, f := range v.Figures {
				got[v.Verse] = append(got[v.Verse], f.Verdicts)
			}
		}
		if diff := cmp.Diff(map[int][][]mashal.Verdict{2: second, 4: fourth}, got); diff != "" {
			t.Errorf("the verdicts differ (-want +got):\n%s", diff)
		}
		coverage, err := l.Coverage(t.Context(), run.ID)
		if err != nil {
			t.Fatal(err)
		}
		want := mashal.Coverage{Figures: 4, Judged: 4, Types: 8, Verdicts: 8, Decisions: map[mashal.Decision]int{mashal.Valid: 5, mashal.Invalid: 2, mashal.Reclassified: 1}}
		if diff := cmp.Diff(want, coverage); diff != "" {
			t.Errorf("the coverage differs (-want +got):\n%s", diff)
		}
	})
}
