package evaluate_test

import (
	"math"
	"slices"
	"testing"

	"mashal"
	"mashal/evaluate"
)

// pairsOf returns pairs of one verse each, in chapters of two verses.
func pairsOf(verses ...[2][]mashal.Figure) []evaluate.Pair {
	var pairs []evaluate.Pair
	for i, v := range verses {
		ref := mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 1 + i/2}, Verse: 1 + i%2}
		pairs = append(pairs, evaluate.Pair{Ref: ref, Reference: v[0], Predicted: v[1]})
	}
	return pairs
}

func TestMeasure(t *testing.T) {
	const simile, idiom = mashal.Simile, mashal.Idiom
	type verse = [2][]mashal.Figure // of the reference, predicted
	verses := []verse{
		{{figure("1-2", simile)}, {figure("1-2", simile)}},
		{{figure("3-5", simile)}, {figure("4-5", simile)}},
		{nil, {figure("7", idiom)}},
		{{figure("1", simile)}, nil},
		{nil, nil},
		{{figure("", simile)}, {figure("2", simile)}},
	}
	pairs := pairsOf(slices.Repeat(verses, 5)...) // 15 chapters
	study := evaluate.Measure(pairs, func(mashal.Ref) int { return 10 }, evaluate.Options{Seed: 1, Samples: 50, Gamma: true})
	if study.Verses != 30 || study.Chapters != 15 || study.Words != 300 || len(study.Rows) != 3 {
		t.Fatalf("%d verses in %d chapters, %d words, %d rows; want 30, 15, 300, 3", study.Verses, study.Chapters, study.Words, len(study.Rows))
	}
	row := study.Rows[1]
	if row.Type != simile || row.Reference != 15 || row.Predicted != 10 || row.Matched != 10 || row.Unanchored != 5 {
		t.Errorf("similes: %+v", row)
	}
	for what, v := range map[string]struct {
		got  evaluate.Value
		want float64
	}{
		"precision": {row.Precision, 1}, "recall": {row.Recall, 2. / 3}, "exact": {row.Exact, .5}, "span F1": {row.SpanF1, (1 + .8) / 2},
		// Words: 4 in both, 1 + 1 only in the reference; five times.
		"token F1": {row.TokenF1, 8. / 10},
		// Verses: both 3, reference only 1, neither 2; five times.
		"verse F1": {row.VerseF1, 6. / 7}, "kappa": {row.Kappa, (5./6 - 1./2) / (1. / 2)},
		"alpha": {row.Alpha, 1 - 59.*5/(35*25)},
	} {
		if !v.got.Computable || math.Abs(v.got.Value-v.want) > 1e-9 || v.got.Interval == nil {
			t.Errorf("%s is %+v, want %.4f with an interval", what, v.got, v.want)
		}
	}
	near(t, "F1 of always yes", row.AlwaysYes, 8./10)
	if row := study.Rows[2]; row.Recall.Computable || row.Gamma.Computable || row.Exact.Computable || !row.Precision.Computable {
		t.Errorf("idioms, which the reference lacks: %+v", row)
	}
	same := evaluate.Measure(pairs, func(mashal.Ref) int { return 10 }, evaluate.Options{Seed: 1, Samples: 50, Gamma: true})
	if *same.Rows[0].F1.Interval != *study.Rows[0].F1.Interval || same.Rows[0].Gamma.Value != study.Rows[0].Gamma.Value {
		t.Error("the same seed gives other values")
	}
}
