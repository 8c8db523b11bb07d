// Package export writes figures as files for other programs: CSV for
// spreadsheets, JSON Lines, and Parquet for R, pandas and DuckDB. A row is a
// figure in its verse, with what found it, and has the same columns in all
// formats (see Row). Files are written as the figures are read, in memory that
// does not grow with their number.
package export

import (
	"context"
	"io"

	"mashal/concordance/index"
)

// A Format is one in which figures can be written.
type Format struct {
	Name        string // "csv", as it is asked for, and the extension of files
	ContentType string
	open        func(w io.Writer, o Options, meta [][2]string) (writer, error)
}

// Formats lists all.
var Formats = []Format{
	{"csv", CSVContentType, openCSV},
	{"jsonl", "application/jsonl", openJSONLines},
	{"parquet", "application/vnd.apache.parquet", openParquet},
}

// Options say how figures are written.
type Options struct {
	Order       index.Order // "" for that of the canon
	Traditional bool        // the divine names altered, in what annotators wrote too
	BOM         bool        // CSV begins with a byte order mark, by which Excel knows UTF-8
}

// A writer writes rows in a format. Nothing is complete before it is closed.
type writer interface {
	write(*Row) error
	close() error
}

// Write writes the figures that were found, and gives their number. If a
// reading is replaced meanwhile it fails with concordance.ErrChanged, and what
// was written is incomplete.
func (f Format) Write(ctx context.Context, w io.Writer, m *index.Matches, o Options) (rows int, err error) {
	meta := m.Snapshot().Meta()
	out, err := f.open(w, o, [][2]string{
		{"title", meta["title"]},
		{"concordance", m.Snapshot().Version()},
		{"program", meta["program version"]},
		{"text", meta["text version"]},
		{"hebrew", meta["hebrew text"] + ", " + meta["hebrew text licence"]},
		{"english", meta["english text"] + ", " + meta["english text licence"]},
		{"verse numbers", meta["verse numbers"]},
	})
	if err != nil {
		return 0, err
	}
	var row Row
	err = m.Each(ctx, index.Page{Order: o.Order, Traditional: o.Traditional}, func(h *index.Hit) error {
		row.fill(m.Snapshot(), h, o.Traditional)
		rows++
		return out.write(&row)
	})
	if err != nil {
		return rows, err
	}
	return rows, out.close()
}
