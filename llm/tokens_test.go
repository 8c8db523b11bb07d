package llm_test

import (
	"strings"
	"testing"

	"mashal/llm"
)

func TestCountTokens(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"the king", []string{"the", " king"}},
		{"Nebuchadnezzar", []string{"Nebuchad", "nezzar"}},
		{"12345", []string{"123", "45"}},
		{"\n\n  a", []string{"\n\n  ", "a"}},
		{`{"v":1}`, []string{`{"`, "v", `":`, "1", "}"}},
		{"1 ויהי 2 דבר", []string{"1", " וי", "הי", " ", "2", " דבר"}},
		{"דְ", []string{"ד", "\u05b0"}},
		{"foot’s", []string{"foot", "’s"}},
	} {
		rest := test.text
		for _, token := range test.want {
			n := 0
			if rest != "" {
				n = llm.TokenLen(rest)
			}
			if rest[:n] != token {
				t.Errorf("%q: token %q, want %q", test.text, rest[:n], token)
				break
			}
			rest = rest[n:]
		}
		if got := llm.CountTokens(test.text); got != int64(len(test.want)) {
			t.Errorf("%q: %d tokens, want %d", test.text, got, len(test.want))
		}
	}
}

func BenchmarkCountTokens(b *testing.B) {
	text := strings.Repeat("4 1 ויהי 2 דבר 3 יהוה 4 אלי 5 לאמר | The word of Yahweh came to me, saying,\n", 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		llm.CountTokens(text)
	}
}
