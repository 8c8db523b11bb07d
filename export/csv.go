package export

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// A table writes rows as CSV with a header. Items of a list are separated by "; ".
type table struct {
	out   *CSVWriter
	cells []string
}

// columns lists the names of the fields of Row in their order.
var columns = func() (names []string) {
	for field := range reflect.TypeFor[Row]().Fields() {
		names = append(names, field.Tag.Get("json"))
	}
	return names
}()

func openCSV(w io.Writer, o Options, _ [][2]string) (writer, error) {
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	t := &table{out: NewCSVWriter(w), cells: make([]string, len(columns))}
	return t, t.out.Write(columns...)
}

func (t *table) write(r *Row) error {
	row := reflect.ValueOf(r).Elem()
	for i := range t.cells {
		t.cells[i] = cell(row.Field(i).Interface())
	}
	return t.out.Write(t.cells...)
}

func (t *table) close() error { return t.out.Flush() }

// cell formats a value for a cell.
func cell(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []string:
		return strings.Join(value, "; ")
	case json.RawMessage:
		return string(value)
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}
