package annotate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mashal"
	"mashal/annotate"
	"mashal/llm"
)

// TestRequestsAreAsSaid holds what is said to be asked to what is asked.
func TestRequestsAreAsSaid(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	all := truth(ch)
	warm := 0.5
	for _, passage := range []int{0, 3, 30} {
		finds, judges := knowing(t, "fake", all), validationManual(t, "fake")
		config := annotate.Config{
			Models:  []annotate.Model{{Provider: finds, Name: "model"}},
			Passage: passage, Effort: llm.EffortLow, Temperature: &warm, MaxOutput: 9000,
		}
		a, err := annotate.New(config)
		if err != nil {
			t.Fatal(err)
		}
		config.Models = []annotate.Model{{Provider: judges, Name: "model"}}
		v, err := annotate.NewValidator(config)
		if err != nil {
			t.Fatal(err)
		}
		verses := []int{1, 2, 4, 5, 6, 7, 8}
		if err := a.Annotate(t.Context(), ch, verses, annotate.Session{}, func(mashal.Result) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := v.Validate(t.Context(), ch, all, annotate.Session{}, func(mashal.Judgement) error { return nil }); err != nil {
			t.Fatal(err)
		}
		// How a request is cached is settled when it is made.
		same := cmpopts.IgnoreFields(llm.Request{}, "SharedAgain", "CacheKey", "Answering")
		if diff := cmp.Diff(finds.reqs, a.Requests(ch, verses), same); diff != "" {
			t.Errorf("passage %d: asked for figures, and said to be (-asked +said):\n%s", passage, diff)
		}
		if diff := cmp.Diff(judges.reqs, v.Requests(ch, all), same); diff != "" {
			t.Errorf("passage %d: asked for verdicts, and said to be (-asked +said):\n%s", passage, diff)
		}
		if none := v.Requests(ch, []mashal.Result{{Verse: 3}}); len(none) > 0 {
			t.Errorf("passage %d: %d requests for verdicts on nothing", passage, len(none))
		}
	}
}
