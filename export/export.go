// Package export writes figures and verses as files for other programs: CSV for
// spreadsheets, JSON Lines, and Parquet for R, pandas and DuckDB. There are two tables:
// Figures has a row for each figure, Verses one for each verse. All formats have the same
// columns; a data dictionary describes them (see Dictionary). Rows are written while they
// are read, so memory use does not depend on their number.
package export

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"mashal"
	"mashal/concordance/index"
	"mashal/corpus"
	"mashal/quality"
)

// A Format is a file format of tables.
type Format struct {
	Name        string // value of --format and file extension, such as "csv"
	ContentType string
	Extensions  []string // of files in the format, with the dot
}

// Formats lists all formats.
var Formats = []Format{
	{"csv", CSVContentType, []string{".csv"}},
	{"jsonl", "application/jsonl", []string{".jsonl", ".ndjson"}},
	{"parquet", "application/vnd.apache.parquet", []string{".parquet"}},
}

// Options controls what is written, and how.
type Options struct {
	Verses      bool        // the table of verses; without it, that of figures
	Order       index.Order // "" for canonical order; verses have only some (see index.VerseOrders)
	Traditional bool        // replace divine names, also in texts of annotators
	BOM         bool        // begin CSV with a byte order mark, from which Excel recognises UTF-8
}

// Table returns the table that is written.
func (o Options) Table() *Table {
	if o.Verses {
		return Verses
	}
	return Figures
}

// A writer writes rows in a format. The file is complete when close returns nil.
type writer[T any] interface {
	write(*T) error
	close() error
}

// open returns a writer of a format.
func open[T any](f Format, w io.Writer, o Options, meta [][2]string) (writer[T], error) {
	switch f.Name {
	case "csv":
		return openCSV[T](w, o)
	case "jsonl":
		return jsonLines[T]{w}, nil
	case "parquet":
		return openParquet[T](w, meta)
	}
	return nil, fmt.Errorf("unknown format %q", f.Name)
}

// Write writes the figures of m, or the verses, to w and returns the number of rows. It
// fails with index.ErrChanged if a reading is replaced meanwhile; then the file is incomplete.
func (f Format) Write(ctx context.Context, w io.Writer, m *index.Matches, o Options) (rows int, err error) {
	meta := metadata(m, o)
	if o.Verses {
		text, err := corpus.Open()
		if err != nil {
			return 0, err
		}
		out, err := open[VerseRow](f, w, o, meta)
		if err != nil {
			return 0, err
		}
		fill := verseFiller{snapshot: m.Snapshot(), text: text, traditional: o.Traditional, leftOut: m.TypesLeftOut()}
		err = m.EachVerse(ctx, o.Order, func(line *index.VerseLine) error {
			row, err := fill.row(line)
			if err != nil {
				return err
			}
			rows++
			return out.write(row)
		})
		if err != nil {
			return rows, err
		}
		return rows, out.close()
	}
	out, err := open[Row](f, w, o, meta)
	if err != nil {
		return 0, err
	}
	var row Row
	err = m.Each(ctx, index.Page{Order: o.Order, Traditional: o.Traditional}, func(h *index.Hit) error {
		if err := row.fill(m.Snapshot(), h, o.Traditional); err != nil {
			return err
		}
		rows++
		return out.write(&row)
	})
	if err != nil {
		return rows, err
	}
	return rows, out.close()
}

// metadata returns what a Parquet file says of itself.
func metadata(m *index.Matches, o Options) [][2]string {
	meta := m.Snapshot().Meta()
	return [][2]string{
		{"title", meta["title"]},
		{"table", o.Table().Name},
		{"concordance", m.Snapshot().Version()},
		{"program", meta["program version"]},
		{"text", meta["text version"]},
		{"hebrew", meta["hebrew text"] + ", " + meta["hebrew text licence"]},
		{"english", meta["english text"] + ", " + meta["english text licence"]},
		{"verse numbers", meta["verse numbers"]},
		{"annotators", annotators(m)},
		{"quality", Quality(m)},
	}
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

// CheckOrder returns an error if the table that is written does not have the order.
func (o Options) CheckOrder() error {
	orders := index.Orders
	if o.Verses {
		orders = index.VerseOrders
	}
	if o.Order == "" || slices.Contains(orders, o.Order) {
		return nil
	}
	known := make([]string, len(orders))
	for i, order := range orders {
		known[i] = string(order)
	}
	return mashal.Usagef("--order "+string(index.ByCanon), "unknown order %q of %s; the orders are %s", o.Order, o.Table().Name, strings.Join(known, ", "))
}
