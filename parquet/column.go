package parquet

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"math/bits"
	"reflect"

	"mashal/compress"
)

// The types of values in a file, as the format numbers them.
const (
	typeBool      = 0
	typeInt32     = 1
	typeInt64     = 2
	typeDouble    = 5
	typeByteArray = 6
)

// A meaning states the content of a byte array by the numbers of its converted type
// (old) and its logical type (new) in the Parquet format.
type meaning struct{ converted, logical int }

var (
	isNumber = meaning{-1, 0}
	isText   = meaning{0, 1}
	isJSON   = meaning{19, 12}
)

// A column collects the values of a column in a row group.
type column struct {
	name    string
	kind    int // one of the types above
	meaning meaning
	list    bool
	option  bool // values can be missing
	put     func(c *column, v reflect.Value)

	entries  int            // values, and empty lists
	values   []byte         // encoded one after the other; with a dictionary, its texts
	bits     int            // of the last byte of values in use, for truth values
	dict     map[string]int // texts to their numbers; nil without a dictionary
	numbers  []int          // of the texts, with a dictionary
	repeated []int          // of a list, for each entry: 1 if it goes on with the list before
	present  []int          // for each entry: 0 if the list is empty, or the value missing
}

// newColumn returns a column for fields of a type, and nil if there is none.
func newColumn(name, option string, field reflect.Type) *column {
	if field.Kind() == reflect.Pointer {
		c := newColumn(name, option, field.Elem())
		if c == nil || c.list || c.dict != nil || c.option {
			return nil
		}
		c.option = true
		put := c.put
		c.put = func(c *column, v reflect.Value) {
			if v.IsNil() {
				c.present = append(c.present, 0)
				return
			}
			c.present = append(c.present, 1)
			put(c, v.Elem())
		}
		return c
	}
	c := &column{name: name, meaning: isNumber}
	switch {
	case option == "json" && field == reflect.TypeFor[json.RawMessage]():
		c.kind, c.meaning = typeByteArray, isJSON
		c.put = func(c *column, v reflect.Value) { c.bytes(string(v.Bytes())) }
	case option == "list" && field == reflect.TypeFor[[]string]():
		c.kind, c.meaning, c.list, c.put = typeByteArray, isText, true, (*column).texts
	case (option == "" || option == "dict") && field.Kind() == reflect.String:
		c.kind, c.meaning = typeByteArray, isText
		c.put = func(c *column, v reflect.Value) { c.bytes(v.String()) }
		if option == "dict" {
			c.dict = map[string]int{}
			c.put = func(c *column, v reflect.Value) { c.number(v.String()) }
		}
	case option != "":
		return nil
	case field.Kind() == reflect.Int32:
		c.kind = typeInt32
		c.put = func(c *column, v reflect.Value) {
			c.values = binary.LittleEndian.AppendUint32(c.values, uint32(v.Int()))
		}
	case field.Kind() == reflect.Int64:
		c.kind = typeInt64
		c.put = func(c *column, v reflect.Value) {
			c.values = binary.LittleEndian.AppendUint64(c.values, uint64(v.Int()))
		}
	case field.Kind() == reflect.Float64:
		c.kind = typeDouble
		c.put = func(c *column, v reflect.Value) {
			c.values = binary.LittleEndian.AppendUint64(c.values, math.Float64bits(v.Float()))
		}
	case field.Kind() == reflect.Bool:
		c.kind, c.put = typeBool, func(c *column, v reflect.Value) { c.truth(v.Bool()) }
	default:
		return nil
	}
	return c
}

// add adds the value of a row.
func (c *column) add(v reflect.Value) {
	if !c.list {
		c.entries++
	}
	c.put(c, v)
}

func (c *column) bytes(s string) {
	c.values = append(binary.LittleEndian.AppendUint32(c.values, uint32(len(s))), s...)
}

func (c *column) number(s string) {
	n, ok := c.dict[s]
	if !ok {
		n = len(c.dict)
		c.dict[s] = n
		c.bytes(s)
	}
	c.numbers = append(c.numbers, n)
}

func (c *column) truth(v bool) {
	if c.bits%8 == 0 {
		c.values = append(c.values, 0)
	}
	if v {
		c.values[len(c.values)-1] |= 1 << (c.bits % 8)
	}
	c.bits++
}

func (c *column) texts(v reflect.Value) {
	n := v.Len()
	if n == 0 {
		c.repeated, c.present = append(c.repeated, 0), append(c.present, 0)
	}
	for i := range n {
		c.repeated, c.present = append(c.repeated, min(i, 1)), append(c.present, 1)
		c.bytes(v.Index(i).String())
	}
	c.entries += max(n, 1)
}

// page returns the encoded content of the data page of a Parquet column: its levels and
// its values.
func (c *column) page() []byte {
	switch {
	case c.list:
		return append(appendLevels(appendLevels(nil, c.repeated), c.present), c.values...)
	case c.option:
		return append(appendLevels(nil, c.present), c.values...)
	case c.dict != nil:
		width := max(1, bits.Len(uint(len(c.dict)-1)))
		return appendRuns([]byte{byte(width)}, c.numbers, width)
	}
	return c.values
}

// appendLevels appends levels, each 0 or 1, and before them the number of their bytes.
func appendLevels(page []byte, levels []int) []byte {
	coded := appendRuns(nil, levels, 1)
	return append(binary.LittleEndian.AppendUint32(page, uint32(len(coded))), coded...)
}

// size returns about how many bytes the column has in memory.
func (c *column) size() int { return len(c.values) + len(c.numbers) + len(c.present) }

// encoding returns how the values of the column's page are encoded.
func (c *column) encoding() int {
	if c.dict != nil {
		return encodingDictionary
	}
	return encodingPlain
}

// reset empties the column for the next row group.
func (c *column) reset() {
	c.entries, c.bits = 0, 0
	c.values, c.numbers, c.repeated, c.present = c.values[:0], c.numbers[:0], c.repeated[:0], c.present[:0]
	clear(c.dict)
}

// pack compresses a page.
func pack(page []byte) []byte { return compress.Pack(page) }
