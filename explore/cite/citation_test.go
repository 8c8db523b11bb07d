package cite_test

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mashal/explore/cite"
	"mashal/explore/web"
)

// page returns the citation of a page of a concordance that states editors and a licence.
func page(t *testing.T, editors, licence, annotator string) *cite.Citation {
	t.Helper()
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	view := &web.View{
		Language: web.English, Path: "/search", Query: url.Values{"type": {"metaphor"}, "annotator": {annotator}},
		Source: web.Source{
			Version: "abc", Base: "https://mashal.example", Today: day.AddDate(0, 0, 1), Editors: editors, Licence: licence,
			Read: func(string) time.Time { return day },
		},
	}
	c := cite.Page(&web.Scope{View: view, Page: "search", Title: web.Msg("Search")})
	if c == nil {
		t.Fatal("the page has no citation")
	}
	return c
}

// TestFormats checks that each format has the annotator as author, the editors, the day of the
// reading, the version, the address and the licence.
func TestFormats(t *testing.T) {
	c := page(t, "A. Editor", "CC BY 4.0", "rules")
	for format, wanted := range map[string][]string{
		c.SBL: {
			"“Search: type metaphor; annotator rules,” annotated by rules, Mashal: ", "edited by A. Editor, ", "version abc", "licence: CC BY 4.0", "1 March 2026", "accessed 2 March 2026",
			"https://mashal.example/search?annotator=rules&type=metaphor.",
		},
		c.BibTeX: {
			"author       = {{annotated by rules}}", "editor       = {{A. Editor}}", "date         = {2026-03-01}", "note         = {version abc, licence: CC BY 4.0}",
			"url          = {https://mashal.example/search?annotator=rules&type=metaphor}", "urldate      = {2026-03-02}",
		},
		c.RIS: {
			"AU  - annotated by rules\r\n", "ED  - A. Editor\r\n", "DA  - 2026/03/01\r\n", "ET  - abc\r\n", "N1  - licence: CC BY 4.0\r\n",
			"UR  - https://mashal.example/search?annotator=rules&type=metaphor\r\n", "Y2  - 2026/03/02\r\n",
		},
		string(c.CSL): {
			`"author":[{"literal":"annotated by rules"}]`, `"editor":[{"literal":"A. Editor"}]`, `"issued":{"date-parts":[[2026,3,1]]}`, `"version":"abc"`, `licence: CC BY 4.0`,
			`"URL":"https://mashal.example/search?annotator=rules\u0026type=metaphor"`, `"accessed":{"date-parts":[[2026,3,2]]}`,
		},
	} {
		for _, want := range wanted {
			if !strings.Contains(format, want) {
				t.Errorf("there is no %q in\n%s", want, format)
			}
		}
	}
}

// TestNothingStated checks that nothing is said of editors and a licence that are not stated.
func TestNothingStated(t *testing.T) {
	c := page(t, "", "", "current")
	for _, format := range []string{c.SBL, c.BibTeX, c.RIS, string(c.CSL)} {
		for _, word := range []string{"edit", "ED  -", "licence", "annotated by", "AU  -", "author"} {
			if strings.Contains(format, word) {
				t.Errorf("%q is in\n%s", word, format)
			}
		}
	}
}

// TestHostile checks that texts of others neither break the formats nor add fields to them.
func TestHostile(t *testing.T) {
	evil := "}}, author = {x\r\nER  - \r\nTY  - BOOK\r\n\"],\u202e"
	c := page(t, evil, evil, evil)
	if open, closed := strings.Count(c.BibTeX, "{"), strings.Count(c.BibTeX, "}"); open != closed {
		t.Errorf("%d braces open and %d close in\n%s", open, closed, c.BibTeX)
	}
	line := regexp.MustCompile(`^[A-Z][A-Z0-9]  - [^\r\n]*$`)
	tags := map[string]int{}
	for _, text := range strings.Split(strings.TrimSuffix(c.RIS, "\r\n"), "\r\n") {
		if !line.MatchString(text) {
			t.Errorf("%q is no line of RIS", text)
			continue
		}
		tags[text[:2]]++
	}
	if tags["TY"] != 1 || tags["ER"] != 1 || tags["AU"] != 1 {
		t.Errorf("the lines have the tags %v", tags)
	}
	var items []map[string]any
	if err := json.Unmarshal(c.CSL, &items); err != nil || len(items) != 1 {
		t.Errorf("%d items, %v", len(items), err)
	}
	for _, format := range []string{c.SBL, c.BibTeX, c.RIS, string(c.CSL)} {
		if strings.Contains(format, "\u202e") {
			t.Errorf("a control character is in\n%s", format)
		}
	}
}

// TestAnnotatorOfPage checks that only pages with annotations name the only annotator, that those
// on words name it for their figures, and that the others do not have the date of its work.
func TestAnnotatorOfPage(t *testing.T) {
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"search": "annotated by rules, Mashal", "read": "annotated by rules, Mashal", "charts": "annotated by rules, Mashal",
		"word": ", figures annotated by rules, accessed", "lemma": ", figures annotated by rules, accessed",
		"help": "", "about": "", "manual": "", "rules": "", "rule": "", "saved": "", "words": "", "quality": "",
	} {
		view := &web.View{
			Language: web.English, Path: "/" + name, Query: url.Values{},
			Source: web.Source{Version: "abc", Only: "rules", Today: day.AddDate(0, 0, 1), Read: func(string) time.Time { return day }},
		}
		c := cite.Page(&web.Scope{View: view, Page: name, Title: web.Msg("Title")})
		if !strings.Contains(c.SBL, want) || want == "" && strings.Contains(c.SBL, "annotated") {
			t.Errorf("%s is cited as %s", name, c.SBL)
		}
		if author := strings.HasPrefix(want, "annotated"); strings.Contains(string(c.CSL), `"author"`) != author || strings.Contains(c.RIS, "AU  -") != author || strings.Contains(c.BibTeX, "date         = {2026-03-01}") != author {
			t.Errorf("%s has another author or date: %s%s%s", name, c.CSL, c.RIS, c.BibTeX)
		}
	}
}
