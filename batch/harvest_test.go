package batch_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"mashal/llm"
)

// TestOtherKind records the results of a model that is of another kind than the run
// expects, ends the batch, and returns the reason. No attempt uses the results.
func TestOtherKind(t *testing.T) {
	s := newStage(t, &vendor{keeps: true})
	sender := s.sender()
	otherKind := errors.New("the answers are simulated")
	sender.CheckKind = map[string]func(string) error{"anthropic:m": func(answered string) error {
		if llm.Simulated(answered, "m") {
			return otherKind
		}
		return nil
	}}
	s.add(sender, 1, 2)
	s.submit(sender, 2)
	b := s.vendor.batches[0]
	b.answers()
	b.results[1].Response.Model = "mashal-simulate/m"
	if _, err := sender.TakeUp(t.Context()); !errors.Is(err, otherKind) {
		t.Errorf("the error is %v", err)
	}
	if got := s.only(); got.Open() || got.Answered != 1 || got.Unanswered != 1 {
		t.Errorf("%+v", got)
	}
	if n, err := s.sender().Open(t.Context()); n != 0 || err != nil {
		t.Errorf("%d batches are under way, %v", n, err)
	}
}

// TestOtherModelInBatch tells once that another model has answered.
func TestOtherModelInBatch(t *testing.T) {
	s := newStage(t, &vendor{keeps: true})
	sender := s.sender()
	s.add(sender, 1, 2, 3, 4)
	s.submit(sender, 4)
	b := s.vendor.batches[0]
	b.answers()
	for i, name := range []string{"m-1", "m-2", "m-1", "m-2"} {
		b.results[i].Response.Model = name
	}
	if n, err := sender.TakeUp(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d ended, %v", n, err)
	}
	told := slices.DeleteFunc(slices.Clone(s.told), func(what string) bool { return !strings.Contains(what, "another model") })
	if want := []string{"was answered by another model than before: m-2, before m-1"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
