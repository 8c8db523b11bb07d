package ledger_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
)

// plan is a run's work in short: "Ezekiel 1: 1 2 3".
func plan(run *ledger.StartedRun) []string {
	var lines []string
	for _, w := range run.Work {
		lines = append(lines, fmt.Sprintf("%s: %s", w.Chapter, strings.Trim(fmt.Sprint(w.Verses), "[]")))
	}
	return lines
}

func wantPlan(t *testing.T, run *ledger.StartedRun, alreadyDone int, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, plan(run)); diff != "" {
		t.Errorf("the plan differs (-want +got):\n%s", diff)
	}
	if run.AlreadyDone != alreadyDone {
		t.Errorf("%d verses were done before, want %d", run.AlreadyDone, alreadyDone)
	}
}

func revisions(t *testing.T, l *ledger.Ledger) map[int64]int64 {
	t.Helper()
	r, err := l.Revisions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func totals(t *testing.T, l *ledger.Ledger, run *ledger.StartedRun) mashal.RunTotals {
	t.Helper()
	totals, err := l.RunTotals(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

func record(t *testing.T, l *ledger.Ledger, run *ledger.StartedRun) mashal.Run {
	t.Helper()
	r, err := l.Run(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSameCommandAgain(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		first := start(t, l, spec(t, "Joel 3-4"))
		wantPlan(t, first, 0, "Joel 3: 1 2 3 4 5", "Joel 4: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21")
		read(t, l, first, func(ref mashal.Ref) mashal.Result {
			if ref.String() == "Joel 3:2" || ref.String() == "Joel 4:21" {
				return mashal.Result{Failure: &mashal.Failure{Kind: "cut", Reason: "the answer ended early"}}
			}
			return plain(ref)
		})
		want := mashal.RunTotals{
			Chapters: 2, Verses: map[mashal.State]int{mashal.Done: 24, mashal.Failed: 2}, Figures: 7, Validations: map[mashal.State]int{},
			Types: map[mashal.Type]int{mashal.Simile: 7, mashal.Idiom: 7},
		}
		if diff := cmp.Diff(want, totals(t, l, first)); diff != "" {
			t.Errorf("totals differ (-want +got):\n%s", diff)
		}
		end(t, l, first, mashal.RunIncomplete)
		before := revisions(t, l)

		// Only what failed is asked for again; until it is begun, it has failed.
		second := start(t, l, spec(t, "Joel 3-4"))
		wantPlan(t, second, 24, "Joel 3: 2", "Joel 4: 21")
		failures, err := l.Failures(t.Context(), second.ID)
		if err != nil || len(failures) != 2 || failures[0].Ref.String() != "Joel 3:2" || failures[1].Ref.OSIS() != "Joel.4.21" || failures[0].Failure.Kind != "cut" {
			t.Errorf("failures %v, %v", failures, err)
		}
		read(t, l, second, plain)
		end(t, l, second, mashal.RunDone)
		after := revisions(t, l)
		for id, revision := range before {
			if after[id] <= revision {
				t.Errorf("reading %d went from revision %d to %d", id, revision, after[id])
			}
		}
		third := start(t, l, spec(t, "Joel 3-4"))
		wantPlan(t, third, 26)
		end(t, l, third, mashal.RunDone)
		if !maps.Equal(after, revisions(t, l)) {
			t.Error("a run that had nothing to do changed a reading")
		}
	})
}

func TestReadingsAreWidened(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Obadiah 1:3-5"))
		read(t, l, run, plain)
		end(t, l, run, mashal.RunDone)
		wider := start(t, l, spec(t, "Obadiah 1:2-4", "Obadiah 1:6,9"))
		wantPlan(t, wider, 2, "Obadiah 1: 2 6 9")
		if wider.Work[0].Reading != run.Work[0].Reading {
			t.Error("another reading was begun")
		}
		read(t, l, wider, plain)
		end(t, l, wider, mashal.RunDone)
		got, err := l.Reading(t.Context(), run.Work[0].Reading)
		if err != nil {
			t.Fatal(err)
		}
		var verses []int
		for _, v := range got.Verses {
			verses = append(verses, v.Verse)
		}
		if !slices.Equal(verses, []int{2, 3, 4, 5, 6, 9}) || got.Run != wider.ID {
			t.Errorf("the reading of run %s has the verses %v", got.Run, verses)
		}
	})
}

func TestAgainBeginsANewReading(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		first := start(t, l, spec(t, "Joel 3-4"))
		read(t, l, first, plain)
		end(t, l, first, mashal.RunDone)
		if _, err := l.RecordVerdict(t.Context(), first.Work[0].Reading, "Joel.3.3!1-2,5", mashal.Verdict{Type: mashal.Idiom, Decision: mashal.Invalid, Reason: "plain", By: "Ruth"}, mashal.ByPerson); err != nil {
			t.Fatal(err)
		}

		again := spec(t, "Joel 3:1-2", "Joel 4")
		again.Again = true
		second := start(t, l, again)
		if len(second.Work) != 2 || second.AlreadyDone != 0 || second.Work[0].Reading == first.Work[0].Reading {
			t.Fatalf("work %v with %d done before", second.Work, second.AlreadyDone)
		}
		// Interrupted after one of two chapters, the same command goes on.
		w := second.Work[0]
		if _, err := l.EndWork(t.Context(), begin(t, l, second, w), w, findings(w, plain)); err != nil {
			t.Fatal(err)
		}
		end(t, l, second, mashal.RunInterrupted)
		third := start(t, l, again)
		if len(third.Work) != 1 || third.AlreadyDone != 2 || third.Work[0].Reading != second.Work[1].Reading {
			t.Fatalf("after an interruption: work %v with %d done before", third.Work, third.AlreadyDone)
		}
		read(t, l, third, plain)
		end(t, l, third, mashal.RunDone)

		// What was not asked for is carried over, with a person's verdict.
		got, err := l.Reading(t.Context(), second.Work[0].Reading)
		if err != nil {
			t.Fatal(err)
		}
		if got.Number != 2 || len(got.Verses) != 5 {
			t.Fatalf("reading number %d has %d verses", got.Number, len(got.Verses))
		}
		if f := got.Verses[2].Figures; len(f) != 1 || len(f[0].Verdicts) != 1 || f[0].Verdicts[0].By != "Ruth" {
			t.Errorf("verse 3 was carried over as %v", f)
		}
		if n := totals(t, l, second).Verses[mashal.Done]; n != 2 {
			t.Errorf("the second run did %d verses, want 2", n)
		}
		if n := totals(t, l, first).Verses[mashal.Done]; n != 26 {
			t.Errorf("the first run did %d verses, want 26", n)
		}
		// A run that ended is not gone on with.
		if fourth := start(t, l, again); len(fourth.Work) != 2 || fourth.Work[0].Reading == second.Work[0].Reading {
			t.Errorf("a fourth time: work %v", fourth.Work)
		}
	})
}

func TestAgainWhenAnotherRunFinishedIt(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		first := start(t, l, spec(t, "Joel 3-4"))
		read(t, l, first, plain)
		end(t, l, first, mashal.RunDone)
		again := spec(t, "Joel 3-4")
		again.Again = true
		second := start(t, l, again)
		end(t, l, second, mashal.RunInterrupted)
		more := spec(t, "Joel")
		more.Again = true
		all := start(t, l, more)
		read(t, l, all, plain)
		end(t, l, all, mashal.RunDone)
		third := start(t, l, again)
		if len(third.Work) != 2 || third.AlreadyDone != 0 || third.Work[0].Reading == second.Work[0].Reading {
			t.Errorf("work %v with %d done before", third.Work, third.AlreadyDone)
		}
	})
}

// While a second reading is unfinished, what the first has is done: nobody
// pays for it once more who did not ask for that.
func TestInterruptedAgainLeavesTheFirstReadingDone(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		first := start(t, l, spec(t, "Joel 3-4"))
		read(t, l, first, plain)
		end(t, l, first, mashal.RunDone)
		again := spec(t, "Joel 3-4")
		again.Again = true
		second := start(t, l, again)
		end(t, l, second, mashal.RunInterrupted)

		books, err := l.Status(t.Context(), again.Annotator.Fingerprint)
		if err != nil {
			t.Fatal(err)
		}
		joel := books[first.Work[0].Chapter.Book-1].Verses
		if joel[mashal.Done] != 26 || joel[mashal.NotRun] != 47 {
			t.Errorf("Joel is %v, want 26 done and 47 not run", joel)
		}
		wantPlan(t, start(t, l, spec(t, "Joel 2:27-4:21")), 26, "Joel 2: 27")
		if resumed := start(t, l, again); len(resumed.Work) != 2 || resumed.Work[0].Reading != second.Work[0].Reading {
			t.Errorf("the same command resumes with %v, want %v", resumed.Work, second.Work)
		}
	})
}

func TestInterruptedWorkKeepsWhatCameBack(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Joel 3"))
		w := run.Work[0]
		attempt := begin(t, l, run, w)
		part := w
		part.Verses = w.Verses[:2]
		if err := l.AbandonWork(t.Context(), attempt, w, findings(part, plain)); err != nil {
			t.Fatal(err)
		}
		if got := totals(t, l, run).Verses; !maps.Equal(got, map[mashal.State]int{mashal.Done: 2, mashal.NotRun: 3}) {
			t.Errorf("after it: %v", got)
		}
		if r := revisions(t, l); len(r) != 0 {
			t.Errorf("a chapter half read is shown: %v", r)
		}
		attempts, err := l.Attempts(t.Context(), run.ID)
		if err != nil || len(attempts) != 1 || attempts[0].Outcome != mashal.NotRun || attempts[0].Verses != 2 || attempts[0].Asked != 5 {
			t.Errorf("attempts %v, %v", attempts, err)
		}
		end(t, l, run, mashal.RunInterrupted)
		wantPlan(t, start(t, l, spec(t, "Joel 3")), 2, "Joel 3: 3 4 5")
	})
}

func TestWhatADeadProcessLeftIsWorkAgain(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		dead := start(t, l, spec(t, "Joel 3-4"))
		begin(t, l, dead, dead.Work[1])
		w := dead.Work[0]
		if _, err := l.EndWork(t.Context(), begin(t, l, dead, w), w, findings(w, plain)); err != nil {
			t.Fatal(err)
		}
		if got := totals(t, l, dead).Verses; !maps.Equal(got, map[mashal.State]int{mashal.Done: 5, mashal.Running: 21}) {
			t.Errorf("before it died: %v", got)
		}

		next := start(t, l, spec(t, "Joel 4:1-3"))
		wantPlan(t, next, 0, "Joel 4: 1 2 3")
		if r := record(t, l, dead); r.State != mashal.RunInterrupted || r.Ended.Before(r.Started) || r.Ended.After(time.Now()) {
			t.Errorf("the dead run is %+v", r)
		}
		if got := totals(t, l, dead).Verses; !maps.Equal(got, map[mashal.State]int{mashal.Done: 5, mashal.NotRun: 18}) {
			t.Errorf("the dead run's verses: %v", got)
		}
		latest, err := l.LatestRun(t.Context())
		if err != nil || latest.ID != next.ID || !latest.Going() || !latest.Ended.IsZero() {
			t.Errorf("the latest run is %+v, %v", latest, err)
		}
	})
}

// TestWhatADeadProcessHadReadIsShown has a process die after the last verse of
// a chapter was recorded, and before its attempt had ended: of a chapter that
// readers have not seen, and of one of which they know a part.
func TestWhatADeadProcessHadReadIsShown(t *testing.T) {
	for _, before := range []string{"", "Joel 3:1-2"} {
		conform(t, func(t *testing.T, l *ledger.Ledger) {
			if before != "" {
				read(t, l, start(t, l, spec(t, before)), plain)
			}
			known, err := l.Revisions(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			dead := start(t, l, spec(t, "Joel 3"))
			w := dead.Work[0]
			if err := l.RecordResults(t.Context(), begin(t, l, dead, w), w, findings(w, plain)); err != nil {
				t.Fatal(err)
			}
			wantPlan(t, start(t, l, spec(t, "Obadiah 1:1")), 0, "Obadiah 1: 1") // whatever is read next
			now, err := l.Revisions(t.Context())
			if err != nil || now[w.Reading] <= known[w.Reading] {
				t.Errorf("the reading has revision %d, before it died %d, %v", now[w.Reading], known[w.Reading], err)
			}
		})
	}
}

func TestAVerseWithoutAResultHasFailed(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Joel 3"))
		w := run.Work[0]
		if _, err := l.EndWork(t.Context(), begin(t, l, run, w), w, []mashal.Result{{Verse: 2}}); err != nil {
			t.Fatal(err)
		}
		failures, err := l.Failures(t.Context(), run.ID)
		if err != nil || len(failures) != 4 || failures[0].Failure != (mashal.Failure{Kind: "internal", Reason: "the annotator returned nothing for this verse"}) {
			t.Errorf("failures %v, %v", failures, err)
		}
	})
}

func TestResultsThatCannotBeTrueAreRefused(t *testing.T) {
	ref := mashal.Ref{Chapter: mashal.Chapter{Book: 16, Number: 3}, Verse: 1}
	figure := func(change func(*mashal.Figure)) []mashal.Result {
		f := simile(ref)
		change(&f)
		return []mashal.Result{{Verse: 1, Figures: []mashal.Figure{f}}}
	}
	failed := &mashal.Failure{Kind: "cut", Reason: "it ended early"}
	tests := map[string][]mashal.Result{
		"another verse":        {{Verse: 6}},
		"a verse twice":        {{Verse: 1}, {Verse: 1}},
		"figures and failure":  {{Verse: 1, Figures: []mashal.Figure{simile(ref)}, Failure: failed}},
		"failure of no kind":   {{Verse: 1, Failure: &mashal.Failure{Reason: "it ended early"}}},
		"no type":              figure(func(f *mashal.Figure) { f.Types = nil }),
		"an unknown type":      figure(func(f *mashal.Figure) { f.Types = []mashal.Type{"pun"} }),
		"word zero":            figure(func(f *mashal.Figure) { f.Span.Ranges = []mashal.WordRange{{First: 0, Last: 1}} }),
		"overlapping ranges":   figure(func(f *mashal.Figure) { f.Span.Ranges = []mashal.WordRange{{First: 1, Last: 4}, {First: 4, Last: 5}} }),
		"unanchored on words":  figure(func(f *mashal.Figure) { f.Span.Grounding = mashal.Unanchored }),
		"anchored on nothing":  figure(func(f *mashal.Figure) { f.Span.Ranges = nil }),
		"more than confidence": figure(func(f *mashal.Figure) { f.Confidence = 1.5 }),
	}
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Joel 3"))
		w := run.Work[0]
		attempt := begin(t, l, run, w)
		for name, results := range tests {
			if _, err := l.EndWork(t.Context(), attempt, w, results); err == nil {
				t.Errorf("%s is accepted", name)
			}
		}
		if got := totals(t, l, run).Verses; got[mashal.Done]+got[mashal.Failed] != 0 {
			t.Errorf("refused results changed something: %v", got)
		}
		if _, err := l.EndWork(t.Context(), attempt, w, findings(w, plain)); err != nil {
			t.Error(err)
		}
		if _, err := l.EndWork(t.Context(), attempt, w, findings(w, plain)); err == nil {
			t.Error("an attempt can end twice")
		}
		if _, err := l.BeginWork(t.Context(), run.ID, w, 1); err == nil {
			t.Error("what is done can be begun again")
		}
		end(t, l, run, mashal.RunDone)
		if err := l.EndRun(t.Context(), run.ID, mashal.RunDone); err == nil {
			t.Error("a run can end twice")
		}
	})
}

func TestForeignTextIsCleaned(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, spec(t, "Joel 3:1"))
		read(t, l, run, func(ref mashal.Ref) mashal.Result {
			f := simile(ref)
			f.Explanation = "a\x00b\xffc'; DROP TABLE figure; --"
			f.Target = mashal.Tag{Domain: "nul \x00"}
			return mashal.Result{Figures: []mashal.Figure{f}, Deliberation: "\xc3("}
		})
		got, err := l.Reading(t.Context(), run.Work[0].Reading)
		if err != nil {
			t.Fatal(err)
		}
		f := got.Verses[0].Figures[0]
		if f.Explanation != "ab\uFFFDc'; DROP TABLE figure; --" || got.Verses[0].Deliberation != "\uFFFD(" || f.Target.Domain != "nul " {
			t.Errorf("stored as %q, %q and %q", f.Explanation, got.Verses[0].Deliberation, f.Target.Domain)
		}
	})
}
