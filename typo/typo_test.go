package typo_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mashal/typo"
)

func TestNearest(t *testing.T) {
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
		if got := typo.Nearest(test.typed, known); got != test.want {
			t.Errorf("%q: %q, want %q", test.typed, got, test.want)
		}
	}
	if got := typo.Nearest("anything", nil); got != "" {
		t.Errorf("of nothing known: %q", got)
	}
}

func TestAllNearest(t *testing.T) {
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
		if got := typo.AllNearest(test.typed, known); !slices.Equal(got, test.want) {
			t.Errorf("%q: %v, want %v", test.typed, got, test.want)
		}
	}
}

// distance is the definition, letter by letter.
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

// TestDistance compares it with its definition, at every limit: whoever stops
// early must not stop too early.
func TestDistance(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		b := make([]byte, r.IntN(7))
		for i := range b {
			b[i] = "abc"[r.IntN(3)]
		}
		return string(b)
	}
	for range 2000 {
		a, b := word(), word()
		want := distance(a, b)
		for limit := range 8 {
			if got := typo.Distance([]rune(a), []rune(b), limit); got != min(want, limit) {
				t.Fatalf("%q to %q below %d: %d, want %d", a, b, limit, got, min(want, limit))
			}
		}
	}
}
