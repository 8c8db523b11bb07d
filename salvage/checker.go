package salvage

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// maxNesting is the largest depth of nested objects and arrays.
const maxNesting = 32

// A checker validates one object against its schema, token by token. It is a plain
// value, so a copy continues from the state of the original. The search for mends
// uses copies to avoid checking the object from its beginning for each edit.
type checker struct {
	schema *Schema
	top    []Field // the head, then the body's fields
	src    []byte
	pos    int // the offset of the next token
	tokens int // the number of tokens read
	verse  int // the verse number, once read
	want   want
	levels [maxNesting]level
	n      int   // the number of open levels
	value  Shape // the shape of the next value

	last   fault // of a quiet checker
	odd    error // the first doubt about a text
	skim   bool  // only the structure is checked, and not what the texts say
	passed int   // what the texts before this offset say has been checked
	quiet  bool  // faults have no message: the search for mends needs only their place

	// The offset of an edit, -1 for none. hit tells whether the edit was inside a
	// string or a number. If watchedGap, the edit is between the bytes watched-1
	// and watched.
	watched    int
	watchedGap bool
	hit        bool
}

// A level is an open object or array.
type level struct {
	fields  []Field
	ordered bool
	seen    uint64 // the set of an object's fields so far, by index
	last    int    // the index of the last field, -1 before the first
	isArray bool
	array   Array // of an array
	count   int   // the number of elements of an array so far
}

// A want is the set of tokens that are valid next.
type want uint8

const (
	wantObject       want = iota // the verse object itself
	wantKeyOrClose               // just after {
	wantKey                      // after a comma in an object
	wantColon                    // after a key
	wantValue                    // after a colon
	wantValueOrClose             // just after [
	wantElement                  // after a comma in an array
	wantComma                    // after a value: a comma or the end
	wantNothing                  // the object closed
)

// reset makes the checker check an object from its beginning.
func (c *checker) reset(s *Schema, top []Field, src []byte) *checker {
	c.schema, c.top, c.src, c.pos, c.tokens, c.verse, c.want, c.n, c.value = s, top, src, 0, 0, 0, wantObject, 0, nil
	c.odd, c.skim, c.passed, c.quiet, c.watched, c.watchedGap, c.hit = nil, false, 0, false, -1, false, false
	return c
}

// run checks the object to its end and returns the offset after it.
func (c *checker) run() (end int, f *fault) {
	for c.want != wantNothing {
		if f := c.step(); f != nil {
			return 0, f
		}
	}
	if c.skim {
		return c.pos, nil
	}
	if c.schema.Keys != nil {
		seen := c.levels[0].seen
		if err := c.schema.Keys(func(name string) bool { return hasKey(c.top, seen, name) }); err != nil && schemaKeys.on() {
			return 0, &fault{c.pos - 1, err}
		}
	}
	if c.schema.Check != nil {
		if err := c.schema.Check(c.verse, c.src[:c.pos]); err != nil && schemaCheck.on() {
			return 0, &fault{c.pos - 1, err}
		}
	}
	return c.pos, nil
}

// hasKey reports whether the field with a name is in a set of fields.
func hasKey(fields []Field, seen uint64, name string) bool {
	for i := range fields {
		if fields[i].Name == name {
			return seen&(1<<i) != 0
		}
	}
	return false
}

// copyFrom makes c continue from the state of another checker. It copies only the
// levels that are open.
func (c *checker) copyFrom(o *checker) {
	levels := c.levels[:o.n]
	copy(levels, o.levels[:o.n])
	c.schema, c.top, c.src, c.pos, c.tokens, c.verse, c.want, c.n, c.value = o.schema, o.top, o.src, o.pos, o.tokens, o.verse, o.want, o.n, o.value
	c.skim, c.quiet, c.watched, c.watchedGap, c.hit = o.skim, o.quiet, o.watched, o.watchedGap, o.hit
}

// step reads the next token and returns a fault if the token is invalid.
func (c *checker) step() *fault {
	for c.pos < len(c.src) && isBlank(c.src[c.pos]) {
		c.pos++
	}
	if c.pos == len(c.src) {
		return &fault{c.pos, errUnfinished}
	}
	b := c.src[c.pos]
	var f *fault
	switch c.want {
	case wantObject:
		f = c.object(b)
	case wantKeyOrClose, wantKey:
		if b == '}' && c.want == wantKeyOrClose {
			f = c.closeObject()
		} else {
			f = c.key(b)
		}
	case wantColon:
		if b != ':' {
			return c.unexpected(b, "a colon")
		}
		c.pos++
		c.want = wantValue
	case wantValueOrClose, wantElement:
		if b == ']' && c.want == wantValueOrClose {
			f = c.closeArray()
			break
		}
		l := &c.levels[c.n-1]
		if l.count++; l.array.Max > 0 && l.count > l.array.Max {
			if f := c.refuse(tooMany, l.array.Max, place{c}); f != nil {
				return f
			}
		}
		c.value = l.array.Of
		f = c.scalar(b)
	case wantValue:
		f = c.scalar(b)
	case wantComma:
		switch in := &c.levels[c.n-1]; {
		case b == ',' && !in.isArray:
			c.pos++
			c.want = wantKey
		case b == ',':
			c.pos++
			c.want = wantElement
		case b == '}' && !in.isArray:
			f = c.closeObject()
		case b == ']' && in.isArray:
			f = c.closeArray()
		default:
			return c.unexpected(b, "a comma or the end")
		}
	}
	c.tokens++
	return f
}

// admits reports whether the next token may begin with b.
func (c *checker) admits(b byte) bool {
	switch c.want {
	case wantObject:
		return b == '{'
	case wantKeyOrClose:
		return b == '"' || b == '}'
	case wantKey:
		return b == '"'
	case wantColon:
		return b == ':'
	case wantComma:
		if c.levels[c.n-1].isArray {
			return b == ',' || b == ']'
		}
		return b == ',' || b == '}'
	case wantValue:
		return begins(c.value, b)
	case wantValueOrClose, wantElement:
		return b == ']' && c.want == wantValueOrClose || begins(c.levels[c.n-1].array.Of, b)
	}
	return true
}

// begins reports whether a value of a shape may begin with b.
func begins(s Shape, b byte) bool {
	switch s := s.(type) {
	case Object:
		return b == '{'
	case Array:
		return b == '['
	case Text:
		return b == '"'
	case Number:
		return b == '-' || b >= '0' && b <= '9'
	case Bool:
		return b == 't' || b == 'f'
	case Nullable:
		return b == 'n' || begins(s.Shape, b)
	}
	return true
}

// object checks that the verse object begins with a brace.
func (c *checker) object(b byte) *fault {
	if b != '{' {
		return c.unexpected(b, "an object")
	}
	c.levels[0] = level{fields: c.top, ordered: c.schema.Body.Ordered, last: -1}
	c.n = 1
	c.pos++
	c.want = wantKeyOrClose
	return nil
}

// key checks a key: the schema must have it, and the object must not have it yet.
func (c *checker) key(b byte) *fault {
	if b != '"' {
		return c.unexpected(b, "a key")
	}
	inner, has, end, f := scanString(c.src, c.pos)
	if f != nil {
		return f
	}
	if has&escapes != 0 {
		s, f := unescape(inner)
		if f != nil {
			return &fault{c.pos + 1 + f.at, f.err}
		}
		inner = []byte(s)
	}
	l := &c.levels[c.n-1]
	// Most objects have their keys in the order of the schema.
	i := -1
	for k := range l.fields {
		if j := (l.last + 1 + k) % len(l.fields); l.fields[j].Name == string(inner) {
			i = j
			break
		}
	}
	switch {
	case i < 0:
		return c.fault("unknown key %q", clipped(inner))
	case l.seen&(1<<i) != 0:
		f = c.refuse(duplicateKey, inner)
	case l.ordered && i < l.last:
		f = c.refuse(keyOrder, inner)
	}
	if f != nil {
		return f
	}
	l.seen |= 1 << i
	l.last = i
	c.watch(c.pos, end, true)
	c.value = l.fields[i].Value
	c.pos = end
	c.want = wantColon
	return nil
}

// closeObject checks that no required key is missing, and closes the object.
func (c *checker) closeObject() *fault {
	l := &c.levels[c.n-1]
	for missing := ^l.seen & (1<<len(l.fields) - 1); missing != 0; missing &= missing - 1 {
		if field := &l.fields[bits.TrailingZeros64(missing)]; !field.Optional {
			if f := c.refuse(missingKey, field.Name); f != nil {
				return f
			}
		}
	}
	return c.closeLevel()
}

// closeArray checks the number of elements, and closes the array.
func (c *checker) closeArray() *fault {
	if l := &c.levels[c.n-1]; l.count < l.array.Min {
		if f := c.refuse(tooFew, l.array.Min, place{c}); f != nil {
			return f
		}
	}
	return c.closeLevel()
}

func (c *checker) closeLevel() *fault {
	c.pos++
	c.want = wantComma
	if c.n--; c.n == 0 {
		c.want = wantNothing
	}
	return nil
}

// watch sets c.hit if the watched offset is inside the token [from, to). The quotes
// of a string do not count as inside.
func (c *checker) watch(from, to int, quoted bool) {
	at := c.watched
	switch {
	case at < from || at > to:
	case c.watchedGap: // between src[at-1] and src[at]
		c.hit = c.hit || at > from && at < to
	case quoted:
		c.hit = c.hit || at > from && at < to-1
	default:
		c.hit = c.hit || at < to
	}
}

// where returns the quoted name of the field that is being checked, for a message.
func (c *checker) where() string {
	for i := c.n - 1; i >= 0; i-- {
		if l := &c.levels[i]; !l.isArray && l.last >= 0 {
			return strconv.Quote(l.fields[l.last].Name)
		}
	}
	return "the object"
}

// A place formats as the field that a checker is at.
type place struct{ checker *checker }

func (p place) String() string { return p.checker.where() }

// A clipped text formats as clip returns it.
type clipped []byte

func (b clipped) String() string { return clip(b) }

// fault returns a fault with a formatted message at the current offset.
func (c *checker) fault(format string, args ...any) *fault {
	if c.quiet {
		c.last.at = c.pos
		return &c.last
	}
	return &fault{c.pos, fmt.Errorf(format, args...)}
}

// refuse returns the fault of a check at the current offset, and nil if the check is
// switched off.
func (c *checker) refuse(k check, args ...any) *fault {
	if !k.on() {
		return nil
	}
	return c.fault(checkMessages[k], args...)
}

// unexpected returns the fault for the byte b instead of a wanted token.
func (c *checker) unexpected(b byte, wanted string) *fault {
	if c.quiet {
		return c.fault("")
	}
	if b < ' ' || b >= 0x7f {
		return c.fault("byte 0x%02x instead of %s, after %s", b, wanted, place{c})
	}
	return c.fault("%q instead of %s, after %s", b, wanted, place{c})
}

// clip shortens a quotation of the response for a message, and makes it valid
// UTF-8.
func clip(b []byte) string {
	const limit = 40
	if len(b) > limit {
		b = b[:limit]
	}
	return strings.ToValidUTF8(string(b), "?")
}
