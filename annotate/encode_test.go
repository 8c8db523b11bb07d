package annotate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/salvage"
)

// TestEncode says figures at the edges of the form and reads them back.
func TestEncode(t *testing.T) {
	ch := chapter(t, bookNamed(t, "Ezek"), 15)
	whole := truth(ch)[0].Figures[0] // of the first verse
	whole.Source = ""
	for _, test := range []struct {
		name  string
		alter func(f *mashal.Figure)
		words string // in the answer
	}{
		{"as it is", func(*mashal.Figure) {}, `{"is":"met,hyp 1-2 70","tags":["rule: the one","animal: the other","force: their force","threat: a threat"]`},
		{"a subtype", func(f *mashal.Figure) { f.Subtype = "irony" }, `"is":"met,hyp,irony 1-2 70"`},
		{"in two parts", func(f *mashal.Figure) {
			f.Span = mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}, mashal.WordRange{First: 3, Last: 4})
		}, `"met,hyp 1,3-4 70"`},
		{"nowhere", func(f *mashal.Figure) { f.Span = mashal.Span{Grounding: mashal.Unanchored} }, `"met,hyp none 70"`},
		{"without tags", func(f *mashal.Figure) {
			f.Target, f.Vehicle, f.Ground, f.Posture = mashal.Tag{}, mashal.Tag{}, mashal.Tag{}, mashal.Tag{}
		}, `"tags":["none:","none:","none:","none:"]`},
		{"a text with a colon", func(f *mashal.Figure) { f.Target.Specific = "rule: a king" }, `"rule: rule: a king"`},
		{"unlikely", func(f *mashal.Figure) { f.Confidence = .005 }, `"met,hyp 1-2 0.005"`},
		{"nearly certain", func(f *mashal.Figure) { f.Confidence = .995 }, `"met,hyp 1-2 99.5"`},
		{"certain", func(f *mashal.Figure) { f.Confidence = 1 }, `"met,hyp 1-2 100"`},
		{"signs", func(f *mashal.Figure) { f.Explanation = `It says <"rock"> & more.` }, `It says <\"rock\"> & more.`},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := whole
			test.alter(&f)
			f.English = ch.Verses[0].EnglishOf(f.Span)
			said := []mashal.Result{{Verse: 1, Deliberation: "Weighed.", Figures: []mashal.Figure{f}}, {Verse: 2, Deliberation: "Literal."}}
			text := answer(t, said...)
			if !strings.Contains(string(text), test.words) || strings.ContainsAny(string(text), "\n\t") {
				t.Errorf("%s does not have %s on one line", text, test.words)
			}
			long, err := annotate.EncodeLong(said)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range [][]byte{text, long} {
				read, report, err := annotate.Decode(ch, []int{1, 2}, text)
				if err != nil || report.Count(salvage.Recovered) != 2 {
					t.Fatalf("%+v, %v", report, err)
				}
				if diff := cmp.Diff(said, read); diff != "" {
					t.Errorf("(-said +read):\n%s", diff)
				}
			}
		})
	}
}

// TestEncodeRefuses: what failed is no answer, and no verse without figures.
func TestEncodeRefuses(t *testing.T) {
	why := &mashal.Failure{Kind: "cut", Reason: "the stream ended"}
	if b, err := annotate.Encode([]mashal.Result{{Verse: 3, Failure: why}}); err == nil || !strings.Contains(err.Error(), "verse 3 failed: the stream ended") {
		t.Errorf("%s, %v", b, err)
	}
	if b, err := annotate.EncodeVerdicts([]mashal.Judgement{{Verse: 3, Failure: why}}); err == nil || !strings.Contains(err.Error(), "verse 3 failed: the stream ended") {
		t.Errorf("%s, %v", b, err)
	}
	if b, err := annotate.EncodeVerdicts([]mashal.Judgement{{Verse: 3, Verdicts: [][]mashal.Verdict{nil}}}); err == nil || !strings.Contains(err.Error(), "figure 1 of verse 3 has no verdict") {
		t.Errorf("%s, %v", b, err)
	}
}
