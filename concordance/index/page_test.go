package index_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/concordance"
	"mashal/concordance/index"
	"mashal/corpus/lexicon"
	"mashal/hebrew"
)

// TestOrders holds each order to what it is an order of, and pages to the
// whole.
func TestOrders(t *testing.T) {
	c := mixed(t, 9)
	letters := func(h index.Hit) []string {
		return strings.Fields(strings.ReplaceAll(hebrew.Letters(h.Figure.Hebrew), " ... ", " "))
	}
	orders := map[index.Order]func(a, b index.Hit) int{
		index.ByBook:       func(a, b index.Hit) int { return cmp.Compare(a.Book, b.Book) },
		index.ByConfidence: func(a, b index.Hit) int { return cmp.Compare(b.Figure.Confidence, a.Figure.Confidence) },
		index.ByHebrew: func(a, b index.Hit) int {
			if a.Figure.Words == "" || b.Figure.Words == "" {
				return cmp.Compare(min(1, len(b.Figure.Words)), min(1, len(a.Figure.Words)))
			}
			return slices.Compare(letters(a), letters(b))
		},
		index.ByVehicle: func(a, b index.Hit) int {
			return compareVehicles(index.Occurrence{Figures: []index.Figure{*a.Figure}}, index.Occurrence{Figures: []index.Figure{*b.Figure}})
		},
		index.ByDate: func(a, b index.Hit) int {
			return cmp.Compare(slices.Index(index.Periods, index.PeriodOf(a.Ref)), slices.Index(index.Periods, index.PeriodOf(b.Ref)))
		},
		index.ByCanon: func(_, _ index.Hit) int { return 0 },
	}
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		m := match(t, s, index.Filter{Annotators: annotators})
		for _, order := range index.Orders {
			whole, err := m.Figures(t.Context(), index.Page{Order: order, Limit: 10_000})
			if err != nil || len(whole.Hits) != m.Total() {
				t.Fatalf("%s: %d figures of %d: %v", order, len(whole.Hits), m.Total(), err)
			}
			if !slices.IsSortedFunc(whole.Hits, func(a, b index.Hit) int {
				return cmp.Or(orders[order](a, b), a.Ref.Compare(b.Ref), cmp.Compare(a.Figure.ID, b.Figure.ID))
			}) {
				t.Errorf("figures are not in the order %s", order)
			}
			var paged []index.Hit
			for offset := 0; offset <= m.Total(); offset += 17 {
				page, err := m.Figures(t.Context(), index.Page{Order: order, Limit: 17, Offset: offset})
				if err != nil || page.Total != m.Total() {
					t.Fatal(page, err)
				}
				paged = append(paged, page.Hits...)
			}
			if got, want := inJSON(paged), inJSON(whole.Hits); got != want {
				t.Errorf("pages by %s differ from the whole", order)
			}
		}
		for _, bad := range []index.Page{{Limit: -1}, {Offset: -1}, {Order: "age"}, {Order: "left"}} {
			var wrong *mashal.FieldError
			if _, err := m.Figures(t.Context(), bad); !errors.As(err, &wrong) {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		if _, err := m.Verses(t.Context(), index.Page{Order: index.ByVehicle}); err == nil {
			t.Error("verses are ordered by vehicle")
		}
		none, err := m.Figures(t.Context(), index.Page{Offset: 1 << 40, Limit: 1 << 40})
		if err != nil || len(none.Hits) != 0 || none.Total != m.Total() {
			t.Error(none, err)
		}
	})
}

// TestWordsForOneFilter looks words up in a reader of everything and in one for
// the filter alone.
func TestWordsForOneFilter(t *testing.T) {
	c := searched(t)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for _, q := range []query{
			{Hebrew: "גיא"},
			{Hebrew: `"גיא צלמות"`},
			{Hebrew: `"גיא צלמות"`, Exact: true},
			{Hebrew: `"שבטך ינחמני"`, InFigure: true},
			{Hebrew: `ינחמני שבטך`, InFigure: true},
			{Hebrew: `"לא־אירא רע" שבטך`},
			{English: "valleys"},
			{English: "valleys", Exact: true},
			{English: `"shadow of death"`, InFigure: true},
			{English: "rods", InFigure: true},
			{English: "of", Hebrew: "את"},
			{English: "the"},
			{English: "fire", Hebrew: "אש", InFigure: true},
			{Lemma: "7462"},
			{Lemma: "צלמות"},
			{Lemma: "430", English: "of"},
		} {
			var want []int64
			for _, h := range search(t, c, q).Hits {
				want = append(want, h.Figure.ID)
			}
			if got := all(t, match(t, s, q.filter())); !slices.Equal(got, append([]int64{}, want...)) {
				t.Errorf("%+v: %v, want %v", q, got, want)
			}
		}
	})
}

// TestMatchAgreesWithRows looks for words in all rows, one by one.
func TestMatchAgreesWithRows(t *testing.T) {
	c := searched(t)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for _, q := range []query{
			{Hebrew: "גיא"},
			{Hebrew: "גיא צלמות"},
			{Hebrew: "ינחמני שבטך", InFigure: true},
			{Hebrew: "בגיא", Exact: true},
			{English: "valley", Exact: true},
			{English: "of", Hebrew: "את", Exact: true},
			{English: "the", Exact: true},
			{English: "fire", Hebrew: "אש", Exact: true, InFigure: true},
		} {
			got := all(t, match(t, s, q.filter()))
			if want := rowsWithWords(t, c, q); !slices.Equal(got, want) {
				t.Errorf("%+v: %v, want %v", q, got, want)
			}
		}
	})
}

// rowsWithWords returns the current figures whose verse, or whose own words,
// have all words of a query.
func rowsWithWords(t *testing.T, c *concordance.Concordance, q query) []int64 {
	t.Helper()
	of := "v"
	if q.InFigure {
		of = "f"
	}
	rows, err := c.Read().QueryContext(t.Context(), `SELECT f.id, `+of+`.hebrew_forms, `+of+`.english || ' ' || COALESCE(`+of+`.english_traditional, '') FROM figure f
		JOIN verse v ON v.id = f.verse JOIN reading r ON r.id = f.reading WHERE r.current ORDER BY v.id, f.id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	ids := []int64{}
	for rows.Next() {
		var id int64
		var forms, english string
		if err := rows.Scan(&id, &forms, &english); err != nil {
			t.Fatal(err)
		}
		found := true
		for _, wanted := range strings.Fields(q.Hebrew) {
			found = found && slices.ContainsFunc(strings.Fields(forms), func(word string) bool {
				all := strings.Split(word, "/")
				return all[0] == wanted || !q.Exact && slices.Contains(all, wanted)
			})
		}
		for _, wanted := range strings.Fields(q.English) {
			found = found && slices.Contains(lexicon.EnglishWords(english), wanted)
		}
		if found {
			ids = append(ids, id)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestMatchText(t *testing.T) {
	c := searched(t)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for typed, want := range map[string]string{
			"leads":             "Ps.23.1!3-4", // in the explanation
			"leading FEEDS":     "Ps.23.1!3-4", // inflected
			`"leads and feeds"`: "Ps.23.1!3-4",
			`"feeds and leads"`: "",
			`"leads and fee*"`:  "Ps.23.1!3-4", // the beginning of the last word
			"lead* fee*":        "Ps.23.1!3-4",
			"psalmist":          "Ps.23.1!3-4", // the speaker
			"herd":              "Ps.23.1!3-4", // a tag, herding
			"her":               "",            // a part of a tag
			"shep*":             "Ps.23.1!3-4", // the beginning of a tag
			"shepherds":         "Ps.23.1!3-4", // a tag
			"genitive shadow":   "Ps.23.4!4-5", // subtype and English
			"צַלְמָ֡וֶת":        "Ps.23.4!4-5",
			"nobody wrote":      "Ps.23.4!u",
			"nobody* OR rod":    "",
		} {
			var got []string
			m := match(t, s, index.Filter{Text: typed, Selection: selection(t, "Psalms")})
			page, err := m.Figures(t.Context(), index.Page{Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range page.Hits {
				got = append(got, h.Figure.Citation)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, want %s", typed, got, want)
			}
		}
	})
}

// TestLemmaFacet counts lemmas of figures, and holds the filter to the text.
func TestLemmaFacet(t *testing.T) {
	c := mixed(t, 11)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		facets := match(t, s, index.Filter{}).Facets(15)
		i := slices.IndexFunc(facets, func(f index.Facet) bool { return f.Name == index.FacetLemma })
		if len(facets[i].Values) != 15 || facets[i].Distinct < 30 {
			t.Fatalf("%+v", facets[i])
		}
		for _, v := range facets[i].Values {
			m := match(t, s, index.Filter{Lemma: v.Value})
			if strings.ContainsAny(v.Value, " +") && m.Total() != v.Count || m.Total() < v.Count {
				t.Errorf("%s is in %d figures, not %d", v.Value, v.Count, m.Total())
			}
			page, err := m.Figures(t.Context(), index.Page{Limit: 1000})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range page.Hits {
				ranges, _ := mashal.ParseRanges(h.Figure.Words)
				first, _ := textLexicon().Verse(h.Ref.Ordinal())
				found := false
				for _, r := range ranges {
					for w := r.First; w <= r.Last; w++ {
						l := textLexicon().Lemma(textLexicon().LemmaOf(first + w - 1))
						found = found || l.Strong == v.Value || strings.HasPrefix(l.Strong, v.Value)
					}
				}
				if !found {
					t.Errorf("%s does not have %s", h.Figure.Citation, v.Value)
				}
			}
		}
	})
}

// TestChapterGolden has Psalm 23 as two readings left it, a figure of it, and
// verses by their outcomes.
func TestChapterGolden(t *testing.T) {
	c := fresh(t)
	put(t, c, judged(), reading(12, psalm23, rules, some))
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		both, err := s.Chapter(t.Context(), psalm23, false, 12, 7)
		if err != nil {
			t.Fatal(err)
		}
		current, err := s.Chapter(t.Context(), psalm23, true, 7)
		if err != nil || len(current.Shown) != 1 || current.Shown[0].ID != 7 || len(current.Available) != 2 {
			t.Fatalf("%+v, %v", current, err)
		}
		unread, err := s.Chapter(t.Context(), obadiah, false)
		if err != nil || len(unread.Verses) != 21 || len(unread.Verses[20].States) != 0 {
			t.Fatalf("%+v, %v", unread, err)
		}
		detail, err := s.Figure(t.Context(), "Ps.23.1!3-4", 0, false)
		if err != nil {
			t.Fatal(err)
		}
		verses, err := match(t, s, index.Filter{Selection: selection(t, "Psalms 23"), Outcomes: []mashal.Outcome{
			mashal.NoneFound, mashal.HasFailed, mashal.WasNotRun,
		}}).Verses(t.Context(), index.Page{Limit: 10, Traditional: true})
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.MarshalIndent(map[string]any{"both": both, "current": current, "detail": detail, "verses": verses}, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "chapter.golden", string(got)+"\n")

		for _, bad := range []struct {
			citation string
			reading  int64
		}{{"Ps.23.1!9", 0}, {"Ps.23.1!3-4", 12}, {"Ps.23.1", 0}, {"Ps.23.7!1", 0}, {"X.1.1!1", 0}, {"", 0}, {"Ps.23.1!' OR 1", 0}} {
			var wrong *mashal.FieldError
			if _, err := s.Figure(t.Context(), bad.citation, bad.reading, false); !errors.As(err, &wrong) || wrong.Field != "citation" {
				t.Errorf("%+v: %v", bad, err)
			}
		}
		for _, id := range []int64{1, -1} {
			var wrong *mashal.FieldError
			if _, err := s.Chapter(t.Context(), psalm23, false, id); !errors.As(err, &wrong) || wrong.Field != "readings" {
				t.Errorf("reading %d: %v", id, err)
			}
		}
		if _, err := s.Chapter(t.Context(), mashal.Chapter{Book: 27, Number: 151}, false); err == nil {
			t.Error("there is no Psalm 151")
		}
	})
}

func TestSuggest(t *testing.T) {
	c := searched(t)
	view(t, openReader(t, dbPath(t, c)), func(s *index.Snapshot) {
		for _, test := range []struct {
			typed, want string
			kinds       []index.Kind
		}{
			{"psa", "book Ps; english psalm; speaker the psalmist; english psalmist", nil},
			{"ps", "book Ps", []index.Kind{index.KindBook}},
			{"kin", "book 1Kgs; book 2Kgs", []index.Kind{index.KindBook}},
			{"שמ", "book Exod; book 1Sam; book 2Sam", []index.Kind{index.KindBook}},
			{"a shep", "vehicle shepherd", []index.Kind{index.KindVehicle}},
			{"Shep", "vehicle shepherd", []index.Kind{index.KindVehicle}},
			{"psalm", "speaker the psalmist", []index.Kind{index.KindSpeaker}},
			{"gen", "subtype genitive", []index.Kind{index.KindSubtype}},
			{"work", "domain work", []index.Kind{index.KindCategory, index.KindDomain}},
			{"7462", "lemma 7462 b; lemma 7462 c; lemma 7462 a; lemma 7462 d", nil},
			{"צַלְמ", "lemma 6757; hebrew צלמות; lemma 6754; hebrew צלמנע", nil},
			{"zzz", "", nil},
			{"", "", nil},
			{"%", "", nil},
			{"\x00", "", nil},
			{"\xff", "", nil},
			{strings.Repeat("a", 10_000), "", nil},
		} {
			var got []string
			for _, g := range s.Suggest(test.typed, 4, test.kinds...) {
				got = append(got, string(g.Kind)+" "+g.Value)
				if g.Count < 1 || g.Label == "" {
					t.Errorf("%q: %+v", test.typed, g)
				}
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("%.20q: %s, want %s", test.typed, strings.Join(got, "; "), test.want)
			}
		}
		if got := s.Suggest("a", 0); len(got) != 0 {
			t.Error(got)
		}
	})
}
