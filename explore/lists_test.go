package explore_test

import (
	"encoding/csv"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mashal/explore/web"
)

// table returns the rows of a CSV file, by the names of its columns.
func table(t testing.TB, s *web.Server, target string) (rows []map[string]string) {
	t.Helper()
	a := get(t, s, target)
	if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("%s: %s %s", target, a.Status, a.body)
	}
	list, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range list[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[list[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// TestConcordanceSample checks that the seed of a sample and the order of lines are in the
// address, on the page, and in the file, and that the file has the lines of the page.
func TestConcordanceSample(t *testing.T) {
	t.Parallel()
	s := everything(t)
	const query = "in=Psalms&annotator=sim:large&sample=3&seed=7&order=right1&order2=form"
	body := page(t, s, "/concordance?"+query)
	has(t, strip(body), "Sorted by: 1st word after; form of the key; order of the Hebrew Bible: Torah, Prophets, Writings.", "Shown: random sample of 3 of 5 lines, seed 7.")
	has(t, body, `seed=8`, `<option value="right1" selected>`, `<option value="form" selected>`, `name="seed" value="7"`, `name="sample" value="3"`, `<input type="hidden" name="annotator" value="sim:large">`)
	if again := page(t, s, "/concordance?"+query); strings.Join(lines(t, again), "") != strings.Join(lines(t, body), "") || len(lines(t, body)) != 3 {
		t.Errorf("%d lines, or others each time", len(lines(t, body)))
	}
	var references []string
	for _, line := range lines(t, body) {
		references = append(references, lineReference.FindStringSubmatch(line)[1])
	}
	var inFile []string
	for _, row := range table(t, s, "/concordance.csv?"+query) {
		inFile = append(inFile, row["reference"])
		if row["sample"] != "random sample of 3 of 5 lines, seed 7" || !strings.HasPrefix(row["order"], "1st word after; form of the key; order of the Hebrew Bible") {
			t.Errorf("%q", row)
		}
	}
	if !slices.Equal(references, inFile) {
		t.Errorf("the page has %q, the file %q", references, inFile)
	}
	has(t, strip(page(t, s, "/concordance?order=shuffle&seed=3")), "Sorted by: shuffled with seed 3.")
	has(t, strip(page(t, s, "/concordance?order=shuffle&lang=he")), "סדר אקראי מזרע 1")
	has(t, strip(page(t, s, "/concordance?key=vehicle&order2=left1")), "Sorted by: vehicle; 1st word before; order of the Hebrew Bible")
	for query, near := range map[string]string{"order2=up": "up", "seed=3": "A seed is for a sample", "left=2": "A window is for a lemma", "sample=0": "sample", "context=99": "context", "near=nonsense": "near"} {
		if a := get(t, s, "/concordance?"+query); a.StatusCode != 400 || !strings.Contains(a.body, near) {
			t.Errorf("%s: %s", query, a.Status)
		}
	}
}

// TestConcordanceContext checks the width of the context, and the marks of the key and of the
// words by which lines are sorted.
func TestConcordanceContext(t *testing.T) {
	t.Parallel()
	s := everything(t)
	line := lines(t, page(t, s, "/concordance?lemma=3068&in=Psalms&annotator=rules&script=letters&context=1&order=right1&order2=left2&gloss=1"))[0]
	has(t, line, `<span class="before">בבית־</span>`, `<mark>יהוה</mark>`, `<span class="after"> <b class="near">לארך</b></span>`, `<mark>Yahweh’s</mark>`)
	wide := lines(t, page(t, s, "/concordance?lemma=3068&in=Psalms&annotator=rules&script=letters&context=3&order=right1&order2=left2"))[0]
	has(t, wide, `<b class="near">ושבתי</b> בבית־`)
	rows := table(t, s, "/concordance.csv?lemma=3068&in=Psalms&annotator=rules&script=letters&context=2")
	if got := rows[1]["before"] + "|" + rows[1]["key"] + "|" + rows[1]["after"]; got != "ושבתי בבית־|יהוה| לארך ימים" {
		t.Error(got)
	}
}

// TestConcordanceNear checks the lines that have a lemma near their key.
func TestConcordanceNear(t *testing.T) {
	t.Parallel()
	s := everything(t)
	for query, want := range map[string]string{
		"near=1004": "1 word 0 marked 1 not marked", "near=1004&left=0": "0 words 0 marked 0 not marked", "near=1004&left=1&right=0&bounds=colon": "1 word 0 marked 1 not marked",
	} {
		body := page(t, s, "/concordance?lemma=3068&in=Psalms&annotator=rules&"+query)
		if got := summed(t, body); got != want {
			t.Errorf("%s: %s, not %s", query, got, want)
		}
		has(t, between(t, body, `<ul class="active"`, "</ul>"), "near the key", `href="/concordance?annotator=rules&amp;in=Psalms&amp;lemma=3068"`)
	}
}

var linesLink = regexp.MustCompile(`href="(/concordance\?[^"]*near=[^"]*)">([\d,]+)<`)

// TestCollocatesPage checks the collocates of a name, of figures and of nothing, in a window
// within the verse and the colon, and that each number of lines is that of its link.
func TestCollocatesPage(t *testing.T) {
	t.Parallel()
	s := everything(t)
	body := page(t, s, "/collocates?lemma=3068&in=Psalms&annotator=rules&least=1&function=1")
	// יהוה stands twice in the six verses of the Psalm: five words after the first, and its
	// verse before it, and five before the second.
	has(t, strip(body), "2 keywords", "Window: 5 before, 5 after, within the verse", "רָעָה")
	links := linesLink.FindAllStringSubmatch(body, -1)
	if len(links) < 8 {
		t.Fatalf("%d links to lines in %s", len(links), body)
	}
	for _, link := range links {
		if got := summed(t, page(t, s, html.UnescapeString(link[1]))); !strings.HasPrefix(got, link[2]+" word") {
			t.Errorf("%s: %s, not %s lines", link[1], got, link[2])
		}
	}
	rows := table(t, s, "/collocates.csv?lemma=3068&in=Psalms&annotator=rules&least=1&function=1&left=1&right=1&bounds=colon")
	var observed []string
	for _, row := range rows {
		observed = append(observed, row["lemma"]+row["observed"])
		if row["keywords"] != "2" || row["left"] != "1" || row["bounds"] != "colon" || row["annotators"] != "rules" {
			t.Errorf("%q", row)
		}
	}
	slices.Sort(observed)
	if got := strings.Join(observed, " "); got != "בית1 רעה1" {
		t.Error(got)
	}
	has(t, page(t, s, "/collocates?least=1&sort=mi&type=metaphor"), `aria-sort="descending"`, `<option value="metaphor" selected>`)
	has(t, page(t, s, "/collocates?key=lemma"), "Enter a lemma")
	has(t, page(t, s, "/collocates?lemma=3068&lang=he"), "מילים סמוכות")
	has(t, page(t, s, "/lemma/H3068"), `href="/collocates?lemma=3068"`)
	for target, status := range map[string]int{
		"/collocates?sort=size": 400, "/collocates?least=0": 400, "/collocates?page=9": 400, "/collocates?bounds=book": 400, "/collocates.csv?key=lemma": 400, "/collocates?order=left": 400,
		"/collocates?lemma=nonsense": 400, "/collocates?state=failed": 400,
	} {
		if a := get(t, s, target); a.StatusCode != status {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
	empty := serve(t, t.TempDir()+"/concordance.db")
	has(t, page(t, empty, "/collocates?lemma=3068"), "Nothing has been annotated yet.")
	has(t, page(t, empty, "/lemmas"), "Nothing has been annotated yet.")
}

// TestLemmasPage checks the lemmas in figures of a reader, with shares, and of a matcher,
// without, and that each number of words is that of its link.
func TestLemmasPage(t *testing.T) {
	t.Parallel()
	s := everything(t)
	reader, matcher := page(t, s, "/lemmas?in=Psalms&annotator=sim:large&least=1"), page(t, s, "/lemmas?in=Psalms&annotator=rules&least=1")
	has(t, strip(reader), "The most figurative lemmas", "95 % interval", "share")
	has(t, strip(matcher), "Lemmas in figures", "there are no shares")
	hasNot(t, between(t, matcher, `<table class="measures">`, "</table>"), " %", "share", "G²")
	for _, body := range []string{reader, matcher} {
		links := regexp.MustCompile(`<td class="n"><a href="(/concordance\?[^"]*)">(\d+)<`).FindAllStringSubmatch(body, -1)
		if len(links) == 0 {
			t.Fatal("no lemma is in a figure")
		}
		for _, link := range links {
			if got := len(lines(t, page(t, s, html.UnescapeString(link[1])))); strconv.Itoa(got) != link[2] {
				t.Errorf("%s: %d lines, not %s", link[1], got, link[2])
			}
		}
	}
	if rows := table(t, s, "/lemmas.csv?in=Psalms&annotator=sim:large&least=1"); rows[0]["share"] == "" || rows[0]["low"] == "" || rows[0]["annotators"] != "sim:large" {
		t.Errorf("%q", rows[0])
	}
	rows := table(t, s, "/lemmas.csv?in=Psalms&annotator=rules&least=1")
	if _, ok := rows[0]["share"]; ok || rows[0]["marked"] == "" {
		t.Errorf("%q", rows[0])
	}
	// A mixture of a reader and a matcher has no shares.
	mixed := serve(t, bible(t, byRules(), byModel(), reading(3, joel3, rules, 5, nil)))
	hasNot(t, between(t, page(t, mixed, "/lemmas?annotator=current&least=1"), `<table class="measures">`, "</table>"), " %", "share")
	for _, target := range []string{"/lemmas?annotator=rules&sort=share", "/lemmas?sort=size", "/lemmas?state=failed"} {
		if a := get(t, s, target); a.StatusCode != 400 {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
}
