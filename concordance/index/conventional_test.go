package index_test

import (
	"testing"

	"mashal"
	"mashal/concordance/index"
)

// TestConventional checks that conventional figures are left out unless the filter
// includes them or names their subtype, and that the facet of subtypes counts them.
func TestConventional(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(1, obadiah, rules, func(v *mashal.Verse) []mashal.JudgedFigure {
		found := some(v)
		if v.Verse < 5 {
			for i := range found {
				found[i].Subtype = mashal.Conventional
			}
		}
		return found
	}))
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		all := match(t, s, index.Filter{Conventional: true})
		conventional := match(t, s, index.Filter{Subtypes: []string{mashal.Conventional}})
		rest := match(t, s, index.Filter{})
		if conventional.Total() == 0 || rest.Total() == 0 || conventional.Total()+rest.Total() != all.Total() {
			t.Errorf("%d figures are conventional, %d are not, of %d", conventional.Total(), rest.Total(), all.Total())
		}
		for _, facet := range rest.Facets(10) {
			if facet.Name == index.FacetSubtype && (len(facet.Values) != 1 || facet.Values[0].Count != conventional.Total()) {
				t.Errorf("the facet of subtypes is %+v", facet)
			}
		}
	})
}
