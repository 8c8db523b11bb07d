package export

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"

	"mashal/spreadsheet"
)

// separator stands between the items of a list in CSV.
const separator = "; "

// A sheet writes rows as CSV with a header.
type sheet[T any] struct {
	out   *CSVWriter
	cells []string
}

func openCSV[T any](w io.Writer, o Options) (writer[T], error) {
	if o.BOM {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return nil, err
		}
	}
	var names []string
	for field := range reflect.TypeFor[T]().Fields() {
		names = append(names, field.Tag.Get("json"))
	}
	s := &sheet[T]{NewCSVWriter(w), make([]string, len(names))}
	return s, s.out.Write(names...)
}

func (s *sheet[T]) write(r *T) error {
	row := reflect.ValueOf(r).Elem()
	for i := range s.cells {
		s.cells[i] = cell(row.Field(i))
	}
	return s.out.writeQuoted(s.cells)
}

func (s *sheet[T]) close() error { return s.out.Flush() }

// cell formats a value for a cell, quoted. A missing value is an empty cell.
func cell(v reflect.Value) string {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	switch value := v.Interface().(type) {
	case string:
		return spreadsheet.Quote(value)
	case []string:
		return spreadsheet.Quote(strings.Join(value, separator))
	case json.RawMessage:
		return string(value)
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	return fmt.Sprint(v.Interface())
}
