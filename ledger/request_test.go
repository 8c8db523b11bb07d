package ledger_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

var byModel = mashal.Annotator{Name: "openai:m", Kind: mashal.ByModel, Version: "1", Fingerprint: "openai:m 1 of text 1"}

func question(key string, verses ...int) mashal.Request {
	return mashal.Request{
		Key: key, Purpose: mashal.Detection, Verses: verses, Model: "openai:m", System: "The manual.", Shared: "The chapter.", Prompt: "Annotate " + key + ".",
		Settings: map[string]string{"effort": "low"},
	}
}

// ask makes a request in the course of an attempt, which is answered.
func ask(t *testing.T, requests *ledger.Recorder, q mashal.Request, answer string, failure error) {
	t.Helper()
	asking, err := requests.Begin(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, piece := range strings.SplitAfter(answer, " ") {
		if _, err := asking.Write([]byte(piece)); err != nil {
			t.Fatal(err)
		}
		if err := asking.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	resp := llm.Response{
		Model: "m-2026", RequestID: "r1", Status: 200, End: "stop",
		Usage: mashal.Tokens{Input: 100, CachedInput: 40, Output: 20, Reasoning: 5, Reported: true},
		Cost:  mashal.Cost{Amount: 1234, State: mashal.CostExact}, FirstText: time.Second, Duration: 2 * time.Second,
	}
	if err := asking.End(t.Context(), resp, []mashal.Damage{{Verse: 2, State: "damaged", Reason: "at byte 7"}}, failure); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, requests *ledger.Recorder, key string, number int) *mashal.Answer {
	t.Helper()
	a, err := requests.Find(t.Context(), mashal.Request{Key: key, Repeat: number})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func modelSpec(t testing.TB, args ...string) ledger.RunSpec {
	s := spec(t, args...)
	s.Annotator = byModel
	return s
}

// TestWhatWasAskedIsKept: every request comes back with all that is known of
// it, what was said included.
func TestWhatWasAskedIsKept(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, modelSpec(t, "Obadiah"))
		w := run.Work[0]
		requests := l.Recorder(begin(t, l, run, w), w)
		ask(t, requests, question("a", 1, 2, 3, 7), `{"verses":[ ... ]}`, nil)
		ask(t, requests, question("b", 4), `half`, &llm.Error{Kind: llm.Cut, Provider: "openai", Err: errors.New("no more")})

		records, err := l.RunCalls(t.Context(), run.ID)
		if err != nil || len(records) != 2 {
			t.Fatalf("%d requests, %v", len(records), err)
		}
		want := mashal.Call{
			ID: 1, Run: run.ID, Reading: w.Reading, Chapter: w.Chapter, Purpose: mashal.Detection, Model: "openai:m", Verses: []int{1, 2, 3, 7},
			Settings: map[string]string{"effort": "low"}, Outcome: "done", Size: 18, Damage: []mashal.Damage{{Verse: 2, State: "damaged", Reason: "at byte 7"}},
			PromptVersion: byModel.Version, AnsweredBy: "m-2026", VendorID: "r1", Status: 200, EndReason: "stop",
			Tokens: mashal.Tokens{Input: 100, CachedInput: 40, Output: 20, Reasoning: 5, Reported: true},
			Cost:   mashal.Cost{Amount: 1234, State: mashal.CostExact}, FirstText: time.Second, Duration: 2 * time.Second,
		}
		if diff := cmp.Diff(want, records[0], cmpopts.IgnoreFields(mashal.Call{}, "Started", "Ended")); diff != "" {
			t.Errorf("the record (-want +got):\n%s", diff)
		}
		if records[1].Outcome != "cut" || !strings.Contains(records[1].Error, "no more") {
			t.Errorf("%+v", records[1])
		}
		d, err := l.Dialogue(t.Context(), records[1].ID)
		if err != nil || d.System != "The manual." || d.Shared != "The chapter." || d.Prompt != "Annotate b." || d.Answer != "half" {
			t.Errorf("%+v, %v", d, err)
		}
		for verse, n := range map[int]int{1: 1, 4: 1, 5: 0} {
			if of, err := l.VerseCalls(t.Context(), w.Reading, verse); err != nil || len(of) != n {
				t.Errorf("%d requests for verse %d, %v; want %d", len(of), verse, err, n)
			}
		}
		spent, err := l.Spent(t.Context(), run.ID)
		if err != nil || len(spent) != 1 {
			t.Fatalf("%+v, %v", spent, err)
		}
		if s := spent[0].Spend; s.Calls != 2 || s.Failed != 1 || s.Input != 200 || s.Reasoning != 10 || s.Cost != 2468 || s.Unpriced != 0 || s.Estimated != 0 {
			t.Errorf("%+v", s)
		}
		if before, err := l.SpentBefore(t.Context(), byModel.Fingerprint, selection(t, "Obadiah")); err != nil || before != 2468 {
			t.Errorf("%d spent before, %v", before, err)
		}
		if before, err := l.SpentBefore(t.Context(), byModel.Fingerprint, selection(t, "Joel")); err != nil || before != 0 {
			t.Errorf("%d spent on Joel, %v", before, err)
		}
	})
}

// TestAnAnswerIsFoundOnce: an answer serves whoever has not made use of it, and
// nobody who wants another.
func TestAnAnswerIsFoundOnce(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, modelSpec(t, "Obadiah"))
		w := run.Work[0]
		attempt := begin(t, l, run, w)
		requests := l.Recorder(attempt, w)
		if a := find(t, requests, "a", 0); a != nil {
			t.Errorf("found %+v before anything was asked", a)
		}
		ask(t, requests, question("a", 1), ``, &llm.Error{Kind: llm.RateLimited})
		ask(t, requests, question("a", 1), `first`, &llm.Error{Kind: llm.Cut})
		ask(t, requests, question("a", 1), `second`, nil)
		if a := find(t, requests, "a", 0); a != nil {
			t.Errorf("the attempt that asked is given its own answer %q", a.Text)
		}
		if err := l.AbandonWork(t.Context(), attempt, w, nil); err != nil {
			t.Fatal(err)
		}
		end(t, l, run, mashal.RunInterrupted)

		// Who goes on after an interruption is given what was answered, in
		// order, and not what never was.
		run = start(t, l, modelSpec(t, "Obadiah"))
		attempt = begin(t, l, run, run.Work[0])
		requests = l.Recorder(attempt, w)
		if a := find(t, requests, "a", 0); a == nil || string(a.Text) != "first" || llm.KindOf(a.Err) != llm.Cut {
			t.Errorf("the first answer is %+v", a)
		}
		if a := find(t, requests, "a", 1); a == nil || string(a.Text) != "second" || a.Err != nil {
			t.Errorf("the second answer is %+v", a)
		}
		if a := find(t, requests, "a", 2); a != nil {
			t.Errorf("there is a third answer %+v", a)
		}
		ask(t, requests, question("b", 2), `damaged`, nil)
		fail := func(mashal.Ref) mashal.Result {
			return mashal.Result{Failure: &mashal.Failure{Kind: "damaged", Reason: "it was"}}
		}
		if _, err := l.EndWork(t.Context(), attempt, w, findings(w, fail)); err != nil {
			t.Fatal(err)
		}
		end(t, l, run, mashal.RunIncomplete)

		// Who asks again for what failed wants another answer than the one
		// that it failed for.
		run = start(t, l, modelSpec(t, "Obadiah"))
		attempt = begin(t, l, run, run.Work[0])
		if a := find(t, l.Recorder(attempt, w), "b", 0); a != nil {
			t.Errorf("a failed verse is given the answer it failed for: %q", a.Text)
		}
		if _, err := l.EndWork(t.Context(), attempt, w, findings(w, plain)); err != nil {
			t.Fatal(err)
		}
		end(t, l, run, mashal.RunDone)

		// Another version of the program reads old answers; a reading anew
		// does not.
		other := modelSpec(t, "Obadiah")
		other.Annotator.Fingerprint = "openai:m 2 of text 1"
		run = start(t, l, other)
		if a := find(t, l.Recorder(begin(t, l, run, run.Work[0]), run.Work[0]), "b", 0); a == nil || string(a.Text) != "damaged" {
			t.Errorf("another version finds %+v", a)
		}
		end(t, l, run, mashal.RunInterrupted)
		anew := modelSpec(t, "Obadiah")
		anew.Again = true
		run = start(t, l, anew)
		if a := find(t, l.Recorder(begin(t, l, run, run.Work[0]), run.Work[0]), "b", 0); a != nil {
			t.Errorf("reading anew is given the old answer %q", a.Text)
		}
	})
}

// TestWhatWasStoppedIsReadOn: an answer that was broken off on our side is cut
// for whoever finds it, and does not stop them.
func TestWhatWasStoppedIsReadOn(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		for name, failure := range map[string]error{"stopped": &llm.Error{Kind: llm.Canceled, Err: context.Canceled}, "unkept": errors.New("the disk is full")} {
			run := start(t, l, modelSpec(t, "Obadiah"))
			w := run.Work[0]
			attempt := begin(t, l, run, w)
			ask(t, l.Recorder(attempt, w), question(name, 1), `{"verses":[`, failure)
			if err := l.AbandonWork(t.Context(), attempt, w, nil); err != nil {
				t.Fatal(err)
			}
			end(t, l, run, mashal.RunInterrupted)
			records, err := l.RunCalls(t.Context(), run.ID)
			if err != nil || len(records) != 1 || records[0].Outcome != "canceled" {
				t.Errorf("%s: %+v, %v", name, records, err)
			}
			next := start(t, l, modelSpec(t, "Obadiah"))
			a := find(t, l.Recorder(begin(t, l, next, next.Work[0]), next.Work[0]), name, 0)
			if a == nil || llm.KindOf(a.Err) != llm.Cut {
				t.Errorf("%s: found %+v", name, a)
			}
			end(t, l, next, mashal.RunInterrupted)
		}
	})
}

// TestARequestWhoseProcessDied is told as lost, and what had come of its answer
// is found.
func TestARequestWhoseProcessDied(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		run := start(t, l, modelSpec(t, "Obadiah"))
		w := run.Work[0]
		attempt := begin(t, l, run, w)
		asking, err := l.Recorder(attempt, w).Begin(t.Context(), question("a", w.Verses...))
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range []string{"one ", "two ", "three"} {
			if _, err := asking.Write([]byte(piece)); err != nil {
				t.Fatal(err)
			}
			if piece != "three" {
				if err := asking.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		done := []mashal.Result{{Verse: 1}, {Verse: 2, Figures: []mashal.Figure{simile(mashal.Ref{Chapter: w.Chapter, Verse: 2})}}}
		if err := l.RecordResults(t.Context(), attempt, w, done); err != nil {
			t.Fatal(err)
		}

		// The next run finds what the dead one left.
		next := start(t, l, modelSpec(t, "Obadiah"))
		wantPlan(t, next, 2, "Obadiah 1: 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21")
		records, err := l.RunCalls(t.Context(), run.ID)
		if err != nil || len(records) != 1 || records[0].Outcome != "lost" || records[0].Size != len("one two ") {
			t.Fatalf("%+v, %v", records, err)
		}
		a := find(t, l.Recorder(begin(t, l, next, next.Work[0]), next.Work[0]), "a", 0)
		if a == nil || string(a.Text) != "one two " || llm.KindOf(a.Err) != llm.Cut {
			t.Errorf("found %+v", a)
		}
		if err := asking.End(t.Context(), llm.Response{}, nil, nil); err == nil {
			t.Error("a request that was lost can end")
		}
	})
}
