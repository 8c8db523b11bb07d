package ledger_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
	"mashal/reference"
)

var byRules = mashal.Annotator{Name: "rules", Kind: mashal.ByRules, Version: "1", Fingerprint: "rules 1 of text 1"}

// newFile is a ledger in a file of its own.
func newFile(t testing.TB) *ledger.Ledger {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "ledger.db"))
}

// newServer is a ledger in a database of its own.
func newServer(t testing.TB) *ledger.Ledger {
	t.Helper()
	return open(t, postgrestest.NewDatabase(t))
}

// open opens a ledger until the test ends.
func open(t testing.TB, where string) *ledger.Ledger {
	t.Helper()
	l, err := ledger.Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return l
}

func selection(t testing.TB, args ...string) mashal.Selection {
	t.Helper()
	s, err := reference.ParseSelection(args)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func spec(t testing.TB, args ...string) ledger.RunSpec {
	return ledger.RunSpec{
		Annotator: byRules, Selection: selection(t, args...), Workers: 2,
		Command: append([]string{"mashal", "annotate"}, args...), Settings: map[string]string{"rules": "default"}, Version: "test",
	}
}

func start(t testing.TB, l *ledger.Ledger, s ledger.RunSpec) *ledger.StartedRun {
	t.Helper()
	judge := ""
	if s.Validator != nil {
		judge = s.Validator.Fingerprint
	}
	todo, err := l.Todo(t.Context(), s.Annotator.Fingerprint, judge, s.ValidateBelow, s.Selection)
	if err != nil {
		t.Fatal(err)
	}
	run, err := l.StartRun(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if !s.Again {
		wantTodo(t, todo, run)
	}
	return run
}

// wantTodo holds what was said to be to do to what then was.
func wantTodo(t testing.TB, todo *ledger.Todo, run *ledger.StartedRun) {
	t.Helper()
	for _, works := range []struct{ said, is []ledger.Work }{{todo.Work, run.Work}, {todo.Validate, run.Validate}} {
		if len(works.said) != len(works.is) {
			t.Errorf("said to be to do: %v; was: %v", works.said, works.is)
			continue
		}
		for i, said := range works.said {
			if said.Reading == 0 { // it is begun now
				said.Reading = works.is[i].Reading
			}
			if diff := cmp.Diff(works.is[i], said); diff != "" {
				t.Errorf("what was to do, and was said to be (-was +said):\n%s", diff)
			}
		}
	}
	if todo.AlreadyDone != run.AlreadyDone {
		t.Errorf("%d verses are said to be done, %d are", todo.AlreadyDone, run.AlreadyDone)
	}
}

func begin(t testing.TB, l *ledger.Ledger, run *ledger.StartedRun, w ledger.Work) int64 {
	t.Helper()
	attempt, err := l.BeginWork(t.Context(), run.ID, w, 1)
	if err != nil {
		t.Fatal(err)
	}
	return attempt
}

// read does all of a run's work with what finding says of each verse.
func read(t testing.TB, l *ledger.Ledger, run *ledger.StartedRun, finding func(mashal.Ref) mashal.Result) {
	t.Helper()
	for _, w := range run.Work {
		attempt := begin(t, l, run, w)
		if _, err := l.EndWork(t.Context(), attempt, w, findings(w, finding)); err != nil {
			t.Fatal(err)
		}
	}
}

func findings(w ledger.Work, finding func(mashal.Ref) mashal.Result) []mashal.Result {
	var results []mashal.Result
	for _, v := range w.Verses {
		r := finding(mashal.Ref{Chapter: w.Chapter, Verse: v})
		r.Verse = v
		results = append(results, r)
	}
	return results
}

func end(t testing.TB, l *ledger.Ledger, run *ledger.StartedRun, outcome mashal.RunState) {
	t.Helper()
	if err := l.EndRun(t.Context(), run.ID, outcome); err != nil {
		t.Fatal(err)
	}
}

// simile is a figure with all there is to say of one.
func simile(ref mashal.Ref) mashal.Figure {
	return mashal.Figure{
		Types: []mashal.Type{mashal.Simile, mashal.Idiom}, Subtype: "merism",
		Span:    mashal.Span{Ranges: []mashal.WordRange{{First: 1, Last: 2}, {First: 5, Last: 5}}, Grounding: mashal.Aligned, Score: 0.875},
		English: "like a lion ... roaring", Target: mashal.Tag{Specific: "the king", Category: "ruler", Domain: "politics"},
		Vehicle: mashal.Tag{Specific: "a lion's \"roar\" <&> שָׁאַג"}, Ground: mashal.Tag{Domain: "power"},
		Explanation: fmt.Sprintf("in %s a king is heard as a lion", ref), Confidence: 0.9, Speaker: "narrator", Purpose: "to warn", Source: "simile-prefix",
	}
}

// one figure in every third verse, none in the others.
func plain(ref mashal.Ref) mashal.Result {
	if ref.Verse%3 != 0 {
		return mashal.Result{}
	}
	return mashal.Result{Figures: []mashal.Figure{simile(ref)}, Deliberation: "כְּאַרְיֵה compares"}
}

func TestAReadingComesBackAsItWasFound(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		before := time.Now().UTC().Truncate(time.Millisecond)
		run := start(t, l, spec(t, "Obadiah 1:2-7"))
		if len(run.Work) != 1 || run.AlreadyDone != 0 {
			t.Fatalf("work %v with %d done before", run.Work, run.AlreadyDone)
		}
		unanchored := mashal.Figure{Types: []mashal.Type{mashal.Other}, Span: mashal.Span{Grounding: mashal.Unanchored}}
		read(t, l, run, func(ref mashal.Ref) mashal.Result {
			switch ref.Verse {
			case 3:
				return mashal.Result{Figures: []mashal.Figure{simile(ref), simile(ref), unanchored}, Deliberation: "three"}
			case 5:
				return mashal.Result{Failure: &mashal.Failure{Kind: "refused", Reason: "it would not"}}
			}
			return mashal.Result{}
		})
		got, err := l.Reading(t.Context(), run.Work[0].Reading)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got.Verses {
			if at := got.Verses[i].At; at.Before(before) || at.After(time.Now()) {
				t.Errorf("verse %d ended at %s", got.Verses[i].Verse, at)
			}
			got.Verses[i].At = time.Time{}
		}
		ref := mashal.Ref{Chapter: run.Work[0].Chapter, Verse: 3}
		want := &mashal.Reading{
			ID: run.Work[0].Reading, Revision: 1, Annotator: byRules, Chapter: run.Work[0].Chapter, Number: 1, Run: run.ID,
			Verses: []mashal.VerseReading{
				{Verse: 2, State: mashal.Done},
				{Verse: 3, State: mashal.Done, Deliberation: "three", Figures: []mashal.JudgedFigure{
					{Figure: simile(ref), ID: "Obad.1.3!1-2,5"}, {Figure: simile(ref), ID: "Obad.1.3!1-2,5~2"}, {Figure: unanchored, ID: "Obad.1.3!u"},
				}},
				{Verse: 4, State: mashal.Done},
				{Verse: 5, State: mashal.Failed, Failure: &mashal.Failure{Kind: "refused", Reason: "it would not"}},
				{Verse: 6, State: mashal.Done},
				{Verse: 7, State: mashal.Done},
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the reading differs (-want +got):\n%s", diff)
		}
	})
}

// conform runs a test on every kind of ledger there is.
func conform(t *testing.T, test func(*testing.T, *ledger.Ledger)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newFile(t)) })
	t.Run("postgresql", func(t *testing.T) { test(t, newServer(t)) })
}

var _ interface {
	Revisions(ctx context.Context) (map[int64]int64, error)
	Reading(ctx context.Context, id int64) (*mashal.Reading, error)
} = (*ledger.Ledger)(nil)
