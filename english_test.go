package mashal_test

import (
	"strings"
	"testing"

	"mashal"
)

// alignedVerse makes a verse from English words, each followed by the number of
// the Hebrew word that it translates, as in "rock/2".
func alignedVerse(t *testing.T, s string) *mashal.Verse {
	t.Helper()
	v := &mashal.Verse{}
	for i, f := range strings.Fields(s) {
		word, number, ok := strings.Cut(f, "/")
		if !ok {
			t.Fatalf("%q has no number of a Hebrew word", f)
		}
		if i > 0 {
			v.English += " "
		}
		bare := strings.TrimRight(word, ",.")
		aligned := mashal.EnglishWord{Start: len(v.English), End: len(v.English) + len(bare)}
		for _, c := range number {
			aligned.Hebrew = 10*aligned.Hebrew + int(c-'0')
		}
		v.English += word
		v.EnglishWords = append(v.EnglishWords, aligned)
	}
	return v
}

func TestEnglishOf(t *testing.T) {
	const psalm = "Yahweh/1 is/0 my/2 rock,/2 my/3 fortress/3 and/4 my/4 deliverer./4"
	tests := []struct {
		name, verse, span, want string
	}{
		{"one word", psalm, "1", "Yahweh"},
		{"several English words for one", psalm, "2", "my rock"},
		{"punctuation inside stays, after it goes", psalm, "2-3", "my rock, my fortress"},
		{"unaligned words are filled in", psalm, "1-2", "Yahweh is my rock"},
		{"two ranges", psalm, "1,3", "Yahweh ... my fortress"},
		{"word order differs", "the/0 words/2 which/1 he/3 spoke/3", "2-3", "words which he spoke"},
		{"other words between", "He/2 quickly/1 ran/2", "2", "He ... ran"},
		{"a function word aligned elsewhere", "rod/1 of/3 iron/2", "1-2", "rod of iron"},
		{"a function word at the end is dropped", "the/1 horn/1 of/1 my/2 salvation/2", "1", "the horn"},
		{"a single function word is kept", "there/0 was/1 light/2", "1", "was"},
		{"several function words alone are kept", "it/0 is/1 the/1 end/2", "1", "is the"},
		{"a part of function words beside another is dropped", "valley/1 dark/2 of/1", "1", "valley"},
		{"too many words between", "go/1 a/0 b/0 c/0 d/0 e/0 up/1", "1", "go ... up"},
		{"no aligned word", psalm, "5", ""},
		{"unanchored", psalm, "", ""},
		{"no English", "", "1", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ranges, err := mashal.ParseRanges(tt.span)
			if err != nil {
				t.Fatal(err)
			}
			span := mashal.Span{Ranges: ranges, Grounding: mashal.Exact, Score: 1}
			if got := alignedVerse(t, tt.verse).EnglishOf(span); got != tt.want {
				t.Errorf("the English of %q is %q, want %q", tt.span, got, tt.want)
			}
		})
	}
}
