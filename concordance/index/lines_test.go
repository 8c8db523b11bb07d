package index_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"mashal"

	"mashal/concordance/index"
	"mashal/hebrew"
)

// TestGroupsDivideTheLines holds groups to the lines that they are of: each
// line is in one group of a grouping, the one that the text says, and a group
// chosen is the lines that it counts.
func TestGroupsDivideTheLines(t *testing.T) {
	r := openReader(t, dbPath(t, mixed(t, 7)))
	random := rand.New(rand.NewPCG(7, 7))
	view(t, r, func(s *index.Snapshot) {
		m := match(t, s, index.Filter{})
		for _, k := range []index.KWIC{
			{},
			{Key: index.KeyVehicle},
			{Key: index.KeyVehicle, Order: index.KWICByLeft},
			{Key: index.KeyLemma, Lemma: "3068", Outside: true},
			{Key: index.KeyLemma, Lemma: "3068"},
			{Key: index.KeyLemma, Lemma: "כי", Outside: true, Order: index.KWICByRight},
		} {
			lines, err := m.Lines(k)
			if err != nil {
				t.Fatal(err)
			}
			if lines.Total() < 2 {
				t.Fatalf("%+v has %d lines, too few to see anything", k, lines.Total())
			}
			page, err := lines.Page(t.Context(), index.Page{Limit: lines.Total()})
			if err != nil {
				t.Fatal(err)
			}
			for _, by := range index.Groupings {
				if by == index.GroupByLemma && k.Key != index.KeyLemma {
					continue
				}
				want := map[string]index.UseCount{} // by name
				for _, line := range page.Lines {
					name := groupOf(t, k.Key, by, &line)
					counts := want[name]
					switch line.Use {
					case mashal.Figurative:
						counts.Figurative++
					case mashal.Literal:
						counts.Literal++
					default:
						counts.NotMarked++
					}
					want[name] = counts
				}
				groups, distinct, err := lines.Groups(by, 1_000_000)
				if err != nil || distinct != len(want) || len(groups) != len(want) {
					t.Fatalf("%+v by %s: %d groups of %d, not %d (%v)", k, by, len(groups), distinct, len(want), err)
				}
				for _, g := range groups {
					if want[g.Name] != g.UseCount {
						t.Errorf("%+v by %s: %+v, not %v", k, by, g, want[g.Name])
					}
				}
				if g := pick(random, groups); g.Name != "" && by != index.GroupByLemma {
					narrowed := k
					*map[index.Grouping]*string{
						index.GroupByForm: &narrowed.Form, index.GroupByBefore: &narrowed.Before, index.GroupByAfter: &narrowed.After,
					}[by] = g.Name
					chosen, err := m.Lines(narrowed)
					if err != nil || chosen.Count() != g.UseCount {
						t.Errorf("%+v: %+v, not %+v (%v)", narrowed, chosen.Count(), g, err)
					}
					part, err := chosen.Page(t.Context(), index.Page{Limit: chosen.Total()})
					if err != nil || len(part.Lines) != g.Lines() {
						t.Errorf("%+v: a page of %d lines, not %d (%v)", narrowed, len(part.Lines), g.Lines(), err)
					}
					for _, line := range part.Lines {
						if name := groupOf(t, k.Key, by, &line); !strings.EqualFold(name, g.Name) {
							t.Errorf("%+v has a line of %q", narrowed, name)
						}
					}
				}
			}
			along, err := lines.Dispersion(0)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, d := range along {
				n += d.Lines()
			}
			if n != lines.Total() {
				t.Errorf("%+v: %d lines lie along the canon, not %d", k, n, lines.Total())
			}
		}
	})
}

// groupOf is the name of a line's group, from the text.
func groupOf(t testing.TB, key index.KWICKey, by index.Grouping, line *index.Occurrence) string {
	t.Helper()
	verse, err := text().Verse(line.Ref)
	if err != nil {
		t.Fatal(err)
	}
	letters := func(first, last int) (words []string) {
		for n := max(first, 1); n <= min(last, len(verse.Words)); n++ {
			words = append(words, hebrew.Letters(verse.Words[n-1].Text))
		}
		return words
	}
	var words []string
	switch {
	case by == index.GroupByLemma:
		return line.Lemma.Strong
	case by == index.GroupByForm && key == index.KeyVehicle:
		return line.Figures[0].Vehicle.Specific
	case len(line.Words) == 0:
	case by == index.GroupByForm:
		for _, r := range line.Words {
			words = append(words, letters(r.First, r.Last)...)
		}
	case by == index.GroupByBefore:
		words = letters(line.Words[0].First-1, line.Words[0].First-1)
	default:
		words = letters(line.Words[len(line.Words)-1].Last+1, line.Words[len(line.Words)-1].Last+1)
	}
	return strings.Join(words, " ")
}

func TestLinesRefuse(t *testing.T) {
	c := fresh(t)
	put(t, c, judged())
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		m := match(t, s, index.Filter{})
		for _, k := range []index.KWIC{
			{Key: "verse"},
			{Order: "up"},
			{Lemma: "7462"},
			{Outside: true},
			{Key: index.KeyLemma},
			{Key: index.KeyLemma, Lemma: "99999"},
			{Before: "־"},
			{Form: " . "},
			{After: "\u05b0"},
		} {
			if _, err := m.Lines(k); !isFilterError(err) {
				t.Errorf("%+v is not refused: %v", k, err)
			}
		}
		lines, err := m.Lines(index.KWIC{})
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []index.Grouping{"", "vehicle", index.GroupByLemma} {
			if _, _, err := lines.Groups(by, 5); !isFilterError(err) {
				t.Errorf("groups by %q are not refused: %v", by, err)
			}
		}
		if _, err := lines.Dispersion(40); !isFilterError(err) {
			t.Errorf("book 40 is not refused: %v", err)
		}
		if _, err := lines.Page(t.Context(), index.Page{Limit: 1, Offset: -1}); !isFilterError(err) {
			t.Errorf("an offset of -1 is not refused: %v", err)
		}
		if none, err := m.Lines(index.KWIC{Form: "nowhere"}); err != nil || none.Total() != 0 {
			t.Errorf("%v: there are lines that are nowhere", err)
		}
	})
}

func isFilterError(err error) bool {
	_, ok := errors.AsType[*mashal.FieldError](err)
	return ok
}
