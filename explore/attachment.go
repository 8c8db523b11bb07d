package explore

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// An attachment is an answer that is kept as a file.
type attachment struct {
	name string // of the file, in ASCII
	kind string // its media type
	body []byte
}

// A sheet is a table that is written as CSV (RFC 4180), in UTF-8.
type sheet struct {
	body bytes.Buffer
	rows *csv.Writer
}

func newSheet(head ...string) *sheet {
	s := &sheet{}
	s.rows = csv.NewWriter(&s.body)
	s.rows.UseCRLF = true
	s.add(head...)
	return s
}

// add writes a row. A cell that a spreadsheet would take for a formula begins
// with an apostrophe, so that what annotators wrote is never calculated.
func (s *sheet) add(cells ...string) {
	for i, cell := range cells {
		cell = plain(cell) // first, because it may lay such a beginning bare
		if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
			cell = "'" + cell
		}
		cells[i] = cell
	}
	_ = s.rows.Write(cells) // to memory
}

// attachment is the table as a file.
func (s *sheet) attachment(name string) *attachment {
	s.rows.Flush()
	return &attachment{name, "text/csv; charset=utf-8", s.body.Bytes()}
}
