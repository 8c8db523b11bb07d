package nearest_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal/nearest"
)

func TestName(t *testing.T) {
	known := []string{"metaphor", "simile", "Personification", "idiom", "hyperbole", "metonymy", "other", "רועה", "רעה"}
	for _, test := range []struct{ typed, want string }{
		{"metafor", "metaphor"},     // two letters
		{"similie", "simile"},       // one too many
		{"simlie", "simile"},        // two exchanged
		{"  IDIOM ", "idiom"},       // case and space
		{"pers", "Personification"}, // the beginning
		{"met", "metaphor"},         // the beginning of several
		{"me", ""},                  // too short to be a beginning
		{"personfication", "Personification"},
		{"רוע", "רועה"}, // the beginning, though another is as near
		{"רעת", "רעה"},  // letters, not bytes
		{"litotes", ""}, // no misspelling
		{"", ""},
		{" ", ""},
		{"x", ""},
		{strings.Repeat("metaphor", 9), ""},
		{"\xff\xfe", ""},
	} {
		if got := nearest.Name(test.typed, known); got != test.want {
			t.Errorf("%q: %q, want %q", test.typed, got, test.want)
		}
	}
	if got := nearest.Name("anything", nil); got != "" {
		t.Errorf("without known names: %q", got)
	}
}

func TestIndexes(t *testing.T) {
	known := []string{"Joel", "Job", "Jonah", "Joshua", "Josiah"}
	for _, test := range []struct {
		typed string
		want  []int
	}{
		{"joe", []int{0}},
		{"jos", []int{3, 4}},
		{"jab", []int{1}},
		{"Joxl", []int{0}},
		{"jol", []int{0, 1}},
		{"ruth", nil},
	} {
		if got := nearest.Indexes(test.typed, known); !slices.Equal(got, test.want) {
			t.Errorf("%q: %v, want %v", test.typed, got, test.want)
		}
	}
}

// distance computes the optimal string alignment distance by its definition.
func distance(a, b string) int {
	switch {
	case a == "":
		return len(b)
	case b == "":
		return len(a)
	}
	change := distance(a[1:], b[1:])
	if a[0] != b[0] {
		change++
	}
	least := min(change, distance(a[1:], b)+1, distance(a, b[1:])+1)
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		least = min(least, distance(a[2:], b[2:])+1)
	}
	return least
}

// TestDistance compares Indexes with the definition: it returns the names with
// the smallest distance, and no name that is more than a third away.
func TestDistance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(longest int) string {
		b := make([]byte, r.IntN(longest+1))
		for i := range b {
			b[i] = "abc"[r.IntN(3)]
		}
		return string(b)
	}
	found := 0
	for range 1000 {
		typed, known := word(7), make([]string, 8)
		least := len(typed) / 3
		for i := range known {
			known[i] = word(7)
			least = min(least, distance(typed, known[i]))
		}
		var prefixed, want []int
		for i, name := range known {
			if len(typed) >= 3 && strings.HasPrefix(name, typed) {
				prefixed = append(prefixed, i)
			}
			if typed != "" && distance(typed, name) == least {
				want = append(want, i)
			}
		}
		if prefixed != nil {
			want = prefixed
		}
		if got := nearest.Indexes(typed, known); !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", typed, known, got, want)
		}
		found += len(want)
	}
	if found < 200 {
		t.Errorf("only %d names were near", found)
	}
}
