package explore

import (
	"bytes"

	"mashal/markup"
	"mashal/sheet"
)

// An attachment is an answer that is kept as a file.
type attachment struct {
	name string // of the file, in ASCII
	kind string // its media type
	body []byte
}

// forExcel is the file with a byte order mark, by which Excel knows UTF-8.
func (a *attachment) forExcel() *attachment {
	a.body = append([]byte("\ufeff"), a.body...)
	return a
}

// A table is one that is kept as a file.
type table struct {
	body bytes.Buffer
	rows *sheet.Writer
}

func newTable(head ...string) *table {
	t := &table{}
	t.rows = sheet.NewWriter(&t.body)
	t.add(head...)
	return t
}

// add writes a row.
func (t *table) add(cells ...string) {
	for i, cell := range cells {
		cells[i] = markup.Plain(cell) // here, because it may lay bare what begins a formula
	}
	_ = t.rows.Write(cells...) // to memory
}

// attachment is the table as a file.
func (t *table) attachment(name string) *attachment {
	_ = t.rows.Flush() // to memory
	return &attachment{name, sheet.ContentType, t.body.Bytes()}
}
