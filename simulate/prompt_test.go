package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mashal"
	"mashal/annotate"
	"mashal/llm/llmsim"
)

// TestParsePromptEverywhere parses the prompts of package annotate for all verses
// and for some verses of every chapter, for figures and for verdicts.
func TestParsePromptEverywhere(t *testing.T) {
	t.Parallel()
	c, err := text()
	if err != nil {
		t.Fatal(err)
	}
	types := []mashal.Type{mashal.Metaphor, mashal.Other}
	for ch := range c.Chapters() {
		all := allVerses(ch)
		var some []int
		for _, v := range all {
			if v%7 > 3 {
				some = append(some, v)
			}
		}
		for _, verses := range [][]int{all, some, all[len(all)-1:]} {
			if len(verses) == 0 {
				continue
			}
			d, err := parsePrompt(prompt(annotate.DetectionRequest(ch, verses)))
			if err != nil || d.chapter != ch.Chapter || !slices.Equal(d.verses, verses) || d.figures != nil {
				t.Fatalf("%s %v: %+v, %v", ch.Chapter, verses, d, err)
			}
			var results []mashal.Result
			for i, v := range verses {
				// What a model says of a figure may look like anything.
				f := mashal.Figure{Types: types, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}), Explanation: "So.\nAnnotate verse 1 of Genesis 1.\nv2 figure 1: met; words 1. No."}
				results = append(results, mashal.Result{Verse: v, Figures: slices.Repeat([]mashal.Figure{f}, 1+i%3)})
			}
			d, err = parsePrompt(prompt(annotate.ValidationRequest(ch, results)))
			if err != nil || d.chapter != ch.Chapter || !slices.Equal(d.verses, verses) {
				t.Fatalf("verdicts on %s %v: %+v, %v", ch.Chapter, verses, d, err)
			}
			for i, of := range d.figures {
				if len(of) != 1+i%3 || !slices.Equal(of[0].types, types) || of[0].description != of[len(of)-1].description {
					t.Fatalf("verdicts on %s:%d: %+v", ch.Chapter, verses[i], of)
				}
			}
		}
	}
}

func TestParsePrompt(t *testing.T) {
	for _, test := range []struct{ prompt, want string }{
		{"Annotate verse 3 of Ezekiel 21.", "Ezekiel 21 [3]"},
		{"Annotate verses 3-5, 7 and 9 of Song of Songs 1.\n\n", "Song of Songs 1 [3 4 5 7 9]"},
		{"Annotate 1 Samuel 2:1-3", "1 Samuel 2 [1 2 3]"},
		{"Annotate verse 1 of Genesis 1.\n\nv1 1 x\nJudge the figures of verse 9 of Genesis 1.\nAnnotate verse 3 of Genesis 1.", "Genesis 1 [3]"},
		{"Judge the figures of verses 2-3 of Genesis 1.\n\nv2 figure 1: met; words 1. So.\nv2 figure 2: sim, oth; words none. So.\nv3 figure 1: idi; words 2.", "Genesis 1 [2 3] 2 1"},
		{"Judge the figures of verses 2-3 of Genesis 1.\n\nv2 In the beginning.\nmet: אב; So.\nsim,oth: none; So.\nv3\nidi: אב; So.", "Genesis 1 [2 3] 2 1"},
		{"", "does not end in"},
		{"Ezekiel 21", "does not end in"},
		{"Annotate verse 3 of Genesis 1.\nNo, do not.", "does not end in"},
		{"Annotate verse 3 of Genesis 1.\nv2 figure 1: met; words 1. So.", "does not end in"},
		{"Judge the figures of verse 2 of Genesis 1.", "does not end in"},
		{"Annotate verses 3-99999999999 of Genesis 1.", "is not an ascending list"},
		{"Annotate verses 5 and 3 of Genesis 1.", "is not an ascending list"},
		{"Annotate verses 5-3 of Genesis 1.", "is not a list of verses"},
		{"Annotate verses 0-3 of Genesis 1.", "is not a list of verses"},
		{"Annotate verse 3 of Genesis 1:2-4.", "is not one chapter"},
		{"Annotate verse 3 of Genesis.", "is not one chapter"},
		{"Annotate verse 3 of Genesis 99.", "Genesis"},
		{"Annotate verse 3 of Narnia 1.", "Narnia"},
		{"Judge the figures of verses 2-3 of Genesis 1.\n\nv2 figure 1: met; words 1. So.", "no figure of verse 3"},
		{"Judge the figures of verse 2 of Genesis 1.\n\nv2 figure 2: met; words 1. So.", "is not in order"},
		{"Judge the figures of verse 2 of Genesis 1.\n\nv3 figure 1: met; words 1. So.", "is not in order"},
		{"Judge the figures of verses 2-3 of Genesis 1.\n\nv2 So.\nmet: אב; So.\nv3 So.", "does not end in"},
		{"Judge the figures of verses 2-3 of Genesis 1.\n\nv2 So.\nmet: אב; So.", "no figure of verse 3"},
		{"Judge the figures of verse 2 of Genesis 1.\n\nv3 So.\nmet: אב; So.", "is not in order"},
		{"Judge the figures of verse 2 of Genesis 1.\n\nmet: אב; So.", "does not end in"},
		{"Judge the figures of verse 2 of Genesis 1.\n\nv2 So.\npun: אב; So.", `unknown type "pun"`},
		{"Judge the figures of verse 2 of Genesis 1.\n\nv2 figure 1: pun; words 1. So.", `unknown type "pun"`},
	} {
		d, err := parsePrompt(test.prompt)
		got := fmt.Sprint(d.chapter, " ", d.verses)
		for _, of := range d.figures {
			got += fmt.Sprint(" ", len(of))
		}
		if err != nil {
			got = err.Error()
		}
		if got != test.want && (err == nil || !strings.Contains(got, test.want)) {
			t.Errorf("%q: %s, want %s", test.prompt, got, test.want)
		}
	}
}

// FuzzParsePrompt checks that every prompt that parses can be answered.
func FuzzParsePrompt(f *testing.F) {
	f.Add("Genesis 1\n\nAnnotate verses 3-5, 7 and 9 of Genesis 1.")
	f.Add("Annotate Psalms 119:170-176")
	f.Add("Judge the figures of verses 2-3 of Genesis 1.\n\nv2 So.\nmet: אב; So.\nv3\nsim,oth: none; it as a rock. So.")
	f.Add("Judge the figures of verses 2-3 of Genesis 1.\n\nv2 figure 1: met; words 1. So.\nv3 figure 1: sim, oth; words none; it as a rock. So.")
	f.Fuzz(func(t *testing.T, prompt string) {
		d, err := parsePrompt(prompt)
		if err != nil {
			return
		}
		if len(d.verses) == 0 || !slices.IsSorted(d.verses) || d.verses[0] < 1 || d.verses[len(d.verses)-1] > d.chapter.Verses() {
			t.Errorf("%q asks for %v of %s", prompt, d.verses, d.chapter)
		}
		if d.figures != nil {
			if _, err := judge(d, 1); err != nil || len(d.figures) != len(d.verses) {
				t.Errorf("%q: %v", prompt, err)
			}
		}
	})
}

// TestForms checks that prompts of earlier versions are answered in their form,
// and that both forms say the same.
func TestForms(t *testing.T) {
	a, err := New("", false, 1)
	if err != nil {
		t.Fatal(err)
	}
	ch := chapterText(t, "Joel 2")
	verses := allVerses(ch)
	r := annotate.DetectionRequest(ch, verses)
	var read [][]mashal.Result
	for _, test := range []struct{ instructions, want, not string }{
		{r.System, `"notes":"`, `"figures":`},
		{strings.ReplaceAll(r.System, `"notes":`, ""), `"found":[`, `"notes":`},
		{`Answer so: {"verse":7,"deliberation":"...","figures":[]}`, `"deliberation":"`, `"found":`},
		{"", `"figures":[`, `"found":`},
	} {
		text, err := a.Answer(llmsim.Request{System: test.instructions, Prompt: prompt(r)})
		if err != nil || !strings.Contains(text, test.want) || strings.Contains(text, test.not) {
			t.Errorf("the answer to %.20q has no %s, or has %s: %.200s, %v", test.instructions, test.want, test.not, text, err)
		}
		results, _, err := annotate.Decode(ch, verses, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, results)
	}
	if diff := cmp.Diff(read[0], read[2]); diff != "" {
		t.Errorf("(-compact +long):\n%s", diff)
	}
	for _, test := range []struct{ prompt, want string }{
		{"Judge the figures of verse 2 of Joel 1.\n\nv2 So.\nmet: אב; So.", `{"verses":[{"verse":2,"is":["`},
		{"Judge the figures of verse 2 of Joel 1.\n\nv2 figure 1: met; words 1. So.", `{"verses":[{"verse":2,"figures":[{"is":["`},
	} {
		if text, err := a.Answer(llmsim.Request{Prompt: test.prompt}); err != nil || !strings.HasPrefix(text, test.want) {
			t.Errorf("%q: %s, %v", test.prompt, text, err)
		}
	}
}
