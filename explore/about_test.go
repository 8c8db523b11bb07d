package explore_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mashal"
	"mashal/annotate/manual"
	"mashal/definitions"
	rulesof "mashal/rules"
)

// TestAbout checks that the page names each annotator with its kind, its coverage, the day of
// its readings and its measures, and what the concordance states.
func TestAbout(t *testing.T) {
	s := everything(t)
	body := strip(page(t, s, "/about"))
	has(t, body, "rules rules, matcher 1 2026-03-01", "sim:large model, reader 2 2026-03-01", "What is not claimed", "No licence is stated for them.", "Westminster Leningrad Codex",
		"CC BY 4.0", "How to cite", "Mashal: A Concordance of Figurative Language in the Hebrew Bible, version")
	has(t, body, "rules, figures of any type: against", "sim:large : not measured")
	has(t, strip(page(t, s, "/about?lang=he")), "מה אינו נטען", "מתאים תבניות")
	for _, path := range []string{"/", "/read/Ps/23", "/manual"} {
		has(t, page(t, s, path), `href="/about"`, `href="/rules"`, `href="/manual"`)
	}
	if a := get(t, s, "/about?nonsense=1"); a.StatusCode != http.StatusBadRequest {
		t.Error(a.Status)
	}
	has(t, page(t, serve(t, t.TempDir()+"/none.db"), "/about"), "Nothing has been annotated yet.")
}

// TestManual checks that the page has the whole text of the manual in both languages, with its
// anchors.
func TestManual(t *testing.T) {
	s := everything(t)
	for _, lang := range []string{"en", "he"} {
		body, d := page(t, s, "/manual?lang="+lang), manual.In(lang)
		text := strip(body)
		for i := range d.Blocks {
			if want := strings.Join(strings.Fields(d.Blocks[i].Text()), " "); d.Blocks[i].Level > 0 && !strings.Contains(text, want) {
				t.Errorf("%s: the page lacks %q", lang, want)
			}
		}
		for _, id := range d.IDs() {
			has(t, body, ` id="`+id+`"`)
		}
	}
}

// TestRulesPages checks that the list has every rule, that it is filtered and sorted, and that the
// page of a rule has its words, measures, examples and figures.
func TestRulesPages(t *testing.T) {
	s := everything(t)
	set, err := rulesof.Default()
	if err != nil {
		t.Fatal(err)
	}
	all := page(t, s, "/rules")
	similes, silver := page(t, s, "/rules?type=simile"), page(t, s, "/rules?measured=silver")
	for _, r := range set.Describe() {
		link := `href="/rules/` + r.ID + `"`
		has(t, all, link)
		if got := strings.Contains(similes, link); got != r.Claims([]mashal.Type{mashal.Simile}) {
			t.Errorf("%s is among the similes: %t", r.ID, got)
		}
		follows := false
		for _, m := range r.Measures {
			follows = follows || m.Follows == "silver"
		}
		if got := strings.Contains(silver, link); got != follows {
			t.Errorf("%s is among those that the readings support: %t", r.ID, got)
		}
	}
	rows := page(t, s, "/rules?order=name")
	if strings.Index(rows, `"/rules/wings"`) < strings.Index(rows, `"/rules/shield"`) {
		t.Error("rules are not in the order of their names")
	}
	body := page(t, s, "/rules/shepherd")
	has(t, body, "Watson 1984", `href="/lemma/H7462b"`, "verb, qal, active participle", "without the prefix", "<mark>", "Isaiah 56:11", "it must not find", "Jeremiah 33:12", "1 Samuel", "id: shepherd")
	rule, err := set.Find("shepherd")
	if err != nil {
		t.Fatal(err)
	}
	in := rule.Measures[0].Notes.Interval()
	has(t, strip(body), fmt.Sprintf("%d/%d = %.2f (%.2f–%.2f)", rule.Measures[0].Notes.Right, rule.Measures[0].Notes.All, rule.Measures[0].Notes.Share(), in.Low, in.High))
	has(t, page(t, s, "/rules/shepherd?lang=he"), "בלי התחילית", "הערות המתרגמים", "פועל")
	if a := get(t, s, "/rules/shephard"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, `href="/rules/shepherd"`) {
		t.Error(a.Status)
	}
	for target, want := range map[string]int{"/rules?type=metafor": 400, "/rules?measured=nobody": 400, "/rules/shepherd?x=1": 400, "/rules/%3Cscript%3E": 404} {
		if a := get(t, s, target); a.StatusCode != want {
			t.Errorf("%s: %s", target, a.Status)
		}
	}
}

// TestFiguresOfRules follows a rule to its figures, which it found alone and with another.
func TestFiguresOfRules(t *testing.T) {
	figure := func(source string, first int) mashal.JudgedFigure {
		return mashal.JudgedFigure{Figure: mashal.Figure{
			Types: []mashal.Type{mashal.Simile}, Span: mashal.ExactSpan(mashal.WordRange{First: first, Last: first}), Confidence: .8, Source: source,
		}}
	}
	path := t.TempDir() + "/concordance.db"
	write(t, path, reading(1, psalm23, rules, 6, map[int]finding{
		1: {figures: []mashal.JudgedFigure{figure("simile-noun", 1), figure("rock", 3)}},
		2: {figures: []mashal.JudgedFigure{figure("rock + simile-noun", 2)}},
	}))
	s := serve(t, path)
	body := page(t, s, "/rules")
	href := between(t, body[strings.Index(body, `"/rules/simile-noun"`):], `<td class="n"><a href="`, `">`)
	number, _, _ := strings.Cut(body[strings.Index(body, href)+len(href)+2:], "<")
	found := page(t, s, strings.ReplaceAll(href, "&amp;", "&"))
	if got := count(t, found); number != "2" || got != "2 figures in 2 verses" {
		t.Errorf("%s figures are counted, the search has %s", number, got)
	}
	if a := get(t, s, "/search?rule=simile-nuon"); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "simile-noun") {
		t.Errorf("an unknown rule: %s", a.Status)
	}
	card := between(t, found, `href="/figure/`, `"`)
	has(t, page(t, s, "/figure/"+strings.ReplaceAll(card, "&amp;", "&")), `href="/rules/simile-noun"`)
}

// TestDefinitionsOnPages checks that names of fields are described by their definitions, in both
// languages, and that a page has each definition once.
func TestDefinitionsOnPages(t *testing.T) {
	s := everything(t)
	body := page(t, s, "/figure/Ps.23.1!3-4")
	for _, key := range []string{"metaphor", "type", "target", "vehicle", "ground", "explanation", "speaker", "purpose", "confidence", "grounding", "annotator", "reading"} {
		has(t, body, `data-term="`+key+`" aria-describedby="d-`+key+`"`)
		if n := strings.Count(body, `id="d-`+key+`"`); n != 1 {
			t.Errorf("the definition of %s is %d times on the page", key, n)
		}
		has(t, strings.ReplaceAll(body, "&#39;", "'"), definitions.Of(key).Text)
	}
	has(t, page(t, s, "/figure/Ps.23.1!3-4?lang=he"), "התמונה המתארת את הנמשל")
	search := page(t, s, "/search")
	for _, key := range []string{"lemma", "target", "vehicle", "ground", "posture", "speaker", "purpose", "confidence", "genre", "period", "subtype", "annotator"} {
		has(t, search, `aria-describedby="d-`+key+`"`)
	}
	for _, y := range mashal.Types {
		has(t, search, `value="`+string(y)+`" data-term="`+string(y)+`" aria-describedby="d-`+string(y)+`"`)
	}
}
