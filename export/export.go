// Package export writes figures as files for other programs: CSV for spreadsheets,
// JSON Lines, and Parquet for R, pandas and DuckDB. A row is a figure with its
// verse and annotator; all formats have the same columns (see Row). Figures are
// written while they are read, so memory use does not depend on their number.
package export

import (
	"context"
	"fmt"
	"io"
	"strings"

	"mashal/concordance/index"
	"mashal/quality"
)

// A Format is a file format for figures.
type Format struct {
	Name        string // value of --format and file extension, such as "csv"
	ContentType string
	open        func(w io.Writer, o Options, meta [][2]string) (writer, error)
}

// Formats lists all formats.
var Formats = []Format{
	{"csv", CSVContentType, openCSV},
	{"jsonl", "application/jsonl", openJSONLines},
	{"parquet", "application/vnd.apache.parquet", openParquet},
}

// Options controls how figures are written.
type Options struct {
	Order       index.Order // "" for canonical order
	Traditional bool        // replace divine names, also in texts of annotators
	BOM         bool        // begin CSV with a byte order mark, from which Excel recognises UTF-8
}

// A writer writes rows in a format. The file is complete when close returns nil.
type writer interface {
	write(*Row) error
	close() error
}

// Write writes the figures of m to w and returns their number. It fails with
// index.ErrChanged if a reading is replaced meanwhile; then the file is incomplete.
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
		{"annotators", annotators(m)},
		{"quality", Quality(m)},
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

// annotators returns whose figures are written, with the share of each in the verses.
func annotators(m *index.Matches) string {
	shares := m.Shares()
	parts := make([]string, len(shares))
	for i, s := range shares {
		parts[i] = fmt.Sprintf("%s (%s, a %s) %g %% of the verses", s.Annotator, s.Kind, s.Claim, s.Percent)
	}
	text := strings.Join(parts, "; ")
	if len(parts) > 1 {
		return "a mixture: " + text
	}
	return text
}

// Quality returns how good the annotators are whose figures are written, as far as they were
// measured: one sentence for each.
func Quality(m *index.Matches) string {
	table, err := quality.Default()
	if err != nil {
		return ""
	}
	return table.QuoteAll(m.Annotators(), m.Versions)
}
