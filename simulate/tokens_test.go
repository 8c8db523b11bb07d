package simulate

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/tiktoken-go/tokenizer"

	"mashal/annotate"
	"mashal/llm"
	"mashal/llm/llmsim"
)

// TestTokenEstimate compares the simulator's count with o200k_base for what is
// asked and answered of Ezekiel 15-34: it decides pace, limits and charges.
func TestTokenEstimate(t *testing.T) {
	t.Parallel()
	const most = .04 // of difference
	enc, err := tokenizer.Get(tokenizer.O200kBase)
	if err != nil {
		t.Fatal(err)
	}
	type count struct{ is, estimated int64 }
	counts := map[string]*count{}
	add := func(what string, texts ...string) {
		if counts[what] == nil {
			counts[what] = &count{}
		}
		for _, s := range texts {
			n, err := enc.Count(s)
			if err != nil {
				t.Fatal(err)
			}
			counts[what].is += int64(n)
			counts[what].estimated += llmsim.Tokens(s)
		}
	}
	texts := func(r llm.Request) []string { return []string{r.System, string(r.Schema.JSON), r.Shared, r.Prompt} }
	folder := recordedFolder(t)
	for name, from := range map[string]string{"recorded": folder, "rules": ""} {
		a, err := New(from, false, 1)
		if err != nil {
			t.Fatal(err)
		}
		for number := 15; number <= 34; number++ {
			ch := chapterText(t, fmt.Sprint("Ezekiel ", number))
			verses := allVerses(ch)
			ask := annotate.DetectionRequest(ch, verses)
			figures, err := a.Answer(asked(ask))
			if err != nil {
				t.Fatal(err)
			}
			results, _, err := annotate.Decode(ch, verses, []byte(figures))
			if err != nil {
				t.Fatal(err)
			}
			judge := annotate.ValidationRequest(ch, results)
			verdicts, err := a.Answer(asked(judge))
			if err != nil {
				t.Fatal(err)
			}
			add("the chapter", ask.Shared)
			add("detection, in", texts(ask)...)
			add("detection, out, "+name, figures)
			add("validation, in, "+name, texts(judge)...)
			add("validation, out, "+name, verdicts)
		}
	}
	a, err := New(folder, true, 1)
	if err != nil {
		t.Fatal(err)
	}
	for number := 21; number <= 30; number++ {
		ch := chapterText(t, fmt.Sprint("Ezekiel ", number))
		text, err := a.Answer(asked(annotate.DetectionRequest(ch, allVerses(ch))))
		if err != nil {
			t.Fatal(err)
		}
		add("raw", text)
	}
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		c := counts[what]
		off := float64(c.estimated)/float64(c.is) - 1
		t.Logf("%-26s %7d, estimated %7d, %+.1f %%", what, c.is, c.estimated, 100*off)
		if off > most || off < -most {
			t.Errorf("%s: %d tokens are estimated as %d, %+.1f %%", what, c.is, c.estimated, 100*off)
		}
	}
}
