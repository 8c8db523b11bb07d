package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// A sheet writes CSV as RFC 4180 has it: commas, CRLF, quotation marks where
// they are needed, a header. Lists are parted by "; ".
type sheet struct {
	out   *csv.Writer
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
	s := &sheet{out: csv.NewWriter(w), cells: make([]string, len(columns))}
	s.out.UseCRLF = true
	return s, s.out.Write(columns)
}

func (s *sheet) write(r *Row) error {
	row := reflect.ValueOf(r).Elem()
	for i := range s.cells {
		s.cells[i] = cell(row.Field(i).Interface())
	}
	return s.out.Write(s.cells)
}

func (s *sheet) close() error {
	s.out.Flush()
	return s.out.Error()
}

// cell is a value as a cell has it.
func cell(value any) string {
	switch value := value.(type) {
	case string:
		return inert(value)
	case []string:
		return inert(strings.Join(value, "; "))
	case json.RawMessage:
		return string(value)
	case float64:
		return strconv.FormatFloat(value, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}

// inert is a text that no spreadsheet takes for a formula: one that begins as
// they do gets an apostrophe before it. Annotators are strangers, and what a
// formula says can read other cells and call programs.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}
