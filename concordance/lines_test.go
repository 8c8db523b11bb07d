package concordance_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"mashal"

	"mashal/concordance"
	"mashal/hebrew"
)

// TestGroupsDivideTheLines holds groups to the lines that they are of: each
// line is in one group of a grouping, the one that the text says, and a group
// chosen is the lines that it counts.
func TestGroupsDivideTheLines(t *testing.T) {
	r := openReader(t, dbPath(t, mixed(t, 7)))
	random := rand.New(rand.NewPCG(7, 7))
	view(t, r, func(s *concordance.Snapshot) {
		m := match(t, s, concordance.Filter{})
		for _, k := range []concordance.KWIC{
			{},
			{Key: concordance.KeyVehicle},
			{Key: concordance.KeyVehicle, Order: concordance.KWICByLeft},
			{Key: concordance.KeyLemma, Lemma: "3068", Literal: true},
			{Key: concordance.KeyLemma, Lemma: "3068"},
			{Key: concordance.KeyLemma, Lemma: "כי", Literal: true, Order: concordance.KWICByRight},
		} {
			lines, err := m.Lines(k)
			if err != nil {
				t.Fatal(err)
			}
			if lines.Total() < 2 {
				t.Fatalf("%+v has %d lines, too few to see anything", k, lines.Total())
			}
			page, err := lines.Page(t.Context(), lines.Total(), 0, false)
			if err != nil {
				t.Fatal(err)
			}
			for _, by := range concordance.Groupings {
				if by == concordance.GroupByLemma && k.Key != concordance.KeyLemma {
					continue
				}
				want := map[string][2]int{} // by name: figurative, literal
				for _, line := range page.Lines {
					name := groupOf(t, k.Key, by, &line)
					counts := want[name]
					counts[min(1, 1-min(1, len(line.Figures)))]++
					want[name] = counts
				}
				groups, distinct, err := lines.Groups(by, 1_000_000)
				if err != nil || distinct != len(want) || len(groups) != len(want) {
					t.Fatalf("%+v by %s: %d groups of %d, not %d (%v)", k, by, len(groups), distinct, len(want), err)
				}
				for _, g := range groups {
					if want[g.Name] != [2]int{g.Figurative, g.Literal} {
						t.Errorf("%+v by %s: %+v, not %v", k, by, g, want[g.Name])
					}
				}
				if g := pick(random, groups); g.Name != "" && by != concordance.GroupByLemma {
					narrowed := k
					*map[concordance.Grouping]*string{
						concordance.GroupByForm: &narrowed.Form, concordance.GroupByBefore: &narrowed.Before, concordance.GroupByAfter: &narrowed.After,
					}[by] = g.Name
					chosen, err := m.Lines(narrowed)
					if err != nil || chosen.Figurative() != g.Figurative || chosen.Literal() != g.Literal {
						t.Errorf("%+v: %d figurative and %d literal, not %+v (%v)", narrowed, chosen.Figurative(), chosen.Literal(), g, err)
					}
					part, err := chosen.Page(t.Context(), chosen.Total(), 0, false)
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
				n += d.Figurative + d.Literal
			}
			if n != lines.Total() {
				t.Errorf("%+v: %d lines lie along the canon, not %d", k, n, lines.Total())
			}
		}
	})
}

// groupOf is the name of a line's group, from the text.
func groupOf(t testing.TB, key concordance.KWICKey, by concordance.Grouping, line *concordance.Occurrence) string {
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
	case by == concordance.GroupByLemma:
		return line.Lemma.Strong
	case by == concordance.GroupByForm && key == concordance.KeyVehicle:
		return line.Figures[0].Vehicle.Specific
	case len(line.Words) == 0:
	case by == concordance.GroupByForm:
		for _, r := range line.Words {
			words = append(words, letters(r.First, r.Last)...)
		}
	case by == concordance.GroupByBefore:
		words = letters(line.Words[0].First-1, line.Words[0].First-1)
	default:
		words = letters(line.Words[len(line.Words)-1].Last+1, line.Words[len(line.Words)-1].Last+1)
	}
	return strings.Join(words, " ")
}

func TestLinesRefuse(t *testing.T) {
	c := fresh(t)
	put(t, c, judged())
	view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
		m := match(t, s, concordance.Filter{})
		for _, k := range []concordance.KWIC{
			{Key: "verse"},
			{Order: "up"},
			{Lemma: "7462"},
			{Literal: true},
			{Key: concordance.KeyLemma},
			{Key: concordance.KeyLemma, Lemma: "99999"},
			{Before: "־"},
			{Form: " . "},
			{After: "\u05b0"},
		} {
			if _, err := m.Lines(k); !isFilterError(err) {
				t.Errorf("%+v is not refused: %v", k, err)
			}
		}
		lines, err := m.Lines(concordance.KWIC{})
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []concordance.Grouping{"", "vehicle", concordance.GroupByLemma} {
			if _, _, err := lines.Groups(by, 5); !isFilterError(err) {
				t.Errorf("groups by %q are not refused: %v", by, err)
			}
		}
		if _, err := lines.Dispersion(40); !isFilterError(err) {
			t.Errorf("book 40 is not refused: %v", err)
		}
		if _, err := lines.Page(t.Context(), 1, -1, false); !isFilterError(err) {
			t.Errorf("an offset of -1 is not refused: %v", err)
		}
		if none, err := m.Lines(concordance.KWIC{Form: "nowhere"}); err != nil || none.Total() != 0 {
			t.Errorf("%v: there are lines that are nowhere", err)
		}
	})
}

func isFilterError(err error) bool {
	_, ok := errors.AsType[*mashal.FieldError](err)
	return ok
}
