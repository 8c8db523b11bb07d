package explore_test

import (
	"regexp"
	"strings"
	"testing"

	"mashal"
	"mashal/explore/web"
)

// byPerson agrees with the rules in verse 1 on the type and not on the words,
// and finds something in verse 3.
func byPerson() *mashal.Reading {
	miriam := mashal.Annotator{Name: "Miriam", Kind: mashal.ByPerson, Version: "1", Fingerprint: "miriam"}
	return reading(4, psalm23, miriam, 6, map[int]finding{
		1: {figures: []mashal.JudgedFigure{{Figure: mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: span(4, 4), Confidence: 1}}}},
		3: {figures: []mashal.JudgedFigure{{Figure: mashal.Figure{Types: []mashal.Type{mashal.Metaphor}, Span: span(3, 4), Confidence: 1}}}},
	})
}

// TestCompare has one explorer, because a lexicon of the whole Bible takes a
// moment.
func TestCompare(t *testing.T) {
	s := serve(t, bible(t, byRules(), byModel(), byStranger(), byPerson()))
	for name, test := range map[string]func(*testing.T, *web.Server){
		"counts kinds": countsKinds, "shows both": showsBoth, "filters": filters, "compares books": comparesBooks,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

var kindCount = regexp.MustCompile(`<a class="toggle k-(\w+)".*?<span class="n">(\d+)</span>`)

// kinds is how many pairs of each kind a page counts.
func kinds(t testing.TB, body string) string {
	t.Helper()
	var list []string
	for _, m := range kindCount.FindAllStringSubmatch(between(t, body, `<div class="kinds"`, "</div>"), -1) {
		list = append(list, m[1]+" "+m[2])
	}
	return strings.Join(list, ", ")
}

func countsKinds(t *testing.T, s *web.Server) {
	t.Helper()
	for _, test := range []struct{ name, query, want string }{
		// Miriam's word 4 of verse 1 is in both of the model's figures, and more like the shorter.
		{"a person's reading, which is current, with the model's", "", "agree 0, type 1, span 1, a 1, b 3"},
		{"with the rules", "?a=sim:large&b=rules", "agree 0, type 1, span 0, a 3, b 0"},
		{"the other way round", "?b=sim:large&a=rules", "agree 0, type 1, span 0, a 0, b 3"},
		{"by number", "?a=2&b=1", "agree 0, type 1, span 0, a 3, b 0"},
		{"as detected", "?a=sim:large&b=rules&detected=1", "agree 0, type 1, span 0, a 4, b 0"},
		{"other words", "?a=rules&b=Miriam", "agree 0, type 0, span 1, a 0, b 1"},
		// Of five figures one type is reclassified and one figure is set aside.
		{"before and after verdicts", "?a=sim:large&by=verdicts", "agree 3, type 1, span 0, a 1, b 0"},
		{"nobody judged the rules", "?a=rules&by=verdicts", "agree 1, type 0, span 0, a 0, b 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := kinds(t, page(t, s, "/compare/Ps/23"+test.query)); got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}

// both is what a page shows of a verse, "" if it does not show it.
func both(t testing.TB, body, osis string) string {
	t.Helper()
	if !strings.Contains(body, `id="`+osis+`"`) {
		return ""
	}
	return between(t, body, `id="`+osis+`"`, "</section>")
}

func showsBoth(t *testing.T, s *web.Server) {
	t.Helper()
	body := page(t, s, "/compare/Ps/23?a=sim:large&b=rules&script=letters")
	first := both(t, body, "Ps.23.1")
	// Each side has its own marks.
	sideA, sideB := between(t, first, `<div class="a">`, "</div>"), between(t, first, `<div class="b">`, "</div>")
	has(t, sideA, "t-metaphor", "t-personification", "t-hyperbole", `data-f="a1.1"`)
	has(t, sideB, "t-metaphor", `data-f="b1.1"`)
	hasNot(t, sideB, "t-personification", "t-hyperbole")
	// Pairs stand in the order of the text; differences are numbered through.
	has(t, first, `<li class="pair k-type" id="d1">`, `<li class="pair k-a" id="d2">`, `data-step="1"`, `href="/figure/Ps.23.1!3-4?reading=1&amp;script=letters"`)
	has(t, both(t, body, "Ps.23.3"), "not marked")
	hasNot(t, body, "none found") // one of them is a matcher
	has(t, strip(both(t, body, "Ps.23.5")), "failed : the stream ended &lt;early&gt;", "not compared")
	has(t, strip(both(t, body, "Ps.23.6")), "not run", "not compared")
	// F1 = 2·1 / (3 + 1); verses 1 to 4 count.
	has(t, strip(body), "Agreement: F 1 0.50", "4 verses annotated by both.")
	verdicts := page(t, s, "/compare/Ps/23?a=sim:large&by=verdicts")
	has(t, both(t, verdicts, "Ps.23.1"), "Not fixed in use.", "A clear metaphor.")
	has(t, both(t, verdicts, "Ps.23.2"), "k-a", "Nothing is compared.", "Miriam")
}

func filters(t *testing.T, s *web.Server) {
	t.Helper()
	typed := page(t, s, "/compare/Ps/23?a=sim:large&b=rules&kind=type")
	has(t, both(t, typed, "Ps.23.1"), "k-type")
	hasNot(t, both(t, typed, "Ps.23.1"), `k-a"`)
	if both(t, typed, "Ps.23.4") != "" || both(t, typed, "Ps.23.5") != "" {
		t.Error("verses without the difference are shown")
	}
	has(t, typed, "5 verses are not shown.")
	has(t, page(t, s, "/compare/Ps/23?a=sim:large&b=rules&kind=b"), "There are no such differences in this chapter.")
	two := page(t, s, "/compare/Ps/23?a=rules&b=Miriam&kind=span&kind=b")
	has(t, two, "Ps.23.1", `id="d1"`, `id="Ps.23.3"`, `id="d2"`)
	// Chapters that follow keep whom is compared, not the numbers of readings.
	has(t, page(t, s, "/compare/Ps/23?a=2&b=rules&kind=type"), `rel="next" href="/compare/Ps/24?a=sim%3Alarge&amp;b=rules&amp;kind=type"`)
}

func TestCompareWithoutTwo(t *testing.T) {
	s := everything(t)
	has(t, page(t, s, "/compare/Joel/3"), "This chapter has no second reading", "by=verdicts")
	has(t, page(t, s, "/compare/Gen/1"), "This chapter has not been annotated.", "mashal annotate Genesis 1")
	has(t, page(t, s, "/compare/Joel/3?b=rules"), "rules has no reading of this chapter.")
	empty := serve(t, t.TempDir()+"/concordance.db")
	for _, target := range []string{"/compare", "/compare/Ps", "/compare/Ps/23", "/compare/Ps/23?a=rules"} {
		page(t, empty, target)
	}
	// The reading page leads there when there is something to compare.
	has(t, page(t, s, "/read/Ps/23"), `href="/compare/Ps/23"`)
	hasNot(t, page(t, s, "/read/Joel/3"), `href="/compare/`)
}

func comparesBooks(t *testing.T, s *web.Server) {
	t.Helper()
	body := page(t, s, "/compare/Ps?a=sim:large&b=rules")
	has(t, body, `href="/compare/Ps/23?a=sim%3Alarge&amp;b=rules"`, "0.50")
	has(t, strip(between(t, body, `<tr class="all">`, "</tr>")), "all 3 1 1 33 % 100 %")
	has(t, strip(between(t, page(t, s, "/compare/Ps?a=sim:large&b=rules&detected=1"), `<tr class="all">`, "</tr>")), "all 4 1 1 25 % 100 %")
	index := page(t, s, "/compare")
	has(t, index, `href="/compare/Ps"`)
	hasNot(t, index, "Joel")
	has(t, page(t, s, "/compare/Gen?a=rules&b=Miriam"), "The two annotators have no chapter in common.")
	has(t, page(t, s, "/compare/Joel"), "No chapter has been annotated by two annotators.")
}

func TestCompareLeadsToTheOneAddress(t *testing.T) {
	lead(t, everything(t), map[string]string{
		"/compare/Psalms/23?b=rules": "/compare/Ps/23?b=rules",
		"/compare/Psalm":             "/compare/Ps",
		"/compare/Ps/23?a=&b=rules":  "/compare/Ps/23?b=rules",
	})
}

func TestCompareRefuses(t *testing.T) {
	s := everything(t)
	for _, test := range []struct {
		target string
		status int
		want   []string
	}{
		{"/compare/Ezekial/1", 404, []string{`href="/compare/Ezek/1"`}},
		{"/compare/Ezekial?detected=1", 404, []string{`href="/compare/Ezek?detected=1"`}},
		{"/compare/Ps/151", 404, []string{"150"}},
		{"/compare/Ps/23?a=ruls", 400, []string{"ruls", `href="/compare/Ps/23?a=rules"`}},
		{"/compare/Ps/23?a=99", 400, []string{"There is no reading 99"}},
		{"/compare/Ps/23?a=3", 400, []string{"There is no reading 3"}}, // it is of another chapter
		{"/compare/Ps/23?a=99999999999999999999", 400, nil},
		{"/compare/Ps/23?a=-1", 400, nil},
		{"/compare/Ps/23?a=rules&b=1", 400, []string{"Both sides are reading 1"}},
		{"/compare/Ps/23?kind=typ", 400, []string{"agree, type, span, a, b", `kind=type`}},
		{"/compare/Ps/23?by=verdict", 400, []string{`by=verdicts`}},
		{"/compare/Ps/23?by=verdicts&b=rules", 400, []string{"b cannot be given"}},
		{"/compare/Ps/23?by=verdicts&detected=1", 400, []string{"before and after"}},
		{"/compare/Ps/23?annotator=rules", 400, []string{"no parameter"}},
		{"/compare/Ps?a=rules&b=rules", 400, []string{"two different annotators"}},
		{"/compare/Ps?a=1", 400, []string{"Unknown annotator"}},
		{"/compare?b=%3Cscript%3E", 400, []string{"&lt;script&gt;"}},
		{"/compare?kind=a", 400, nil},
	} {
		a := get(t, s, test.target)
		if a.StatusCode != test.status {
			t.Errorf("%s: %s, not %d\n%s", test.target, a.Status, test.status, shorten(strip(a.body)))
		}
		has(t, a.body, test.want...)
	}
}

// FuzzCompare holds the page to answering any query, never with a fault of
// ours.
func FuzzCompare(f *testing.F) {
	for _, seed := range []string{"", "a=rules&b=sim:large", "a=1&b=2&kind=type", "by=verdicts", "a=\x00", "a=9223372036854775807", "kind=a&kind=b&detected=1&gloss=1"} {
		f.Add(seed)
	}
	s := everything(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, path := range []string{"/compare?", "/compare/Ps?", "/compare/Ps/23?"} {
			if a := get(t, s, path+query); a.StatusCode >= 500 {
				t.Errorf("%s%q: %s", path, query, a.Status)
			}
		}
	})
}
