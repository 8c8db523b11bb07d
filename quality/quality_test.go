package quality_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mashal"
	"mashal/evaluate"
	"mashal/quality"
)

// TestDocumentIsCurrent checks that docs/quality.md is made from the embedded table.
func TestDocumentIsCurrent(t *testing.T) {
	table, err := quality.Default()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := table.WriteDocument(&b); err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile(filepath.Join("..", "docs", "quality.md"))
	if err != nil || !bytes.Equal(have, b.Bytes()) {
		t.Errorf("docs/quality.md is not that of the table, %v: make quality writes both", err)
	}
}

// TestEntriesSayWhatWasSeen checks that each entry says whether the annotator had seen the
// reference, also where it is quoted and in the headings of the document, and that the
// learned model is measured on books left out.
func TestEntriesSayWhatWasSeen(t *testing.T) {
	table, err := quality.Default()
	if err != nil {
		t.Fatal(err)
	}
	var document bytes.Buffer
	if err := table.WriteDocument(&document); err != nil {
		t.Fatal(err)
	}
	for i := range table.Entries {
		e := &table.Entries[i]
		if e.Unseen != (e.Seen == "") || e.Basis() == "" {
			t.Errorf("%s against %s: unseen %v, seen %q", e.Annotator, e.Reference, e.Unseen, e.Seen)
		}
		if e.Annotator == "learned" && !e.Unseen || e.Annotator == "offline" && !strings.Contains(e.Basis(), "each book left out of the model") {
			t.Errorf("%s against %s is measured as trained: %s", e.Annotator, e.Reference, e.Basis())
		}
		if quote := table.Quote(e.Annotator, evaluate.Any); !strings.Contains(quote, e.Basis()) {
			t.Errorf("%q does not say %q", quote, e.Basis())
		}
		if heading := "against " + table.Reference(e.Reference).Title + ": " + e.Basis() + "\n"; !strings.Contains(document.String(), heading) {
			t.Errorf("the document has no heading %q", heading)
		}
	}
}

// TestTableIsWritten checks that a table that is written and read is the same.
func TestTableIsWritten(t *testing.T) {
	table, err := quality.Default()
	if err != nil {
		t.Fatal(err)
	}
	data, err := table.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	again, err := quality.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := again.Marshal()
	if err != nil || !bytes.Equal(data, twice) {
		t.Errorf("the table differs when it is written again, %v", err)
	}
	if file, err := os.ReadFile("measures.json"); err != nil || !bytes.Equal(file, data) {
		t.Errorf("measures.json is not in the form in which it is written, %v", err)
	}
}

func TestNewEntry(t *testing.T) {
	f := func(confidence float64) []mashal.Figure {
		return []mashal.Figure{{Types: []mashal.Type{mashal.Simile}, Span: mashal.ExactSpan(mashal.WordRange{First: 1, Last: 2}), Confidence: confidence}}
	}
	at := func(verse int) mashal.Ref {
		return mashal.Ref{Chapter: mashal.Chapter{Book: 1, Number: 1}, Verse: verse}
	}
	study := evaluate.Measure([]evaluate.Pair{{Ref: at(1), Reference: f(0), Predicted: f(.9)}, {Ref: at(2), Predicted: f(.9)}}, func(mashal.Ref) int { return 4 }, evaluate.Options{
		Divisions: []evaluate.Division{{By: "verse", Of: func(ref mashal.Ref) string { return ref.String() }}},
	})
	e := quality.NewEntry("rules", "r", study)
	row := e.Row(mashal.Simile)
	if row == nil || row.F1.String() != ".67" || row.Precision.String() != ".50" || row.Stated.String() != ".90" || row.Observed.String() != ".50" || len(e.By("verse")) != 4 || len(e.Bands) != 1 {
		t.Errorf("%+v, %d parts", row, len(e.By("verse")))
	}
	if row := e.By("verse")[2]; row.Recall.Computable() || row.Recall.String() != "not computable" || row.Recall.Short() != "–" {
		t.Errorf("the recall of a part without figures of the reference is %v", row.Recall)
	}
}

func TestQuote(t *testing.T) {
	table := &quality.Table{
		Date: "2026-11-30", References: []quality.Reference{{Name: "notes", Title: "the notes"}},
		Entries: []quality.Entry{{Annotator: "rules", Reference: "notes", Seen: "seen by the rules", Rows: []quality.Row{
			{Type: mashal.Simile, Reference: 100, F1: quality.Measure{.8, .7, .9}, AlwaysYes: quality.Measure{.1}, Kappa: quality.Measure{.75}},
			{Type: mashal.Idiom, Reference: 3, F1: quality.Measure{1}},
		}}},
	}
	want := "rules, simile: against the notes F1 .80 (.70 to .90) (always yes .10), kappa .75 (seen by the rules). Measured 2026-11-30."
	if got := table.Quote("rules", mashal.Simile); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	table.Annotators = []quality.Annotator{{Name: "rules", Version: "2"}}
	if got := table.Quote("rules", mashal.Simile, "2"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := table.Quote("rules", mashal.Simile, "1", "2"); got != want+" Version 2 was measured; these figures are of another." {
		t.Errorf("beside figures of version 1: %q", got)
	}
	if got := table.Quote("rules", mashal.Idiom) + table.Quote("openai:gpt-5.1", mashal.Simile); got != "" {
		t.Errorf("%q is quoted of too few figures or of an annotator that was not measured", got)
	}
	if got := table.QuoteAll([]string{"rules"}, func(string) []string { return nil }); strings.Contains(got, "simile") {
		t.Errorf("%q", got)
	}
}
