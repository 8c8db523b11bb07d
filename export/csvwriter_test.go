package export_test

import (
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"mashal/export"
)

func TestCSVWriterQuotes(t *testing.T) {
	written := func(cell string) string {
		var b strings.Builder
		w := export.NewCSVWriter(&b)
		if err := errors.Join(w.Write(cell, "end"), w.Flush()); err != nil {
			t.Fatal(err)
		}
		row, err := csv.NewReader(strings.NewReader(b.String())).Read()
		if err != nil || len(row) != 2 {
			t.Fatalf("%q: %q, %v", cell, row, err)
		}
		return row[0]
	}
	for _, formula := range []string{"=1+1", "+1", "-1+1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "1-2", "6-9", "Mar 5", "007", "1/2", "'=1"} {
		want := "'" + strings.ReplaceAll(formula, "\r", "") // CSV has a CR only before a LF
		if got := written(formula); got != want {
			t.Errorf("%q is %q", formula, got)
		}
	}
	for _, text := range []string{"", "shepherd", "12", "0.950", "1e-05", "-1", "-4.32", "1–2", "'tis", "\u200e=1", "רֹעִי", "\xff=1", "—"} {
		if got := written(text); got != text {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestCSVWriter(t *testing.T) {
	var b strings.Builder
	w := export.NewCSVWriter(&b)
	row := []string{"=1,\"2\"", "a\r\nb", ""}
	if err := errors.Join(w.Write("one", "two", "three"), w.Write(row...), w.Write("a"), w.Flush()); err != nil {
		t.Fatal(err)
	}
	if want := "one,two,three\r\n\"'=1,\"\"2\"\"\",\"a\r\nb\",\r\na\r\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	if row[0] != "=1,\"2\"" {
		t.Errorf("the caller's row became %q", row)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.ErrUnsupported }

func TestCSVWriterFails(t *testing.T) {
	w := export.NewCSVWriter(full{})
	if err := errors.Join(w.Write("one"), w.Flush()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}
