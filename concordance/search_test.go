package concordance_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

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

func search(t testing.TB, c *concordance.Concordance, q index.Query) *index.Hits {
	t.Helper()
	hits, err := index.Search(t.Context(), c, q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
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
		q    index.Query
		want string
	}{
		{"a word of letters", index.Query{Hebrew: "צלמות"}, valley},
		{"a pointed and accented word", index.Query{Hebrew: "צַלְמָ֡וֶת"}, valley},
		{"a word without its prefix", index.Query{Hebrew: "גיא"}, valley},
		{"a word with its prefix", index.Query{Hebrew: "בגיא"}, valley},
		{"a word with another prefix", index.Query{Hebrew: "הגיא"}, ""},
		{"no prefix may be left out", index.Query{Hebrew: "גיא", Exact: true}, ""},
		{"the word as it stands", index.Query{Hebrew: "בגיא", Exact: true}, valley},
		{"a part of a word", index.Query{Hebrew: "למות"}, ""},
		{"two words in any order", index.Query{Hebrew: "צלמות שבטך"}, valley},
		{"words with a maqqef between them", index.Query{Hebrew: "כי־אתה"}, valley},
		{"two words of which one is not there", index.Query{Hebrew: "צלמות ארץ"}, ""},
		{"a phrase", index.Query{Hebrew: `"גיא צלמות"`}, valley},
		{"a phrase with a maqqef", index.Query{Hebrew: `"לא־אירא רע"`}, valley},
		{"a phrase in the other order", index.Query{Hebrew: `"צלמות גיא"`}, ""},
		{"a phrase exactly", index.Query{Hebrew: `"גיא צלמות"`, Exact: true}, ""},
		{"a phrase and a word", index.Query{Hebrew: `שבטך "גיא צלמות"`}, valley},
		{"a phrase that is not closed", index.Query{Hebrew: `"גיא צלמות`}, valley},
		{"other quotation marks", index.Query{Hebrew: `„גיא צלמות“`}, valley},

		{"an English word", index.Query{English: "valley"}, valley},
		{"an English plural", index.Query{English: "VALLEYS"}, valley},
		{"an English plural exactly", index.Query{English: "valleys", Exact: true}, ""},
		{"an English word exactly", index.Query{English: "Valley", Exact: true}, valley},
		{"an English phrase", index.Query{English: `"shadow of death"`}, valley},
		{"an English phrase in the other order", index.Query{English: `"death of shadow"`}, ""},
		{"an English phrase exactly", index.Query{English: `"shadows of death"`, Exact: true}, ""},
		{"both languages", index.Query{English: "death", Hebrew: "צלמות"}, valley},
		{"both languages, one not there", index.Query{English: "life", Hebrew: "צלמות"}, ""},
		{"an apostrophe", index.Query{English: "Yahweh’s house"}, ""}, // verse 6 has not been read

		{"in the figure", index.Query{Hebrew: "גיא", InFigure: true}, "Ps.23.4!4-5"},
		{"in the figure, in English", index.Query{English: "rods", InFigure: true}, "Ps.23.4!12,15"},
		{"a phrase across two parts of a figure", index.Query{Hebrew: `"שבטך ינחמני"`, InFigure: true}, ""},
		{"two words in two parts of a figure", index.Query{Hebrew: `ינחמני שבטך`, InFigure: true}, "Ps.23.4!12,15"},
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
		q    index.Query
		want string
	}{
		{"a selection", index.Query{Selection: selection(t, "Psalms 23")}, psalm},
		{"a verse", index.Query{Selection: selection(t, "Psalms 23:1", "Obadiah 2")}, "Ps.23.1!3-4"},
		{"an empty selection", index.Query{Selection: mashal.Selection{}}, ""},
		{"several passages", index.Query{Selection: selection(t, "Ezekiel 1:1", "Psalms 23:4")}, "Ezek.1.1!1-2; Ps.23.4!4-5; Ps.23.4!12,15; Ps.23.4!u"},
		{"a type", index.Query{Types: []mashal.Type{mashal.Metaphor}, Selection: selection(t, "Psalms")}, "Ps.23.1!3-4; Ps.23.4!4-5"},
		{"a type by verdict", index.Query{Types: []mashal.Type{mashal.Personification}, Selection: selection(t, "Psalms")}, "Ps.23.1!3-4"},
		{"a type without by verdict", index.Query{Types: []mashal.Type{mashal.Idiom, mashal.Metonymy}, Selection: selection(t, "Psalms")}, ""},
		{"a vehicle", index.Query{Vehicle: "SHEP"}, "Ps.23.1!3-4"},
		{"a domain", index.Query{Vehicle: "work", Target: "deity", Ground: "care"}, "Ps.23.1!3-4"},
		{"the wrong side", index.Query{Target: "shepherd"}, ""},
		{"no wildcards", index.Query{Vehicle: "%"}, ""},
		{"no wildcards either", index.Query{Vehicle: "she_herd"}, ""},
		{"a confidence", index.Query{MinConfidence: .9}, "Ps.23.1!3-4; Ps.23.4!4-5"},
		{"an annotator", index.Query{Annotator: "rules", Selection: selection(t, "Obadiah 1:1-6")}, "Obad.1.1!1-2; Obad.1.3!1-2,5; Obad.1.5!1-2"},
		{"an annotator who found nothing", index.Query{Annotator: "Miriam"}, ""},
		{
			"verses too",
			index.Query{Selection: selection(t, "Psalms 23:3-6"), Types: []mashal.Type{mashal.Metaphor}, Verses: true},
			"Ps.23.3 done; Ps.23.4!4-5; Ps.23.5 failed; Ps.23.6 not run",
		},
		{"verses too, with words", index.Query{Hebrew: "מים", English: "pastures", Verses: true}, ""},
		{"verses too, with a word", index.Query{English: "still", Verses: true, Selection: selection(t, "Psalms")}, "Ps.23.2 done"},
		{"verses too, in figures", index.Query{English: "rod", Verses: true, InFigure: true, Selection: selection(t, "Psalms")}, "Ps.23.4!12,15"},
		{"a lemma by number", index.Query{Lemma: "6757", Lexicon: textLexicon()}, "Ps.23.4!4-5"},
		{"a lemma by a form", index.Query{Lemma: "רֹעֵה", Lexicon: textLexicon(), Selection: selection(t, "Psalms")}, "Ps.23.1!3-4"},
		{"a lemma, verses too", index.Query{Lemma: "7462 b", Lexicon: textLexicon(), Verses: true, Types: []mashal.Type{mashal.Simile}, Selection: selection(t, "Psalms")}, "Ps.23.1 done"},
		{"verses an annotator has not read", index.Query{English: "still", Annotator: "rules", Verses: true, Selection: selection(t, "Psalms")}, "Ps.23.2 not run"},
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
	all := search(t, c, index.Query{})
	if got := table(t, c, `SELECT count(*) AS n FROM figurative_language`); got != "n=18\n\n" || all.Total != 18 || len(all.Hits) != 18 {
		t.Errorf("%d hits of %d; in the view %s", len(all.Hits), all.Total, got)
	}
	if !slices.IsSortedFunc(all.Hits, func(a, b index.Hit) int { return a.Ref.Compare(b.Ref) }) {
		t.Error("not in the order of the canon:", found(all))
	}
	var paged []string
	for offset := 0; offset < 20; offset += 5 {
		page := search(t, c, index.Query{Limit: 5, Offset: offset})
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
	hits := search(t, c, index.Query{Selection: selection(t, "Psalms 23:1")})
	got, err := json.MarshalIndent(hits, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "hit.golden", string(got)+"\n")
	hits = search(t, c, index.Query{Selection: selection(t, "Psalms 23:1"), Traditional: true})
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
	s := five()
	s.readings[3000] = reading(3000, psalm23, rules, some)
	if _, err := c.Sync(t.Context(), s, text()); err != nil {
		t.Fatal(err)
	}
	for _, traditional := range []bool{false, true} {
		hits := search(t, c, index.Query{Traditional: traditional}).Hits
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
	c := searched(t)
	for want, q := range map[string]index.Query{
		`no type "pun"`:          {Types: []mashal.Type{"pun"}},
		"not a confidence":       {MinConfidence: 1.5},
		"not a number of hits":   {Limit: -1},
		"to leave out":           {Offset: -1},
		"no words":               {InFigure: true},
		"no word in":             {English: "%*\""},
		"no reading by":          {Annotator: "nobody"},
		"too many to search":     {English: strings.Repeat("word ", 101)},
		`there is no word in "*`: {Hebrew: "*"},
		"Strong's number 99999":  {Lemma: "99999", Lexicon: textLexicon()},
	} {
		_, err := index.Search(t.Context(), c, q)
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
	c := searched(f)
	f.Fuzz(func(t *testing.T, hebrew, english, tag string, exact bool) {
		for _, q := range []index.Query{
			{Hebrew: hebrew, English: english, Vehicle: tag, Exact: exact, Verses: true},
			{Hebrew: hebrew, Exact: exact, InFigure: hebrew != ""},
		} {
			hits, err := index.Search(t.Context(), c, q)
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
