package explore_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mashal/explore/web"
	"mashal/query"
	"mashal/report"
)

// TestQueryPages checks what pages show of a query: the figures, the marks, the condition and the
// field, and the place of an error, in both languages.
func TestQueryPages(t *testing.T) {
	s := everything(t)
	ask := func(path, query, more string) string { return path + "?query=" + url.QueryEscape(query) + more }
	body := page(t, s, ask("/search", `[lemma="7462"]`, "&in=Psalms+23"))
	has(t, body, `value="[lemma=&#34;7462&#34;]"`, "query of words", "Psalms 23:1", "found")
	lemma := page(t, s, "/search?lemma=7462&in=Psalms+23")
	if a, b := between(t, body, `<p class="count">`, "</span>"), between(t, lemma, `<p class="count">`, "</span>"); a != b {
		t.Errorf("the query finds %s, the lemma %s", a, b)
	}
	has(t, page(t, s, ask("/concordance", `[lemma="7462"]`, "")), "query of words", "Psalms 23:1")
	has(t, page(t, s, ask("/charts/types", `[lemma="7462"]`, "")), "query of words")
	has(t, get(t, s, ask("/api/v1/figures", `[lemma="7462"]`, "")).body, "Ps.23.1")
	for lang, says := range map[string]string{"": "expected instead of", "&lang=he": "צפוי"} {
		a := get(t, s, ask("/search", `[lemma="רעה" pos="noun"]`, lang))
		if a.StatusCode != http.StatusBadRequest {
			t.Errorf("status %s", a.Status)
		}
		has(t, a.body, says, `<code class="pointed" dir="ltr">[lemma=&#34;<bdi>רעה</bdi>&#34; <mark>pos</mark>=&#34;noun&#34;]</code>`)
	}
	a := get(t, s, ask("/api/v1/figures", `[lemma="רעה" pos="noun"]`, ""))
	var problem struct {
		Wrong []struct {
			Name   string
			Column int
		} `json:"invalid_params"`
	}
	if err := json.Unmarshal([]byte(a.body), &problem); err != nil || len(problem.Wrong) != 1 || problem.Wrong[0].Name != "query" || problem.Wrong[0].Column != 14 {
		t.Errorf("%s (%v)", a.body, err)
	}
	has(t, page(t, s, "/help"), "Queries of words", "conjunction = factor", `href="/search?query=`, "the lemma: its citation form")
	for _, example := range query.Examples {
		if a := get(t, s, ask("/search", example, "")); a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", example, a.Status)
		}
	}
}

// TestSavedPage checks the page of saved searches: those of the data folder as links, whatever they
// contain, and what is said if their file is damaged.
func TestSavedPage(t *testing.T) {
	list := []report.SavedQuery{{Name: "lions", Address: "/search?vehicle=lion"}, {Name: "<b>", Address: "javascript:alert(1)"}}
	var damaged error
	s := serve(t, "", func(o *web.Options) { o.Saved = func() ([]report.SavedQuery, error) { return list, damaged } })
	a := get(t, s, "/saved")
	has(t, a.body, `<a href="/search?vehicle=lion"><bdi>lions</bdi></a>`, "&lt;b&gt;", "data-saved", "Download all")
	hasNot(t, a.body, `href="javascript:`)
	if cache := a.Header.Get("Cache-Control"); cache != "no-store" {
		t.Errorf("Cache-Control: %s", cache)
	}
	list = nil
	has(t, page(t, s, "/saved"), "mashal query save")
	damaged = errors.New("broken")
	body := page(t, s, "/saved")
	has(t, body, "cannot be read")
	if strings.Contains(body, "broken") {
		t.Error("the page shows the error")
	}
	has(t, page(t, everything(t), "/search"), "data-save hidden", `href="/saved"`)
}
