package explore_test

import (
	"encoding/json"
	"html"
	"slices"
	"strings"
	"testing"

	"mashal"
	"mashal/evaluate"
	"mashal/explore/web"
	"mashal/quality"
)

// TestQuality checks that the page has the measures of the table, what the references are,
// and how much of the concordance is read and validated.
func TestQuality(t *testing.T) {
	table, err := quality.Default()
	if err != nil || len(table.Entries) == 0 {
		t.Fatalf("the table has %d entries, %v", len(table.Entries), err)
	}
	body := page(t, everything(t), "/quality")
	for _, want := range []string{"There are two schools", "Measured on " + table.Date, "figures validated", "always yes", "<svg", `href="#annotator-rules"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for i := range table.Entries {
		e := &table.Entries[i]
		if want := e.Row(evaluate.Any).Kappa.String(); !strings.Contains(body, want) {
			t.Errorf("the page lacks the kappa of %s on %s, %s", e.Annotator, e.Reference, want)
		}
	}
	if hebrew := page(t, everything(t), "/quality?lang=he"); !strings.Contains(hebrew, "אף אחת מהן אינה תקן זהב") {
		t.Error("the page has no Hebrew")
	}
	var again quality.Table
	if err := json.NewDecoder(strings.NewReader(get(t, everything(t), "/quality.json").body)).Decode(&again); err != nil || len(again.Entries) != len(table.Entries) {
		t.Errorf("the table as JSON has %d entries, %v", len(again.Entries), err)
	}
	for _, path := range []string{"/", "/read/Ps/23", "/charts"} {
		if !strings.Contains(page(t, everything(t), path), `href="/quality"`) {
			t.Errorf("%s does not lead to the page", path)
		}
	}
}

// TestQuotationsAreTranslated checks that all that a quotation of the table can contain has a
// Hebrew text, and that pages in Hebrew have no English quotation.
func TestQuotationsAreTranslated(t *testing.T) {
	table, err := quality.Default()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, m := range web.QuotedNames {
		known[m.String()] = true
	}
	for i := range table.Entries {
		e := &table.Entries[i]
		for _, text := range []string{e.Basis(), table.Reference(e.Reference).Title} {
			if !known[text] {
				t.Errorf("%q is in quotations and not in web.QuotedNames, so it has no translation", text)
			}
		}
	}
	s := everything(t)
	for _, target := range []string{"/charts?lang=he", "/charts/types?lang=he", "/quality?lang=he"} {
		for _, english := range []string{"figures of any type", "always yes", "the recorded reading of", "seen by the rules", "each book left out"} {
			hasNot(t, page(t, s, target), english)
		}
	}
}

// TestMeasuresOfOtherVersions checks that measures beside readings of another version than the
// measured one say so: below the map, lists, charts and chapters, on cards and in files; and
// that they do not say so beside readings of the measured version.
func TestMeasuresOfOtherVersions(t *testing.T) {
	t.Parallel()
	table, err := quality.Default()
	if err != nil {
		t.Fatal(err)
	}
	measured := rules
	i := slices.IndexFunc(table.Annotators, func(a quality.Annotator) bool { return a.Name == "rules" })
	measured.Version = table.Annotators[i].Version
	old := reading(1, psalm23, rules, 6, map[int]finding{1: {figures: byRules().Verses[0].Figures}})
	now := reading(1, psalm23, measured, 6, map[int]finding{1: {figures: byRules().Verses[0].Figures}})
	says := "Version " + measured.Version + " was measured; these figures are of another."
	for _, test := range []struct {
		r    *mashal.Reading
		says bool
	}{{old, true}, {now, false}} {
		s := serve(t, bible(t, test.r))
		for _, target := range []string{"/", "/search", "/concordance", "/charts", "/charts/types", "/read/Ps/23", "/read?in=Psalms+23-24", "/figure/Ps.23.1!3-4"} {
			body := html.UnescapeString(strip(getAsIs(t, s, target).body))
			if (strings.Contains(body, says) || strings.Contains(body, "another version: "+measured.Version)) != test.says {
				t.Errorf("%s, version %s: it says %q: %v", target, test.r.Annotator.Version, says, !test.says)
			}
			has(t, body, "easured")
		}
	}
}
