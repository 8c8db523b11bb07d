package web

import (
	"context"
	"io"

	"mashal/concordance/index"
)

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
