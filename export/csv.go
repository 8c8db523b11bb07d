package export

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// A table writes CSV with a header. Lists are parted by "; ".
type table struct {
	out   *CSVWriter
	cells []string
}

// columns are the names of the fields of a Row, in their order.
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

// cell is a value as a cell has it.
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
