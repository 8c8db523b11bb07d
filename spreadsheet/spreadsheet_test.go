package spreadsheet_test

import (
	"testing"

	"mashal"
	"mashal/spreadsheet"
)

func TestQuote(t *testing.T) {
	for _, text := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠SUM(A1)", // formulas
		"6-9", "1-2", "1/2", "3.5.2026", "2026-03-01", "2026-03-01 12:00:00", "3-5,8", " 6-9", "6-9 ", "\u00a06-9", // dates
		"Mar 5", "mar-5", "5 March", "MARCH 5, 2026", "5-Sep", "Sept. 6", "Sunday, 5 Mar 2026", "5. März", "12 août", "5 במרץ 2026", "מאי 5",
		"3:5", "12:30 PM", "5 p", "3:16:00", // times
		"007", "12345678901234567", "1.10", "1e5", "1E5", "5%", "$5", "5 €", "1,234", "(5)", "1 1/2", "٣", "１２", // numbers
		"TRUE", "true", "Falsch", "#N/A", "#REF!",
		"'=1", "'6-9", "''6-9", "'007", // cells as Quote writes them
	} {
		if got := spreadsheet.Quote(text); got != "'"+text {
			t.Errorf("Quote(%q) = %q", text, got)
		}
		if got := spreadsheet.Unquote("'" + text); got != text {
			t.Errorf("Unquote(%q) = %q", "'"+text, got)
		}
	}
	for _, text := range []string{
		"", "0", "2", "150", "123456789012345", "shepherd", "'tis", "'", "''", "'Tis 5 lions", "\u200e=1", "רֹעִי", "\xff=1", "—", "6–9",
		"!6-9", "H7462b", "H3068; H7462b", "Ps.23.1!3-4", "2026-03-01T12:00:00Z", "20261123T212655Z-e771", "march", "may", "May the king live",
		"5 lions", "1 Samuel", "marching 5", "2026.11+0a1b2c3d", "אב", "1. the rock", "[]", "e", "...",
	} {
		if got := spreadsheet.Quote(text); got != text {
			t.Errorf("Quote(%q) = %q", text, got)
		}
		if got := spreadsheet.Unquote(text); got != text {
			t.Errorf("Unquote(%q) = %q", text, got)
		}
	}
}

// TestReferencesStay checks that no reference is taken for a date.
func TestReferencesStay(t *testing.T) {
	for b := mashal.Book(1); b <= mashal.Books; b++ {
		ref := mashal.Ref{Chapter: mashal.Chapter{Book: b, Number: 1}, Verse: 2}
		for _, text := range []string{b.Name(), b.OSIS(), b.Hebrew(), ref.String(), ref.OSIS(), ref.Chapter.String(), ref.OSIS() + "!3-5,8"} {
			if spreadsheet.Changes(text) {
				t.Errorf("%q counts as changed", text)
			}
		}
	}
}

func TestIsNumber(t *testing.T) {
	for _, text := range []string{"0", "12", "0.95", "43.0", "1e-05", "1.5e+20", "100", "-1", "-4.32", "-1e-05", "-0"} {
		if !spreadsheet.IsNumber(text) {
			t.Errorf("%q is no number", text)
		}
	}
	for _, text := range []string{"", "007", "1.", ".5", "1-2", "1e", "12345678901234567", "1.2.3", "e5", "1.5%", "1..2", "-", "--1", "-007", "-1+1", "-1-2", "+1", "- 1", "-A1"} {
		if spreadsheet.IsNumber(text) {
			t.Errorf("%q is a number", text)
		}
	}
}

func FuzzQuote(f *testing.F) {
	for _, text := range []string{"", "6-9", "Mar 5", "'", "''6-9", "\xff", "1\u0301"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell := spreadsheet.Quote(text)
		if spreadsheet.Changes(cell) {
			t.Errorf("the cell %q of %q would be changed", cell, text)
		}
		if spreadsheet.Unquote(cell) != text {
			t.Errorf("%q is %q, and read back %q", text, cell, spreadsheet.Unquote(cell))
		}
	})
}
