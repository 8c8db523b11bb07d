package export

import (
	"io"

	"mashal/parquet"
)

// Limits of a row group, which is held in memory until it is written: rows, and
// bytes, because some annotators write long texts.
const (
	groupRows  = 10_000
	groupBytes = 16 << 20
)

// A columnar writes rows as Parquet. The metadata of the file describes the
// concordance.
type columnar[T any] struct {
	out  *parquet.Writer[T]
	rows int // of the current row group
}

func openParquet[T any](w io.Writer, meta [][2]string) (writer[T], error) {
	createdBy := "mashal"
	for _, kv := range meta {
		if kv[0] == "program" {
			createdBy = "mashal version " + kv[1] + " (build export)"
		}
	}
	out, err := parquet.New[T](w, createdBy, meta)
	return &columnar[T]{out: out}, err
}

func (c *columnar[T]) write(r *T) error {
	if err := c.out.Write(r); err != nil {
		return err
	}
	if c.rows++; c.rows < groupRows && c.out.Buffered() < groupBytes {
		return nil
	}
	c.rows = 0
	return c.out.Flush()
}

func (c *columnar[T]) close() error { return c.out.Close() }
