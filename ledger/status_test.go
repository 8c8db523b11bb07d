package ledger_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
)

func TestStatusCountsEveryVerseOnce(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Joel 3", "Obadiah"))
		begin(t, l, run, run.Work[1])
		w := run.Work[0]
		if _, err := l.EndWork(t.Context(), begin(t, l, run, w), w, findings(w, func(ref mashal.Ref) mashal.Result {
			if ref.Verse == 1 {
				return mashal.Result{Failure: &mashal.Failure{Kind: "refused", Reason: "it would not"}}
			}
			return plain(ref)
		})); err != nil {
			t.Fatal(err)
		}
		status, err := l.Status(t.Context(), byRules.Fingerprint)
		if err != nil {
			t.Fatal(err)
		}
		sum := map[mashal.State]int{}
		for i, book := range status {
			if book.Book != mashal.Book(i+1) {
				t.Errorf("book %d is %s", i+1, book.Book)
			}
			for state, n := range book.Verses {
				sum[state] += n
			}
			switch book.Book.Name() {
			case "Joel":
				if want := (map[mashal.State]int{mashal.Done: 4, mashal.Failed: 1, mashal.NotRun: 68}); !maps.Equal(book.Verses, want) || book.Figures != 1 {
					t.Errorf("Joel: %v and %d figures, want %v and 1", book.Verses, book.Figures, want)
				}
			case "Obadiah":
				if book.Verses[mashal.Running] != 21 {
					t.Errorf("Obadiah: %v", book.Verses)
				}
			}
		}
		want := map[mashal.State]int{mashal.Done: 4, mashal.Failed: 1, mashal.Running: 21, mashal.NotRun: 23_213 - 26}
		if !maps.Equal(sum, want) {
			t.Errorf("in all %v, want %v", sum, want)
		}
		other, err := l.Status(t.Context(), "another")
		if err != nil || other[0].Verses[mashal.NotRun] != 1533 {
			t.Errorf("under another annotator Genesis has %v, %v", other[0].Verses, err)
		}
	})
}

func TestRunsAndAnnotators(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		if _, err := l.LatestRun(t.Context()); err == nil {
			t.Error("an empty ledger has a latest run")
		}
		first := start(t, l, spec(t, "Joel 3"))
		end(t, l, first, mashal.RunFailed)
		model := spec(t, "Joel 3:2-4")
		model.Annotator = mashal.Annotator{Name: "vendor:model", Kind: mashal.ByModel, Version: "2", Fingerprint: "f2"}
		second := start(t, l, model)
		if second.Work[0].Reading == first.Work[0].Reading {
			t.Error("two annotators share a reading")
		}
		runs, err := l.Runs(t.Context())
		if err != nil || len(runs) != 2 {
			t.Fatalf("runs %v, %v", runs, err)
		}
		want := mashal.Run{
			ID: second.ID, Number: 2, Annotator: model.Annotator, Selection: "Joel 3:2-4", Command: model.Command, Settings: model.Settings,
			Version: "test", Workers: 2, Started: second.Started, State: mashal.RunGoing,
		}
		if diff := cmp.Diff(want, runs[1]); diff != "" {
			t.Errorf("the second run differs (-want +got):\n%s", diff)
		}
		if runs[0].ID != first.ID || runs[0].State != mashal.RunFailed {
			t.Errorf("the first run is %+v", runs[0])
		}
		annotators, err := l.Annotators(t.Context())
		if diff := cmp.Diff([]mashal.Annotator{byRules, model.Annotator}, annotators); diff != "" || err != nil {
			t.Errorf("annotators differ (-want +got), %v:\n%s", err, diff)
		}
		_, err = l.Run(t.Context(), "none")
		wantError(t, err, mashal.Usage, "no such run")
	})
}

func TestVerdictsStandSideBySidePeoplesLast(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Joel 3"))
		read(t, l, run, plain)
		reading, figure := run.Work[0].Reading, "Joel.3.3!1-2,5"
		person := mashal.Verdict{Type: mashal.Simile, Decision: mashal.Valid, Reason: "כְּ", By: "Ruth"}
		model := mashal.Verdict{Type: mashal.Simile, Decision: mashal.Reclassified, To: mashal.Metaphor, Reason: "none", By: "vendor:model"}
		before := revisions(t, l)[reading]
		for _, v := range []struct {
			verdict mashal.Verdict
			by      mashal.AnnotatorKind
		}{{person, mashal.ByPerson}, {model, mashal.ByModel}} {
			revision, err := l.RecordVerdict(t.Context(), reading, figure, v.verdict, v.by)
			if err != nil || revision <= before {
				t.Errorf("revision %d after %d, %v", revision, before, err)
			}
			before = revision
		}
		got, err := l.Reading(t.Context(), reading)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]mashal.Verdict{model, person}, got.Verses[2].Figures[0].Verdicts); diff != "" {
			t.Errorf("verdicts differ (-want +got):\n%s", diff)
		}
		for name, v := range map[string]mashal.Verdict{
			"no type":       {Decision: mashal.Valid, By: "Ruth"},
			"no new type":   {Type: mashal.Simile, Decision: mashal.Reclassified, By: "Ruth"},
			"a needless to": {Type: mashal.Simile, Decision: mashal.Valid, To: mashal.Idiom, By: "Ruth"},
			"nobody":        {Type: mashal.Simile, Decision: mashal.Valid},
			"no decision":   {Type: mashal.Simile, Decision: "perhaps", By: "Ruth"},
		} {
			if _, err := l.RecordVerdict(t.Context(), reading, figure, v, mashal.ByPerson); err == nil {
				t.Errorf("a verdict with %s is accepted", name)
			}
		}
		if _, err := l.RecordVerdict(t.Context(), reading, "Joel.3.3!9", person, mashal.ByPerson); err == nil {
			t.Error("a verdict on a figure that is not there is accepted")
		}
	})
}
