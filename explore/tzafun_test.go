package explore_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"mashal/explore/web"
)

// tzafunAnswer is what /api/verses answers, as far as tests look at it.
type tzafunAnswer struct {
	Verses []struct {
		ID          int64
		Reference   string
		Hebrew      string `json:"hebrew_text"`
		Stripped    string `json:"hebrew_text_stripped"`
		NonSacred   string `json:"hebrew_text_non_sacred"`
		EnglishNS   string `json:"english_text_clean_non_sacred"`
		ModelUsed   string `json:"model_used"`
		Annotations []struct {
			Hebrew    string `json:"figurative_text_in_hebrew"`
			NonSacred string `json:"figurative_text_in_hebrew_non_sacred"`
			Types     []string
			Target    []string
			Reason    string            `json:"validation_reason_metaphor"`
			Reasons   map[string]string `json:"validation_reasons"`
		}
	}
	Pagination struct {
		Limit, Offset, Total int
		HasMore              bool `json:"has_more"`
		Figures              int  `json:"total_figurative_instances"`
	}
}

func askTzafun(t testing.TB, s *web.Server, query string) (f tzafunAnswer) {
	t.Helper()
	if err := json.Unmarshal([]byte(page(t, s, "/api/verses?"+query)), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestTzafunVerses asks as its page did. In Psalm 23, verse 1 has a
// metaphor and a hyperbole, 2 a simile that was found invalid, 3 nothing, 4 a
// metonymy and a simile, 5 failed, and 6 was not read.
func TestTzafunVerses(t *testing.T) {
	s := everything(t)
	const psalm = "books=Psalms&chapters=23"
	all := "metaphor,simile,personification,idiom,hyperbole,metonymy,other"
	for _, test := range []struct {
		name, query string
		want        string // verses
		figures     int
	}{
		{"everything", psalm, "1 2 3 4 5", 4},
		{"a type", psalm + "&figurative_types=metaphor", "1", 1},
		{"several types", psalm + "&figurative_types=metaphor,%20simile", "1 4", 2},
		{"not figurative", psalm + "&show_not_figurative=true", "2 3", 0},
		{"a type and not figurative", psalm + "&figurative_types=metonymy&show_not_figurative=true", "2 3 4", 1},
		{"all types and not figurative", psalm + "&figurative_types=" + all + "&show_not_figurative=true", "1 2 3 4 5", 4},
		{"all types", psalm + "&figurative_types=" + all, "1 4", 4},
		{"a target", psalm + "&search_target=YAHWEH", "1", 1},
		{"one side of two is enough", psalm + "&search_target=Yahweh&search_vehicle=rod", "1 4", 2},
		{"both sides", psalm + "&search_target=Yahweh&search_vehicle=rod&search_operator=AND", "", 0},
		{"one of two targets", psalm + "&search_vehicle=shepherd%3Brod", "1 4", 2},
		{"what is described is figurative", psalm + "&search_vehicle=rod&show_not_figurative=true", "4", 1},
		{"a percent sign is no wildcard", psalm + "&search_vehicle=%25", "", 0},
		{"Hebrew", psalm + "&search_hebrew=" + url.QueryEscape("רעי"), "1", 2},
		{"English", psalm + "&search_english=waters&show_not_figurative=true", "2", 0},
		{"verses", psalm + "&verses=1,3-4", "1 3 4", 4},
		{"a number for a book", "books=27&chapters=23&verses=1", "1", 2},
		{"a chapter that the book does not have", "books=Joel&chapters=23", "", 0},
		{"all chapters", "books=Psalms&chapters=all&verses=all", "1 2 3 4 5", 4},
		{"a part", psalm + "&limit=2&offset=1", "2 3", 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := askTzafun(t, s, test.query)
			var verses []string
			for _, v := range f.Verses {
				verses = append(verses, strings.TrimPrefix(v.Reference, "Psalms 23:"))
			}
			if got := strings.Join(verses, " "); got != test.want || f.Pagination.Figures != test.figures {
				t.Errorf("verses %q with %d figures, not %q with %d", got, f.Pagination.Figures, test.want, test.figures)
			}
			var counted struct {
				Total   int
				Figures int `json:"total_figurative_instances"`
			}
			q, err := url.ParseQuery(test.query)
			if err != nil {
				t.Fatal(err)
			}
			q.Del("limit")
			q.Del("offset")
			if err := json.Unmarshal([]byte(page(t, s, "/api/verses/count?"+q.Encode())), &counted); err != nil {
				t.Fatal(err)
			}
			if counted.Total != f.Pagination.Total || counted.Figures != test.figures {
				t.Errorf("counted are %+v, in pages %+v", counted, f.Pagination)
			}
			if more := f.Pagination.Offset+len(f.Verses) < f.Pagination.Total; f.Pagination.HasMore != more {
				t.Errorf("there is more: %t, said %t", more, f.Pagination.HasMore)
			}
		})
	}
}

func TestTzafunFields(t *testing.T) {
	v := askTzafun(t, everything(t), "books=Song+of+Songs,Psalms&chapters=23&verses=1").Verses[0]
	if v.Hebrew != "מִזְמ֥וֹר לְדָוִ֑ד יְהוָ֥ה רֹ֝עִ֗י לֹ֣א אֶחְסָֽר׃" || v.Stripped != "מזמור לדוד יהוה רעי לא אחסר׃" ||
		!strings.Contains(v.NonSacred, "ה׳") || !strings.Contains(v.EnglishNS, "The LORD is my shepherd") || v.ModelUsed != "sim:large" {
		t.Errorf("%+v", v)
	}
	a := v.Annotations[0]
	if a.Hebrew != "יְהוָ֥ה רֹ֝עִ֗י" || a.NonSacred != "ה׳ רֹ֝עִ֗י" || !slices.Equal(a.Types, []string{"metaphor", "personification"}) ||
		!slices.Equal(a.Target, []string{"Yahweh", "deity", "God"}) || a.Reason != "A clear metaphor." || a.Reasons["idiom"] != "Not fixed in use." {
		t.Errorf("%+v", a)
	}
	// Of the figures of a verse those of the types are shown, whichever was described.
	if n := len(askTzafun(t, everything(t), "books=Psalms&search_target=Yahweh").Verses[0].Annotations); n != 2 {
		t.Errorf("%d annotations, not both of the verse", n)
	}
	if n := len(askTzafun(t, everything(t), "books=Psalms&figurative_types=hyperbole").Verses[0].Annotations); n != 1 {
		t.Errorf("%d annotations, not the hyperbole", n)
	}
}

func TestTzafunRefuses(t *testing.T) {
	s := everything(t)
	for _, query := range []string{
		"books=Ezekial", "books=40", "books=0", "books=Psalms,Hozea", "chapters=1-99999999", "chapters=5-3", "chapters=x", "chapters=-1", "chapters=1-", "verses=177",
		"figurative_types=smile", "figurative_types=metaphor,smile", "limit=-1", "limit=0", "limit=100000", "offset=-1", "search_operator=XOR", "show_not_figurative=maybe", "book=Psalms",
	} {
		for _, path := range []string{"/api/verses", "/api/verses/count"} {
			a := get(t, s, path+"?"+query)
			if a.StatusCode != http.StatusBadRequest || a.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s?%s: %s", path, query, a.Status)
			}
		}
	}
	for asked, nearest := range map[string]string{
		"figurative_types=metaphor,smile":      "figurative_types=metaphor%2Csimile",
		"figurative_types=metaphor,meta,smile": "figurative_types=metaphor%2Cmetaphor%2Csimile", // the second is the beginning of the first
		"books=2 Kings,Kings":                  "books=2+Kings%2C1+Kings",
		"books=Ezekial,Jobb,Ruth":              "books=Ezekiel%2CJob%2CRuth",
	} {
		has(t, get(t, s, "/api/verses?"+strings.ReplaceAll(asked, " ", "+")).body, `"nearest":"/api/verses?`+nearest+`"`)
	}
}

func TestTzafunStatistics(t *testing.T) {
	var stats struct {
		Verses int            `json:"total_verses"`
		Total  int            `json:"total_instances"`
		Books  []string       `json:"books"`
		Types  map[string]int `json:"type_counts"`
		Models map[string]int `json:"model_usage"`
	}
	if err := json.Unmarshal([]byte(page(t, everything(t), "/api/statistics")), &stats); err != nil {
		t.Fatal(err)
	}
	if stats.Verses != 10 || stats.Total != 6 || !slices.Equal(stats.Books, []string{"Joel", "Psalms"}) ||
		stats.Types["metaphor"] != 2 || stats.Types["idiom"] != 0 || len(stats.Types) != 7 || stats.Models["sim:large"] != 5 {
		t.Errorf("%+v", stats)
	}
}

func TestTzafunSuggestions(t *testing.T) {
	s := everything(t)
	for query, want := range map[string]string{
		"field=vehicle&query=HERD":   `["herding","shepherd"]`,
		"field=vehicle&query=h":      `[]`,
		"field=target&query=herd":    `[]`,
		"field=vehicle&query=%25%25": `[]`,
		"query=herd":                 `[]`,
		"":                           `[]`,
	} {
		if got := strings.TrimSpace(page(t, s, "/api/search/suggestions?"+query)); got != want {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
	}
	if a := get(t, s, "/api/search/suggestions?field=vehicles&query=herd"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("an unknown field: %s", a.Status)
	}
}
