package thinking_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal/thinking"
)

// marks returns the marks of a text, as kind and text.
func marks(text []byte) []string {
	var s thinking.Scanner
	var list []string
	for _, c := range text {
		if m := s.Feed(c); m.Kind != thinking.None {
			list = append(list, fmt.Sprintf("%d %s", m.Kind, text[m.From:m.To]))
		}
	}
	return list
}

func TestMarks(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"<think>a</think>b", "1 <think>|2 </think>"},
		{"< think>a</ Think >b", ""}, // a bracket and a blank are not a tag
		{"<Thinking budget='3'>a</THINKING>", "1 <Thinking budget='3'>|2 </THINKING>"},
		{"<think/>", ""},
		{"a < b, <b>thinking</b>, [think, x]", ""},
		{"[THINK]a[/THINK][\"x\"]", "1 [THINK]|2 [/THINK]"},
		{"◁think▷a◁/think▷", "1 ◁think▷|2 ◁/think▷"},
		{"<thinking>a</thinking>", "1 <thinking>|2 </thinking>"},
		{"<|im_start|>assistant<think>", "1 <think>"},
		{"<|thinking_start|>a<|thinking_end|>", "1 <|thinking_start|>|2 <|thinking_end|>"},
		{"<|inner_prefix|>a<|inner_suffix|>", "1 <|inner_prefix|>|2 <|inner_suffix|>"},
		{"<｜think｜>a<｜/think｜>", "1 <｜think｜>|2 <｜/think｜>"},
		{"<seed:cot_budget_reflect>", ""},
		{"<answer>a</answer>", "2 <answer>"},
		{"<|channel|>analysis<|message|>a<|end|>", "1 <|channel|>analysis|3 <|end|>"},
		{"<|channel|> final {", "2 <|channel|> final"},
		{"<|channel|>other<|message|>", ""},
		{"final<|message|>{", "2 final<|message|>"},
		{"analysisWe", "1 analysis"},
		{" analysisWe", "1 analysis"},
		{"analysis: we", ""},
		{"the analysisWe", ""},
		{"a.assistantfinal{", "2 assistantfinal"},
		{"Here is my thought process: a. HERE IS MY RESPONSE: b", "1 Here is my thought process:|2 HERE IS MY RESPONSE:"},
		{strings.Repeat("x", 2000) + "<think " + strings.Repeat("y", 300) + ">", ""},
	} {
		if got := strings.Join(marks([]byte(test.text)), "|"); got != test.want {
			t.Errorf("%q: marks %s, want %s", test.text, got, test.want)
		}
	}
}

// FuzzScanner checks that marks are in order, within the text, and the same wherever
// the text stands in a longer one.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{"<think>a</think>", "<|channel|>final<|message|>", "[THINK]◁think▷&lt;think&gt;", "analysisWeassistantfinal", "<|channel|>ana", "<<<>>>;;]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var s thinking.Scanner
		end := int64(0)
		for i, c := range text {
			m := s.Feed(c)
			if m.Kind == thinking.None {
				continue
			}
			if now := int64(i + 1); m.From < 0 || m.To <= m.From || m.To > now || m.To < now-1 || m.To < end {
				t.Fatalf("mark %+v after byte %d, the last one ended at %d", m, i, end)
			}
			end = m.To
		}
		if len(text) > 0 && text[0] == '<' { // no mark depends on the beginning of the text
			before := bytes.Repeat([]byte("x"), 3000)
			if a, b := marks(text), marks(append(before, text...)); len(a) != len(b) {
				t.Fatalf("marks %v alone and %v after other text", a, b)
			}
		}
	})
}

// FuzzPlain checks that skipping what is plain finds the same marks.
func FuzzPlain(f *testing.F) {
	f.Add([]byte("Well, here is my thought process: a <think b>x</think> ◁think▷ c ◁/think▷ ＜think＞ d assistantfinal, &lt;/think&gt; [THINK]e[/THINK]"), uint64(1))
	f.Add([]byte("analysisWe need<|channel|>final<|message|>...done thinking. Here is my response: מלְך שָׁלוֹם commentary assistantcommentary final"), uint64(2))
	f.Fuzz(func(t *testing.T, text []byte, seed uint64) {
		var want, got []thinking.Mark
		var bytewise, skipping thinking.Scanner
		for _, c := range text {
			if m := bytewise.Feed(c); m.Kind != thinking.None {
				want = append(want, m)
			}
		}
		rng := rand.New(rand.NewPCG(seed, 0))
		for rest := text; len(rest) > 0; {
			piece := rest[:1+rng.IntN(len(rest))]
			if n := skipping.Plain(piece); n > 0 {
				skipping.Skip(piece[:n])
				rest = rest[n:]
				continue
			}
			if m := skipping.Feed(rest[0]); m.Kind != thinking.None {
				got = append(got, m)
			}
			rest = rest[1:]
		}
		if !slices.Equal(got, want) {
			t.Errorf("marks %v, want %v", got, want)
		}
	})
}
