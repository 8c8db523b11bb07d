// Package parquet writes tables as Apache Parquet files, which R, pandas, DuckDB
// and others read.
//
// It writes what tables of figures and verses need and nothing else: columns of the types
// listed at New, in data pages of version 1, which Zstandard compresses. Tests read the files with a complete implementation of
// the format. That implementation would be a quarter of the program.
package parquet

import (
	"encoding/binary"
	"fmt"
	"io"
	"reflect"
	"strings"
)

const magic = "PAR1" // at both ends of a file

// A Writer writes rows of type T, the columns of which are the fields of T.
// Nothing is readable before Close.
type Writer[T any] struct {
	out     io.Writer
	offset  int64
	err     error // the first error of out
	fields  []int // of T, one for each column
	columns []*column
	rows    int // of the current row group

	meta      [][2]string
	createdBy string
	groups    []group
}

// A group is a row group that is written.
type group struct {
	rows   int
	chunks []chunk
}

// New returns a writer to out. The tag `parquet:"NAME"` of a field names its
// column; fields without one, or with "-", are left out. Fields are of type string, bool,
// int32, int64, float64, []string (tag "NAME,list") or json.RawMessage (tag
// "NAME,json"), or pointers to a bool, int32, int64, float64 or string, whose value is
// missing where the pointer is nil. The tag "NAME,dict" of a string writes each text of a
// row group once, which is smaller where texts repeat.
//
// createdBy names the program, in the form "mashal version 1.0 (build export)";
// meta is kept in the file.
func New[T any](out io.Writer, createdBy string, meta [][2]string) (*Writer[T], error) {
	w := &Writer[T]{out: out, createdBy: createdBy, meta: meta}
	row := reflect.TypeFor[T]()
	for i := range row.NumField() {
		field := row.Field(i)
		tag, ok := field.Tag.Lookup("parquet")
		if !ok || tag == "-" {
			continue
		}
		name, option, _ := strings.Cut(tag, ",")
		c := newColumn(name, option, field.Type)
		if c == nil {
			return nil, fmt.Errorf("write Parquet: no column of type %s with the tag %q", field.Type, tag)
		}
		w.fields, w.columns = append(w.fields, i), append(w.columns, c)
	}
	return w, nil
}

// Write adds a row to the current row group, which stays in memory.
func (w *Writer[T]) Write(row *T) error {
	value := reflect.ValueOf(row).Elem()
	for i, field := range w.fields {
		w.columns[i].add(value.Field(field))
	}
	w.rows++
	return w.err
}

// Buffered returns about how many bytes the current row group takes in memory.
func (w *Writer[T]) Buffered() int {
	n := 0
	for _, c := range w.columns {
		n += c.size()
	}
	return n
}

// Flush ends the current row group and writes it.
func (w *Writer[T]) Flush() error {
	if w.offset == 0 {
		w.write([]byte(magic))
	}
	if w.rows == 0 {
		return w.err
	}
	g := group{rows: w.rows}
	for _, c := range w.columns {
		g.chunks = append(g.chunks, w.chunk(c))
		c.reset()
	}
	w.groups = append(w.groups, g)
	w.rows = 0
	return w.err
}

// chunk writes the values of a column in the current row group.
func (w *Writer[T]) chunk(c *column) chunk {
	ch := chunk{column: c, values: c.entries, start: w.offset}
	page := func(dictionary bool, values int, data []byte) {
		packed := pack(data)
		header := pageHeader(dictionary, values, c.encoding(), len(data), len(packed))
		w.write(header)
		w.write(packed)
		ch.plainSize += int64(len(header) + len(data))
	}
	if c.dict != nil {
		page(true, len(c.dict), c.values)
		ch.dictionary = true
	}
	ch.data = w.offset
	page(false, c.entries, c.page())
	ch.size = w.offset - ch.start
	return ch
}

// Close writes the last row group and the footer. It does not close the
// underlying writer.
func (w *Writer[T]) Close() error {
	if err := w.Flush(); err != nil {
		return err
	}
	footer := w.footer()
	footer = binary.LittleEndian.AppendUint32(footer, uint32(len(footer)))
	w.write(append(footer, magic...))
	return w.err
}

func (w *Writer[T]) write(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.out.Write(b)
	w.offset, w.err = w.offset+int64(n), err
}
