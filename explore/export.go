package explore

import (
	"context"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"mashal/concordance/index"
)

// An Export is a file format in which figures can be taken away. Package
// explore knows none: who makes a server gives it some.
type Export struct {
	Name        string // "csv": as it is asked for, and the extension of files
	ContentType string
	Write       func(ctx context.Context, w io.Writer, m *index.Matches, o ExportOptions) error
}

// ExportOptions say how figures are exported.
type ExportOptions struct {
	Order       index.Order
	Traditional bool // the divine names altered
	BOM         bool // a byte order mark at the beginning of CSV
}

// export is the figures that are wanted as a file.
func (s *Server) export(v *visit) (*page, error) {
	for _, name := range looks {
		delete(v.params.read, name)
	}
	formats := make([]string, len(s.options.Exports))
	for i, e := range s.options.Exports {
		formats[i] = e.Name
	}
	if len(formats) == 0 {
		return nil, notFound("This explorer exports nothing.")
	}
	format := v.params.choice("format", formats...)
	o := ExportOptions{
		Order:       index.Order(v.params.choice("order", names(index.Orders)...)),
		Traditional: v.view.Traditional, BOM: v.params.flag("bom"),
	}
	if o.BOM && format != "csv" {
		v.params.refuse("bom", "1", "0", msg("A byte order mark is for CSV."))
	}
	if v.snapshot == nil {
		return nil, notFound("Nothing has been annotated yet, so there is no concordance.")
	}
	m, _, err := v.matchFigures()
	if err != nil {
		return nil, err
	}
	e := s.options.Exports[slices.Index(formats, format)]
	return &page{stream: &stream{
		contentType: e.ContentType, name: "mashal-" + v.snapshot.Version()[:8] + "." + e.Name,
		write: func(ctx context.Context, w io.Writer) error { return e.Write(ctx, w, m, o) },
	}}, nil
}

// takeAll is a copy of the whole concordance. It is made by SQLite, from what
// is open: whoever opens the file in another way and closes it takes the locks
// of this process away. The copy needs its size on the disk while it is sent.
func takeAll(v *visit) (*page, error) {
	for _, name := range viewParams {
		delete(v.params.read, name)
	}
	if err := v.params.check(); err != nil {
		return nil, err
	}
	if v.snapshot == nil {
		return nil, notFound("Nothing has been annotated yet, so there is no concordance.")
	}
	return &page{stream: &stream{
		contentType: "application/vnd.sqlite3", name: "concordance.db",
		write: func(ctx context.Context, w io.Writer) error { return copyOut(ctx, w, v.snapshot) },
	}}, nil
}

func copyOut(ctx context.Context, w io.Writer, snapshot *index.Snapshot) (err error) {
	dir, err := os.MkdirTemp("", "mashal-copy-")
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.RemoveAll(dir); err == nil {
			err = gone
		}
	}()
	path := filepath.Join(dir, "concordance.db")
	if err := snapshot.CopyTo(ctx, path); err != nil {
		return err
	}
	file, err := os.Open(path) // nobody else has this file open
	if err != nil {
		return err
	}
	_, err = io.Copy(w, contextReader{ctx, file})
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// A contextReader reads until a context ends.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// exportLinks lists the formats in which the list can be taken away, with their
// addresses.
func exportLinks(s *scope) []option {
	q := forPrograms(s)
	var list []option
	for _, format := range s.formats {
		q.Set("format", format)
		list = append(list, option{address("/export", q), msg("%s", formatTitles[format])})
		if format == "csv" {
			q.Set("bom", "1")
			list = append(list, option{address("/export", q), msg("CSV for Excel")})
			q.Del("bom")
		}
	}
	return list
}

var formatTitles = map[string]string{"csv": "CSV", "jsonl": "JSON Lines", "parquet": "Parquet"}

// apiURL is the address of the list in the API.
func apiURL(s *scope, what string) string { return address("/api/v1/"+what, forPrograms(s)) }

// forPrograms is the query of the list without what says how it looks.
func forPrograms(s *scope) url.Values {
	q := s.copied()
	q.Del("size")
	for _, name := range looks {
		q.Del(name)
	}
	return q
}
