package index_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
)

var textLexicon = sync.OnceValue(func() *lexicon.Lexicon {
	l, err := lexicon.New(text())
	if err != nil {
		panic(err)
	}
	l.Build()
	return l
})

func openReader(t testing.TB, path string) *index.Reader {
	t.Helper()
	r, err := index.OpenReader(t.Context(), path, textLexicon())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// view looks at what a concordance has now.
func view(t testing.TB, r *index.Reader, fn func(s *index.Snapshot)) {
	t.Helper()
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.View(t.Context(), func(s *index.Snapshot) error { fn(s); return nil }); err != nil {
		t.Fatal(err)
	}
}

func match(t testing.TB, s *index.Snapshot, f index.Filter) *index.Matches {
	t.Helper()
	if len(f.Annotators)+len(f.Readings) == 0 && f.Run == "" {
		f.Annotators = []string{index.Mixture}
	}
	m, err := s.Match(t.Context(), f)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return m
}

// all is the ids of the figures that were found.
func all(t testing.TB, m *index.Matches) []int64 {
	t.Helper()
	ids := []int64{}
	err := m.Each(t.Context(), index.Page{}, func(h *index.Hit) error {
		ids = append(ids, h.Figure.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// anyFilter is one that can be meant in the mixed concordance.
func anyFilter(r *rand.Rand) index.Filter {
	f := index.Filter{
		Annotators: maybe(r, annotators),
		Types:      maybe(r, mashal.Types),
		Detected:   r.IntN(2) == 0,
		Subtypes:   maybe(r, subtypes[1:]),
		Verdicts:   maybe(r, index.Statuses),
		Bands:      maybe(r, index.Bands),
		Groundings: maybe(r, []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored}),
		Speakers:   maybe(r, speakers[1:]),
		Outcomes:   maybe(r, mashal.Outcomes),
	}
	if r.IntN(4) == 0 {
		f.Genres, f.AlsoTypes = maybe(r, mashal.Genres), maybe(r, mashal.Types)
	}
	if r.IntN(4) == 0 {
		f.Periods = maybe(r, index.Periods)
	}
	if r.IntN(4) == 0 {
		f.MinConfidence = float64(r.IntN(11)) / 20
		f.MaxConfidence = f.MinConfidence + .25
	}
	if r.IntN(4) == 0 {
		f.Selection = pick(r, []mashal.Selection{
			mashal.Select(mashal.Whole(psalm23)), mashal.Select(mashal.Passage{Chapter: ezekiel1, First: 3, Last: 9}, mashal.Whole(obadiah)), {},
		})
	}
	if r.IntN(6) == 0 {
		f.Run = pick(r, []string{"run 1", "run 2"})
	}
	if r.IntN(4) == 0 {
		f.Hebrew = pick(r, words)
		f.InFigure = r.IntN(2) == 0
		f.Exact = r.IntN(3) == 0
	}
	f.AnySide = r.IntN(2) == 0
	for _, t := range []*index.TagFilter{&f.Target, &f.Vehicle, &f.Ground, &f.Posture} {
		if r.IntN(3) > 0 {
			continue
		}
		t.Categories, t.Domains = maybe(r, categories[:5]), maybe(r, domains[:4])
		if r.IntN(4) == 0 {
			t.NotCategories, t.NotDomains, t.Unknown = maybe(r, categories[:5]), maybe(r, domains[:4]), maybe(r, index.Levels)
		}
		if r.IntN(10) == 0 {
			t.Any = pick(r, []string{"thing 1", "BODY; war", "%", "a_b;", "nature", "bod; societ", "things"})
		}
	}
	if r.IntN(8) == 0 {
		f.Speaker = "Prophets; god"
	}
	if r.IntN(8) == 0 {
		f.Purpose = "praise"
	}
	return f
}

// TestMatchAgreesWithSQL asks the same of the index and of the file.
func TestMatchAgreesWithSQL(t *testing.T) {
	found := 0
	for seed := range uint64(2) {
		c := mixed(t, seed)
		r := rand.New(rand.NewPCG(seed, 2))
		view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
			for range 300 {
				f := anyFilter(r)
				m := match(t, s, f)
				want := ask(&f).figures(t, c)
				if got := all(t, m); !slices.Equal(got, want) || m.Total() != len(want) {
					t.Fatalf("%+v\ngot  %d %v\nwant %d %v", f, m.Total(), got, len(want), want)
				}
				found += len(want)
				if page := m.VerseTotal(); page != len(versesBySQL(t, c, &f, want)) {
					t.Fatalf("%+v\n%d verses, want %d", f, page, len(versesBySQL(t, c, &f, want)))
				}
			}
		})
	}
	if found < 5_000 { // or most filters find nothing, and little is compared
		t.Errorf("the filters found only %d figures", found)
	}
}

// everyChapter is the text, decoded once.
var everyChapter = sync.OnceValue(func() []*mashal.ChapterText { return slices.Collect(text().Chapters()) })

func inJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

var ordinalOf = func() func(mashal.Ref) int64 {
	all := sync.OnceValue(func() map[mashal.Ref]int64 {
		m := map[mashal.Ref]int64{}
		for _, ch := range everyChapter() {
			for _, v := range ch.Verses {
				m[v.Ref] = int64(len(m)) + 1
			}
		}
		return m
	})
	return func(ref mashal.Ref) int64 { return all()[ref] }
}()

// TestFacetsAgreeWithSQL holds every count of a facet to what its filter finds.
func TestFacetsAgreeWithSQL(t *testing.T) {
	values := 0
	for seed := range uint64(2) {
		c := mixed(t, seed)
		r := rand.New(rand.NewPCG(seed, 3))
		view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
			for range 40 {
				f := anyFilter(r)
				for _, facet := range match(t, s, f).Facets(1000) {
					if facet.Name == index.FacetLemma {
						continue // TestLemmaFacet
					}
					counted := 0
					for _, v := range facet.Values {
						g := f
						with(t, &g, facet.Name, v.Value)
						if want := len(ask(&g).figures(t, c)); v.Count != want {
							t.Errorf("%+v\n%s %s: %d, want %d", f, facet.Name, v.Value, v.Count, want)
						}
						if v.Count > 0 {
							counted++
						}
						values++
					}
					if facet.Distinct != counted {
						t.Errorf("%s has %d values, says %d", facet.Name, counted, facet.Distinct)
					}
				}
			}
		})
	}
	if values < 1500 {
		t.Errorf("only %d values", values)
	}
}

// with gives a filter one value of a facet in place of its own.
func with(t testing.TB, f *index.Filter, facet index.FacetName, value string) {
	t.Helper()
	one := []string{value}
	switch facet {
	case index.FacetSection, index.FacetBook:
		f.Selection = selection(t, value)
	case index.FacetGenre:
		f.Genres = []mashal.Genre{mashal.Genre(value)}
	case index.FacetPeriod:
		f.Periods = []index.Period{index.Period(value)}
	case index.FacetType:
		f.Types = []mashal.Type{mashal.Type(value)}
	case index.FacetSubtype:
		f.Subtypes = one
	case index.FacetStanding:
		var standing mashal.Standing
		if err := standing.UnmarshalText([]byte(value)); err != nil {
			t.Fatal(err)
		}
		f.Standings = []mashal.Standing{standing}
	case index.FacetStatus:
		f.Verdicts = []index.Status{index.Status(value)}
	case index.FacetAnnotator:
		f.Annotators = one
	case index.FacetConfidence:
		f.Bands = one
	case index.FacetGrounding:
		f.Groundings = []mashal.Grounding{mashal.Grounding(value)}
	case index.FacetSpeaker:
		f.Speakers = one
	default:
		side, level, _ := strings.Cut(string(facet), "-")
		tag := map[string]*index.TagFilter{"target": &f.Target, "vehicle": &f.Vehicle, "ground": &f.Ground, "posture": &f.Posture}[side]
		if level == "category" {
			tag.Categories = one
		} else {
			tag.Domains = one
		}
	}
}

// TestMatchRefuses has what cannot be meant: nothing in a filter is ignored.
func TestMatchRefuses(t *testing.T) {
	c := mixed(t, 0)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for _, test := range []struct {
			f                     index.Filter
			field, value, nearest string
		}{
			{index.Filter{Types: []mashal.Type{"metafor"}}, "types", "metafor", "metaphor"},
			{index.Filter{Verdicts: []index.Status{"vald"}}, "verdicts", "vald", "valid"},
			{index.Filter{Groundings: []mashal.Grounding{"exactly"}}, "groundings", "exactly", "exact"},
			{index.Filter{Outcomes: []mashal.Outcome{"fail"}}, "outcomes", "fail", "failed"},
			{index.Filter{Bands: []string{"0.09"}}, "bands", "0.09", "0"},
			{index.Filter{Annotators: []string{"sim:larg"}}, "annotators", "sim:larg", "sim:large"},
			{index.Filter{Run: "run 3"}, "run", "run 3", "run 2"},
			{index.Filter{Readings: []int64{1, 99}}, "readings", "99", ""},
			{index.Filter{Subtypes: []string{"merismus"}}, "subtypes", "merismus", "merism"},
			{index.Filter{Speakers: []string{"the prophets"}}, "speakers", "the prophets", "the prophet"},
			{index.Filter{Vehicle: index.TagFilter{Categories: []string{"anmal"}}}, "vehicle", "anmal", "animal"},
			{index.Filter{Target: index.TagFilter{Domains: []string{"animal"}}}, "target", "animal", ""},
			{index.Filter{Ground: index.TagFilter{Any: " ; "}}, "ground", " ; ", ""},
			{index.Filter{Genres: []mashal.Genre{"poetri"}}, "genres", "poetri", "poetry"},
			{index.Filter{AlsoTypes: []mashal.Type{"smile"}}, "types", "smile", "simile"},
			{index.Filter{Ground: index.TagFilter{NotDomains: []string{"warr"}}}, "ground", "warr", "war"},
			{index.Filter{Ground: index.TagFilter{Unknown: []index.Level{"domian"}}}, "ground", "domian", "domain"},
			{index.Filter{Speaker: "\xff"}, "speaker", "\xff", ""},
			{index.Filter{MinConfidence: 1.5}, "confidence", "1.5", ""},
			{index.Filter{MinConfidence: .5, MaxConfidence: .25}, "confidence", "0.5-0.25", ""},
			{index.Filter{InFigure: true}, "in figure", "", ""},
			{index.Filter{Hebrew: "**"}, "hebrew", "**", ""},
			{index.Filter{English: "%"}, "english", "%", ""},
			{index.Filter{Text: "-"}, "text", "-", ""},
			{index.Filter{Text: `rod "lead* and feeds"`}, "text", `rod "lead* and feeds"`, ""},
			{index.Filter{Text: "lead*-feeds"}, "text", "lead*-feeds", ""},
			{index.Filter{Lemma: "99999"}, "lemma", "99999", ""},
			{index.Filter{Lemma: "rock"}, "lemma", "rock", ""},
			{index.Filter{Lemma: "ישראלל"}, "lemma", "ישראלל", "ישראל"},
			{index.Filter{Selection: mashal.Selection{{Chapter: psalm23, First: 1, Last: 9}}}, "selection", "Psalms 23:1-9", ""},
		} {
			_, err := s.Match(t.Context(), test.f)
			var wrong *mashal.FieldError
			var e *mashal.Error
			if !errors.As(err, &wrong) || !errors.As(err, &e) || e.Code != mashal.Usage || e.Hint == "" {
				t.Errorf("%+v: got %v", test.f, err)
				continue
			}
			if wrong.Field != test.field || wrong.Value != test.value || wrong.Nearest != test.nearest {
				t.Errorf("%+v: got %+v", test.f, wrong)
			}
		}
	})
}

// TestFilterKey has filters that want the same and filters that do not.
func TestFilterKey(t *testing.T) {
	a := index.Filter{Types: []mashal.Type{mashal.Simile, mashal.Idiom}, Subtypes: []string{"a", "b"}}
	b := index.Filter{Types: []mashal.Type{mashal.Idiom, mashal.Simile, mashal.Idiom}, Subtypes: []string{"b", "a"}}
	if a.Key() != b.Key() {
		t.Errorf("%s is not %s", a.Key(), b.Key())
	}
	if one := (index.Filter{MaxConfidence: 1}); one.Key() != (&index.Filter{}).Key() {
		t.Error(one.Key())
	}
	seen := map[string]index.Filter{}
	for _, f := range []index.Filter{
		{},
		{Selection: mashal.Selection{}},
		{Selection: selection(t, "Obadiah")},
		{Annotators: []string{"a", "b"}},
		{Annotators: []string{`a" "b`}},
		{Run: "a"},
		{Readings: []int64{1}},
		{Genres: []mashal.Genre{"law"}},
		{Types: []mashal.Type{"simile"}},
		{AlsoTypes: []mashal.Type{"simile"}},
		{Subtypes: []string{"simile"}},
		{Detected: true},
		{Exact: true},
		{InFigure: true},
		{AnySide: true},
		{Hebrew: "a"},
		{English: "a"},
		{Lemma: "a"},
		{Text: "a"},
		{Speaker: "a"},
		{Speakers: []string{"a"}},
		{Purpose: "a"},
		{Target: index.TagFilter{Any: "a"}},
		{Vehicle: index.TagFilter{Any: "a"}},
		{Vehicle: index.TagFilter{Categories: []string{"a"}}},
		{Vehicle: index.TagFilter{Domains: []string{"a"}}},
		{Vehicle: index.TagFilter{NotCategories: []string{"a"}}},
		{Vehicle: index.TagFilter{NotDomains: []string{"a"}}},
		{Vehicle: index.TagFilter{Unknown: []index.Level{"domain"}}},
		{MinConfidence: .5},
		{MaxConfidence: .5},
		{Bands: []string{"0.5"}},
		{Groundings: []mashal.Grounding{"exact"}},
		{Verdicts: []index.Status{"valid"}},
		{Outcomes: []mashal.Outcome{"failed"}},
	} {
		if other, ok := seen[f.Key()]; ok {
			t.Errorf("%+v and %+v have the key %s", f, other, f.Key())
		}
		seen[f.Key()] = f
	}
}

// FuzzMatch looks for anything that can be typed: it finds figures, or is
// refused as a mistake of whoever typed it.
func FuzzMatch(f *testing.F) {
	for _, s := range []string{
		"", "rock", `"still waters"`, "rock*", "NEAR(a b, 3)", `"""`, `a" OR "b`, "'; DROP TABLE verse; --", "%", "a;b", ";", "\x00", "a\x00b", "\xff",
		"תהל\"ים", "שָׁלוֹם", "א־ב", "\u202e", "¹²³", "٣", "H7462", "animal", "İ",
	} {
		f.Add(s, s, s, s, true)
	}
	c := mixed(f, 1)
	reader := openReader(f, dbPath(f, c))
	f.Fuzz(func(t *testing.T, words, tag, exact, lemma string, inFigure bool) {
		view(t, reader, func(s *index.Snapshot) {
			for _, f := range []index.Filter{
				{Hebrew: words, English: words, InFigure: inFigure},
				{Text: words, Lemma: lemma, Outcomes: mashal.Outcomes},
				{Vehicle: index.TagFilter{Any: tag}, Speaker: tag, Purpose: tag},
				{Ground: index.TagFilter{Categories: []string{exact}}, Subtypes: []string{exact}, Annotators: []string{exact}, Run: exact},
			} {
				m, err := s.Match(t.Context(), f)
				if err != nil {
					var wrong *mashal.FieldError
					var e *mashal.Error
					if !errors.As(err, &wrong) || !errors.As(err, &e) || e.Code != mashal.Usage || e.Hint == "" || len(err.Error()) > 1000 {
						t.Fatalf("%+v: %v", f, err)
					}
					continue
				}
				if got := len(all(t, m)); got != m.Total() {
					t.Fatalf("%+v: %d figures of %d", f, got, m.Total())
				}
				m.Facets(3)
				s.Suggest(tag, 5)
			}
		})
	})
}
