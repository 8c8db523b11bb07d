package explore_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// summed is what a concordance page says that it has.
func summed(t testing.TB, body string) string {
	t.Helper()
	said, _, _ := strings.Cut(between(t, body, `<div class="sum" role="status">`, "</div>"), `<p class="share">`)
	return strip(said)
}

// lines is the lines of a page.
func lines(t testing.TB, body string) []string {
	t.Helper()
	if !strings.Contains(body, `<ol class="lines`) {
		return nil
	}
	return strings.Split(between(t, body, `<ol class="lines`, "</ol>"), `<li class="line`)[1:]
}

func TestConcordanceCounts(t *testing.T) {
	s := everything(t)
	for _, test := range []struct{ name, query, want string }{
		{"figures", "", "6 figures"},
		{"in a chapter", "in=Psalm+23", "5 figures"},
		{"by vehicle", "key=vehicle&vehicle=shepherd", "1 figure"},
		// The model has read verses 1 to 4: יהוה stands there once, in a figure.
		{"a lemma", "lemma=3068&in=Psalms", "1 word 1 figurative 0 literal"},
		// Rules have searched verse 6 too, and marked nothing: that says nothing of it.
		{"a lemma of another annotator", "lemma=3068&in=Psalms&annotator=rules", "2 words 1 marked 1 not marked"},
		// לא stands in verse 1, in a hyperbole, and in verse 4, between the two parts of a metonymy.
		{"a lemma by its form", "lemma=%D7%9C%D7%90&in=Psalms", "2 words 1 figurative 1 literal"},
		// כי stands twice in verse 4: before that figure, and between its parts.
		{"no figurative one", "lemma=%D7%9B%D7%99&in=Psalms", "2 words 0 figurative 2 literal"},
		{"other figures are in neither number", "lemma=3068&in=Psalms&type=hyperbole", "0 words 0 figurative 0 literal"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := summed(t, page(t, s, "/concordance?"+test.query)); got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}

func TestConcordanceLines(t *testing.T) {
	s := everything(t)
	// Figures and words that are not marked stand together, each as what it is.
	both := lines(t, page(t, s, "/concordance?lemma=3068&in=Psalms&annotator=rules&script=letters&gloss=1"))
	if len(both) != 2 {
		t.Fatalf("%d lines", len(both))
	}
	has(t, both[0], `href="/read/Ps/23?script=letters#Ps.23.1"`, `<span class="before">מזמור לדוד </span>`, `href="/figure/Ps.23.1!3-4?reading=1&amp;script=letters"`,
		`<span class="u t-metaphor l0"><mark>יהוה</mark></span>`, "metaphor", "a shepherd", `<p class="gloss english`)
	// The context goes on with the figure, and is no link.
	has(t, between(t, both[0], `<span class="after">`, "</p>"), `<span class="u t-metaphor l0"> רעי</span>`)
	hasNot(t, between(t, both[0], `<span class="after">`, "</p>"), "<a ")
	has(t, both[1], ` unmarked">`, `<a class="unmarked" href="/read/Ps/23?script=letters#Ps.23.6"><mark>יהוה</mark></a>`, `<span class="tag">not marked</span>`)
	hasNot(t, both[1], "metaphor")
	for uses, want := range map[string]string{"figurative": "Ps.23.1", "not+marked": "Ps.23.6"} {
		only := lines(t, page(t, s, "/concordance?lemma=3068&in=Psalms&annotator=rules&uses="+uses))
		if len(only) != 1 || !strings.Contains(only[0], want) {
			t.Errorf("%s: %q", uses, only)
		}
	}
	// What has no place is shown so, with the beginning of its verse.
	has(t, strings.Join(lines(t, page(t, s, "/concordance?grounding=unanchored")), ""), "not located")
	// A figure in two pieces shows what stands between them.
	has(t, lines(t, page(t, s, "/concordance?vehicle=rod&script=letters"))[0], `t-metonymy l0 gap`)
}

var lineReference = regexp.MustCompile(`class="ref"[^>]*>([^<]*)<`)

func TestConcordanceOrders(t *testing.T) {
	s := everything(t)
	references := func(query string) string {
		var list []string
		for _, line := range lines(t, page(t, s, "/concordance?"+query)) {
			list = append(list, lineReference.FindStringSubmatch(line)[1])
		}
		return strings.Join(list, ", ")
	}
	for query, want := range map[string]string{
		"key=vehicle&in=Psalms":               "Psalms 23:4, Psalms 23:1, Psalms 23:1, Psalms 23:2, Psalms 23:4", // rod, shepherd, then those not named
		"key=phrase&in=Psalms&order=left":     "Psalms 23:2, Psalms 23:4, Psalms 23:1, Psalms 23:1, Psalms 23:4", // nothing; גם כי אלך בגיא צלמות; מזמור לדוד; יהוה; no place
		"key=phrase&in=Psalms&size=2&page=2":  "Psalms 23:2, Psalms 23:4",
		"lemma=3068&annotator=rules&in=Psalm": "Psalms 23:1, Psalms 23:6",
	} {
		if got := references(query); got != want {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
	}
}

func TestConcordanceGroups(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/concordance?lemma=3068&in=Psalms&annotator=rules&script=letters&group=after")
	groups := between(t, body, `<section class="groups"`, "</section>")
	has(t, groups, "רעי", `after=`+strings.ToUpper(url.QueryEscape("רעי")))
	narrowed := page(t, s, "/concordance?lemma=3068&in=Psalms&annotator=rules&after="+url.QueryEscape("רעי"))
	if got := summed(t, narrowed); got != "1 word 1 marked 0 not marked" {
		t.Error(got)
	}
	has(t, between(t, narrowed, `<ul class="active"`, "</ul>"), "the word after", `href="/concordance?annotator=rules&amp;in=Psalms&amp;lemma=3068"`)
	has(t, between(t, page(t, s, "/concordance?key=vehicle"), `<section class="groups"`, "</section>"), "form=shepherd", "form=rod")
}

func TestConcordanceStrip(t *testing.T) {
	s := everything(t)
	books := between(t, page(t, s, "/concordance?lemma=3068&annotator=rules"), `<figure class="strip">`, "</figure>")
	has(t, books, "1 marked, 1 not marked", "Genesis: not run", `href="/concordance?annotator=rules&amp;in=Psalms&amp;lemma=3068"`)
	if n := strings.Count(books, `class="part"`); n != 39 {
		t.Errorf("%d books", n)
	}
	chapters := between(t, page(t, s, "/concordance?lemma=3068&annotator=rules&in=Psalms"), `<figure class="strip">`, "</figure>")
	if n := strings.Count(chapters, `class="part"`); n != 150 {
		t.Errorf("%d chapters", n)
	}
	has(t, chapters, `in=Psalms+23`, "All books")
	has(t, between(t, page(t, s, "/concordance?lang=he"), `<figure class="strip">`, "</figure>"), "תהלים")
	// The image of it is complete in itself.
	link := between(t, page(t, s, "/concordance?lemma=3068&annotator=rules&in=Psalms&per=words&uses=literal&order=left"), `<a class="clear" href="/concordance.svg`, `"`)
	a := get(t, s, "/concordance.svg"+strings.ReplaceAll(link, "&amp;", "&"))
	if a.StatusCode != http.StatusOK || !strings.Contains(a.Header.Get("Content-Disposition"), "concordance.svg") {
		t.Fatal(a.Status, a.Header, shorten(a.body))
	}
	wellFormed(t, a.body)
	has(t, a.body, "<title>Distribution of the lines: Chapters of Psalms</title>", "per 1,000 words", `class="figurative"`, "lemma 3068", "Psalms 23: 1 marked, 1 not marked")
	hasNot(t, a.body, `class="literal"`) // no bar for what a matcher has not marked
	hasNot(t, a.body, "href", "<script")
	wellFormed(t, get(t, s, "/concordance.svg?lang=he&in=Joel").body)
	for query, status := range map[string]int{"key=lemma": 400, "state=failed": 400, "size=5": 400, "in=Ezekial": 400, "vehicle=nothing+of+the+kind": 200} {
		if a := get(t, s, "/concordance.svg?"+query); a.StatusCode != status {
			t.Errorf("%s: %s", query, a.Status)
		}
	}
}

func TestConcordanceWithoutAKey(t *testing.T) {
	has(t, page(t, everything(t), "/concordance?key=lemma"), "Enter a lemma", `href="/concordance?key=lemma&amp;lemma=`)
	empty := serve(t, t.TempDir()+"/concordance.db")
	has(t, page(t, empty, "/concordance?lemma=7462&key=lemma"), "Nothing has been annotated yet.")
}

func TestConcordanceRefuses(t *testing.T) {
	s := everything(t)
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"key=verse", []string{"verse", "phrase, vehicle, lemma"}},
		{"key=lema", []string{`href="/concordance?key=lemma"`}},
		{"order=up", []string{"up"}},
		{"order=lef", []string{`href="/concordance?order=left"`}},
		{"uses=literal", []string{"Only the words of a lemma", `href="/concordance?uses=both"`}},
		{"lemma=zzz", []string{"zzz"}},
		{"lemma=99999", []string{"99999"}},
		{"lemma=%D7%A8%D7%A2%D7%94%D7%94%D7%94&uses=literal", []string{"does not occur in the text"}},
		{"group=lemma", []string{"form, before, after"}},
		{"group=book", []string{"form, before, after"}},
		{"state=failed", []string{"lists verses by state"}},
		{"page=2", []string{"The last page is 1"}},
		{"size=1000000", []string{`size=200`}},
		{"per=verse", []string{"text, words"}},
		{"from=1", []string{"This page has no parameter"}},
		{"form=" + strings.Repeat("x", 1001), []string{"longer than"}},
	} {
		a := get(t, s, "/concordance?"+test.query)
		if a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s\n%s", test.query, a.Status, shorten(strip(a.body)))
			continue
		}
		has(t, a.body, test.want...)
	}
	for _, query := range []string{"key=lemma", "page=1", "gloss=1"} {
		if a := get(t, s, "/concordance.csv?"+query); a.StatusCode != http.StatusBadRequest {
			t.Errorf("the file of %s: %s", query, a.Status)
		}
	}
}

func TestConcordanceFile(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/concordance?lemma=3068&annotator=rules&in=Psalms&script=letters&size=1")
	link := between(t, body, `<a class="toggle" href="/concordance.csv`, `"`)
	a := get(t, s, "/concordance.csv"+strings.ReplaceAll(link, "&amp;", "&"))
	if excel := get(t, s, "/concordance.csv"+strings.ReplaceAll(link, "&amp;", "&")+"&bom=1"); excel.body != "\ufeff"+a.body {
		t.Errorf("the file for Excel begins with %.20q", excel.body)
	}
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") || !strings.Contains(a.Header.Get("Content-Disposition"), "concordance.csv") {
		t.Fatalf("%s %v", a.Status, a.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	if got := strings.Join(rows[1][:8], "|"); got != "Psalms 23:1|Ps|23|1|!3|figurative|מזמור לדוד |יהוה" {
		t.Error(got)
	}
	if got := rows[2]; got[0] != "Psalms 23:6" || got[5] != "not marked" || got[12] != "" || got[11] != "H3068" {
		t.Errorf("%q", got)
	}
	// What annotators wrote is neither markup nor a formula.
	hostile := get(t, s, "/concordance.csv?in=Joel").body
	if _, err := csv.NewReader(strings.NewReader(hostile)).ReadAll(); err != nil || strings.Contains(hostile, bidi) {
		t.Errorf("%v: %.300s", err, hostile)
	}
}

// FuzzConcordance holds the page to answering any query, never with a fault
// of ours.
func FuzzConcordance(f *testing.F) {
	for _, seed := range []string{"", "lemma=7462", "key=vehicle&form=shepherd", "lemma=%D7%A8%D7%A2%D7%94&before=%22", "after=%00", "form=%FF", "key=lemma&uses=literal&order=left&page=1", "form=%D6%B0&group=after", "in=Ps+1-150&per=words"} {
		f.Add(seed)
	}
	s := everything(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/concordance?", "/concordance.csv?"} {
			if a := get(t, s, path+query); a.StatusCode >= 500 {
				t.Errorf("%s%q: %s", path, query, a.Status)
			}
		}
	})
}

// TestConcordanceCard opens a card beside the lines; its address is kept by
// what changes the view alone.
func TestConcordanceCard(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/concordance?in=Psalms&size=2&page=2&figure=Ps.23.1!3-4")
	has(t, body, `class="carded has-card"`, `data-figure="Ps.23.1!3-4"`, "A clear metaphor.", `class="close" href="/concordance?in=Psalms&amp;page=2&amp;size=2"`,
		`hreflang="he">עברית`, `href="/concordance?figure=Ps.23.1%213-4&amp;in=Psalms&amp;lang=he&amp;page=2&amp;size=2"`)
	hasNot(t, between(t, body, `<div class="toolbar">`, "</div>"), "figure=", "page=")
	hasNot(t, page(t, s, "/concordance?in=Psalms"), "has-card", `class="close"`)
	// The card of a reading that is not the current one names it.
	has(t, page(t, s, "/concordance?annotator=rules&figure=Ps.23.1!3-4&figure-reading=1"), `data-figure="Ps.23.1!3-4"`, `class="note open"`)
	for target, status := range map[string]int{
		"/concordance?figure=Ps.23.1!9": 404, "/concordance?figure-reading=1": 400, "/concordance?figure=Ps.23.1!3-4&figure-reading=x": 400,
		"/concordance.csv?figure=Ps.23.1!3-4": 400, "/compare/Ps/23?figure=Ps.23.1!9": 404,
	} {
		if a := get(t, s, target); a.StatusCode != status {
			t.Errorf("%s: %s, not %d", target, a.Status, status)
		}
	}
}

// TestByDate says the age of the language where it is what rows are ordered by.
func TestByDate(t *testing.T) {
	s := everything(t)
	for _, target := range []string{"/concordance?order=date", "/concordance?order=date&key=vehicle", "/search?order=date", "/search?order=date&state=none+found"} {
		has(t, page(t, s, target), `<small class="period">not dated</small>`)
	}
	has(t, page(t, s, "/concordance?order=date&lang=he"), `<small class="period">לא מתוארכת</small>`)
	hasNot(t, page(t, s, "/concordance"), `class="period"`)
	has(t, page(t, s, "/search"), `<summary data-term="period" aria-describedby="d-period">Age of the language</summary>`, `/search?period=not+dated`,
		`<summary data-term="genre" aria-describedby="d-genre">Genre</summary>`)
	has(t, page(t, s, "/search?period=late&period=archaic"), "Nothing of the selected verses has been annotated.")
	if got := count(t, page(t, s, "/search?period=not+dated")); got != "6 figures in 4 verses" {
		t.Error(got)
	}
	if a := get(t, s, "/search?period=latest"); a.StatusCode != 400 || !strings.Contains(a.body, `href="/search?period=late"`) {
		t.Error(a.Status)
	}
}
