package explore_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestWordPages checks the pages of words: what they say, where they redirect, and what
// they refuse.
func TestWordPages(t *testing.T) {
	s := everything(t)
	for target, want := range map[string][]string{
		"/word/Ps.23.1.4": {
			"רֹ֝עִ֗י", `href="/lemma/H7462b"`, "רָעָה", "to shepherd, feed", "qal", "active participle", "pronominal suffix, first person", "156 in the Bible",
			"https://www.sefaria.org/Psalms.23.1?lang=bi", "https://www.stepbible.org/?q=version%3DOHB%7Creference%3DPs.23.1", "book=Psalmi", "/figure/Ps.23.1!3-4",
			`href="/word/Ps.23.1.3"`, `href="/word/Ps.23.1.5"`, `href="/word/Ps.23.1"`,
		},
		"/word/Ps.23.1.1":   {"מִזְמ֥וֹר", `rel="next"`, "literal"},
		"/word/Ps.23.1":     {"Words of Psalms 23:1", `href="/word/Ps.23.1.6"`, "proper noun", "to shepherd, feed"},
		"/word/Gen.8.17.14": {"ketiv", "qere", "הוצא"}, "/word/1Sam.20.2.13": {"I_Samuel.20.2", "book=Samuel_I", "דָּבָר"},
		"/word/Dan.2.5.3":                   {"Aramaic"},
		"/lemma/H7462b":                     {"רָעָה", "to shepherd, feed", "156 in the Bible", "Psalms", "rules", "not marked"},
		"/lemma/7462":                       {"Lemmas of 7462", `href="/lemma/H7462a"`, `href="/lemma/H7462b"`},
		"/lemma/l":                          {"to, for"},
		"/read/Ps/23?word=Ps.23.1.4":        {`data-word="Ps.23.1.4"`, `class="close"`, "has-card"},
		"/read/Ps/23":                       {"<span class=w>מִזְמ֥וֹר</span> ", `href="/word/Ps.23.1"`, `data-words="/word/"`},
		"/figure/Ps.23.1!3-4":               {`href="/word/Ps.23.1.3"`, `href="/word/Ps.23.1.4"`, "to shepherd, feed"},
		"/word/Ps.23.1.3?names=traditional": {"ה׳", "The LORD, the name of God"},
	} {
		a := get(t, s, target)
		if a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", target, a.Status)
		}
		has(t, a.body, want...)
	}
	if body := get(t, s, "/word/Ps.23.1.3?names=traditional").body; strings.Contains(body, "יְהוָ") || strings.Contains(body, "Yahweh") {
		t.Error("a page with traditional names has the divine name")
	}
	for from, to := range map[string]string{
		"/word/Psalms.23.1.4?lang=he": "/word/Ps.23.1.4?lang=he",
		"/word/Psalm.23.1":            "/word/Ps.23.1",
		"/lemma/7462b":                "/lemma/H7462b",
		"/lemma/תהום":                 "/lemma/H8415",
		"/lemma/8415":                 "/lemma/H8415",
		"/lemma/H3068?names=text":     "/lemma/H3068?names=text",
	} {
		a := get(t, s, from)
		if got := a.Header.Get("Location"); from != to && got != to {
			t.Errorf("%s redirects to %q (%s), not to %q", from, got, a.Status, to)
		}
	}
	for target, want := range map[string]string{
		"/word/Ps.23.1.7":   "Psalms 23:1 has 6 words.",
		"/word/Ps.23.1.0":   "Psalms 23:1 has 6 words.",
		"/word/Ps.23.1.x":   "is not a word of the text",
		"/word/Ps.23.99.1":  "is not a verse",
		"/word/Ps.151.1":    "is not a verse",
		"/word/Ps.23":       "is not a verse",
		"/word/Psalmz.23.1": "is not a verse",
		"/word/x":           "is not a verse",
		"/lemma/99999":      "no word of the text has the Strong",
		"/lemma/rock":       "is not a word or a number of a lemma",
	} {
		a := get(t, s, target)
		if a.StatusCode != http.StatusNotFound || !strings.Contains(strings.ToLower(a.body), strings.ToLower(want)) {
			t.Errorf("%s: %s, want %q\n%s", target, a.Status, want, shorten(a.body))
		}
	}
	if a := get(t, s, "/read/Ps/23?word=Ps.23.1.4&figure=Ps.23.1!3-4"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a word and a figure together: %s", a.Status)
	}
}
