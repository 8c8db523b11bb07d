package corpus_test

import (
	"testing"

	"mashal"
)

// TestEnglishWords checks that the English words are in order, within the English, and
// aligned to a word of their verse or to none.
func TestEnglishWords(t *testing.T) {
	words, aligned := 0, 0
	verses(func(v *mashal.Verse) {
		end := 0
		for _, w := range v.EnglishWords {
			if w.Start < end || w.End <= w.Start || w.End > len(v.English) || w.Hebrew < 0 || w.Hebrew > len(v.Words) {
				t.Fatalf("%s has the English word %v after byte %d", v.Ref, w, end)
			}
			end = w.End
			words++
			if w.Hebrew > 0 {
				aligned++
			}
		}
		if (len(v.EnglishWords) == 0) != (v.English == "") {
			t.Errorf("%s has %d English words and the English %q", v.Ref, len(v.EnglishWords), v.English)
		}
	})
	if share := float64(aligned) / float64(words); share < 0.85 {
		t.Errorf("a share of %.3f of the English words is aligned, want 0.85", share)
	}
}

// TestEnglishOfASpan compares the English of spans with translations that were checked
// by hand. In most of these verses the numberings differ, so the English has no Strong's
// tags there.
func TestEnglishOfASpan(t *testing.T) {
	tests := []struct {
		ref         string
		first, last int
		want        string
	}{
		{"Gen.1.2", 8, 10, "the deep and God’s Spirit"},
		{"Isa.1.8", 4, 5, "like a shelter in a vineyard"},
		{"Isa.1.8", 6, 7, "like a hut in a field of melons"},
		{"1Kgs.18.34", 12, 12, "Do it a second"},
		{"Ps.3.4", 3, 4, "a shield around me"},
		{"Ps.23.1", 3, 4, "Yahweh is my shepherd"},
		{"Ps.42.2", 1, 2, "As the deer pants"},
		{"Hos.14.6", 1, 2, "I will be like the dew"},
		{"Hos.14.6", 5, 5, "like the lily"},
		{"Song.4.1", 11, 12, "as a flock of goats"},
		{"Ps.18.3", 7, 8, "in whom I take refuge"},
		{"Ps.51.9", 5, 6, "and I will be whiter than snow"},
		{"1Sam.21.1", 3, 5, "and Jonathan went into the city"},
		{"Num.25.19", 2, 3, "After the plague"},
		{"Ps.51.1", 1, 2, "For the Chief Musician. A Psalm by"},
	}
	for _, tt := range tests {
		v := verse(t, tt.ref)
		if got := v.EnglishOf(mashal.ExactSpan(mashal.WordRange{First: tt.first, Last: tt.last})); got != tt.want {
			t.Errorf("%s %d-%d is %q, want %q", tt.ref, tt.first, tt.last, got, tt.want)
		}
	}
}
