package concordance_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"mashal"
	"mashal/concordance"
)

var textLexicon = sync.OnceValue(func() *concordance.Lexicon {
	l, err := concordance.NewLexicon(text())
	if err != nil {
		panic(err)
	}
	return l
})

func openReader(t testing.TB, path string) *concordance.Reader {
	t.Helper()
	r, err := concordance.OpenReader(t.Context(), path, textLexicon())
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
func view(t testing.TB, r *concordance.Reader, fn func(s *concordance.Snapshot)) {
	t.Helper()
	if err := r.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.View(t.Context(), func(s *concordance.Snapshot) error { fn(s); return nil }); err != nil {
		t.Fatal(err)
	}
}

func match(t testing.TB, s *concordance.Snapshot, f concordance.Filter) *concordance.Matches {
	t.Helper()
	m, err := s.Match(t.Context(), f)
	if err != nil {
		t.Fatalf("%+v: %v", f, err)
	}
	return m
}

// all is the ids of the figures that were found.
func all(t testing.TB, m *concordance.Matches) []int64 {
	t.Helper()
	ids := []int64{}
	err := m.Each(t.Context(), concordance.Page{}, func(h *concordance.Hit) error {
		ids = append(ids, h.Figure.ID)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// anyFilter is one that can be meant in the mixed concordance.
func anyFilter(r *rand.Rand) concordance.Filter {
	f := concordance.Filter{
		Annotators: maybe(r, annotators),
		Types:      maybe(r, mashal.Types),
		Detected:   r.IntN(2) == 0,
		Subtypes:   maybe(r, subtypes[1:]),
		Verdicts:   maybe(r, concordance.Statuses),
		Bands:      maybe(r, concordance.Bands),
		Groundings: maybe(r, []mashal.Grounding{mashal.Exact, mashal.Normalised, mashal.Aligned, mashal.Unanchored}),
		Speakers:   maybe(r, speakers[1:]),
		Outcomes:   maybe(r, concordance.Outcomes),
	}
	if r.IntN(4) == 0 {
		f.Genres, f.AlsoTypes = maybe(r, concordance.Genres), maybe(r, mashal.Types)
	}
	if r.IntN(4) == 0 {
		f.Periods = maybe(r, concordance.Periods)
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
	for _, t := range []*concordance.TagFilter{&f.Target, &f.Vehicle, &f.Ground, &f.Posture} {
		if r.IntN(3) > 0 {
			continue
		}
		t.Categories, t.Domains = maybe(r, categories[:5]), maybe(r, domains[:4])
		if r.IntN(4) == 0 {
			t.NotCategories, t.NotDomains, t.Unknown = maybe(r, categories[:5]), maybe(r, domains[:4]), maybe(r, concordance.Levels)
		}
		if r.IntN(10) == 0 {
			t.Any = pick(r, []string{"thing 1", "BODY; war", "%", "a_b;", "nature"})
		}
	}
	if r.IntN(8) == 0 {
		f.Speaker = "PRO; god"
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
		view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
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
		view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
			for range 40 {
				f := anyFilter(r)
				for _, facet := range match(t, s, f).Facets(1000) {
					if facet.Name == concordance.FacetLemma {
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
func with(t testing.TB, f *concordance.Filter, facet concordance.FacetName, value string) {
	t.Helper()
	one := []string{value}
	switch facet {
	case concordance.FacetSection, concordance.FacetBook:
		f.Selection = selection(t, value)
	case concordance.FacetGenre:
		f.Genres = []concordance.Genre{concordance.Genre(value)}
	case concordance.FacetPeriod:
		f.Periods = []concordance.Period{concordance.Period(value)}
	case concordance.FacetType:
		f.Types = []mashal.Type{mashal.Type(value)}
	case concordance.FacetSubtype:
		f.Subtypes = one
	case concordance.FacetStatus:
		f.Verdicts = []concordance.Status{concordance.Status(value)}
	case concordance.FacetAnnotator:
		f.Annotators = one
	case concordance.FacetConfidence:
		f.Bands = one
	case concordance.FacetGrounding:
		f.Groundings = []mashal.Grounding{mashal.Grounding(value)}
	case concordance.FacetSpeaker:
		f.Speakers = one
	default:
		side, level, _ := strings.Cut(string(facet), "-")
		tag := map[string]*concordance.TagFilter{"target": &f.Target, "vehicle": &f.Vehicle, "ground": &f.Ground, "posture": &f.Posture}[side]
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
	view(t, openReader(t, dbPath(t, c)), func(s *concordance.Snapshot) {
		for _, test := range []struct {
			f                     concordance.Filter
			field, value, nearest string
		}{
			{concordance.Filter{Types: []mashal.Type{"metafor"}}, "types", "metafor", "metaphor"},
			{concordance.Filter{Verdicts: []concordance.Status{"vald"}}, "verdicts", "vald", "valid"},
			{concordance.Filter{Groundings: []mashal.Grounding{"exactly"}}, "groundings", "exactly", "exact"},
			{concordance.Filter{Outcomes: []concordance.Outcome{"fail"}}, "outcomes", "fail", "failed"},
			{concordance.Filter{Bands: []string{"0.09"}}, "bands", "0.09", "0.9"},
			{concordance.Filter{Annotators: []string{"sim:larg"}}, "annotators", "sim:larg", "sim:large"},
			{concordance.Filter{Run: "run 3"}, "run", "run 3", "run 2"},
			{concordance.Filter{Readings: []int64{1, 99}}, "readings", "99", ""},
			{concordance.Filter{Subtypes: []string{"merismus"}}, "subtypes", "merismus", "merism"},
			{concordance.Filter{Speakers: []string{"the prophets"}}, "speakers", "the prophets", "the prophet"},
			{concordance.Filter{Vehicle: concordance.TagFilter{Categories: []string{"anmal"}}}, "vehicle", "anmal", "animal"},
			{concordance.Filter{Target: concordance.TagFilter{Domains: []string{"animal"}}}, "target", "animal", ""},
			{concordance.Filter{Ground: concordance.TagFilter{Any: " ; "}}, "ground", " ; ", ""},
			{concordance.Filter{Genres: []concordance.Genre{"poetri"}}, "genres", "poetri", "poetry"},
			{concordance.Filter{AlsoTypes: []mashal.Type{"smile"}}, "types", "smile", "simile"},
			{concordance.Filter{Ground: concordance.TagFilter{NotDomains: []string{"warr"}}}, "ground", "warr", "war"},
			{concordance.Filter{Ground: concordance.TagFilter{Unknown: []concordance.Level{"domian"}}}, "ground", "domian", "domain"},
			{concordance.Filter{Speaker: "\xff"}, "speaker", "\xff", ""},
			{concordance.Filter{MinConfidence: 1.5}, "confidence", "1.5", ""},
			{concordance.Filter{MinConfidence: .5, MaxConfidence: .25}, "confidence", "0.5-0.25", ""},
			{concordance.Filter{InFigure: true}, "in figure", "", ""},
			{concordance.Filter{Hebrew: "**"}, "hebrew", "**", ""},
			{concordance.Filter{English: "%"}, "english", "%", ""},
			{concordance.Filter{Text: "-"}, "text", "-", ""},
			{concordance.Filter{Lemma: "99999"}, "lemma", "99999", ""},
			{concordance.Filter{Lemma: "rock"}, "lemma", "rock", ""},
			{concordance.Filter{Lemma: "ישראלל"}, "lemma", "ישראלל", "ישראל"},
			{concordance.Filter{Selection: mashal.Selection{{Chapter: psalm23, First: 1, Last: 9}}}, "selection", "Psalms 23:1-9", ""},
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
	a := concordance.Filter{Types: []mashal.Type{mashal.Simile, mashal.Idiom}, Subtypes: []string{"a", "b"}}
	b := concordance.Filter{Types: []mashal.Type{mashal.Idiom, mashal.Simile, mashal.Idiom}, Subtypes: []string{"b", "a"}}
	if a.Key() != b.Key() {
		t.Errorf("%s is not %s", a.Key(), b.Key())
	}
	if one := (concordance.Filter{MaxConfidence: 1}); one.Key() != (&concordance.Filter{}).Key() {
		t.Error(one.Key())
	}
	seen := map[string]concordance.Filter{}
	for _, f := range []concordance.Filter{
		{},
		{Selection: mashal.Selection{}},
		{Selection: selection(t, "Obadiah")},
		{Annotators: []string{"a", "b"}},
		{Annotators: []string{`a" "b`}},
		{Run: "a"},
		{Readings: []int64{1}},
		{Genres: []concordance.Genre{"law"}},
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
		{Target: concordance.TagFilter{Any: "a"}},
		{Vehicle: concordance.TagFilter{Any: "a"}},
		{Vehicle: concordance.TagFilter{Categories: []string{"a"}}},
		{Vehicle: concordance.TagFilter{Domains: []string{"a"}}},
		{Vehicle: concordance.TagFilter{NotCategories: []string{"a"}}},
		{Vehicle: concordance.TagFilter{NotDomains: []string{"a"}}},
		{Vehicle: concordance.TagFilter{Unknown: []concordance.Level{"domain"}}},
		{MinConfidence: .5},
		{MaxConfidence: .5},
		{Bands: []string{"0.5"}},
		{Groundings: []mashal.Grounding{"exact"}},
		{Verdicts: []concordance.Status{"valid"}},
		{Outcomes: []concordance.Outcome{"failed"}},
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
		view(t, reader, func(s *concordance.Snapshot) {
			for _, f := range []concordance.Filter{
				{Hebrew: words, English: words, InFigure: inFigure},
				{Text: words, Lemma: lemma, Outcomes: concordance.Outcomes},
				{Vehicle: concordance.TagFilter{Any: tag}, Speaker: tag, Purpose: tag},
				{Ground: concordance.TagFilter{Categories: []string{exact}}, Subtypes: []string{exact}, Annotators: []string{exact}, Run: exact},
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
