package explore_test

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	tag      = regexp.MustCompile(`<(/?)([a-z0-9]+)((?:"[^"]*"|[^>"])*)>`)
	latin    = regexp.MustCompile(`[A-Za-z]{2,}`)
	isolated = regexp.MustCompile("\u2068[^\u2069]*\u2069") // names that annotators gave, in charts
	release  = regexp.MustCompile(`\d+\.\d+\+[0-9a-z]+`)    // of annotators
	void     = []string{"meta", "link", "input", "br", "img", "rect", "path", "hr"}
	// foreign matches elements whose text is not of the interface: names that
	// annotators gave, code, and texts in English.
	foreign = regexp.MustCompile(`lang="?(en|he-Latn)|dir="(ltr|auto)"|class="(label|name)"`)
)

// latinTexts returns the texts of a page in Latin letters that are not marked as
// a name, as code or as English.
func latinTexts(body string) []string {
	var found []string
	type element struct {
		name    string
		foreign bool
	}
	stack := []element{{"", false}}
	at := 0
	for _, m := range tag.FindAllStringSubmatchIndex(body, -1) {
		text := html.UnescapeString(body[at:m[0]])
		at = m[1]
		if !stack[len(stack)-1].foreign && latin.MatchString(text) {
			found = append(found, strings.TrimSpace(text))
		}
		closing, name, attributes := body[m[2]:m[3]] == "/", body[m[4]:m[5]], body[m[6]:m[7]]
		switch {
		case closing:
			for i := len(stack) - 1; i > 0; i-- {
				if stack[i].name == name {
					stack = stack[:i]
					break
				}
			}
		case !slices.Contains(void, name) && !strings.HasSuffix(attributes, "/"):
			stack = append(stack, element{name, stack[len(stack)-1].foreign || foreign.MatchString(attributes) || slices.Contains([]string{"bdi", "code", "pre", "kbd", "option", "script", "head"}, name)})
		}
	}
	return found
}

// TestHebrewPagesAreInHebrew checks that pages and refusals of the Hebrew
// interface have no English but names of formats and works.
func TestHebrewPagesAreInHebrew(t *testing.T) {
	s := everything(t)
	names := []string{
		"KWIC", "CSV", "bib", "Excel", "JSON", "Lines", "Parquet", "SVG", "BibTeX", "SBL", "UTC", "BOM", "Mashal", "CC", "BY", "World", "English", "Bible", "Westminster", "HTTP", "Strong", "UTF", "Enter", "Esc", "mashal", "annotate", "GET", "HEAD", "explore", "dir", "doctor", "ledger", "RIS", "CSL",
		"logDice", "log", "MI", "xy", "Rychl", "Dunning", "Church", "Hanks", "Daille", "Wilson",
	}
	only := map[string][]string{ // names on single pages: values of queries, works, licences and annotators
		"/help?": {
			"Corpus", "Query", "Language", "within", "colon", "noun", "proper", "perfect", "qatal", "imperfect", "yiqtol", "participle",
			"masculine", "feminine", "common", "both", "singular", "dual", "plural", "Hebrew", "Aramaic", "Open", "Scriptures",
		},
		"/about?": {"offline", "rules", "evaluate", "SIL", "Open", "Font", "License"},
	}
	for _, target := range []string{
		"/?", "/read/Ps/23?", "/read/Ps/23?ketiv=1&translit=1&list=1&deliberations=1", "/figure/Ps.23.1!3-4?", "/search?in=Psalms+23", "/search?state=failed", "/concordance?in=Psalms+23&key=vehicle",
		"/collocates?lemma=3068&least=1", "/collocates?key=lemma", "/lemmas?least=1", "/lemmas?annotator=rules&least=1", "/lemmas?annotator=rules&sort=share", "/concordance?order=right1&order2=left2&sample=2&seed=3", "/concordance?near=3068&left=2",
		"/concordance?lemma=7462&key=lemma", "/compare?", "/compare/Ps?", "/compare/Ps/23?", "/charts?in=Psalms", "/charts/types?by=genre", "/runs?", "/word/Ps.23.1.4?", "/word/Ps.23.1?", "/lemma/H7462b?", "/lemma/H7462?", "/read/Ps/23?word=Ps.23.1.4", "/word/Ps.23.1.99?", "/word/Ps.23.99.1?", "/word/nix?", "/lemma/99999?", "/help?", "/about?", "/rules?", "/rules/shepherd?", "/cite/Ps.23.1?",
		"/nowhere?", "/read/Ezekial?", "/read/Ps/151?", "/search?in=Ezekial+3", "/search?in=Ps+23:7", "/search?in=Ezekiel+1-", "/search?in=5", "/search?in=1+Samuel+40-30", "/search?type=metaphr", "/search?lemma=99999",
		"/search?min=2", "/search?size=1000", "/search?nonsense=1", "/search?reading=99", "/search?annotator=nobody", "/search?hebrew=%3B", "/search?max=0.1&min=0.5", "/figure/Ps.23.9!1?", "/figure/nonsense?", "/charts/pie?", "/runs/nix?", "/calls/9?",
		"/concordance?uses=literal", "/compare/Ps/23?a=7&b=7", "/cite/Ps.23?", "/go?q=Ezekial+3", "/search?page=99", "/search?exact=1&within=figure",
	} {
		body := get(t, s, target+"&lang=he").body
		title := html.UnescapeString(between(t, body, "<title>", "</title>"))
		for _, text := range append(latinTexts(strings.Replace(between(t, body, "<body", "</body>"), " class=", "<p class=", 1)), strings.TrimSuffix(title, " · Mashal")) {
			for _, word := range latin.FindAllString(release.ReplaceAllString(isolated.ReplaceAllString(text, ""), ""), -1) {
				if !slices.Contains(names, word) && !slices.Contains(only[target], word) && !strings.Contains(target, word) && !strings.ContainsFunc(word, unicode.IsDigit) {
					t.Errorf("%s has %q in %q", target, word, text)
				}
			}
		}
	}
	// Programs are answered in the language that they ask for, too.
	var problem struct {
		Title, Detail, Hint string
		Wrong               []struct{ Reason string } `json:"invalid_params"`
	}
	for _, query := range []string{"type=metaphr", "in=Ezekial", "lemma=99999", "nonsense=1"} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		q.Set("lang", "he")
		if err := json.Unmarshal([]byte(get(t, s, "/api/v1/figures?"+q.Encode()).body), &problem); err != nil {
			t.Fatal(err)
		}
		if latin.MatchString(problem.Title+problem.Detail) || len(problem.Wrong) == 0 || !strings.ContainsFunc(problem.Wrong[0].Reason, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) {
			t.Errorf("%s: %+v", query, problem)
		}
	}
}
