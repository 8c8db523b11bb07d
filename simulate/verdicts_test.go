package simulate

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
)

// TestVerdictsPerFigure checks that each figure gets the same verdicts however
// many figures a request has.
func TestVerdictsPerFigure(t *testing.T) {
	a, err := New("", false, 1)
	if err != nil {
		t.Fatal(err)
	}
	client := &player{t: t, a: a, asked: 2}
	ch := chapterText(t, "Ezekiel 1")
	results := found(t, ch)
	var got []map[int][][]mashal.Verdict
	for _, passage := range []int{0, 1} {
		v, err := annotate.NewValidator(annotate.Config{Models: []annotate.Model{{Provider: client, Name: "m"}}, Passage: passage})
		if err != nil {
			t.Fatal(err)
		}
		all := map[int][][]mashal.Verdict{}
		judged := 0
		if err := v.Validate(context.Background(), ch, results, annotate.Session{}, func(j mashal.Judgement) error {
			all[j.Verse] = j.Verdicts
			judged += len(j.Verdicts)
			return nil
		}); err != nil || judged < 10 {
			t.Errorf("%d figures judged, %v", judged, err)
		}
		got = append(got, all)
	}
	if diff := cmp.Diff(got[0], got[1]); diff != "" {
		t.Errorf("the verdicts depend on what else is asked:\n%s", diff)
	}
}

// TestVerdictShares holds the verdicts to the shares that are documented, and
// to the seed.
func TestVerdictShares(t *testing.T) {
	decisions := func(seed uint64) []mashal.Decision {
		var all []mashal.Decision
		for verse := 1; verse <= 31; verse++ {
			for n := range 100 {
				f := figure{types: mashal.Types, description: string(rune('a'+n)) + string(rune('a'+verse))}
				for _, v := range f.verdicts(mashal.Chapter{Book: 1, Number: 1}, seed) {
					all = append(all, v.Decision)
					if (v.Decision == mashal.Reclassified) != v.To.Valid() || v.To == v.Type {
						t.Fatalf("%+v", v)
					}
				}
			}
		}
		return all
	}
	one := decisions(1)
	count := map[mashal.Decision]int{}
	for _, d := range one {
		count[d]++
	}
	for d, want := range map[mashal.Decision]float64{mashal.Valid: .9, mashal.Invalid: .05, mashal.Reclassified: .05} {
		if share := float64(count[d]) / float64(len(one)); share < want-.01 || share > want+.01 {
			t.Errorf("%.3f are %s, want %.2f", share, d, want)
		}
	}
	if !slices.Equal(one, decisions(1)) || slices.Equal(one, decisions(2)) {
		t.Error("the verdicts are not those of the seed")
	}
	if got := slices.Sorted(maps.Keys(verdictReasons)); len(got) != len(mashal.Types) {
		t.Errorf("there are reasons for %v", got)
	}
}

// TestAnswersEverywhere reads what is answered for every chapter: by the rules,
// nothing is lost in the form, and every figure found can be asked about.
func TestAnswersEverywhere(t *testing.T) {
	t.Parallel()
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	a, err := New("", false, 1)
	if err != nil {
		t.Fatal(err)
	}
	figures := 0
	for ch := range c.Chapters() {
		verses := allVerses(ch)
		answer, err := a.Answer(asked(annotate.DetectionRequest(ch, verses)))
		if err != nil {
			t.Fatal(err)
		}
		results, report, err := annotate.Decode(ch, verses, []byte(answer))
		if err != nil || len(results) != len(verses) {
			t.Errorf("%s: %+v, %v", ch.Chapter, report.Damages, err)
		}
		n := 0
		for _, r := range results {
			n += len(r.Figures)
		}
		if figures += n; n == 0 {
			continue
		}
		if _, err := a.Answer(asked(annotate.ValidationRequest(ch, results))); err != nil {
			t.Fatalf("verdicts on %s: %v", ch.Chapter, err)
		}
	}
	if figures < 4000 {
		t.Errorf("%d figures", figures)
	}
}

// TestRecordedReads reads what is answered for every recorded chapter: what
// the recordings say is what is answered, and little is left to the rules.
func TestRecordedReads(t *testing.T) {
	t.Parallel()
	a, err := New(recordedFolder(t), false, 1)
	if err != nil {
		t.Fatal(err)
	}
	verses, ruled := 0, 0
	for chapter, r := range a.recorded {
		ch := chapterText(t, chapter.String())
		all := allVerses(ch)
		answer, err := a.Answer(asked(annotate.DetectionRequest(ch, all)))
		if err != nil {
			t.Fatal(err)
		}
		results, report, err := annotate.Decode(ch, all, []byte(answer))
		if err != nil || len(results) != len(all) {
			t.Errorf("%s: %+v, %v", chapter, report, err)
			continue
		}
		known, err := r.Results()
		if err != nil {
			t.Fatal(err)
		}
		verses += len(all)
		for _, got := range results {
			want, ok := known[got.Verse]
			if !ok {
				ruled++
				continue
			}
			var said, read []string
			for _, f := range want.Figures {
				said = append(said, f.Span.String()+f.Target.Specific+f.Explanation)
			}
			for _, f := range got.Figures {
				read = append(read, f.Span.String()+f.Target.Specific+f.Explanation)
			}
			if diff := cmp.Diff(said, read); diff != "" || got.Deliberation != want.Deliberation {
				t.Errorf("%s:%d (-recorded +answered):\n%s", chapter, got.Verse, diff)
			}
		}
	}
	t.Logf("%d chapters, %d verses, of these %d by the rules", len(a.recorded), verses, ruled)
	if verses < 1500 || ruled*200 > verses {
		t.Errorf("%d of %d verses are answered by the rules", ruled, verses)
	}
}
