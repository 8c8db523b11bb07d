package rules_test

import (
	"bytes"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"mashal"
	"mashal/evaluate"
)

// inCanonicalOrder yields the verses of an annotation in the order of the Bible.
func inCanonicalOrder(figures map[mashal.Ref][]mashal.Figure) iter.Seq2[mashal.Ref, []mashal.Figure] {
	return func(yield func(mashal.Ref, []mashal.Figure) bool) {
		for _, ref := range slices.SortedFunc(maps.Keys(figures), mashal.Ref.Compare) {
			if !yield(ref, figures[ref]) {
				return
			}
		}
	}
}

// TestReport compares the measures of the rules with a golden file.
func TestReport(t *testing.T) {
	var b bytes.Buffer
	fmt.Fprintln(&b, "What the rules reach, measured (make confidence writes this file).")
	fmt.Fprintln(&b, "\nAgainst the silver annotation; of a chapter recorded more than once the last recording.")
	fmt.Fprintln(&b, "By verse: a verse has or has not a figure of the type. By figure: matched one to one by common words.")
	isaiah, ezekiel := silver(t, "Isaiah"), silver(t, "Ezekiel")
	both := maps.Clone(isaiah)
	maps.Copy(both, ezekiel)
	for _, part := range []struct {
		name    string
		figures map[mashal.Ref][]mashal.Figure
	}{{"Isaiah 41-66 (part)", isaiah}, {"Ezekiel", ezekiel}, {"Both", both}} {
		report := evaluate.Compare(evaluate.Join(inCanonicalOrder(part.figures), inCanonicalOrder(counted(wholeBible()))))
		fmt.Fprintf(&b, "\n%s: %d verses\n", part.name, report.Verses)
		fmt.Fprintf(&b, "%-16s %6s %6s %9s %7s %6s %6s   %9s %7s %6s %7s %7s\n", "type", "silver", "rules", "precision", "recall", "F1", "kappa",
			"figures P", "R", "F1", "span F1", "word F1")
		for _, typ := range append([]mashal.Type{evaluate.Any}, mashal.Types...) {
			c, i := report.ByVerse(typ), report.ByInstance(typ)
			name := string(typ)
			if typ == evaluate.Any {
				name = "any"
			}
			fmt.Fprintf(&b, "%-16s %6d %6d %9.3f %7.3f %6.3f %6.3f   %9.3f %7.3f %6.3f %7.3f %7.3f\n", name, c.Both+c.Reference, c.Both+c.Predicted,
				c.Precision(), c.Recall(), c.F1(), c.Kappa(), i.Precision(), i.Recall(), i.F1(), i.SpanF1(), i.WordF1())
		}
	}
	writeRecall(&b, t)
	golden(t, "report.golden", b.Bytes())
}

// writeRecall writes the recall against the human reference. The reference notes
// only some figures, so precision cannot be measured with it.
func writeRecall(b *bytes.Buffer, t *testing.T) {
	type share struct{ found, all int }
	byType, similes := map[mashal.Type]share{}, map[mashal.Book]share{}
	for ref, types := range humanNotes(t) {
		for typ := range types {
			found := 0
			if slices.ContainsFunc(wholeBible()[ref], func(f mashal.Figure) bool { return f.Is(typ) && f.Counts() }) {
				found = 1
			}
			s := byType[typ]
			byType[typ] = share{s.found + found, s.all + 1}
			if typ == mashal.Simile {
				s := similes[ref.Book]
				similes[ref.Book] = share{s.found + found, s.all + 1}
			}
		}
	}
	fmt.Fprintln(b, "\nRecall against the human reference: verses with a note of the type where the rules find one")
	for _, typ := range mashal.Types {
		s := byType[typ]
		fmt.Fprintf(b, "%-16s %5d of %5d  %.3f\n", typ, s.found, s.all, float64(s.found)/float64(max(1, s.all)))
	}
	fmt.Fprintln(b, "\nThe same for similes by book: how far the rules carry beyond the two books they were made on")
	for _, book := range slices.Sorted(maps.Keys(similes)) {
		s := similes[book]
		fmt.Fprintf(b, "%-16s %5d of %5d  %.3f\n", book, s.found, s.all, float64(s.found)/float64(s.all))
	}
}

// golden compares got with a file of testdata, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs from what is measured (make confidence writes it):\n%s", path, got)
	}
}

// counted returns the figures that count.
func counted(figures map[mashal.Ref][]mashal.Figure) map[mashal.Ref][]mashal.Figure {
	all := map[mashal.Ref][]mashal.Figure{}
	for ref, list := range figures {
		all[ref] = slices.DeleteFunc(slices.Clone(list), func(f mashal.Figure) bool { return !f.Counts() })
	}
	return all
}
