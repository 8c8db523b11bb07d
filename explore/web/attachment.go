package web

import (
	"bytes"

	"mashal/export"
)

// An Attachment is an answer that is kept as a file.
type Attachment struct {
	Name        string // of the file, in ASCII
	ContentType string // its media type
	Body        []byte
}

// ForExcel is the file with a byte order mark, by which Excel knows UTF-8.
func (a *Attachment) ForExcel() *Attachment {
	a.Body = append([]byte("\ufeff"), a.Body...)
	return a
}

// A Table is one that is kept as a file.
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

// Add writes a row.
func (t *Table) Add(cells ...string) {
	for i, cell := range cells {
		cells[i] = Plain(cell) // here, because it may lay bare what begins a formula
	}
	_ = t.rows.Write(cells...) // to memory
}

// Attachment is the table as a file.
func (t *Table) Attachment(name string) *Attachment {
	_ = t.rows.Flush() // to memory
	return &Attachment{name, export.CSVContentType, t.body.Bytes()}
}
