package index_test

import (
	"testing"

	"mashal"
	"mashal/concordance/index"
)

// TestStandings checks that figures which do not count are left out unless the filter
// names their standing, that they keep their subtype, and that the facet counts them.
func TestStandings(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(1, obadiah, rules, func(v *mashal.Verse) []mashal.JudgedFigure {
		found := some(v)
		for i := range found {
			found[i].Subtype = "synecdoche"
			switch {
			case v.Verse < 5:
				found[i].Standing = mashal.Conventional
			case v.Verse < 9:
				found[i].Standing = mashal.Suggestion
			}
		}
		return found
	}))
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		all := match(t, s, index.Filter{Standings: mashal.Standings})
		counts := map[string]int{}
		for _, standing := range mashal.Standings {
			m := match(t, s, index.Filter{Standings: []mashal.Standing{standing}, Subtypes: []string{"synecdoche"}})
			counts[standing.String()] = m.Total()
			err := m.Each(t.Context(), index.Page{}, func(h *index.Hit) error {
				if h.Figure.Standing != standing || h.Figure.Subtype != "synecdoche" {
					t.Errorf("%s: found %s, %s", standing, h.Figure.Standing, h.Figure.Subtype)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		rest := match(t, s, index.Filter{})
		if counts["conventional"] == 0 || counts["suggestion"] == 0 || rest.Total() == 0 || rest.Total() != counts["claimed"] ||
			counts["claimed"]+counts["conventional"]+counts["suggestion"] != all.Total() {
			t.Errorf("%v figures; %d of %d without a condition", counts, rest.Total(), all.Total())
		}
		for _, facet := range rest.Facets(10) {
			if facet.Name != index.FacetStanding {
				continue
			}
			for _, v := range facet.Values {
				if v.Count != counts[v.Value] || v.Selected {
					t.Errorf("the facet counts %+v, not %d", v, counts[v.Value])
				}
			}
			if len(facet.Values) != len(counts) {
				t.Errorf("the facet has %+v", facet.Values)
			}
		}
	})
}
