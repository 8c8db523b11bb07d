package main

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/llm/llmsim"
	"mashal/llm/openai"
	"mashal/rules"
)

// found is what the rules find in a chapter.
func found(t *testing.T, ch *mashal.ChapterText) []mashal.Result {
	t.Helper()
	set, err := rules.Default()
	if err != nil {
		t.Fatal(err)
	}
	var all []mashal.Result
	if err := set.Annotator("").Annotate(t.Context(), ch, mashal.Whole(ch.Chapter).Numbers(), func(r mashal.Result) error {
		all = append(all, r)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSimulateVerdicts has figures judged as annotate does: every one gets its
// verdicts, the same ones however many are asked for at once.
func TestSimulateVerdicts(t *testing.T) {
	base, _ := simulated(t)
	client, err := openai.New(openai.Config{BaseURL: base + "/v1"})
	if err != nil {
		t.Fatal(err)
	}
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
				c := claim{types: mashal.Types, said: string(rune('a'+n)) + string(rune('a'+verse))}
				for _, v := range c.judge(mashal.Chapter{Book: 1, Number: 1}, seed) {
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
	a, err := newAnswers("", false, 1)
	if err != nil {
		t.Fatal(err)
	}
	figures := 0
	for ch := range c.Chapters() {
		verses := allVerses(ch)
		answer, err := a.answer(llmsim.Request{Prompt: prompt(annotate.DetectionRequest(ch, verses))})
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
		if _, err := a.answer(llmsim.Request{Prompt: prompt(annotate.ValidationRequest(ch, results))}); err != nil {
			t.Fatalf("verdicts on %s: %v", ch.Chapter, err)
		}
	}
	if figures < 4000 {
		t.Errorf("%d figures", figures)
	}
}
