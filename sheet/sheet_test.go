package sheet_test

import (
	"errors"
	"strings"
	"testing"

	"mashal/sheet"
)

func TestInert(t *testing.T) {
	for _, formula := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)"} {
		if got := sheet.Inert(formula); got != "'"+formula {
			t.Errorf("%q is %q", formula, got)
		}
	}
	for _, text := range []string{"", "shepherd", "1-2", "'=1", "\u200e=1", "רֹעִי", "\xff=1", "—"} {
		if got := sheet.Inert(text); got != text {
			t.Errorf("%q is %q", text, got)
		}
	}
}

func TestWriter(t *testing.T) {
	var b strings.Builder
	w := sheet.NewWriter(&b)
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

func TestWriterFails(t *testing.T) {
	w := sheet.NewWriter(full{})
	if err := errors.Join(w.Write("one"), w.Flush()); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("%v", err)
	}
}
