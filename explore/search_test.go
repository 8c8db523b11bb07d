package explore_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var hitReference = regexp.MustCompile(`data-f="[^"]*">|<li class="hit`)

// count is what the find page says it found.
func count(t testing.TB, body string) string {
	t.Helper()
	return strings.TrimSpace(between(t, body, `role="status">`, "</span>"))
}

func TestFind(t *testing.T) {
	s := everything(t)
	for _, test := range []struct{ name, query, want string }{
		{"all", "", "6 figures in 4 verses"},
		{"a type", "type=metaphor", "2 figures in 2 verses"},
		{"two types", "type=metaphor&type=hyperbole", "3 figures in 2 verses"},
		{"a type as detected", "type=idiom&detected=1", "1 figure in 1 verse"},
		{"a type that is final", "type=personification", "1 figure in 1 verse"},
		{"a type set aside", "type=idiom", "0 figures in 0 verses"},
		{"in a chapter", "in=Psalm+23", "5 figures in 3 verses"},
		{"in a verse", "in=Ps+23:4", "2 figures in 1 verse"},
		{"not figurative", "verdict=not+figurative", "1 figure in 1 verse"},
		{"valid", "verdict=valid&in=Psalms", "1 figure in 1 verse"},
		{"a word in letters", "hebrew=%D7%A8%D7%A2%D7%99&within=figure", "2 figures in 1 verse"},
		{"English", "english=shepherd&within=figure", "1 figure in 1 verse"},
		{"a vehicle", "vehicle=shepherds", "1 figure in 1 verse"},
		{"a part of a vehicle", "vehicle=shep", "0 figures in 0 verses"},
		{"the beginning of a vehicle", "vehicle=shep*", "1 figure in 1 verse"},
		{"one of two vehicles", "vehicle=shep*%3Brod", "2 figures in 2 verses"},
		{"fields together", "vehicle=shepherd&target=rod", "0 figures in 0 verses"},
		{"a category", "vehicle-category=herding", "1 figure in 1 verse"},
		{"confidence", "min=0.9&in=Psalms", "1 figure in 1 verse"},
		{"no confidence at all", "max=0&min=0&in=Psalms", "0 figures in 0 verses"},
		{"grounding", "grounding=unanchored", "1 figure in 1 verse"},
		{"another annotator", "annotator=rules", "1 figure in 1 verse"},
		{"a speaker", "speaker=david", "1 figure in 1 verse"},
		{"words of the explanation", "text=herds", "1 figure in 1 verse"},
		{"verses that failed", "state=failed", "2 verses"},
		{"verses with no figures found", "state=none+found&in=Psalms", "1 verse"},
		{"a percent sign is no wildcard", "vehicle=%25", "0 figures in 0 verses"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := count(t, page(t, s, "/search?"+test.query)); got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}

func TestFindRefuses(t *testing.T) {
	s := everything(t)
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"type=smile", []string{"smile", `href="/search?type=simile"`}},
		{"type=smile&verdict=vaild", []string{"smile", "vaild", `href="/search?type=simile&amp;verdict=valid"`}},
		{"in=Ezekial", []string{"Ezekial", `class="button" href="/search?in=Ezekiel">Show the nearest match`}},
		{"in=Ezekial+3&type=smile", []string{`href="/search?in=Ezekiel&#43;3&amp;type=simile"><bdi>Ezekiel 3</bdi>`, `<bdi>simile</bdi>`}},
		{"in=Zechaniah&size=5", []string{`href="/search?in=Zephaniah&amp;size=5"><bdi>Zephaniah</bdi></a> or <a href="/search?in=Zechariah&amp;size=5">`}},
		{"in=Psalms+23:9", []string{`href="/search?in=Psalms&#43;23%3A6"`}},
		{"in=Matthew", []string{`href="/search">Show the page without this parameter`}},
		{"in=Psalm+5-3", []string{"5-3"}},
		{"annotator=ruls", []string{"ruls", "rules"}},
		{"run=nobody", []string{"nobody"}},
		{"min=2", []string{"not a number from 0 to 1", `href="/search?min=1"`}},
		{"min=NaN", []string{"NaN"}},
		{"min=0.9&max=0.1", []string{"below the minimum"}},
		{"page=0", []string{`href="/search?page=1"`}},
		{"page=2", []string{"The last page is 1", `href="/search?page=1"`}},
		{"page=99999999999999999999999", nil},
		{"size=-1", []string{"-1", `href="/search?size=1"`}},
		{"size=100000", []string{`href="/search?size=200"`}},
		{"limit=-1", []string{"limit"}},
		{"chapters=1-99999999", []string{"chapters"}},
		{"vehicle-category=hearding", []string{"hearding", "herding"}},
		{"lemma=zzz", []string{"zzz"}},
		{"order=up", []string{"up"}},
		{"vehicle=" + strings.Repeat("x", 1001), []string{"longer than"}},
	} {
		a := get(t, s, "/search?"+test.query)
		if a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s\n%s", test.query, a.Status, shorten(strip(a.body)))
			continue
		}
		has(t, a.body, test.want...)
	}
}

func TestFindSaysEveryCondition(t *testing.T) {
	body := page(t, everything(t), "/search?type=metaphor&in=Psalms&vehicle=shepherd")
	active := between(t, body, `<ul class="active"`, "</ul>")
	has(t, active, `href="/search?in=Psalms&amp;vehicle=shepherd"`, `href="/search?type=metaphor&amp;vehicle=shepherd"`, `href="/search?in=Psalms&amp;type=metaphor"`)
	// Facets narrow further, and a chosen value is taken away again.
	has(t, body, `href="/search?in=Psalms&amp;type=metaphor&amp;vehicle=shepherd&amp;vehicle-category=herding"`)
	has(t, between(t, body, `<aside class="facets"`, "</aside>"), `aria-current="true"`)
}

func TestFindPages(t *testing.T) {
	s := everything(t)
	first := page(t, s, "/search?in=Psalms&size=2&by=figure")
	has(t, first, "1 to 2", `href="/search?by=figure&amp;in=Psalms&amp;page=2&amp;size=2"`, "page 1 of 3")
	last := page(t, s, "/search?in=Psalms&size=2&page=3&by=figure")
	has(t, last, "5 to 5", `start="5"`)
	if n := len(hitReference.FindAllString(between(t, last, `<ol class="hits"`, "</ol>"), -1)); n == 0 {
		t.Error("the last page is empty")
	}

	grouped := page(t, s, "/search?in=Psalms&size=2")
	has(t, grouped, "verses 1 to 2", "page 1 of 2", `href="/search?by=figure&amp;in=Psalms&amp;size=2"`)
	if n := strings.Count(grouped, `<li class="hit`); n != 2 {
		t.Errorf("%d verses on a page of 2", n)
	}
	figures := page(t, s, "/search?in=Ps+23:4&by=figure")
	if n, of := strings.Count(figures, `<li class="hit`), strings.Count(page(t, s, "/search?in=Ps+23:4"), `<li class="hit`); n != 2 || of != 1 {
		t.Errorf("%d figures, %d verses", n, of)
	}
}

// TestFindMarks looks for the words that were searched for, in both languages.
func TestFindMarks(t *testing.T) {
	s := everything(t)
	for query, want := range map[string][]string{
		"english=the+lord+is+my+shepherd":       {"<mark>shepherd</mark>", ""},
		"english=%22the+lord+is+my+shepherd%22": {"<mark>Yahweh is", "<mark>"},
		"hebrew=%D7%A8%D7%95%D7%A2%D7%99":       {"<mark>shepherd</mark>", `<mark>רֹ֝עִ֗י</mark>`},
		"vehicle=shepherds":                     {`<bdi><mark>shepherd</mark></bdi>`},
		"lemma=7462":                            {"<mark>shepherd</mark>", `<mark>רֹ֝עִ֗י</mark>`},
	} {
		has(t, between(t, page(t, s, "/search?"+query), `<ol class="hits"`, "</ol>"), want...)
	}
}

func TestFindKeepsWhatFormsSend(t *testing.T) {
	a := getAsIs(t, everything(t), "/search?hebrew=&english=&in=Psalms&type=metaphor&min=&max=&order=")
	if got := a.Header.Get("Location"); a.StatusCode != http.StatusFound || got != "/search?in=Psalms&type=metaphor" {
		t.Errorf("%s to %q", a.Status, got)
	}
}

func TestSuggest(t *testing.T) {
	s := everything(t)
	a := get(t, s, "/suggest?kind=vehicle&q=she", "Accept", "application/json")
	var got struct {
		Suggestions []struct{ Kind, Value, Label, Says string }
	}
	if err := json.Unmarshal([]byte(a.body), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Suggestions) != 1 || got.Suggestions[0].Value != "shepherd" || got.Suggestions[0].Says != "vehicle" {
		t.Errorf("suggested %+v", got)
	}
	refused := get(t, s, "/suggest?kind=vehikle&q=she", "Accept", "application/json")
	if refused.StatusCode != http.StatusBadRequest || refused.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("%s %s", refused.Status, refused.Header.Get("Content-Type"))
	}
	var problem struct {
		Status        int
		Nearest       string
		InvalidParams []struct{ Name, Value, Nearest string } `json:"invalid_params"`
	}
	if err := json.Unmarshal([]byte(refused.body), &problem); err != nil {
		t.Fatal(err)
	}
	if len(problem.InvalidParams) != 1 || problem.InvalidParams[0].Nearest != "vehicle" || problem.Nearest != "/suggest?kind=vehicle&q=she" {
		t.Errorf("refused with %+v", problem)
	}
}

// FuzzFind holds the find page to its promises for any query: it answers, and
// never with a fault of ours; what it answers has no script in it.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"", "type=simile", "in=Ps+1-3", "hebrew=%D7%A6%22", "english=%22a", "lemma=7462", "min=1e400", "target=%3B%3B", "text=AND+OR+NOT*", "a=b&a=c", "%", "in=%00",
		"vehicle=%E2%80%AE", "hebrew=%D6%B0", "english=NEAR(", "text=%22%22", "page=2", "order=hebrew&size=1",
	} {
		f.Add(seed)
	}
	s := everything(f)
	f.Fuzz(func(t *testing.T, query string) {
		a := get(t, s, "/search?"+query)
		if a.StatusCode >= 500 {
			t.Errorf("%q: %s", query, a.Status)
		}
		if values, err := url.ParseQuery(query); err == nil && a.StatusCode == http.StatusOK {
			for _, name := range []string{"hebrew", "text"} {
				if value := values.Get(name); strings.Contains(value, "<") && strings.Contains(a.body, value) {
					t.Errorf("%q stands in the page as it is", value)
				}
			}
		}
	})
}

// TestConditionsInHebrew says conditions in the reader's language, as far as
// they are not an annotator's words.
func TestConditionsInHebrew(t *testing.T) {
	body := page(t, everything(t), "/search?lang=he&in=Ps+23:1-2%3B+the+Twelve&type=metaphor&period=not+dated&state=none+left&unnamed=target-domain&except=vehicle-domain:work&detected=1")
	active := strip(between(t, body, `<ul class="active"`, "</ul>"))
	has(t, active, "היכן תרי עשר; תהלים 23:1-2", "סוג מטפורה", "רובד הלשון לא מתוארכת", "פסוקים שכל הביטויים בהם נדחו", "ללא: תחום הנמשל", "מלבד תחום המשל: work", "✓")
}
