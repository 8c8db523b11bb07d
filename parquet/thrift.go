package parquet

import "encoding/binary"

// The types of fields in Thrift's compact protocol.
const (
	thriftInt32  = 5
	thriftInt64  = 6
	thriftText   = 8
	thriftList   = 9
	thriftStruct = 12
)

// A thrift writes a structure in Thrift's compact protocol, in which the
// metadata of a file is written. Fields come in the order of their numbers.
type thrift struct {
	b    []byte
	last int // number of the last field of the current structure
}

// end ends the structure and returns it.
func (t *thrift) end() []byte { return append(t.b, 0) }

// field begins a field.
func (t *thrift) field(number, kind int) {
	t.b = append(t.b, byte((number-t.last)<<4|kind)) // no gap is greater than 15
	t.last = number
}

func (t *thrift) int(number, v int) {
	t.field(number, thriftInt32)
	t.b = binary.AppendVarint(t.b, int64(v))
}

func (t *thrift) int64(number int, v int64) {
	t.field(number, thriftInt64)
	t.b = binary.AppendVarint(t.b, v)
}

func (t *thrift) text(number int, s string) {
	t.field(number, thriftText)
	t.raw(s)
}

func (t *thrift) raw(s string) {
	t.b = append(binary.AppendUvarint(t.b, uint64(len(s))), s...)
}

// structure writes a field that is a structure, whose fields are written by
// fields.
func (t *thrift) structure(number int, fields func()) {
	t.field(number, thriftStruct)
	t.nested(fields)
}

func (t *thrift) nested(fields func()) {
	outer := t.last
	t.last = 0
	fields()
	t.b = append(t.b, 0)
	t.last = outer
}

// list begins a field that is a list of n elements.
func (t *thrift) list(number, kind, n int) {
	t.field(number, thriftList)
	if n < 15 {
		t.b = append(t.b, byte(n<<4|kind))
	} else {
		t.b = binary.AppendUvarint(append(t.b, byte(0xf0|kind)), uint64(n))
	}
}

// structures writes a list of n structures; fields writes those of the i-th.
func (t *thrift) structures(number, n int, fields func(i int)) {
	t.list(number, thriftStruct, n)
	for i := range n {
		t.nested(func() { fields(i) })
	}
}

func (t *thrift) ints(number int, list []int) {
	t.list(number, thriftInt32, len(list))
	for _, v := range list {
		t.b = binary.AppendVarint(t.b, int64(v))
	}
}

func (t *thrift) texts(number int, list []string) {
	t.list(number, thriftText, len(list))
	for _, s := range list {
		t.raw(s)
	}
}
