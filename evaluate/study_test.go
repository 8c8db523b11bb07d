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
		{nil, nil}, // in the chapter of the next verse, whose only figure has no words: counts for verses only
		{{figure("", simile)}, {figure("2", simile)}},
	}
	pairs := pairsOf(slices.Repeat(verses, 5)...) // 15 chapters
	study := evaluate.Measure(pairs, func(mashal.Ref) int { return 10 }, evaluate.Options{Seed: 1, Samples: 50, Gamma: true})
	if study.Verses != 30 || study.Chapters != 15 || study.Words != 300 || len(study.Rows) != 3 {
		t.Fatalf("%d verses in %d chapters, %d words, %d rows; want 30, 15, 300, 3", study.Verses, study.Chapters, study.Words, len(study.Rows))
	}
	row := study.Rows[1]
	if row.Type != simile || row.Reference != 15 || row.Predicted != 10 || row.Matched != 10 || row.Unanchored != 10 {
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
	near(t, "F1 of always yes", row.Baselines.Verses.AlwaysYes.Value, 8./10)
	if row := study.Rows[2]; row.Recall.Computable || row.Gamma.Computable || row.Exact.Computable || !row.Precision.Computable {
		t.Errorf("idioms, which the reference lacks: %+v", row)
	}
	same := evaluate.Measure(pairs, func(mashal.Ref) int { return 10 }, evaluate.Options{Seed: 1, Samples: 50, Gamma: true})
	if *same.Rows[0].F1.Interval != *study.Rows[0].F1.Interval || same.Rows[0].Gamma.Value != study.Rows[0].Gamma.Value {
		t.Error("the same seed gives other values")
	}
}

// TestMeasureConfusedTypes checks the agreement on types of figures that share words.
func TestMeasureConfusedTypes(t *testing.T) {
	const metaphor, simile, idiom = mashal.Metaphor, mashal.Simile, mashal.Idiom
	one := func(types ...mashal.Type) []mashal.Figure { return []mashal.Figure{figure("1-2", types...)} }
	study := evaluate.Measure(pairsOf(
		[2][]mashal.Figure{one(metaphor), one(metaphor)},
		[2][]mashal.Figure{one(metaphor), one(simile)},
		[2][]mashal.Figure{one(metaphor, idiom), one(metaphor)},
		[2][]mashal.Figure{one(simile), one(simile, idiom)},
		[2][]mashal.Figure{one(idiom), nil},
	), func(mashal.Ref) int { return 5 }, evaluate.Options{})
	a := study.Types
	if a.Pairs != 4 {
		t.Fatalf("%d pairs, want 4", a.Pairs)
	}
	near(t, "same", a.Same.Value, 1./4)
	near(t, "common", a.Common.Value, 3./4)
	// Metaphor twice in both, simile once in both, metaphor against simile once:
	// (3/4 - (3·2+1·2)/16) / (1 - 8/16) = .5.
	near(t, "kappa", a.Kappa.Value, .5)
	want := []evaluate.Confused{{metaphor, metaphor, 2}, {metaphor, simile, 1}, {simile, simile, 1}, {idiom, "", 1}, {"", idiom, 1}}
	if !slices.Equal(a.Confusion, want) {
		t.Errorf("confusion %v, want %v", a.Confusion, want)
	}
}

// TestMeasureBaselines checks what marking everything reaches: it has the F1 .67 on verses if
// half of them have a figure.
func TestMeasureBaselines(t *testing.T) {
	figures := []mashal.Figure{figure("1-2", mashal.Metaphor)}
	whole := []mashal.Figure{figure("1-4", mashal.Metaphor)}
	row := evaluate.Measure(pairsOf([2][]mashal.Figure{figures, nil}, [2][]mashal.Figure{nil, nil}, [2][]mashal.Figure{whole, nil}, [2][]mashal.Figure{nil, nil}),
		func(mashal.Ref) int { return 4 }, evaluate.Options{}).Rows[0]
	for what, v := range map[string]struct {
		got  evaluate.Baseline
		want float64
	}{
		"verses": {row.Baselines.Verses, 4. / 6}, "figures": {row.Baselines.Figures, 4. / 6}, "exact": {row.Baselines.Exact, 2. / 6}, "words": {row.Baselines.Words, 12. / 22},
	} {
		near(t, what, v.got.AlwaysYes.Value, v.want)
		if !v.got.AlwaysNo.Computable || v.got.AlwaysNo.Value != 0 {
			t.Errorf("%s: always no has %+v, want 0", what, v.got.AlwaysNo)
		}
	}
	row = evaluate.Measure(pairsOf([2][]mashal.Figure{nil, figures}), func(mashal.Ref) int { return 4 }, evaluate.Options{}).Rows[0]
	if row.Baselines.Verses.AlwaysYes.Computable || row.Baselines.Figures.AlwaysNo.Computable {
		t.Errorf("a reference without figures has the baselines %+v", row.Baselines)
	}
}

// TestMeasureCalibration checks stated confidence against what agrees.
func TestMeasureCalibration(t *testing.T) {
	sure := func(span string, confidence float64) mashal.Figure {
		f := figure(span, mashal.Idiom)
		f.Confidence = confidence
		return f
	}
	study := evaluate.Measure(pairsOf(
		[2][]mashal.Figure{{figure("1", mashal.Idiom)}, {sure("1", .9), sure("2", .9)}},
		[2][]mashal.Figure{{figure("3", mashal.Idiom)}, {sure("3", .55), figure("5", mashal.Idiom)}},
	), func(mashal.Ref) int { return 5 }, evaluate.Options{})
	c := study.Rows[0].Calibration
	if c == nil || c.Figures != 3 || len(c.Bands) != 2 {
		t.Fatalf("calibration %+v, want 3 figures in 2 bands", c)
	}
	near(t, "stated", c.Stated, (.9+.9+.55)/3)
	near(t, "observed", c.Observed, 2./3)
	near(t, "error", c.Error.Value, (2*.4+.45)/3)
	if b := c.Bands[1]; math.Abs(b.From-.8) > 1e-9 || b.Figures != 2 || b.Observed != .5 {
		t.Errorf("band %+v", b)
	}
	none := evaluate.Measure(pairsOf([2][]mashal.Figure{{figure("1", mashal.Idiom)}, {figure("1", mashal.Idiom)}}), func(mashal.Ref) int { return 5 }, evaluate.Options{})
	if none.Rows[0].Calibration != nil {
		t.Error("figures without confidence are calibrated")
	}
}

// TestMeasureFiguresWithoutWords checks that a chapter counts for verses only if most figures
// of the reference there have no words: the rest would be verses without figures.
func TestMeasureFiguresWithoutWords(t *testing.T) {
	known, unknown := figure("1", mashal.Idiom), figure("", mashal.Idiom)
	row := evaluate.Measure(pairsOf(
		[2][]mashal.Figure{{unknown}, {known}}, [2][]mashal.Figure{nil, {known}}, // chapter 1
		[2][]mashal.Figure{{known}, {known}}, [2][]mashal.Figure{nil, {known}},
	), func(mashal.Ref) int { return 5 }, evaluate.Options{}).Rows[0]
	if row.Reference != 1 || row.Predicted != 2 || row.Unanchored != 2 || row.Verse.N() != 4 {
		t.Errorf("%+v", row)
	}
}

// TestMeasureParts checks that each part is measured by itself.
func TestMeasureParts(t *testing.T) {
	f := []mashal.Figure{figure("1", mashal.Idiom)}
	pairs := pairsOf([2][]mashal.Figure{f, f}, [2][]mashal.Figure{f, nil}, [2][]mashal.Figure{nil, f}, [2][]mashal.Figure{f, f})
	study := evaluate.Measure(pairs, func(mashal.Ref) int { return 3 }, evaluate.Options{Samples: 20, Divisions: []evaluate.Division{
		{By: "verse", Of: func(ref mashal.Ref) string { return string(rune('a' + ref.Verse)) }},
	}})
	if len(study.Parts) != 2 || study.Parts[0].Name != "b" || study.Parts[0].Verses != 2 || study.Parts[0].Chapters != 2 || study.Parts[1].Rows[0].Matched != 1 {
		t.Errorf("parts %+v", study.Parts)
	}
}

func TestJudge(t *testing.T) {
	f := []mashal.Figure{figure("1", mashal.Idiom)}
	var good, bad []evaluate.Pair
	for i := range 40 {
		ref := mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 1 + i/2}, Verse: 1 + i%2}
		good = append(good, evaluate.Pair{Ref: ref, Reference: f, Predicted: f})
		bad = append(bad, evaluate.Pair{Ref: ref, Reference: f})
		if i%4 > 0 {
			bad[i].Predicted = f
		}
	}
	words := func(mashal.Ref) int { return 3 }
	for _, test := range []struct {
		name          string
		before, after []evaluate.Pair
		worse         bool
	}{{"worse", good, bad, true}, {"better", bad, good, false}, {"the same", good, good, false}, {"one chapter", good[:1], bad[:1], true}} {
		j, err := evaluate.Judge(test.before, test.after, words, "recall", evaluate.Any, evaluate.Options{Samples: 200, Seed: 1})
		if err != nil || j.Worse != test.worse {
			t.Errorf("%s: %+v, %v; want worse %v", test.name, j, err, test.worse)
		}
	}
	if _, err := evaluate.Judge(good, bad, words, "beauty", evaluate.Any, evaluate.Options{}); err == nil {
		t.Error("an unknown measure is accepted")
	}
	for _, name := range evaluate.MeasureNames() {
		if _, err := evaluate.Judge(good, bad, words, name, evaluate.Any, evaluate.Options{}); err != nil {
			t.Error(err)
		}
	}
}

// TestJudgeLostWords checks that an annotation does not gain by losing the words of its
// figures: verses that either lacks the words of are left out for both, and counted.
func TestJudgeLostWords(t *testing.T) {
	right, wrong := figure("1", mashal.Idiom), figure("3", mashal.Idiom)
	lost := figure("", mashal.Idiom)
	var before, after, none []evaluate.Pair
	for i := range 60 { // chapters of six verses: four right, two wrong
		p := evaluate.Pair{Ref: mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 1 + i/6}, Verse: 1 + i%6}, Reference: []mashal.Figure{right}, Predicted: []mashal.Figure{right}}
		if i%6 >= 4 {
			p.Predicted = []mashal.Figure{wrong}
		}
		before = append(before, p)
		if i%6 >= 4 { // what was wrong has lost its words
			p.Predicted = []mashal.Figure{lost}
		}
		after = append(after, p)
		p.Predicted = []mashal.Figure{lost}
		none = append(none, p)
	}
	words := func(mashal.Ref) int { return 3 }
	judge := func(before, after []evaluate.Pair, measure string) *evaluate.Judgement {
		j, err := evaluate.Judge(before, after, words, measure, evaluate.Any, evaluate.Options{Samples: 100, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		return j
	}
	for _, measure := range []string{"f1", "precision", "recall", "exact-f1", "token-f1", "alpha-u"} {
		there, back := judge(before, after, measure), judge(after, before, measure)
		if there.Difference.Value != 0 || back.Difference.Value != 0 || there.Worse || back.Worse {
			t.Errorf("%s: %+v and %+v, want no difference", measure, there, back)
		}
		if want := (evaluate.LeftOut{Verses: 20, After: 20}); there.LeftOut != want {
			t.Errorf("%s: %+v left out, want %+v", measure, there.LeftOut, want)
		}
		if want := (evaluate.LeftOut{Verses: 20, Before: 20}); back.LeftOut != want {
			t.Errorf("%s: %+v left out, want %+v", measure, back.LeftOut, want)
		}
		// Without any words nothing is left to measure: that is worse, not passed.
		if j := judge(before, none, measure); !j.Worse || j.Difference.Computable || j.LeftOut.Verses != 60 {
			t.Errorf("%s of an annotation without words: %+v, want worse", measure, j)
		}
		if j := judge(none, before, measure); j.Worse {
			t.Errorf("%s against an annotation without words: %+v, want not worse", measure, j)
		}
	}
	if j := judge(before, after, "kappa"); j.LeftOut != (evaluate.LeftOut{}) {
		t.Errorf("kappa leaves out %+v, want none: it asks of whole verses", j.LeftOut)
	}
}

func TestFindDifferences(t *testing.T) {
	const metaphor, simile = mashal.Metaphor, mashal.Simile
	about := func(span, target string, types ...mashal.Type) mashal.Figure {
		f := figure(span, types...)
		f.Target.Specific = target
		return f
	}
	d := evaluate.FindDifferences(pairsOf(
		[2][]mashal.Figure{{about("1-2", "God", metaphor), about("4", "man", simile)}, {about("1-2", "God", metaphor), about("4-5", "the king", metaphor)}},
		[2][]mashal.Figure{{about("3", "God", metaphor)}, {about("1", "God", simile)}},
		[2][]mashal.Figure{{figure("", metaphor)}, {figure("", metaphor), figure("", simile)}},
	))
	var got [][]evaluate.Change
	for _, c := range d.List {
		got = append(got, c.Changes)
	}
	want := [][]evaluate.Change{{evaluate.Retyped, evaluate.Rebounded, evaluate.Retargeted}, {evaluate.Added}, {evaluate.Lost}, {evaluate.Added}}
	if !slices.EqualFunc(got, want, slices.Equal) || d.Same != 2 || d.Before != 4 || d.After != 5 {
		t.Errorf("%v, %d the same, %d before, %d after", got, d.Same, d.Before, d.After)
	}
	if d.Counts[evaluate.Added] != 2 || d.ByType[simile][evaluate.Retyped] != 1 || d.ByType[metaphor][evaluate.Retyped] != 1 {
		t.Errorf("%v, %v", d.Counts, d.ByType)
	}
	// Targets are compared only if both sides state them.
	plain := evaluate.FindDifferences(pairsOf([2][]mashal.Figure{{about("1", "God", metaphor)}, {figure("1", metaphor)}}))
	if plain.Targets || plain.Same != 1 {
		t.Errorf("%+v", plain)
	}
}
