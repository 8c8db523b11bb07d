package explore_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"mashal"
	"mashal/explore/web"
)

// failedPsalm is a reading in which all verses that were tried failed.
func failedPsalm(id int64, by mashal.Annotator, ch mashal.Chapter, verses int) *mashal.Reading {
	found := map[int]finding{}
	for n := 1; n <= verses; n++ {
		found[n] = finding{failure: &mashal.Failure{Kind: "internal", Reason: "It failed."}}
	}
	return reading(id, ch, by, verses, found)
}

// TestUnreadIsSaid asks all lists, counts and files for text that the annotator has not read:
// pages say so without a number, and programs get a problem.
func TestUnreadIsSaid(t *testing.T) {
	t.Parallel()
	s := serve(t, bible(t, byRules(), byModel(), reading(3, joel3, rules, 5, nil)))
	for query, want := range map[string]string{
		"in=Joel&annotator=sim:large":                "sim:large has not read Joel.",
		"in=Joel&annotator=sim:large&type=simile":    "sim:large has not read Joel.",
		"in=Genesis&annotator=rules":                 "rules has not searched Genesis.",
		"in=Genesis":                                 "Nothing of Genesis has been annotated.",
		"in=Genesis&annotator=current":               "Nothing of Genesis has been annotated.",
		"genre=law&annotator=rules":                  "rules has not searched the selected verses.",
		"in=Genesis&annotator=rules&genre=narrative": "rules has not searched Genesis.",
		"in=Joel&reading=1":                          "The reading has nothing of Joel.",
		"in=Joel&run=run-model-2":                    "The run run-model-2 has nothing of Joel.",
	} {
		for _, path := range []string{"/search", "/concordance", "/charts", "/charts/types", "/charts/along", "/lemmas"} {
			body := getAsIs(t, s, path+"?"+query).body
			has(t, strip(body), want)
			hasNot(t, strip(body), "0 figures", "Nothing matches", "No figure matches", "0 marked", " 0 verses with figures", "Joel 0", "Genesis 0", "Law 0", "simile 0", "0 lemmas")
			if path == "/lemmas" {
				has(t, body, `<form class="ask" action="/lemmas"`)
			}
			if strings.Contains(query, "in=Joel&annotator") {
				has(t, body, `annotator=rules`, "Show what was annotated there by")
			}
		}
		for _, path := range []string{
			"/api/v1/figures?", "/api/v1/verses?", "/api/v1/facets?", "/api/v1/chapters?", "/api/v1/statistics?", "/api/v1/kwic?", "/api/v1/kwic?key=lemma&lemma=7462&outside=1&",
			"/export?format=csv&", "/export?format=jsonl&", "/concordance.csv?", "/concordance.csv?lemma=7462&", "/concordance.svg?", "/charts/types.svg?", "/charts/types.csv?", "/charts/atlas.csv?", "/lemmas.csv?",
		} {
			a := getAsIs(t, s, path+query, "Accept", "application/json")
			if a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, want) || !strings.Contains(a.body, `"title":"Not annotated"`) {
				t.Errorf("%s%s: %s %s", path, query, a.Status, shorten(a.body))
			}
		}
	}
	// Verses that were not run can be listed, and an empty finding of what was read is one.
	for _, target := range []string{"/search?in=Genesis+1&annotator=rules&state=not+run", "/api/v1/verses?in=Genesis+1&annotator=rules&state=not+run", "/api/v1/figures?in=Joel&annotator=rules", "/export?in=Joel&annotator=rules"} {
		if a := getAsIs(t, s, target); a.StatusCode != http.StatusOK || strings.Contains(a.body, "has not") {
			t.Errorf("%s: %s %s", target, a.Status, shorten(a.body))
		}
	}
}

// TestPartlyUnreadIsCounted checks that lists of a selection that is read in part say how much
// of it is not, and that no facet or chapter of it has a 0 for text that was not read.
func TestPartlyUnreadIsCounted(t *testing.T) {
	t.Parallel()
	s := serve(t, bible(t, byRules(), byModel(), reading(3, joel3, rules, 5, nil)))
	body := strip(getAsIs(t, s, "/search?in=Genesis+1%3B+Psalms+23&annotator=rules").body)
	has(t, body, "Not annotated: 31 verses (of 37 selected)", "Genesis not annotated")
	hasNot(t, body, "Genesis 0", "Torah 0")
	body = strip(getAsIs(t, s, "/search?in=Psalms+23&annotator=sim:large").body)
	has(t, body, "Not annotated: 1 verse", "1 verse failed", "(of 6 selected)")
	has(t, strip(getAsIs(t, s, "/concordance?in=Genesis+1%3B+Psalms+23&annotator=rules").body), "Not annotated: 31 verses")
	has(t, getAsIs(t, s, "/api/v1/facets?in=Genesis+1%3B+Psalms+23&annotator=rules").body, `"coverage":{"selected":37,"done":6,"failed":0,"not_run":31}`,
		`{"value":"Gen","label":"Genesis","count":0,"selected":true,"not_done":true}`, `{"value":"Torah","label":"Torah","count":0,"selected":true,"not_done":true}`)
	has(t, getAsIs(t, s, "/api/v1/chapters?in=Genesis+1%3B+Psalms+23&annotator=rules").body, `"osis":"Gen.1","book":"Genesis","chapter":1,"figures":0,"read":0,"searched":0,"failed":0,"words":0,"not_run":31`)
	// Read, and without a figure: a 0 of these is a finding.
	has(t, getAsIs(t, s, "/api/v1/facets?in=Joel+3%3B+Psalms+23&annotator=rules").body, `{"value":"Joel","label":"Joel","count":0,"selected":true}`)
	// The annotator of a facet has none of the selected verses, or has read them.
	has(t, getAsIs(t, s, "/api/v1/facets?in=Joel+3&annotator=rules&annotator=sim:large").body, `"value":"sim:large","label":"sim:large","count":0,"selected":true,"not_done":true`,
		`"value":"rules","label":"rules","count":0,"selected":true}`)
}

// TestFailedIsSaid asks for a selection of which all verses failed.
func TestFailedIsSaid(t *testing.T) {
	t.Parallel()
	s := serve(t, bible(t, failedPsalm(1, model, psalm23, 6), failedPsalm(2, rules, joel3, 4)))
	for query, want := range map[string]string{
		"in=Psalms+23": "Nothing is known of Psalms 23: all 6 verses that were tried failed.", "annotator=rules": "Nothing is known of the Bible: all 4 verses that were tried failed.",
	} {
		for _, path := range []string{"/search?", "/concordance?", "/charts?"} {
			body := strip(getAsIs(t, s, path+query).body)
			has(t, body, want)
			hasNot(t, body, "0 figures", "Nothing matches", "none found")
		}
		for _, path := range []string{"/api/v1/figures?", "/export?format=csv&", "/api/v1/statistics?"} {
			if a := getAsIs(t, s, path+query, "Accept", "application/json"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, want) {
				t.Errorf("%s%s: %s %s", path, query, a.Status, a.body)
			}
		}
	}
	has(t, strip(getAsIs(t, s, "/search?in=Psalms+23&state=failed").body), "6 verses", "It failed.")
	hasNot(t, getAsIs(t, s, "/").body, `: 0 figures`, `: not marked`)
	has(t, getAsIs(t, s, "/?annotator=sim:large").body, `Psalms 23: 6 verses failed`)
}

// TestVersesWithWordsThatWereNotRun checks that a search for words counts the verses that have
// them and were not annotated, and leads to their list.
func TestVersesWithWordsThatWereNotRun(t *testing.T) {
	t.Parallel()
	s := serve(t, bible(t, byRules(), byModel()))
	body := getAsIs(t, s, "/search?english=shepherd&annotator=rules").body
	n, _, _ := strings.Cut(between(t, strip(body), "The words are in ", "that were not annotated."), " ")
	has(t, strip(getAsIs(t, s, "/search?english=shepherd&annotator=rules&state=not+run").body), n+" verses")
	has(t, getAsIs(t, s, "/api/v1/verses?english=shepherd&annotator=rules").body, `"not_run":`+n+`,`)
	has(t, getAsIs(t, s, "/api/v1/verses?english=shepherd&annotator=rules&state=not+run").body, `"total":`+n+`,`)
	hasNot(t, getAsIs(t, s, "/search?annotator=rules").body, "The words are in")
	has(t, strip(getAsIs(t, s, "/search?annotator=rules&query="+url.QueryEscape(`[gloss="shepherd"]`)).body), "The words are in ")
}

// TestUnreadWordsAreCounted checks that the words of a lemma in verses that were not read are
// not missing from its counts: on its page, in the concordance and in the API.
func TestUnreadWordsAreCounted(t *testing.T) {
	t.Parallel()
	s := serve(t, bible(t, byRules(), reading(3, joel3, rules, 5, nil)))
	// H1254 is in Genesis 1, which is not read; יהוה is in Psalm 23, and elsewhere.
	for _, target := range []string{"/lemma/H1254a", "/concordance?lemma=1254a"} {
		body := strip(getAsIs(t, s, target).body)
		has(t, body, "not annotated")
		hasNot(t, body, "0 marked", "0 not marked", "Nothing matches")
	}
	has(t, strip(getAsIs(t, s, "/lemma/H3068").body), "1 marked", "not annotated")
	has(t, strip(getAsIs(t, s, "/concordance?lemma=3068").body), "words in verses that were not annotated")
	has(t, getAsIs(t, s, "/api/v1/kwic?key=lemma&lemma=1254a&outside=1").body, `"figurative":0,"literal":0,"not_marked":0,"not_run":`, `"coverage":{"selected":23213,"done":11,`)
	hasNot(t, getAsIs(t, s, "/api/v1/kwic?key=lemma&lemma=1254a&outside=1").body, `"not_run":0,"lines"`)
	has(t, getAsIs(t, s, "/api/v1/lemmas/H1254a").body, `"not_marked":0,"not_run":`)
}

// TestLeftOutIsSaid checks that a verse of which a reader has only figures that do not count is
// not said to have none found, on the pages of the chapter, of a selection and of comparisons.
func TestLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	only := func(standing mashal.Standing) finding {
		f := byRules().Verses[0].Figures[0]
		f.Standing = standing
		return finding{figures: []mashal.JudgedFigure{f}}
	}
	s := serve(t, bible(t, reading(1, psalm23, model, 6, map[int]finding{1: only(mashal.Conventional), 2: only(mashal.Suggestion)}), reading(2, psalm23, rules, 6, nil)))
	const says = "1 figure is left out: a conventional one or a suggestion"
	for _, target := range []string{"/read/Ps/23?annotator=sim:large", "/read?in=Psalms+23:1-2&annotator=sim:large", "/read/Ps/23?annotator=sim:large&type=simile", "/compare/Ps/23?a=sim:large&b=rules"} {
		body := strip(getAsIs(t, s, target).body)
		if n := strings.Count(body, says); n != 2 {
			t.Errorf("%s says it of %d verses, not of 2: %s", target, n, body)
		}
	}
	has(t, strip(getAsIs(t, s, "/read/Ps/23?annotator=sim:large").body), "2 figures are left out: conventional ones and suggestions", "none found")
	hasNot(t, strip(getAsIs(t, s, "/read?in=Psalms+23:1-2&annotator=sim:large").body), "none found")
	has(t, getAsIs(t, s, "/read?in=Psalms+23:1&annotator=sim:large").body, `/search?annotator=sim%3Alarge&amp;in=Psalms&#43;23%3A1&amp;standing=claimed&amp;standing=conventional&amp;standing=suggestion`)
	has(t, strip(getAsIs(t, s, "/search?annotator=sim:large&in=Psalms+23:1&standing=claimed&standing=conventional&standing=suggestion").body), "1 figure in 1 verse")
	has(t, getAsIs(t, s, "/api/v1/chapters/Ps/23?reading=1").body, `"left_out":1`)
}

// TestPassageIsOfOneAnnotator checks that the page of a selection shows one annotator, the one
// that lists and charts of it count, unless another or the mixture is chosen; that its cards are
// of the reading that it shows; and that the pages of its chapters show the same.
func TestPassageIsOfOneAnnotator(t *testing.T) {
	t.Parallel()
	// The model's reading of Psalm 23 is current; the rules have done more.
	s := serve(t, bible(t, byRules(), byModel(), reading(3, joel3, rules, 5, nil)))
	const in = "/read?in=Joel+3%3B+Psalms+23"
	body := getAsIs(t, s, in).body
	has(t, body, `aria-current="true"><bdi>rules</bdi>`, `annotator=current`)
	hasNot(t, body, "Annotated by</small> <bdi>sim:large", "a=sim", "none found")
	if a := getAsIs(t, s, "/search?in=Joel+3%3B+Psalms+23"); !strings.Contains(a.body, `aria-current="true"><bdi>rules</bdi>`) {
		t.Error("the list of the selection is of another annotator")
	}
	body = getAsIs(t, s, in+"&annotator=current").body
	has(t, strip(body), "A mixture of annotators", "Annotated by sim:large", "Annotated by rules")
	has(t, strip(getAsIs(t, s, "/read?in=Psalms+23:1-4&annotator=sim:large").body), "Annotated by sim:large")
	has(t, strip(getAsIs(t, s, "/read/Ps/23").body), "Annotated by rules")
	has(t, strip(getAsIs(t, s, "/read/Ps/23?annotator=current").body), "Annotated by sim:large")
	// A mark of the map leads to what the map counts.
	has(t, getAsIs(t, s, "/?annotator=sim:large").body, `href="/read/Ps/23?annotator=sim%3Alarge"`)
	has(t, getAsIs(t, s, "/?annotator=current").body, `href="/read/Ps/23?annotator=current"`)
	has(t, getAsIs(t, s, "/").body, `href="/read/Ps/23"`)
	for annotator, want := range map[string]string{"": "rules", "&annotator=sim:large": "sim:large", "&annotator=current": "sim:large"} {
		card := between(t, getAsIs(t, s, in+"&figure=Ps.23.1!3-4"+annotator).body, `class="card"`, "</article>")
		has(t, card, "<bdi>"+want+"</bdi>")
	}
}

// TestCardsOfOtherPages checks that a page does not open the card of a word or figure that is
// not on it, and that an unknown annotator is refused at the address that names it.
func TestCardsOfOtherPages(t *testing.T) {
	t.Parallel()
	s := everything(t)
	for target, want := range map[string]string{
		"/read?in=Psalms+23:1-2&word=Ps.23.3.1":                  "Psalms 23:3 is not on this page.",
		"/read?in=Psalms+23%3B+Psalms+24&word=Isa.40.3.2":        "Isaiah 40:3 is not on this page.",
		"/read/Ps/23?word=Ps.24.1.1":                             "Psalms 24:1 is not on this page.",
		"/read?in=Psalms+24-25&figure=Ps.23.1!3-4":               "Psalms 23:1 is not on this page.",
		"/read?in=Ps+23&annotator=nosuch":                        "Unknown annotator “nosuch”.",
		"/read?in=Ps+23-24&annotator=nosuch":                     "Unknown annotator “nosuch”.",
		"/read/Psalms/23?annotator=nosuch":                       "Unknown annotator “nosuch”.",
		"/read?in=Genesis-2+Kings&page=99&annotator=rules":       "pages.",
		"/read?in=Psalms+23:1&page=99":                           "There are 1 pages.",
		"/read?in=Ps+23&figure=nosuch&word=Ps.23.1.1":            "not both",
		"/read?in=Ps+23&type=smile":                              "smile",
		"/read?in=Genesis+1%3B+Psalms+23&word=Ps.23.1.1&page=99": "pages.",
	} {
		if a := getAsIs(t, s, target); a.StatusCode != http.StatusBadRequest || !strings.Contains(strip(a.body), want) {
			t.Errorf("%s: %s %s", target, a.Status, strip(a.body))
		}
	}
	a := getAsIs(t, s, "/read?in=Genesis-2+Kings&page=99&annotator=rules")
	if n := between(t, strip(a.body), "There are ", " pages"); !strings.Contains(a.body, "page="+n) {
		t.Errorf("the last page %s is not offered: %s", n, a.body)
	}
	if a := getAsIs(t, s, "/read?in=Psalms+23:1-2&word=Ps.23.2.1"); a.StatusCode != http.StatusOK {
		t.Error(a.Status)
	}
}

// TestLongAddressIsNotRepeated checks that the answer to an address that is too long is short.
func TestLongAddressIsNotRepeated(t *testing.T) {
	t.Parallel()
	s := everything(t)
	for _, target := range []string{"/search?english=" + strings.Repeat("x", 60_000), "/" + strings.Repeat("a/", 30_000), "/api/v1/figures?in=" + strings.Repeat("%41", 20_000)} {
		a := getAsIs(t, s, target)
		if a.StatusCode != http.StatusRequestURITooLong || len(a.body) > 10_000 || strings.Contains(a.body, "xxxxxxxxx") || strings.Contains(a.body, "a/a/a/a/") {
			t.Errorf("%s: %d bytes", a.Status, len(a.body))
		}
	}
}

// TestDamagedWhileServing overwrites the pages of the open concordance: what cannot be read from
// memory is answered with what happened and what to do.
func TestDamagedWhileServing(t *testing.T) {
	t.Parallel()
	path := bible(t)
	s := serve(t, path, func(o *web.Options) { o.Log = nil })
	if a := getAsIs(t, s, "/search"); a.StatusCode != http.StatusOK {
		t.Fatal(a.Status)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt(bytes.Repeat([]byte{0xee}, int(info.Size())-100), 100); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	clear := 0 // SQLite still has some pages of the file
	for _, target := range []string{"/figure/Joel.3.1!1-2", "/search?annotator=rules", "/read/Ps/23", "/api/v1/figures?annotator=sim:large", "/concordance?annotator=rules"} {
		a := getAsIs(t, s, target)
		if a.StatusCode == http.StatusOK {
			continue
		}
		clear++
		if a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, "is damaged or cannot be read.") || !strings.Contains(a.body, "mashal build") {
			t.Errorf("%s: %s %s", target, a.Status, strip(a.body))
		}
	}
	if clear == 0 {
		t.Error("no page reads the damaged file")
	}
}

// TestWordScript checks that the script of the view is that of all Hebrew of a word, and that
// words whose lemma and parsing do not agree, and parts of names, are explained.
func TestWordScript(t *testing.T) {
	t.Parallel()
	s := everything(t)
	pointed := regexp.MustCompile(`[\x{0591}-\x{05c7}]`)
	for _, target := range []string{"/word/Isa.40.3.2", "/word/Ps.22.17.7", "/word/Ps.23.1", "/lemma/H7462b", "/lemma/1035", "/read/Ps/23?word=Ps.23.1.4", "/word/Gen.8.17.14"} {
		sep := "?"
		if strings.Contains(target, "?") {
			sep = "&"
		}
		body := getAsIs(t, s, target+sep+"script=letters").body
		_, body, _ = strings.Cut(body, "<main")
		body = regexp.MustCompile(`(?s)<div class="toolbar">.*?</div>|title="[^"]*"`).ReplaceAllString(body, "")
		if m := pointed.FindStringIndex(strings.ReplaceAll(body, "־", "")); m != nil {
			t.Errorf("%s has points: …%s…", target, strings.ReplaceAll(body, "־", "")[max(0, m[0]-60):m[1]+20])
		}
	}
	const differs = "they come from two analyses."
	has(t, strip(getAsIs(t, s, "/word/Ps.22.17.7").body), "parsed as a common noun: "+differs)
	hasNot(t, strip(getAsIs(t, s, "/word/Ps.23.1.4").body), differs)
	has(t, getAsIs(t, s, "/api/v1/words/Ps.22.17.7").body, `"differs":true`)
	has(t, strip(getAsIs(t, s, "/lemma/1035").body), "1035&#43;", "a word of the name before its last")
	has(t, strip(getAsIs(t, s, "/lemma/H1035+").body), "The plus sign marks a word of a name")
}

// TestFilesCarryTheirFont checks that drawings with Hebrew have the font that it needs, and
// others none.
func TestFilesCarryTheirFont(t *testing.T) {
	t.Parallel()
	s := everything(t)
	const font = "@font-face { font-family: \"Mashal Hebrew\"; src: url(\"data:font/woff2;base64,"
	for target, has := range map[string]bool{
		"/charts/types.svg?lang=he": true, "/concordance.svg?lang=he": true, "/charts/types.svg?in=תהלים": true, "/charts/types.svg": false, "/concordance.svg": false,
	} {
		if body := page(t, s, target); strings.Contains(body, font) != has {
			t.Errorf("%s has the font: %v", target, !has)
		}
	}
}
