package explore_test

import (
	"encoding/json"
	"strings"
	"testing"

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
