package export

import (
	"io"

	"mashal/parquet"
)

// A row group is held in memory until it is written, so it ends with this
// number of rows or, where annotators write at length, bytes of text.
const (
	groupRows  = 10_000
	groupBytes = 16 << 20
)

// columnar writes Parquet, with the description of the file in its metadata.
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
