package evaluate_test

import (
	"iter"
	"math"
	"slices"
	"testing"

	"mashal"
	"mashal/evaluate"
)

// figure returns a figure with an exact span, or an unanchored one if span is "".
func figure(span string, types ...mashal.Type) mashal.Figure {
	ranges, err := mashal.ParseRanges(span)
	if err != nil {
		panic(err)
	}
	f := mashal.Figure{Types: types, Span: mashal.ExactSpan(ranges...)}
	if span == "" {
		f.Span = mashal.Span{Grounding: mashal.Unanchored}
	}
	return f
}

// near checks that two measures are equal, apart from rounding.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

func TestCounts(t *testing.T) {
	tests := []struct {
		name              string
		counts            evaluate.Counts
		precision, recall float64
		f1, kappa         float64
	}{
		{"nothing", evaluate.Counts{}, 0, 0, 0, 0},
		// Observed (20+15)/50 = .7; expected .5·.6 + .5·.4 = .5; (.7-.5)/(1-.5) = .4.
		{"the textbook table", evaluate.Counts{Both: 20, Predicted: 10, Reference: 5, Neither: 15}, 2. / 3, .8, 40. / 55, .4},
		{"perfect", evaluate.Counts{Both: 3, Neither: 7}, 1, 1, 1, 1},
		{"always yes, always correct", evaluate.Counts{Both: 9}, 1, 1, 1, 1},
		{"chance", evaluate.Counts{Both: 1, Predicted: 1, Reference: 1, Neither: 1}, .5, .5, .5, 0},
		{"the opposite", evaluate.Counts{Predicted: 5, Reference: 5}, 0, 0, 0, -1},
		{"predicts nothing", evaluate.Counts{Reference: 4, Neither: 6}, 0, 0, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			near(t, "precision", test.counts.Precision(), test.precision)
			near(t, "recall", test.counts.Recall(), test.recall)
			near(t, "F1", test.counts.F1(), test.f1)
			near(t, "kappa", test.counts.Kappa(), test.kappa)
		})
	}
}

func TestCompareByVerse(t *testing.T) {
	const simile, idiom = mashal.Simile, mashal.Idiom
	report := evaluate.Compare(slices.Values([]evaluate.Pair{
		{Reference: []mashal.Figure{figure("1-2", simile)}, Predicted: []mashal.Figure{figure("7", simile)}},
		{Reference: []mashal.Figure{figure("1-2", simile, idiom)}},
		{Predicted: []mashal.Figure{figure("1", idiom), figure("2", idiom)}},
		{},
	}))
	if report.Verses != 4 {
		t.Errorf("%d verses, want 4", report.Verses)
	}
	for typ, want := range map[mashal.Type]evaluate.Counts{
		simile:       {Both: 1, Reference: 1, Neither: 2},
		idiom:        {Predicted: 1, Reference: 1, Neither: 2},
		evaluate.Any: {Both: 1, Predicted: 1, Reference: 1, Neither: 1},
		mashal.Other: {Neither: 4},
	} {
		if got := report.ByVerse(typ); got != want {
			t.Errorf("%q: %+v, want %+v", typ, got, want)
		}
	}
	if got := report.ByVerse("allegory"); got != (evaluate.Counts{}) {
		t.Errorf("an unknown type has the counts %+v, want none", got)
	}
}

func TestCompareByInstance(t *testing.T) {
	const simile, idiom = mashal.Simile, mashal.Idiom
	tests := []struct {
		name                          string
		reference, predicted          []mashal.Figure
		matched, reference2, predict2 int
		spanF1, wordF1                float64
	}{
		{"the same words", []mashal.Figure{figure("1-3", simile)}, []mashal.Figure{figure("1-3", simile)}, 1, 1, 1, 1, 1},
		{"half", []mashal.Figure{figure("1-4", simile)}, []mashal.Figure{figure("3-6", simile)}, 1, 1, 1, .5, .5},
		{"apart", []mashal.Figure{figure("1-2", simile)}, []mashal.Figure{figure("3-4", simile)}, 0, 1, 1, 0, 0},
		{"another type", []mashal.Figure{figure("1-2", idiom)}, []mashal.Figure{figure("1-2", simile)}, 0, 0, 1, 0, 0},
		// 2·2/(4+2) = 2/3 for words 1-2 and 6-7 against 2,6.
		{"in pieces", []mashal.Figure{figure("1-2,6-7", simile)}, []mashal.Figure{figure("2,6", simile)}, 1, 1, 1, 2. / 3, 2. / 3},
		// 1-2 is matched with 1-2 (F1 1), and 3-8 with 8 (F1 2·1/(6+1)). The word F1 is 2·3/(8+3).
		{"one each", []mashal.Figure{figure("3-8", simile), figure("1-2", simile)}, []mashal.Figure{figure("1-2", simile), figure("8", simile)}, 2, 2, 2, (1 + 2./7) / 2, 6. / 11},
		// Two figures of the reference share words with one predicted figure. The better one is
		// matched.
		{"not twice", []mashal.Figure{figure("1", simile), figure("2-3", simile)}, []mashal.Figure{figure("1-3", simile)}, 1, 2, 1, .8, .8},
		{"unanchored", []mashal.Figure{figure("", simile)}, []mashal.Figure{figure("1", simile)}, 0, 0, 1, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := evaluate.Compare(slices.Values([]evaluate.Pair{{Reference: test.reference, Predicted: test.predicted}})).ByInstance(simile)
			if got.Matched != test.matched || got.Reference != test.reference2 || got.Predicted != test.predict2 {
				t.Errorf("matched %d of %d reference and %d predicted figures, want %d of %d and %d", got.Matched, got.Reference, got.Predicted, test.matched, test.reference2, test.predict2)
			}
			near(t, "span F1", got.SpanF1(), test.spanF1)
			near(t, "word F1", got.WordF1(), test.wordF1)
			near(t, "precision", got.Precision(), float64(test.matched)/math.Max(1, float64(test.predict2)))
			near(t, "recall", got.Recall(), float64(test.matched)/math.Max(1, float64(test.reference2)))
		})
	}
}

func TestJoin(t *testing.T) {
	annotation := func(verses ...int) iter.Seq2[mashal.Ref, []mashal.Figure] {
		return func(yield func(mashal.Ref, []mashal.Figure) bool) {
			for _, v := range verses {
				if !yield(mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 1}, Verse: v}, []mashal.Figure{figure("1", mashal.Idiom)}) {
					return
				}
			}
		}
	}
	tests := []struct {
		reference, predicted, want []int
	}{
		{[]int{1, 2, 3}, []int{1, 2, 3}, []int{1, 2, 3}},
		{[]int{2, 5}, []int{1, 2, 3, 4, 5, 6}, []int{2, 5}},
		{[]int{1, 2, 9}, []int{2, 3}, []int{2}},
		{nil, []int{1}, nil},
		{[]int{1}, nil, nil},
	}
	for _, test := range tests {
		var got []int
		for p := range evaluate.Join(annotation(test.reference...), annotation(test.predicted...)) {
			got = append(got, p.Ref.Verse)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("Join of %v and %v gives %v, want %v", test.reference, test.predicted, got, test.want)
		}
	}
}

func TestMatchAll(t *testing.T) {
	reference := []mashal.Figure{figure("1-4", mashal.Metaphor), figure("", mashal.Simile), figure("6", mashal.Idiom)}
	predicted := []mashal.Figure{figure("4-6", mashal.Idiom), figure("1-3", mashal.Simile), figure("", mashal.Simile), figure("9", mashal.Idiom)}
	got := evaluate.MatchAll(reference, predicted)
	// 1-4 is matched with 1-3 (F1 6/7), so 4-6 is matched with 6 (F1 2/4).
	want := []evaluate.Match{{Reference: 0, Predicted: 1, Common: 3, F1: 6. / 7}, {Reference: 2, Predicted: 0, Common: 1, F1: .5}}
	if !slices.Equal(got, want) {
		t.Errorf("matches %+v, want %+v", got, want)
	}
	if n := evaluate.Compare(slices.Values([]evaluate.Pair{{Reference: reference, Predicted: predicted}})).ByInstance(evaluate.Any).Matched; n != len(want) {
		t.Errorf("the report has %d matches, want %d", n, len(want))
	}
}
