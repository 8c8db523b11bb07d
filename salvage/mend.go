package salvage

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A Mend is the one byte by which an object given out differs from what
// arrived.
type Mend struct {
	Offset   int64 // in the response
	Deleted  byte  // 0 if a byte was inserted
	Inserted byte  // 0 if a byte was deleted
}

func (m Mend) String() string {
	switch {
	case m.Deleted == 0:
		return fmt.Sprintf("%q inserted at byte %d", m.Inserted, m.Offset)
	case m.Inserted == 0:
		return fmt.Sprintf("%q deleted at byte %d", m.Deleted, m.Offset)
	}
	return fmt.Sprintf("%q replaced by %q at byte %d", m.Deleted, m.Inserted, m.Offset)
}

const (
	// mendTokens is how many tokens before the fault an edit may lie. An edit
	// further back leaves several tokens between it and the fault standing
	// in another place of the schema, where they do not fit.
	mendTokens = 8
	// mendEdits bounds the edits tried on one object, mendShare the bytes read
	// in trying per byte of the response: what keeps time linear.
	mendEdits = 2048
	mendShare = 16
	mendStart = 1 << 18 // bytes that may be read at once, before any share
	mendBytes = 1 << 16 // an object longer than this is not mended
)

// digits and the backslash never make a mend; trying them tells whether a
// number or a text might have been damaged instead.
const mendAlphabet = `{}[]:,"12`

// A mending is the search for the edits of one damaged object.
type mending struct {
	whole  []byte // from the head to the next head or the end of the response
	last   bool   // no head follows: the object must be followed by the array's end
	asked  func(verse int) bool
	from   checker // where edits begin to be tried
	edited []byte
	left   int // edits that may still be tried
	budget int // bytes that may still be read
	found  *mended
	value  []byte
}

// A mended object, with the offset of the edit counted from its head.
type mended struct {
	Mend
	verse  int
	object []byte
}

// search tries every edit of one byte, among those the first fault leaves
// possible, and returns the object if all that pass give the same value and
// change structure only. The budget is what is left of it.
func (m *mending) search(c *checker, f *fault) *mended {
	if len(m.whole) > mendBytes {
		return nil
	}
	// Read again up to the place where edits begin.
	m.from = *newChecker(c.schema, c.top, m.whole)
	for m.from.tokens < c.tokens-mendTokens {
		m.from.step()
	}
	m.left = mendEdits
	if !m.scan(m.from.pos, edge(m.whole, f.at)) || m.found == nil || m.found.object == nil {
		return nil
	}
	return m.found
}

// edge is the last offset an edit can lie at: the fault, or the end of the
// string that is at fault as a whole.
func edge(src []byte, at int) int {
	if at < len(src) && src[at] == '"' {
		if _, _, end, f := scanString(src, at); f == nil {
			return end
		}
	}
	return at
}

// scan walks the bytes from lo to hi. It reports false as soon as there is
// more than one way to mend, or no means left to know.
func (m *mending) scan(lo, hi int) bool {
	text := false
	for i := lo; i <= hi && i <= len(m.whole); i++ {
		var b byte
		if i < len(m.whole) {
			b = m.whole[i]
		}
		switch {
		case !text:
			inner := i > lo && i < len(m.whole) && isBlank(b) && isBlank(m.whole[i-1])
			if !inner && !m.insertAny(i, mendAlphabet) {
				return false
			}
			if i == len(m.whole) || isBlank(b) {
				continue
			}
			if !m.try(i, b, 0, true) || !m.replaceAny(i, b, true) {
				return false
			}
			text = b == '"'
		case i == len(m.whole):
			if !m.try(i, 0, '"', true) {
				return false
			}
		case b == '"':
			if !m.try(i, b, 0, true) || !m.replaceAny(i, b, true) || !m.try(i, 0, '\\', true) {
				return false
			}
			text = false
		case b == '\\':
			if !m.try(i, b, 0, false) || !m.try(i, b, '"', false) {
				return false
			}
			i++
		default:
			if closes(m.whole[i:]) && !m.try(i, 0, '"', true) ||
				closes(m.whole[i+1:]) && !m.try(i, b, '"', b == '\'') ||
				i == hi && (!m.try(i, b, 0, false) || !m.try(i, b, ' ', false)) {
				return false
			}
		}
	}
	return true
}

// closes reports whether a quote just before rest could end a string.
func closes(rest []byte) bool {
	for _, c := range rest {
		if !isBlank(c) {
			return c == ',' || c == ':' || c == ']' || c == '}'
		}
	}
	return false
}

func (m *mending) insertAny(at int, bytes string) bool {
	for i := range len(bytes) {
		if !m.try(at, 0, bytes[i], true) {
			return false
		}
	}
	return true
}

func (m *mending) replaceAny(at int, old byte, structure bool) bool {
	for i := range len(mendAlphabet) {
		if c := mendAlphabet[i]; c != old && !m.try(at, old, c, structure) {
			return false
		}
	}
	return true
}

// try reads the object with one edit: old deleted, put inserted, 0 for none.
// Structure says that the byte edited is not part of a text. It reports false if
// the search is over.
func (m *mending) try(at int, old, put byte, structure bool) bool {
	if m.left--; m.left < 0 || m.budget < 0 {
		return false
	}
	rest := at
	m.edited = append(m.edited[:0], m.whole[:at]...)
	if put != 0 {
		m.edited = append(m.edited, put)
	}
	if old != 0 {
		rest++
	}
	m.edited = append(m.edited, m.whole[rest:]...)

	c := m.from
	c.src, c.touch, c.gap = m.edited, at, put == 0
	end, f := c.run()
	m.budget -= c.pos - m.from.pos + len(m.edited)/16 // copying costs a little too
	if f != nil || !m.asked(c.verse) || !m.follows(m.edited[end:]) {
		return true
	}
	var value bytes.Buffer
	if json.Compact(&value, m.edited[:end]) != nil {
		return true
	}
	if m.found == nil {
		m.found = &mended{}
		m.value = value.Bytes()
	} else if !bytes.Equal(m.value, value.Bytes()) {
		return false
	}
	if structure && !c.inside && structural(old) && m.found.object == nil {
		*m.found = mended{
			Mend:   Mend{Offset: int64(at), Deleted: old, Inserted: put},
			verse:  c.verse,
			object: bytes.Clone(m.edited[:end]),
		}
	}
	return true
}

// follows reports whether rest may stand after a whole object: nothing may be
// left over, and at the end of a response the array must have ended too, or the
// object may only seem whole because it was cut.
func (m *mending) follows(rest []byte) bool {
	g := clean
	for _, c := range rest {
		g = g.feed(c)
	}
	return g == ended || g == clean && !m.last
}

// structural reports whether losing b loses no text: 0 stands for no byte.
func structural(b byte) bool {
	return b == 0 || isBlank(b) || bytes.IndexByte([]byte("{}[]:,\"'`"), b) >= 0
}
