package export

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

// CSVContentType is the media type of a CSV file with a header.
const CSVContentType = "text/csv; charset=utf-8; header=present"

// A CSVWriter writes CSV as defined by RFC 4180, in UTF-8. Spreadsheets open
// it without evaluating any cell as a formula.
type CSVWriter struct {
	out   *csv.Writer
	cells []string
}

// NewCSVWriter returns a writer to w. The output is complete once Flush
// returns nil.
func NewCSVWriter(w io.Writer) *CSVWriter {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &CSVWriter{out: out}
}

// Write writes a row. The row is buffered, so an error of w may be returned by
// a later Write or by Flush.
func (w *CSVWriter) Write(cells ...string) error {
	w.cells = w.cells[:0]
	for _, cell := range cells {
		w.cells = append(w.cells, quoteFormula(cell))
	}
	return w.out.Write(w.cells)
}

// Flush writes buffered rows and returns the first error of any write.
func (w *CSVWriter) Flush() error {
	w.out.Flush()
	return w.out.Error()
}

// quoteFormula puts an apostrophe before a text that a spreadsheet would
// evaluate as a formula. Texts come from annotators, and a formula can read
// other cells and start programs.
func quoteFormula(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
