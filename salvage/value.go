package salvage

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// scalar checks a value, or the bracket that opens an object or array.
func (c *checker) scalar(b byte) *fault {
	s := c.value
	if n, ok := s.(Nullable); ok {
		if b == 'n' {
			return c.literal("null")
		}
		s = n.Shape
	}
	switch s := s.(type) {
	case Object:
		if b != '{' {
			return c.unexpected(b, "an object")
		}
		return c.openLevel(level{fields: s.Fields, ordered: s.Ordered, last: -1}, wantKeyOrClose)
	case Array:
		if b != '[' {
			return c.unexpected(b, "an array")
		}
		return c.openLevel(level{isArray: true, array: s, last: -1}, wantValueOrClose)
	case Text:
		return c.text(b, &s)
	case Number:
		return c.number(b, s)
	case Bool:
		switch b {
		case 't':
			return c.literal("true")
		case 'f':
			return c.literal("false")
		}
		return c.unexpected(b, "true or false")
	}
	return c.fault("unknown shape of %s in the schema", place{c})
}

func (c *checker) openLevel(l level, w want) *fault {
	if c.n == len(c.levels) {
		return c.fault("nested deeper than %d", len(c.levels))
	}
	c.levels[c.n] = l
	c.n++
	c.pos++
	c.want = w
	return nil
}

// text checks a string: its value, its length, its characters, and Text.Check.
func (c *checker) text(b byte, t *Text) *fault {
	if b != '"' {
		return c.unexpected(b, "a string")
	}
	inner, has, end, f := scanString(c.src, c.pos)
	if f != nil {
		return f
	}
	switch {
	case has&escapes != 0:
		var s string
		if s, f = unescape(inner); f != nil {
			return &fault{c.pos + 1 + f.at, f.err}
		}
		f = c.textValue(t, s, true, false)
	case t.In != nil:
		f = c.listed(t, inner)
	case c.skim || c.pos < c.passed:
		f = c.length(t, len(inner))
	default:
		f = c.textValue(t, string(inner), false, has == 0)
	}
	if f != nil {
		return f
	}
	c.watch(c.pos, end, true)
	c.pos = end
	c.want = wantComma
	return nil
}

// listed checks a text of a closed set.
func (c *checker) listed(t *Text, inner []byte) *fault {
	for _, in := range t.In {
		if in == string(inner) {
			return nil
		}
	}
	return c.refuse(closedSet, place{c}, clipped(inner), listing(t.In))
}

// length checks the length of a text in bytes.
func (c *checker) length(t *Text, n int) *fault {
	switch {
	case n < t.Min:
		return c.refuse(tooShort, place{c}, t.Min)
	case t.Max > 0 && n > t.Max:
		return c.refuse(tooLong, place{c}, t.Max)
	}
	return nil
}

// A listing formats as its elements, separated by commas.
type listing []string

func (l listing) String() string { return strings.Join(l, ", ") }

// textValue checks what a text says. escaped tells whether it is written with escapes,
// and plain whether all its characters are printable ASCII.
func (c *checker) textValue(t *Text, s string, escaped, plain bool) *fault {
	if t.In != nil {
		return c.listed(t, []byte(s))
	}
	if f := c.length(t, len(s)); f != nil || c.skim || c.pos < c.passed {
		return f
	}
	if !plain {
		if at, err := checkCharacters(s); err != nil {
			if escaped {
				at = 0 // at is an offset in the unescaped string
			}
			return &fault{c.pos + 1 + at, c.inField(err)}
		}
	}
	if escaped && escapeRemains.on() {
		if rest := restOfEscape(s); rest != "" {
			return &fault{c.pos, c.inField(escapeRemains.errorf(rest))}
		}
	}
	if t.Check != nil && textCheck.on() {
		if err := t.Check(c.verse, s); err != nil {
			return &fault{c.pos, c.inField(err)}
		}
	}
	var odd error
	if t.Prose {
		var err error
		if odd, err = inspectProse(s); err != nil {
			return &fault{c.pos, c.inField(err)}
		}
	}
	if t.Odd != nil && odd == nil && c.odd == nil && schemaOdd.on() {
		odd = t.Odd(c.verse, s)
	}
	if odd != nil && c.odd == nil {
		c.odd = fmt.Errorf("%s: %w", c.where(), odd)
	}
	return nil
}

// inField adds the field that a checker is at to an error.
func (c *checker) inField(err error) error {
	if c.quiet {
		return err
	}
	return fmt.Errorf("%s: %w", c.where(), err)
}

// number checks a number and its range.
func (c *checker) number(b byte, n Number) *fault {
	if b != '-' && (b < '0' || b > '9') {
		return c.unexpected(b, "a number")
	}
	end, integer, f := scanNumber(c.src, c.pos)
	if f != nil {
		return f
	}
	v, err := strconv.ParseFloat(string(c.src[c.pos:end]), 64)
	switch {
	case err != nil:
		f = c.refuse(numberTooLarge, place{c})
	case n.Integer && !integer:
		f = c.refuse(wholeNumber, place{c})
	case (n.Min != 0 || n.Max != 0) && (v < n.Min || v > n.Max):
		f = c.refuse(outOfRange, place{c}, clipped(c.src[c.pos:end]), n.Min, n.Max)
	}
	if f != nil {
		return f
	}
	if c.n == 1 && c.levels[0].last == 0 {
		c.verse = int(v)
	}
	c.watch(c.pos, end, false)
	c.pos = end
	c.want = wantComma
	return nil
}

// literal checks a keyword: null, true or false.
func (c *checker) literal(word string) *fault {
	rest := c.src[c.pos:]
	if !bytes.HasPrefix(rest, []byte(word)) {
		if bytes.HasPrefix([]byte(word), rest) {
			return &fault{len(c.src), errUnfinished}
		}
		return c.fault("%s is not %s", place{c}, word)
	}
	c.watch(c.pos, c.pos+len(word), false)
	c.pos += len(word)
	c.want = wantComma
	return nil
}
