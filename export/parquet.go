package export

import (
	"io"

	"mashal/parquet"
)

// Limits of a row group, which is held in memory until it is written: rows, and
// bytes of text, because some annotators write long texts.
const (
	groupRows  = 10_000
	groupBytes = 16 << 20
)

// A columnar writes rows as Parquet. The metadata of the file describes the
// concordance.
type columnar struct {
	out         *parquet.Writer[Row]
	rows, bytes int // of the current row group
}

func openParquet(w io.Writer, _ Options, meta [][2]string) (writer, error) {
	createdBy := "mashal"
	for _, kv := range meta {
		if kv[0] == "program" {
			createdBy = "mashal version " + kv[1] + " (build export)"
		}
	}
	out, err := parquet.New[Row](w, createdBy, meta)
	return &columnar{out: out}, err
}

func (c *columnar) write(r *Row) error {
	if err := c.out.Write(r); err != nil {
		return err
	}
	c.rows++
	c.bytes += len(r.Hebrew) + len(r.English) + len(r.VerseHebrew) + len(r.VerseEnglish) + len(r.Explanation) + len(r.Verdicts)
	if c.rows < groupRows && c.bytes < groupBytes {
		return nil
	}
	c.rows, c.bytes = 0, 0
	return c.out.Flush()
}

func (c *columnar) close() error { return c.out.Close() }
