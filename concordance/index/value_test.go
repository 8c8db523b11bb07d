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

// TestNamesOfGodInTags checks that tags with any name of God are found by any, in phrases too,
// and that what is found is marked.
func TestNamesOfGodInTags(t *testing.T) {
	names := []string{"Jehovah", "Yahweh", "YHWH"}
	c := fresh(t)
	put(t, c, reading(1, psalm23, model, func(v *mashal.Verse) []mashal.JudgedFigure {
		tag := mashal.Tag{Specific: names[v.Verse%3] + " the shepherd"}
		return []mashal.JudgedFigure{{Figure: mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 1}), Vehicle: tag}}}
	}))
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for typed, want := range map[string]int{
			"jehovah": 6, "Yahweh": 6, "YHWH": 6, `"jehovah the shepherd"`: 6, `"yhwh the shepherds"`: 6, "jehovah shepherd": 6,
			"jeho*": 2, `"jeho* the shepherd"`: 2, "yah*": 2,
		} {
			m := match(t, s, index.Filter{Vehicle: index.TagFilter{Any: typed}})
			if m.Total() != want {
				t.Errorf("%s: %d figures, not %d", typed, m.Total(), want)
			}
			marked := 0
			for _, name := range names {
				if len(m.MarkTag("vehicle", name+" the shepherd")) > 0 && (want == 2 || m.MarkTag("vehicle", name+" the shepherd")[0][0] == 0) {
					marked++
				}
			}
			if marked != want/2 {
				t.Errorf("%s: %d of the tags are marked", typed, marked)
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
