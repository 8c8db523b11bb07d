package explore_test

import (
	"net/http"
	"strings"
	"testing"

	"mashal"
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
		for _, path := range []string{"/search", "/concordance", "/charts", "/charts/types", "/charts/along"} {
			body := getAsIs(t, s, path+"?"+query).body
			has(t, strip(body), want)
			hasNot(t, strip(body), "0 figures", "Nothing matches", "No figure matches", "0 marked", " 0 verses with figures", "Joel 0", "Genesis 0", "Law 0", "simile 0")
			if strings.Contains(query, "in=Joel&annotator") {
				has(t, body, `annotator=rules`, "Show what was annotated there by")
			}
		}
		for _, path := range []string{
			"/api/v1/figures?", "/api/v1/verses?", "/api/v1/facets?", "/api/v1/chapters?", "/api/v1/statistics?", "/api/v1/kwic?", "/api/v1/kwic?key=lemma&lemma=7462&outside=1&",
			"/export?format=csv&", "/export?format=jsonl&", "/concordance.csv?", "/concordance.csv?lemma=7462&", "/concordance.svg?", "/charts/types.svg?", "/charts/types.csv?", "/charts/atlas.csv?",
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
