package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate"
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
