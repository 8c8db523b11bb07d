// Package sheet writes tables that people open in spreadsheets: CSV as RFC 4180
// has it, in UTF-8, in which nothing is calculated.
package sheet

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"
)

// ContentType is what a table with a header is.
const ContentType = "text/csv; charset=utf-8; header=present"

// A Writer writes a table row by row.
type Writer struct {
	out   *csv.Writer
	cells []string
}

// NewWriter begins a table. It is complete once Flush has been called.
func NewWriter(w io.Writer) *Writer {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &Writer{out: out}
}

// Write writes a row, its cells so that no spreadsheet takes one for a formula.
// It may be written later; then Flush has the error.
func (w *Writer) Write(cells ...string) error {
	w.cells = w.cells[:0]
	for _, cell := range cells {
		w.cells = append(w.cells, inert(cell))
	}
	return w.out.Write(w.cells)
}

// Flush writes what has not been written.
func (w *Writer) Flush() error {
	w.out.Flush()
	return w.out.Error()
}

// inert is a text that no spreadsheet takes for a formula: one that begins as
// they do gets an apostrophe before it. Annotators are strangers, and what a
// formula says can read other cells and call programs.
func inert(s string) string {
	if first, _ := utf8.DecodeRuneInString(s); s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}
