package web

import (
	"bytes"
	"context"
	"io"

	"mashal/concordance/index"
	"mashal/export"
)

// An Attachment is an answer that the browser saves as a file.
type Attachment struct {
	Name        string // of the file, ASCII only
	ContentType string // its media type
	Body        []byte
}

// ForExcel adds a byte order mark, from which Excel recognises UTF-8.
func (a *Attachment) ForExcel() *Attachment {
	a.Body = append([]byte("\ufeff"), a.Body...)
	return a
}

// A Table is a CSV file that is built in memory.
type Table struct {
	body bytes.Buffer
	rows *export.CSVWriter
}

// NewTable returns a CSV table with a header.
func NewTable(head ...string) *Table {
	t := &Table{}
	t.rows = export.NewCSVWriter(&t.body)
	t.Add(head...)
	return t
}

// Add adds a row.
func (t *Table) Add(cells ...string) {
	for i, cell := range cells {
		cells[i] = Plain(cell) // before quoting, because Plain may uncover the start of a formula
	}
	_ = t.rows.Write(cells...) // memory; never fails
}

// Attachment returns the table as a file.
func (t *Table) Attachment(name string) *Attachment {
	_ = t.rows.Flush() // memory; never fails
	return &Attachment{name, export.CSVContentType, t.body.Bytes()}
}

// An Export is a file format in which figures and verses can be downloaded. Package export
// implements the formats; the caller of New passes them in Options.
type Export struct {
	Name        string // value of the parameter format and file extension, such as "csv"
	ContentType string
	Write       func(ctx context.Context, w io.Writer, m *index.Matches, o ExportOptions) error
}

// ExportOptions controls what is exported, and how.
type ExportOptions struct {
	Verses      bool // the table of verses; without it, that of figures
	Order       index.Order
	Traditional bool // replace divine names
	BOM         bool // begin CSV with a byte order mark
}
