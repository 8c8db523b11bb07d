package export

import (
	"encoding/csv"
	"io"

	"mashal/spreadsheet"
)

// CSVContentType is the media type of a CSV file with a header.
const CSVContentType = "text/csv; charset=utf-8; header=present"

// A CSVWriter writes CSV as defined by RFC 4180, in UTF-8. Spreadsheets open it without
// evaluating any cell as a formula, and without making a date or another text of any.
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

// Write writes a row. Cells that a spreadsheet would change are quoted (see package
// spreadsheet), except numbers, true and false. The row is buffered, so an error of w may be returned by
// a later Write or by Flush.
func (w *CSVWriter) Write(cells ...string) error {
	w.cells = w.cells[:0]
	for _, cell := range cells {
		if !spreadsheet.IsNumber(cell) && cell != "true" && cell != "false" {
			cell = spreadsheet.Quote(cell)
		}
		w.cells = append(w.cells, cell)
	}
	return w.writeQuoted(w.cells)
}

// writeQuoted writes a row whose cells are quoted.
func (w *CSVWriter) writeQuoted(cells []string) error { return w.out.Write(cells) }

// Flush writes buffered rows and returns the first error of any write.
func (w *CSVWriter) Flush() error {
	w.out.Flush()
	return w.out.Error()
}
