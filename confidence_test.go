package mashal_test

import (
	"slices"
	"testing"

	"mashal"
)

// TestConfidences checks that the kinds of confidence of an annotator are those of its figures.
func TestConfidences(t *testing.T) {
	sources := []string{"", "simile.ke", "learned", "simile.ke learned"}
	for _, kind := range []mashal.AnnotatorKind{mashal.BySimulation, mashal.ByRules, mashal.ByLearning, mashal.ByModel, mashal.ByPerson} {
		var got []mashal.ConfidenceKind
		for _, source := range sources {
			if k := kind.ConfidenceOf(source); !slices.Contains(got, k) {
				got = append(got, k)
			}
		}
		if want := kind.Confidences(); !slices.Equal(got, want) {
			t.Errorf("figures of %s have %q, not %q", kind, got, want)
		}
	}
	if mashal.BySimulation.ConfidenceOf("") != mashal.OwnEstimate || mashal.ByPerson.ConfidenceOf("") != mashal.OwnEstimate {
		t.Error("what a person or a simulated model states is measured")
	}
}
