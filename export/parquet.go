package export

import (
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A row group is held in memory until it is written, so it ends with so many
// rows or, where annotators write at length, bytes of text.
const (
	groupRows  = 10_000
	groupBytes = 16 << 20
)

// columnar writes Parquet, with what the file is in its metadata.
type columnar struct {
	out         *parquet.GenericWriter[Row]
	one         []Row
	rows, bytes int // of the row group
}

func openParquet(w io.Writer, _ Options, meta [][2]string) (writer, error) {
	options := []parquet.WriterOption{parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault})}
	for _, kv := range meta {
		if kv[0] == "program" {
			options = append(options, parquet.CreatedBy("mashal", kv[1], "export"))
		}
		options = append(options, parquet.KeyValueMetadata(kv[0], kv[1]))
	}
	return &columnar{out: parquet.NewGenericWriter[Row](w, options...), one: make([]Row, 1)}, nil
}

func (c *columnar) write(r *Row) error {
	c.one[0] = *r
	if _, err := c.out.Write(c.one); err != nil {
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
