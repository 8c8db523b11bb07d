package ledger_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/ledger"
	"mashal/llm"
)

// TestTodo: what a validator has not judged is to do, also when all verses are
// done, and only that. What start compares otherwise is compared here too.
func TestTodo(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		read(t, l, start(t, l, spec(t, "Joel 3")), plain)
		s := spec(t, "Joel 3-4")
		s.Validator = &secondReader
		run := start(t, l, s) // compares
		if want := (ledger.Work{Reading: run.Work[0].Reading - 1, Chapter: mashal.Chapter{Book: run.Work[0].Chapter.Book, Number: 3}, Verses: []int{3}}); len(run.Validate) != 1 || !cmp.Equal(run.Validate[0], want) {
			t.Fatalf("to judge: %v, want %v", run.Validate, want)
		}
		attempt, err := l.BeginValidation(t.Context(), run.ID, run.Validate[0], 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		verdicts := [][]mashal.Verdict{{{Type: mashal.Simile, Decision: mashal.Valid, By: secondReader.Name}, {Type: mashal.Idiom, Decision: mashal.Valid, By: secondReader.Name}}}
		if err := l.RecordJudgements(t.Context(), attempt, run.Validate[0], []mashal.Judgement{{Verse: 3, Verdicts: verdicts}}); err != nil {
			t.Fatal(err)
		}
		if _, err := l.EndValidation(t.Context(), attempt, run.Validate[0], nil, false); err != nil {
			t.Fatal(err)
		}
		read(t, l, run, plain) // Joel 4, not judged
		end(t, l, run, mashal.RunInterrupted)
		run = start(t, l, s)
		if len(run.Work) != 0 || len(run.Validate) != 1 || !slices.Equal(run.Validate[0].Verses, []int{3, 6, 9, 12, 15, 18, 21}) {
			t.Errorf("to read %v, to judge %v", run.Work, run.Validate)
		}
	})
}

func TestEverything(t *testing.T) {
	todo := ledger.FullTodo(selection(t, "Joel 3", "Psalms 23:2-3,5"))
	want := &ledger.Todo{Work: []ledger.Work{
		{Chapter: selection(t, "Joel 3")[0].Chapter, Verses: []int{1, 2, 3, 4, 5}},
		{Chapter: selection(t, "Psalms 23")[0].Chapter, Verses: []int{2, 3, 5}},
	}}
	if diff := cmp.Diff(want, todo); diff != "" {
		t.Errorf("to do (-want +got):\n%s", diff)
	}
}

// TestExperience: what is learnt from earlier runs is counted from the requests
// that were answered well, and from the verses that were read.
func TestExperience(t *testing.T) {
	conform(t, func(t *testing.T, l *ledger.Ledger) {
		if found, err := l.FigureRate(t.Context(), byRules.Name); found != (ledger.FigureRate{}) || err != nil {
			t.Errorf("found %+v, %v", found, err)
		}
		run := start(t, l, spec(t, "Joel 3-4"))
		attempt := begin(t, l, run, run.Work[0])
		requests := l.Recorder(attempt, run.Work[0])
		for i, ask := range []struct {
			model    string
			purpose  mashal.Purpose
			reported bool
			err      error
		}{
			{"openai:gpt-5.1", mashal.Detection, true, nil},
			{"openai:gpt-5.1", mashal.Detection, true, nil},
			{"openai:gpt-5.1", mashal.Detection, false, nil},
			{"openai:gpt-5.1", mashal.Detection, true, &llm.Error{Kind: llm.Cut}},
			{"openai:gpt-5.1", mashal.Validation, true, nil},
			{"anthropic:claude-opus-4-5", mashal.Detection, true, nil},
		} {
			asking, err := requests.Begin(t.Context(), mashal.Request{
				Key: fmt.Sprint(i), Purpose: ask.purpose, Verses: []int{1, 2, 4}, Model: ask.model, Settings: map[string]string{"effort": "low"},
			})
			if err != nil {
				t.Fatal(err)
			}
			usage := mashal.Tokens{Input: 100 + int64(i), Output: 20, Reported: ask.reported}
			if err := asking.End(t.Context(), llm.Response{Usage: usage, FirstText: time.Second, Duration: 2 * time.Second}, nil, ask.err); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.EndWork(t.Context(), attempt, run.Work[0], findings(run.Work[0], plain)); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			model   string
			purpose mashal.Purpose
			most    int
			want    []int64 // tokens in
		}{
			{"openai:gpt-5.1", mashal.Detection, 9, []int64{101, 100}},
			{"openai:gpt-5.1", mashal.Detection, 1, []int64{101}},
			{"openai:gpt-5.1", mashal.Validation, 9, []int64{104}},
			{"openai:gpt-5", mashal.Detection, 9, nil},
		} {
			list, err := l.ModelCalls(t.Context(), test.model, test.purpose, test.most)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, r := range list {
				got = append(got, r.Tokens.Input)
				if !slices.Equal(r.Verses, []int{1, 2, 4}) || r.Settings["effort"] != "low" || r.FirstText != time.Second {
					t.Errorf("request %+v", r)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%s %s: %v, want %v", test.model, test.purpose, got, test.want)
			}
		}
		if names, err := l.Models(t.Context()); err != nil || !slices.Equal(names, []string{"anthropic:claude-opus-4-5", "openai:gpt-5.1"}) {
			t.Errorf("models %v, %v", names, err)
		}
		if found, err := l.FigureRate(t.Context(), byRules.Name); found != (ledger.FigureRate{Verses: 5, Figurative: 1, Doubtful: 1}) || err != nil {
			t.Errorf("found %+v, %v", found, err)
		}
	})
}
