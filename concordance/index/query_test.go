package index_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"mashal"
	"mashal/concordance/index"
)

// TestQuerySilence checks what conditions on figures find in the readings of each kind of
// annotator: of an unmarked word only a reader says that it is in no figure.
func TestQuerySilence(t *testing.T) {
	for _, by := range []mashal.Annotator{rules, model, person} {
		c := fresh(t)
		r := reading(1, psalm23, by, nil)
		r.Verses[0].Figures = cite(mashal.Ref{Chapter: psalm23, Verse: 1}, []mashal.JudgedFigure{{Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Metaphor}, Span: mashal.ExactSpan(mashal.WordRange{First: 3, Last: 4}), Vehicle: mashal.Tag{Specific: "a shepherd"}, Confidence: .9,
		}}})
		r.Verses[5].State = mashal.NotRun
		put(t, c, r)
		view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
			for query, want := range map[string]map[int][]int{ // words by verse, of a reader
				`[figure="metaphor"]`:               {1: {3, 4}},
				`[vehicle="shepherd"]`:              {1: {3, 4}},
				`[vehicle="shepherds?"]`:            {1: {3, 4}},
				`[vehicle="lion"]`:                  {1: {}},
				`[figure="simile"]`:                 {1: {}},
				`[figure!="simile"]`:                {1: {1, 2, 3, 4, 5, 6}, 6: {}},
				`[figure!="metaphor"]`:              {1: {1, 2, 5, 6}, 6: {}},
				`[!figure="metaphor"]`:              {1: {1, 2, 5, 6}, 6: {}},
				`[vehicle!="lion"]`:                 {1: {1, 2, 3, 4, 5, 6}},
				`[target!="God"]`:                   {1: {1, 2, 5, 6}}, // the target of the figure is not named
				`[figure=".*"] [figure!=".*"]{1,2}`: {1: {4, 5, 6}},
			} {
				m := match(t, s, index.Filter{Query: query})
				for verse, words := range want {
					if by.Kind.Matcher() {
						words = slices.DeleteFunc(slices.Clone(words), func(w int) bool { return w != 3 && w != 4 })
						if query == `[figure!="metaphor"]` || query == `[!figure="metaphor"]` || query == `[target!="God"]` || query == `[figure=".*"] [figure!=".*"]{1,2}` {
							words = nil
						}
					}
					if got := m.MarkHebrew(mashal.Ref{Chapter: psalm23, Verse: verse}); !slices.Equal(got, words) {
						t.Errorf("%s of %s finds the words %v of verse %d, not %v", query, by.Name, got, verse, words)
					}
				}
			}
		})
	}
}

// TestQueryFilter checks which figures a query finds, together with other conditions and in the
// reader of one filter.
func TestQueryFilter(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(1, psalm23, rules, some), reading(2, psalm23, model, some), reading(3, obadiah, rules, some), judged())
	path := dbPath(t, c)
	for _, f := range []struct {
		name string
		a, b index.Filter // the same figures
	}{
		{"lemma", index.Filter{Query: `[lemma="H3068"]`}, index.Filter{Lemma: "H3068"}},
		{"and selection", index.Filter{Query: `[lemma="H3068"]`, Selection: selection(t, "Obadiah")}, index.Filter{Lemma: "H3068", Selection: selection(t, "Obadiah")}},
		{"and type", index.Filter{Query: `[lemma="H3068"]`, Types: []mashal.Type{mashal.Metaphor}}, index.Filter{Lemma: "H3068", Types: []mashal.Type{mashal.Metaphor}}},
		{"and annotator", index.Filter{Query: `[lemma="H3068"]`, Annotators: []string{"rules"}}, index.Filter{Lemma: "H3068", Annotators: []string{"rules"}}},
		{"in figure", index.Filter{Query: `"יהוה" "רעי"`, InFigure: true}, index.Filter{Hebrew: `"יהוה רעי"`, InFigure: true, Exact: true}},
		{"longer than a figure", index.Filter{Query: `[word="מזמור"] []* "רעי"`, InFigure: true}, index.Filter{Hebrew: `"מזמור לדוד יהוה רעי"`, InFigure: true}},
		{"shortest", index.Filter{Query: `"יהוה" []*`, InFigure: true}, index.Filter{Hebrew: `יהוה`, InFigure: true, Exact: true}},
	} {
		view(t, openReader(t, path), func(s *index.Snapshot) {
			a, b := match(t, s, f.a), match(t, s, f.b)
			if a.Total() != b.Total() || a.VerseTotal() != b.VerseTotal() {
				t.Errorf("%s: %d figures in %d verses, not %d in %d", f.name, a.Total(), a.VerseTotal(), b.Total(), b.VerseTotal())
			}
			total := a.Total()
			f.a.Annotators = append(f.a.Annotators, index.Mixture)
			r, err := index.OpenReaderFor(t.Context(), path, textLexicon(), f.a)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.View(t.Context(), func(s *index.Snapshot) error {
				m, err := s.Match(t.Context(), f.a)
				if err == nil && len(f.a.Annotators) == 1 && m.Total() != total {
					t.Errorf("%s: %d figures with the reader of the filter, not %d", f.name, m.Total(), total)
				}
				return err
			}); err != nil {
				t.Error(err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	view(t, openReader(t, path), func(s *index.Snapshot) {
		for _, query := range []string{`[lemma=`, `[pos="nuon"]`, `[]{99}`} {
			_, err := s.Match(t.Context(), index.Filter{Query: query})
			if e, ok := errors.AsType[*mashal.FieldError](err); !ok || e.Field != "query" || e.Place == nil {
				t.Errorf("%s: %v", query, err)
			}
		}
		none := match(t, s, index.Filter{Query: `[lemma="H3068"]`, Vehicle: index.TagFilter{Any: "unicorn"}})
		offers, err := none.Offers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(offers, func(o index.Offer) bool { return slices.Equal(o.Removed, []string{"vehicle"}) && o.Figures > 0 }) {
			t.Errorf("offers %+v", offers)
		}
		a, b := index.Filter{Query: "[]"}, index.Filter{}
		if a.Key() == b.Key() {
			t.Error("filters with and without a query have the same key")
		}
	})
}

// A counting context counts how often it is asked whether it has ended. A query asks it at least once
// in a thousand verses.
type counting struct {
	context.Context
	asked atomic.Int64
}

func (c *counting) Err() error {
	c.asked.Add(1)
	return c.Context.Err()
}

// TestOffersReuseQueries checks that offers search the text for a query at most twice more if it has a
// condition on figures, and never if it has none.
func TestOffersReuseQueries(t *testing.T) {
	search := int64(mashal.Verses / 1000)
	view(t, openReader(t, dbPath(t, searched(t))), func(s *index.Snapshot) {
		for _, test := range []struct {
			query    string
			searches int64
		}{{"([]|[])*", 1}, {`([]|[figure!="simile"])*`, 3}} {
			f := index.Filter{
				Query: test.query, Vehicle: index.TagFilter{Any: "zzzq"}, Target: index.TagFilter{Any: "zzzq"}, Speaker: "zzzq",
				Genres: []mashal.Genre{mashal.Genres[0]}, Periods: []index.Period{index.Periods[0]}, Standings: []mashal.Standing{mashal.Claimed},
				Selection: selection(t, "Psalms"),
			}
			ctx := &counting{Context: t.Context()}
			none, err := s.Match(ctx, f)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := none.Offers(ctx); err != nil {
				t.Fatal(err)
			}
			if n := ctx.asked.Load(); n < search || n >= (test.searches+1)*search {
				t.Errorf("%s: the context was asked %d times; a search asks it %d times", test.query, n, search)
			}
		}
	})
}
