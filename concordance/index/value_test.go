package index_test

import (
	"slices"
	"testing"

	"mashal"
	"mashal/concordance/index"
)

func TestTagValues(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(1, psalm23, model, func(v *mashal.Verse) []mashal.JudgedFigure {
		tag := mashal.Tag{Specific: "Shepherd's rod", Category: "tool", Domain: "herding"}
		if v.Verse > 2 {
			tag = mashal.Tag{Specific: "shepherd", Domain: "herding"}
		}
		return []mashal.JudgedFigure{{Figure: mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}), Vehicle: tag}}}
	}))
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for _, test := range []struct {
			side, part string
			limit      int
			want       []string
		}{
			{"vehicle", "herd", 10, []string{"herding", "shepherd", "Shepherd's rod"}},
			{"vehicle", " HERD ", 2, []string{"herding", "shepherd"}},
			{"vehicle", "tool", 10, []string{"tool"}},
			{"vehicle", "%", 10, []string{}},
			{"vehicle", "", 10, []string{}},
			{"target", "herd", 10, []string{}},
		} {
			if got := s.TagValues(test.side, test.part, test.limit); !slices.Equal(got, test.want) {
				t.Errorf("%s %q: %q, want %q", test.side, test.part, got, test.want)
			}
		}
	})
}

// TestCopyTo copies the file of a snapshot, and reads on in it.
func TestCopyTo(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(1, psalm23, model, nil))
	path := dbPath(t, c)
	view(t, openReader(t, path), func(s *index.Snapshot) {
		copied := path + ".copy"
		if err := s.CopyTo(t.Context(), copied); err != nil {
			t.Fatal(err)
		}
		if err := s.CopyTo(t.Context(), copied); err == nil {
			t.Error("a file that is there was written over")
		}
		view(t, openReader(t, copied), func(again *index.Snapshot) {
			if again.Version() != s.Version() {
				t.Errorf("the copy is version %s, not %s", again.Version(), s.Version())
			}
		})
		if _, err := s.Match(t.Context(), index.Filter{}); err != nil {
			t.Errorf("after the copy: %v", err)
		}
	})
}
