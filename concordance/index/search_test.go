package index_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/reference"
)

// searched has Psalm 23 by a model, Obadiah and Ezekiel 1 by rules, and
// Obadiah by a person too.
func searched(t testing.TB) *concordance.Concordance {
	t.Helper()
	c := fresh(t)
	put(t, c, judged(), reading(8, obadiah, rules, some), reading(9, ezekiel1, rules, some), reading(10, obadiah, person, nil))
	return c
}

// A query is what `mashal search` asks.
type query struct {
	Hebrew, English                  string
	Exact, InFigure                  bool
	Selection                        mashal.Selection
	Types                            []mashal.Type
	Target, Vehicle, Ground, Posture string
	Lemma                            string
	Annotator                        string
	MinConfidence                    float64

	Verses      bool
	Traditional bool
	Limit       int // 0 for all
	Offset      int
}

func (q query) filter() index.Filter {
	f := index.Filter{
		Hebrew: q.Hebrew, English: q.English, Exact: q.Exact, InFigure: q.InFigure, Selection: q.Selection, Types: q.Types,
		Target: index.TagFilter{Any: q.Target}, Vehicle: index.TagFilter{Any: q.Vehicle},
		Ground: index.TagFilter{Any: q.Ground}, Posture: index.TagFilter{Any: q.Posture},
		Lemma: q.Lemma, MinConfidence: q.MinConfidence,
	}
	f.Annotators = []string{index.Mixture}
	if q.Annotator != "" {
		f.Annotators = []string{q.Annotator}
	}
	return f
}

// ask asks a reader.
func (q query) ask(ctx context.Context, r *index.Reader) (hits *index.Hits, err error) {
	err = r.View(ctx, func(s *index.Snapshot) error {
		m, err := s.Match(ctx, q.filter())
		if err != nil {
			return err
		}
		find := m.Figures
		if q.Verses {
			find = m.FiguresAndVerses
		}
		hits, err = find(ctx, index.Page{Limit: cmp.Or(q.Limit, math.MaxInt), Offset: q.Offset, Traditional: q.Traditional})
		return err
	})
	return hits, err
}

// search asks twice: a reader of everything, and as the command does, a reader for
// this filter alone. The answers must be equal.
func search(t testing.TB, c *concordance.Concordance, q query) *index.Hits {
	t.Helper()
	hits, err := q.ask(t.Context(), openReader(t, dbPath(t, c)))
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	r, err := index.OpenReaderFor(t.Context(), dbPath(t, c), textLexicon(), q.filter())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	again, err := q.ask(t.Context(), r)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	if diff := gocmp.Diff(hits, again, cmpopts.EquateComparable(mashal.Ref{})); diff != "" {
		t.Errorf("%+v: for this filter alone (-everything +alone):\n%s", q, diff)
	}
	return hits
}

// found is the citations of figures and the references of verses without.
func found(hits *index.Hits) string {
	var list []string
	for _, h := range hits.Hits {
		if h.Figure != nil {
			list = append(list, h.Figure.Citation)
		} else {
			list = append(list, h.Ref.OSIS()+" "+string(h.State))
		}
	}
	return strings.Join(list, "; ")
}

func TestSearchWords(t *testing.T) {
	c := searched(t)
	const valley = "Ps.23.4!4-5; Ps.23.4!12,15; Ps.23.4!u"
	for _, test := range []struct {
		name string
		q    query
		want string
	}{
		{"a word of letters", query{Hebrew: "צלמות"}, valley},
		{"a pointed and accented word", query{Hebrew: "צַלְמָ֡וֶת"}, valley},
		{"a word without its prefix", query{Hebrew: "גיא"}, valley},
		{"a word with its prefix", query{Hebrew: "בגיא"}, valley},
		{"a word with another prefix", query{Hebrew: "הגיא"}, ""},
		{"no prefix may be left out", query{Hebrew: "גיא", Exact: true}, ""},
		{"the word as it stands", query{Hebrew: "בגיא", Exact: true}, valley},
		{"a part of a word", query{Hebrew: "למות"}, ""},
		{"two words in any order", query{Hebrew: "צלמות שבטך"}, valley},
		{"words with a maqqef between them", query{Hebrew: "כי־אתה"}, valley},
		{"two words of which one is not there", query{Hebrew: "צלמות ארץ"}, ""},
		{"a phrase", query{Hebrew: `"גיא צלמות"`}, valley},
		{"a phrase with a maqqef", query{Hebrew: `"לא־אירא רע"`}, valley},
		{"a phrase in the other order", query{Hebrew: `"צלמות גיא"`}, ""},
		{"a phrase exactly", query{Hebrew: `"גיא צלמות"`, Exact: true}, ""},
		{"a phrase and a word", query{Hebrew: `שבטך "גיא צלמות"`}, valley},
		{"a phrase that is not closed", query{Hebrew: `"גיא צלמות`}, valley},
		{"other quotation marks", query{Hebrew: `„גיא צלמות“`}, valley},

		{"an English word", query{English: "valley"}, valley},
		{"an English plural", query{English: "VALLEYS"}, valley},
		{"an English plural exactly", query{English: "valleys", Exact: true}, ""},
		{"an English word exactly", query{English: "Valley", Exact: true}, valley},
		{"an English phrase", query{English: `"shadow of death"`}, valley},
		{"an English phrase in the other order", query{English: `"death of shadow"`}, ""},
		{"an English phrase exactly", query{English: `"shadows of death"`, Exact: true}, ""},
		{"both languages", query{English: "death", Hebrew: "צלמות"}, valley},
		{"both languages, one not there", query{English: "life", Hebrew: "צלמות"}, ""},
		{"an apostrophe", query{English: "Yahweh’s house"}, ""}, // verse 6 has not been read

		{"in the figure", query{Hebrew: "גיא", InFigure: true}, "Ps.23.4!4-5"},
		{"in the figure, in English", query{English: "rods", InFigure: true}, "Ps.23.4!12,15"},
		{"a phrase across two parts of a figure", query{Hebrew: `"שבטך ינחמני"`, InFigure: true}, ""},
		{"two words in two parts of a figure", query{Hebrew: `ינחמני שבטך`, InFigure: true}, "Ps.23.4!12,15"},
	} {
		t.Run(test.name, func(t *testing.T) {
			hits := search(t, c, test.q)
			if got := found(hits); got != test.want || hits.Total != len(hits.Hits) {
				t.Errorf("found %d: %s", hits.Total, got)
			}
		})
	}
}

func selection(t testing.TB, args ...string) mashal.Selection {
	t.Helper()
	s, err := reference.ParseSelection(args)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSearchConditions(t *testing.T) {
	c := searched(t)
	const psalm = "Ps.23.1!3-4; Ps.23.4!4-5; Ps.23.4!12,15; Ps.23.4!u"
	for _, test := range []struct {
		name string
		q    query
		want string
	}{
		{"a selection", query{Selection: selection(t, "Psalms 23")}, psalm},
		{"a verse", query{Selection: selection(t, "Psalms 23:1", "Obadiah 2")}, "Ps.23.1!3-4"},
		{"an empty selection", query{Selection: mashal.Selection{}}, ""},
		{"several passages", query{Selection: selection(t, "Ezekiel 1:1", "Psalms 23:4")}, "Ezek.1.1!1-2; Ps.23.4!4-5; Ps.23.4!12,15; Ps.23.4!u"},
		{"a type", query{Types: []mashal.Type{mashal.Metaphor}, Selection: selection(t, "Psalms")}, "Ps.23.1!3-4; Ps.23.4!4-5"},
		{"a type by verdict", query{Types: []mashal.Type{mashal.Personification}, Selection: selection(t, "Psalms")}, "Ps.23.1!3-4"},
		{"a type without by verdict", query{Types: []mashal.Type{mashal.Idiom, mashal.Metonymy}, Selection: selection(t, "Psalms")}, ""},
		{"a vehicle", query{Vehicle: "SHEPHERDS"}, "Ps.23.1!3-4"},
		{"a part of a vehicle", query{Vehicle: "shep"}, ""},
		{"the beginning of a vehicle", query{Vehicle: "SHEP*"}, "Ps.23.1!3-4"},
		{"a domain", query{Vehicle: "work", Target: "deity", Ground: "care"}, "Ps.23.1!3-4"},
		{"the wrong side", query{Target: "shepherd"}, ""},
		{"no wildcards", query{Vehicle: "%"}, ""},
		{"no wildcards either", query{Vehicle: "she_herd"}, ""},
		{"a confidence", query{MinConfidence: .9}, "Ps.23.1!3-4; Ps.23.4!4-5"},
		{"an annotator", query{Annotator: "rules", Selection: selection(t, "Obadiah 1:1-6")}, "Obad.1.1!1-2; Obad.1.3!1-2,5; Obad.1.5!1-2"},
		{"an annotator who found nothing", query{Annotator: "Miriam"}, ""},
		{
			"verses too",
			query{Selection: selection(t, "Psalms 23:3-6"), Types: []mashal.Type{mashal.Metaphor}, Verses: true},
			"Ps.23.3 done; Ps.23.4!4-5; Ps.23.5 failed; Ps.23.6 not run",
		},
		{"verses too, with words", query{Hebrew: "מים", English: "pastures", Verses: true}, ""},
		{"verses too, with a word", query{English: "still", Verses: true, Selection: selection(t, "Psalms")}, "Ps.23.2 done"},
		{"verses too, in figures", query{English: "rod", Verses: true, InFigure: true, Selection: selection(t, "Psalms")}, "Ps.23.4!12,15"},
		{"a lemma by number", query{Lemma: "6757"}, "Ps.23.4!4-5"},
		{"a lemma by a form", query{Lemma: "רֹעֵה", Selection: selection(t, "Psalms")}, "Ps.23.1!3-4"},
		{"a lemma, verses too", query{Lemma: "7462 b", Verses: true, Types: []mashal.Type{mashal.Simile}, Selection: selection(t, "Psalms")}, "Ps.23.1 done"},
		{"verses an annotator has not read", query{English: "still", Annotator: "rules", Verses: true, Selection: selection(t, "Psalms")}, "Ps.23.2 not run"},
	} {
		t.Run(test.name, func(t *testing.T) {
			hits := search(t, c, test.q)
			if got := found(hits); got != test.want || hits.Total != len(hits.Hits) {
				t.Errorf("found %d: %s", hits.Total, got)
			}
		})
	}
}

func TestSearchAll(t *testing.T) {
	c := searched(t)
	all := search(t, c, query{})
	if got := table(t, c, `SELECT count(*) AS n FROM figurative_language`); got != "n=18\n\n" || all.Total != 18 || len(all.Hits) != 18 {
		t.Errorf("%d hits of %d; in the view %s", len(all.Hits), all.Total, got)
	}
	if !slices.IsSortedFunc(all.Hits, func(a, b index.Hit) int { return a.Ref.Compare(b.Ref) }) {
		t.Error("not in the order of the canon:", found(all))
	}
	var paged []string
	for offset := 0; offset < 20; offset += 5 {
		page := search(t, c, query{Limit: 5, Offset: offset})
		if page.Total != 18 {
			t.Errorf("at %d the total is %d", offset, page.Total)
		}
		if len(page.Hits) > 0 {
			paged = append(paged, found(page))
		}
	}
	if got := strings.Join(paged, "; "); got != found(all) {
		t.Errorf("in pages: %s", got)
	}
}

func TestSearchHit(t *testing.T) {
	c := searched(t)
	hits := search(t, c, query{Selection: selection(t, "Psalms 23:1")})
	got, err := json.MarshalIndent(hits, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "hit.golden", string(got)+"\n")
	hits = search(t, c, query{Selection: selection(t, "Psalms 23:1"), Traditional: true})
	if got := hits.Hits[0].Hebrew.Figure[0].Text; got != "ה׳ רֹ֝עִ֗י" {
		t.Error(got)
	}
	if got := hits.Hits[0].English; got.Figure[0].Text != "The LORD is my shepherd" || got.Before != "A Psalm by David. " {
		t.Errorf("%+v", got)
	}
}

// TestSearchLines holds the places of figures in their verses to the
// quotations of them.
func TestSearchLines(t *testing.T) {
	c := fresh(t)
	put(t, c, reading(3000, psalm23, rules, some))
	id := int64(0)
	for b := mashal.Book(16); b <= 20; b++ { // Joel to Micah
		for n := 1; n <= b.Chapters(); n++ {
			id++
			put(t, c, reading(id, mashal.Chapter{Book: b, Number: n}, rules, some))
			if n%3 == 0 {
				put(t, c, reading(id+1000, mashal.Chapter{Book: b, Number: n}, model, some))
			}
		}
	}
	for _, traditional := range []bool{false, true} {
		hits := search(t, c, query{Traditional: traditional}).Hits
		if len(hits) < 200 {
			t.Errorf("only %d figures", len(hits))
		}
		for _, h := range hits {
			for _, side := range []struct {
				line  index.Line
				quote string
			}{{h.Hebrew, h.Figure.Hebrew}, {h.English, h.Figure.English}} {
				var parts []string
				for _, p := range side.line.Figure {
					if p.In {
						parts = append(parts, p.Text)
					}
				}
				if got := strings.Join(parts, " ... "); got != side.quote {
					t.Errorf("%s: %q is marked, not %q", h.Figure.Citation, got, side.quote)
				}
			}
			if traditional && (strings.Contains(h.Hebrew.String(), "יְהוָ") || strings.Contains(h.English.String(), "Yahweh")) {
				t.Errorf("%s has a divine name: %s %s", h.Figure.Citation, h.Hebrew, h.English)
			}
		}
	}
}

func TestSearchRefuses(t *testing.T) {
	r := openReader(t, dbPath(t, searched(t)))
	for want, q := range map[string]query{
		`no type "pun"`:                   {Types: []mashal.Type{"pun"}},
		"not a confidence":                {MinConfidence: 1.5},
		"not a number of rows":            {Limit: -1},
		"to leave out":                    {Offset: -1},
		"a search in figures needs words": {InFigure: true},
		"no word in":                      {English: "%*\""},
		"no reading by":                   {Annotator: "nobody"},
		"too many to search":              {English: strings.Repeat("word ", 101)},
		`there is no word in "*`:          {Hebrew: "*"},
		"Strong's number 99999":           {Lemma: "99999"},
		"contains no search words":        {Vehicle: ";"},
	} {
		_, err := q.ask(t.Context(), r)
		var e *mashal.Error
		if !errors.As(err, &e) || e.Code != mashal.Usage || e.Hint == "" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

// FuzzSearch looks for text that is more than words: whatever is typed finds
// figures or is refused as a mistake of whoever typed it.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{
		"", "rock", `"still waters"`, "rock*", "rock OR 1", "english:rock", "{hebrew_forms}: x", "NEAR(a b, 3)", `"""`, `a" OR "b`, "^rock", "-rock", "a + b",
		"'; DROP TABLE verse; --", "%", "_", "\x00", "a\x00b", "\xff", "תהל\"ים", "שָׁלוֹם", "א־ב", "/", "a/b", "(", "AND", "NOT", "\u202e", "¹²³", "ⅷ", "٣",
	} {
		f.Add(s, s, s, true)
	}
	r := openReader(f, dbPath(f, searched(f)))
	f.Fuzz(func(t *testing.T, hebrew, english, tag string, exact bool) {
		for _, q := range []query{
			{Hebrew: hebrew, English: english, Vehicle: tag, Exact: exact, Verses: true},
			{Hebrew: hebrew, Exact: exact, InFigure: hebrew != ""},
		} {
			hits, err := q.ask(t.Context(), r)
			var e *mashal.Error
			if err != nil && (!errors.As(err, &e) || e.Code != mashal.Usage) {
				t.Fatalf("%+v: %v", q, err)
			}
			if err == nil && hits.Total != len(hits.Hits) {
				t.Fatalf("%+v: %d hits of %d", q, len(hits.Hits), hits.Total)
			}
		}
	})
}

// TestOffersNarrow checks that all figures are never offered, also not for words that are
// to be found only as written.
func TestOffersNarrow(t *testing.T) {
	view(t, openReader(t, dbPath(t, searched(t))), func(s *index.Snapshot) {
		all := match(t, s, index.Filter{Annotators: []string{index.Mixture}}).Total()
		for _, f := range []index.Filter{{English: "as the dwe", Exact: true}, {English: "dwe", Exact: true, InFigure: true}, {English: "dwe", Detected: true}} {
			f.Annotators = []string{index.Mixture}
			offers, err := match(t, s, f).Offers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(offers, func(o index.Offer) bool { return o.Figures == all }) {
				t.Errorf("%+v: all %d figures are offered: %+v", f, all, offers)
			}
		}
	})
}

// TestOffersSelection checks that a selection typed as words is offered as one.
func TestOffersSelection(t *testing.T) {
	view(t, openReader(t, dbPath(t, searched(t))), func(s *index.Snapshot) {
		for _, f := range []index.Filter{{English: "Psalm 23"}, {English: `"Psalm 23"`}, {Hebrew: "תהלים כג"}} {
			offers, err := match(t, s, f).Offers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(offers, func(o index.Offer) bool { return o.Field == "in" && o.Value == "Psalms 23" && o.Figures > 0 }) {
				t.Errorf("%+v: in=Psalms 23 is not among %+v", f, offers)
			}
		}
	})
}

// TestOffersKeepWhatWasTyped checks that a spelling is offered with the rest of what was typed:
// phrases in quotation marks and the other alternatives.
func TestOffersKeepWhatWasTyped(t *testing.T) {
	view(t, openReader(t, dbPath(t, searched(t))), func(s *index.Snapshot) {
		for _, test := range []struct {
			f           index.Filter
			field, want string
		}{
			{index.Filter{English: `rod "shadow of deeth"`}, "english", `"shadow of death" rod`},
			{index.Filter{English: `"shadow of deeth"`}, "english", `"shadow of death"`},
			{index.Filter{Vehicle: index.TagFilter{Any: "shepherdd; lyre ;"}}, "vehicle", "shepherd; lyre"},
			{index.Filter{Vehicle: index.TagFilter{Any: "lyre; shepherdd"}}, "vehicle", "lyre; shepherd"},
		} {
			test.f.Annotators = []string{index.Mixture}
			offers, err := match(t, s, test.f).Offers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(offers, func(o index.Offer) bool { return o.Field == test.field && o.Value == test.want }) {
				t.Errorf("%+v: %s=%s is not among %+v", test.f, test.field, test.want, offers)
			}
		}
	})
}
