package web

import (
	"context"
	"io"

	"mashal/concordance/index"
)

// An Export is a file format in which figures can be downloaded. Package export
// has the formats; the caller of New passes them on.
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
