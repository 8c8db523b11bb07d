package explore_test

import (
	"regexp"
	"strings"
	"testing"
)

func verse(t testing.TB, body, osis string) string {
	t.Helper()
	return between(t, body, `id="`+osis+`"`, "</section>")
}

func TestReadShowsWhatBecameOfEachVerse(t *testing.T) {
	body := page(t, everything(t), "/read/Ps/23")
	has(t, body, "Psalms 23", "תהלים")
	for osis, want := range map[string]string{
		"Ps.23.1": "Yahweh", "Ps.23.3": "none found", "Ps.23.5": "failed : the stream ended &lt;early&gt;", "Ps.23.6": "not run",
	} {
		has(t, strip(verse(t, body, osis)), want)
	}
	hasNot(t, verse(t, body, "Ps.23.5"), "none found")
	hasNot(t, verse(t, body, "Ps.23.6"), "none found", "failed")
}

func TestReadMarks(t *testing.T) {
	body := page(t, everything(t), "/read/Ps/23?script=letters")
	// Words 3 to 4 are a metaphor and a personification, 4 to 6 a hyperbole.
	first := joined(between(t, verse(t, body, "Ps.23.1"), `<p class="hebrew`, "</p>"))
	has(t, first, "lanes-3")
	for _, want := range []string{
		`data-f="1.1">` + `<span class="u t-metaphor l0"><span class="u t-personification l1">יהוה </span></span></a>`,
		// The word that both have is a link to the shorter figure, and shows three lines.
		`data-f="1.2 1.1" tabindex=-1><span class="u t-hyperbole l2"><span class="u t-metaphor l0"><span class="u t-personification l1">רעי</span></span></span></a>`,
		`data-f="1.2"><span class="u t-hyperbole l2"> לא אחסר</span></a>`,
	} {
		has(t, first, want)
	}
	// The gap in a figure of two pieces is a line, and no link.
	fourth := joined(between(t, verse(t, body, "Ps.23.4"), `<p class="hebrew`, "</p>"))
	has(t, fourth, `<span class="u t-metonymy l0 gap"> לא־אירא רע כי־אתה עמדי </span>`)
	if links := strings.Count(fourth, "<a "); links != 2 {
		t.Errorf("there are %d links, not two, in %s", links, fourth)
	}
	has(t, verse(t, body, "Ps.23.4"), "not located", "Ps.23.4!u")
	// A figure of which no type is left is shown as such.
	has(t, verse(t, body, "Ps.23.2"), "t-none", "rejected")
	// The English has its own marks: where the annotator says, and by the alignment.
	has(t, between(t, verse(t, body, "Ps.23.1"), `<p class="english`, "</p>"), `Yahweh is `, "t-hyperbole")
}

// joined removes the elements of words.
func joined(body string) string { return wordElement.ReplaceAllString(body, "$1") }

var wordElement = regexp.MustCompile(`<span class=w>([^<]*)</span>`)

func TestReadViews(t *testing.T) {
	s := everything(t)
	for _, test := range []struct {
		name, query   string
		want, wantNot []string
	}{
		{"with accents", "", []string{"יְהוָ֥ה"}, nil},
		{"with points", "?script=points", []string{"יְהוָה"}, []string{"יְהוָ֥ה"}},
		{"letters", "?script=letters", []string{">יהוה <"}, []string{"יְהוָה"}},
		{"traditional names", "?names=traditional", []string{"ה׳", "LORD is"}, []string{"יְהוָ֥ה", "Yahweh"}},
		{"traditional names in letters", "?names=traditional&script=letters", []string{">ה׳ <"}, []string{"יהוה"}},
		{"transliteration", "?translit=1", []string{"mizmor", "YHWH"}, nil},
		{"explanations", "?list=1", []string{"God is spoken of as one who herds."}, nil},
		{"one type", "?type=hyperbole", []string{"t-hyperbole", "none of these types"}, []string{`class="u t-metonymy l`}},
		{"another annotator", "?annotator=rules", []string{"Annotated by <bdi>rules", "a shepherd", "reading=1"}, []string{"t-hyperbole", "not run", "none found"}},
		{"another reading", "?reading=1", []string{"Annotated by <bdi>rules"}, []string{"t-hyperbole", "none found"}},
		{"an open figure", "?figure=Ps.23.1!3-4", []string{`class="card"`, "A clear metaphor."}, nil},
		{"Hebrew interface", "?lang=he", []string{`<html lang="he" dir="rtl"`, "תהלים 23", "מטפורה", "נכשל", "טרם נקרא"}, []string{"none found", "Explanations"}},
		{"dark", "?theme=dark", []string{`data-theme="dark"`}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			body := page(t, s, "/read/Ps/23"+test.query)
			has(t, joined(body), test.want...)
			hasNot(t, joined(body), test.wantNot...)
			// Every link within the explorer keeps the view.
			for _, name := range []string{"lang=he", "names=traditional", "script=letters", "theme=dark"} {
				if strings.Contains(test.query, name) {
					has(t, between(t, body, `rel="next"`, ">"), name)
				}
			}
		})
	}
}

func TestReadKetiv(t *testing.T) {
	s := everything(t)
	has(t, page(t, s, "/read/Gen/8?ketiv=1"), "הוצא")
	hasNot(t, page(t, s, "/read/Gen/8"), "הוצא")
}

func TestReadLeadsToTheOneAddress(t *testing.T) {
	lead(t, everything(t), map[string]string{
		"/read/Ezekiel/1":              "/read/Ezek/1",
		"/read/ezek":                   "/read/Ezek/1",
		"/read/Psalm/23?script=points": "/read/Ps/23?script=points",
		"/read/" + "%D7%AA%D7%94%D7%9C%D7%99%D7%9D/%D7%9B%D7%92": "/read/Ps/23", // תהלים כג
		"/read/Song%20of%20Songs/2":                              "/read/Song/2",
		"/go?q=ezek+1%3A4":                                       "/read/Ezek/1#Ezek.1.4",
		"/go?q=Psalms+23&script=points":                          "/read/Ps/23?script=points",
		"/go?q=Torah":                                            "/read?in=Torah",
		"/go?q=Isaiah+52:13-53:12":                               "/read?in=Isaiah+52%3A13-53%3A12",
		"/read":                                                  "/read/Gen/1",
		"/read?in=Isaiah+40&layout=lines":                        "/read/Isa/40?layout=lines",
		"/go?q=%D7%A6%D7%95%D7%A8":                               "/search?hebrew=%D7%A6%D7%95%D7%A8",
		"/go?q=H7462":                                            "/search?lemma=H7462",
		"/go?q=rock":                                             "/search?english=rock",
		"/go?q=Ps.23.1!3-4":                                      "/figure/Ps.23.1!3-4",
		"/read/Ps/23?type=&annotator=rules":                      "/read/Ps/23?annotator=rules",
	})
}

func TestReadRefuses(t *testing.T) {
	s := everything(t)
	for _, test := range []struct {
		target string
		status int
		want   []string
	}{
		{"/read/Ezekial/1", 404, []string{"Ezekial", `href="/read/Ezek/1"`}},
		{"/read/Ezekial/1?script=letters", 404, []string{`href="/read/Ezek/1?script=letters"`}},
		{"/read/Ezek/49", 404, []string{`class="button" href="/read/Ezek/48"`}},
		{"/read/Zechaniah", 404, []string{`href="/read/Zeph"`, `href="/read/Zech"`}},
		{"/read/Ps/23?script=runes", 400, []string{"runes", "accents, points, letters"}},
		{"/read/Ps/23?type=simle", 400, []string{"simle", "Did you mean", "simile", `href="/read/Ps/23?type=simile"`}},
		{"/read/Ps/23?annotator=rule", 400, []string{"rule", `href="/read/Ps/23?annotator=rules"`}},
		{"/read/Ps/23?reading=99", 400, []string{"99"}},
		{"/read/Ps/23?reading=-1", 400, []string{"-1"}},
		{"/read/Ps/23?reading=99999999999999999999", 400, nil},
		{"/read/Ps/23?annotator=rules&reading=1", 400, []string{"not both"}},
		{"/read/Ps/23?scrip=points", 400, []string{"scrip", `href="/read/Ps/23?script=points"`}},
		{"/read/Ps/23?figure=Ps.23.1!9", 404, []string{"Ps.23.1!9"}},
		{"/read/Ps/23?lang=he&lang=en", 400, []string{"2"}},
		{"/go?q=Ezekiel+99", 400, []string{`href="/go?q=Ezekiel&#43;48"`}},
		{"/cite/Ps.23.9", 404, []string{`href="/cite/Ps.23.6"`}},
	} {
		a := get(t, s, test.target)
		if a.StatusCode != test.status {
			t.Errorf("%s: %s, not %d", test.target, a.Status, test.status)
		}
		has(t, a.body, test.want...)
	}
}

// TestReadShowsTheText renders a quarter of all chapters and wants the Hebrew
// as the text has it, to the letter.
func TestReadShowsTheText(t *testing.T) {
	s := everything(t)
	tag := regexp.MustCompile(`<[^>]*>`)
	n := 0
	for chapter := range text().Chapters() {
		if n++; n%4 != 0 {
			continue
		}
		body := page(t, s, "/read/"+strings.ReplaceAll(chapter.OSIS(), ".", "/"))
		for _, v := range chapter.Verses {
			shown := between(t, verse(t, body, v.OSIS()), `lang="he" dir="rtl">`, "</p>")
			if got := tag.ReplaceAllString(shown, ""); got != v.Hebrew() {
				t.Fatalf("%s is shown as\n%q, not as\n%q", v.Ref, got, v.Hebrew())
			}
		}
	}
}
