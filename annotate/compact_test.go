package annotate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/rules"
)

// TestFormsAgree says the same figures in the long and in the compact form and
// reads both: all recorded answers, and what the rules find in books on which the
// compact form was not tuned.
func TestFormsAgree(t *testing.T) {
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	annotator := set.Annotator(c.Version())
	verses, figures := 0, 0
	for _, s := range []struct {
		book        string
		first, last int
	}{{"Isa", 40, 55}, {"Joel", 1, 4}, {"Ps", 1, 20}, {"Gen", 49, 49}, {"Lev", 26, 26}} {
		for number := s.first; number <= s.last; number++ {
			ch := chapter(t, bookNamed(t, s.book), number)
			var results []mashal.Result
			if err := annotator.Annotate(t.Context(), ch, allVerses(ch), func(r mashal.Result) error {
				if r.Deliberation == "" {
					r.Deliberation = "Weighed."
				}
				results = append(results, r)
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			verses += len(results)
			figures += formsAgree(t, ch, results)
		}
	}
	t.Logf("by rules: %d verses, %d figures", verses, figures)
	if figures < 300 {
		t.Errorf("only %d figures", figures)
	}
	verses, figures = 0, 0
	for _, r := range recordings(t, "*.json") {
		verses += len(r.results)
		figures += formsAgree(t, r.chapter, r.results)
	}
	t.Logf("recorded: %d verses, %d figures", verses, figures)
}

// formsAgree compares what is read of the two forms of an answer and of its
// verdicts, and returns the number of figures.
func formsAgree(t *testing.T, ch *mashal.ChapterText, results []mashal.Result) (figures int) {
	t.Helper()
	verses := make([]int, len(results))
	for i, r := range results {
		verses[i] = r.Verse
		figures += len(r.Figures)
	}
	long, err := annotate.EncodeLong(results)
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := annotate.Decode(ch, verses, long)
	if err != nil {
		t.Fatal(err)
	}
	got, report, err := annotate.Decode(ch, verses, answer(t, results...))
	if err != nil {
		t.Fatal(err)
	}
	// What the decoder refuses in one form, such as a repetition, it refuses in both.
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-long +compact):\n%s\n%+v", ch.Chapter, diff, report.Damages)
	}
	return figures
}
