package salvage

import (
	"bytes"
	"strconv"
)

// A gap classifies the bytes between two objects.
type gap uint8

const (
	clean  gap = iota // only white space, commas and opening brackets
	ended             // the same, then the end of the array and any bytes
	debris            // other bytes: remains of an object, or prose
)

// feed returns the state of the text between two verse objects after one more byte:
// clean until a byte other than white space, a comma or a bracket.
func (g gap) feed(c byte) gap {
	switch {
	case g != clean || isBlank(c) || c == ',' || c == '[':
		return g
	case c == ']':
		return ended
	}
	return debris
}

// between follows the bytes between two objects to find the border of two documents,
// such as a draft and an answer. The brackets of the documents may be missing.
type between struct {
	after   bool // an object precedes
	arrays  int  // the open brackets of arrays, also of earlier gaps
	quoted  bool // the last byte is in a string
	last    byte // the last byte that is neither white space nor in a string, 0 for none
	words   bool // something other than JSON follows the end of an array
	adjoins bool // a bracket opens right after one that closes
	text    []byte
}

// maxBetween is the number of bytes between two objects that are searched for keys.
const maxBetween = 4 << 10

// feed adds a byte. state is that of the gap.
func (b *between) feed(c byte, state gap) {
	if len(b.text) < maxBetween {
		b.text = append(b.text, c)
	}
	if c == '"' {
		b.quoted = !b.quoted
		b.last = c
		return
	}
	if b.quoted || isBlank(c) {
		return
	}
	switch c {
	case '[', '{':
		b.adjoins = b.adjoins || state == ended && (b.last == ']' || b.last == '}')
		if c == '[' {
			b.arrays++
		}
	case ']':
		b.arrays = max(0, b.arrays-1)
	case '}', ':', ',':
	default:
		b.words = b.words || state == ended
	}
	b.last = c
}

// border reports whether another document begins with the object that begins now. An
// object that is in no array is a document of its own, unless a comma precedes it.
func (b *between) border(state gap) bool {
	switch {
	case !b.after:
		return false
	case state == ended:
		return b.words || b.adjoins || b.last == ']' || b.last == '}'
	}
	return b.arrays == 0 && b.last != ','
}

// hasKey reports whether one of the keys is between the objects, with its colon.
func (b *between) hasKey(keys [][]byte) bool {
	for _, key := range keys {
		for rest := b.text; ; {
			i := bytes.Index(rest, key)
			if i < 0 {
				break
			}
			if rest = bytes.TrimLeft(rest[i+len(key):], " \t\r\n"); len(rest) > 0 && rest[0] == ':' {
				return true
			}
		}
	}
	return false
}

// reset begins another object.
func (b *between) reset() { *b = between{after: true, arrays: b.arrays, text: b.text[:0]} }

// quotedKeys appends the quoted keys of a shape.
func quotedKeys(keys [][]byte, s Shape) [][]byte {
	switch s := s.(type) {
	case Object:
		for _, f := range s.Fields {
			keys = quotedKeys(append(keys, strconv.AppendQuote(nil, f.Name)), f.Value)
		}
	case Array:
		return quotedKeys(keys, s.Of)
	case Nullable:
		return quotedKeys(keys, s.Shape)
	}
	return keys
}
