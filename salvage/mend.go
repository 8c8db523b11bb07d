package salvage

import (
	"bytes"
	"fmt"
)

// A Mend is the edit of one byte that made a damaged object valid.
type Mend struct {
	Offset   int64 // in the response
	Deleted  byte  // 0 if a byte was inserted
	Inserted byte  // 0 if a byte was deleted
}

// String describes the edit, such as `'}' inserted at byte 12`.
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
	// mendTokens is the number of tokens before the fault in which edits are
	// tried. After an earlier edit, all tokens up to the fault would be at
	// another position of the schema, where they are invalid.
	mendTokens = 8
	// mendEdits is the number of edits that are tried on one object.
	mendEdits = 2048
	// A decoder may read mendStart bytes in searches, and mendShare more for each
	// byte of the response. This keeps the time linear.
	mendShare = 16
	mendStart = 1 << 18
	// mendBytes is the length of the longest object that is mended.
	mendBytes = 1 << 16
)

// mendAlphabet lists the bytes that edits insert. An edit with a digit is never
// used as a mend, but shows that a damaged number is another explanation.
const mendAlphabet = `{}[]:,"12`

// originalLen returns the length of an object before it was mended.
func originalLen(m *mended) int {
	n := len(m.object)
	if m.Inserted != 0 {
		n--
	}
	if m.Deleted != 0 {
		n++
	}
	return n
}

// A mendSearch searches the edit that mends one damaged object.
type mendSearch struct {
	whole   []byte // the object and all bytes up to the next head
	last    bool   // whether the response ends after whole; the array must then end too
	asked   func(verse int) bool
	from    checker // the state before the token in which edits are tried
	next    checker // the state after that token
	ahead   int     // the offset after that token; 0 if it has not been read
	trial   checker // the state after an edit
	edits   edits
	passed  int     // the texts before this offset have passed the checks of c
	odd     error   // the doubt of c about a text
	shaped  bool    // whether the last edit gave an object of the right structure
	left    int     // the number of edits left
	budget  int     // the number of bytes left to read
	found   *mended // nil until an edit gives a valid object; its object is nil until an edit of the structure does
	compact []byte  // the compact JSON of the object that was tried last
	refused []byte  // that of the last one that has the right structure and is not valid
	value   []byte  // the compact JSON of all valid objects so far, which must be equal
}

// A mended holds an object after its repair, its verse, and the edit that repaired it. The
// offset of the edit is relative to the object.
type mended struct {
	Mend
	verse  int
	object []byte
	odd    error // a doubt about a text of it
}

// mend searches for a mend of the object of the checker c, which has the fault f. It
// returns nil if there is none. last tells whether the response ends after the
// object.
func (d *Decoder) mend(c *checker, f *fault, last bool) *mended {
	m := &d.search
	m.reset(c.src, last, mendStart+mendShare*int(d.off)-d.spent)
	m.asked = func(n int) bool { return d.byNumber[n] != nil }
	before := m.budget
	found := m.run(c, f)
	d.spent += before - m.budget
	if found != nil {
		d.gap = clean
	}
	return found
}

// reset prepares the search for another object.
func (s *mendSearch) reset(whole []byte, last bool, budget int) {
	s.whole, s.last, s.left, s.budget, s.ahead = whole, last, 0, budget, 0
	s.next.tokens, s.found, s.value, s.refused = 0, nil, nil, nil
	s.edits.reset(whole)
}

// run tries all edits of one byte that can repair the fault f of the checker c. It
// returns the mended object if all edits that give a valid object give the same
// value, and one of them changes only the structure. Otherwise it returns nil,
// because the intended value is unknown.
func (s *mendSearch) run(c *checker, f *fault) *mended {
	if len(s.whole) > mendBytes {
		return nil
	}
	// Check the structure again, up to the first position of an edit.
	s.odd = c.odd
	s.from.reset(c.schema, c.top, s.whole)
	s.from.quiet, s.from.skim = true, true
	for s.from.tokens < c.tokens-mendTokens {
		s.from.step()
	}
	s.left, s.passed = mendEdits, s.from.pos
	if !s.scan(s.from.pos, lastEdit(s.whole, f.at)) || s.found == nil || s.found.object == nil {
		return nil
	}
	return s.found
}

// lastEdit returns the last offset at which an edit can repair a fault at the
// offset at: the end of the string if one begins there, otherwise the fault.
func lastEdit(src []byte, at int) int {
	if at < len(src) && src[at] == '"' {
		if _, _, end, f := scanString(src, at); f == nil {
			return end
		}
	}
	return at
}

// scan tries edits at all offsets from lo to hi. It returns false as soon as two
// edits give different values, or the limits of the search are reached.
func (s *mendSearch) scan(lo, hi int) bool {
	text := false
	for i := lo; i <= hi && i <= len(s.whole); i++ {
		s.advance(i)
		var b byte
		if i < len(s.whole) {
			b = s.whole[i]
		}
		switch {
		case !text:
			inner := i > lo && i < len(s.whole) && isBlank(b) && isBlank(s.whole[i-1])
			if !inner && !s.insertAny(i, mendAlphabet) {
				return false
			}
			if i == len(s.whole) || isBlank(b) {
				continue
			}
			if !s.try(i, b, 0, true) || !s.replaceAny(i, b, true) {
				return false
			}
			text = b == '"'
		case i == len(s.whole):
			if !s.try(i, 0, '"', true) {
				return false
			}
		case b == '"':
			// Without this mark the string goes on, whatever byte takes its place.
			if !s.try(i, b, 0, true) || s.shaped && !s.replaceAny(i, b, true) || !s.try(i, 0, '\\', true) {
				return false
			}
			text = false
		case b == '\\':
			if !s.try(i, b, 0, false) || !s.try(i, b, '"', false) {
				return false
			}
			i++
		default:
			if closes(s.whole[i:]) && !s.try(i, 0, '"', true) ||
				closes(s.whole[i+1:]) && !s.try(i, b, '"', b == '\'') ||
				i == hi && (!s.try(i, b, 0, false) || !s.try(i, b, ' ', false)) {
				return false
			}
		}
	}
	return true
}

// advance moves from over the tokens that no edit at the offset i or after it changes:
// those before it, also right before it, unless more digits or letters can follow.
func (s *mendSearch) advance(i int) {
	for s.ahead < i || s.ahead == i && i > 0 && bytes.IndexByte([]byte(`{}[]:,"`), s.whole[i-1]) >= 0 {
		if s.next.tokens > s.from.tokens {
			s.from.copyFrom(&s.next)
		}
		s.ahead = len(s.whole) + 1 // the token of the fault is the last one
		if s.from.want == wantNothing {
			return
		}
		s.next.copyFrom(&s.from)
		if s.next.step() == nil {
			s.ahead = s.next.pos
		}
	}
}

// closes reports whether a quotation mark before rest can end a string.
func closes(rest []byte) bool {
	for _, c := range rest {
		if !isBlank(c) {
			return c == ',' || c == ':' || c == ']' || c == '}'
		}
	}
	return false
}

// insertAny tries to insert each of the bytes at an offset. It returns false like
// scan.
func (s *mendSearch) insertAny(at int, bytes string) bool {
	for i := range len(bytes) {
		if !s.try(at, 0, bytes[i], true) {
			return false
		}
	}
	return true
}

// replaceAny tries to replace a byte by each other byte of mendAlphabet. It returns
// false like scan.
func (s *mendSearch) replaceAny(at int, old byte, structure bool) bool {
	for i := range len(mendAlphabet) {
		if c := mendAlphabet[i]; c != old && !s.try(at, old, c, structure) {
			return false
		}
	}
	return true
}

// try checks the object with one edit at an offset. The edit deletes the byte old
// and inserts the byte put; 0 stands for no byte. structure tells whether the edit
// changes the structure only, and not a string. try returns false like scan.
func (s *mendSearch) try(at int, old, put byte, structure bool) bool {
	s.shaped = false
	if s.left--; s.left < 0 || s.budget < 0 {
		return false
	}
	if !s.promising(at, old, put) {
		return true
	}
	edited := s.edits.with(at, old, put)
	c := &s.trial
	c.copyFrom(&s.from)
	c.src, c.watched, c.watchedGap = edited, at, put == 0
	end, f := c.run()
	s.budget -= c.pos - s.from.pos + 16
	if f != nil || !s.asked(c.verse) || !s.follows(edited[end:]) && mendAtEnd.on() {
		return true
	}
	s.shaped = true
	verse, hit := c.verse, c.hit // valid uses the same checker
	s.compact = appendCompact(s.compact[:0], edited[:end])
	switch {
	case s.found != nil && bytes.Equal(s.compact, s.value):
	case s.refused != nil && bytes.Equal(s.compact, s.refused):
		return true
	case !s.valid(edited[:end]):
		s.refused = bytes.Clone(s.compact)
		return true
	case s.found != nil:
		return !severalMends.on()
	default:
		s.found, s.value = &mended{odd: s.trial.odd}, bytes.Clone(s.compact)
	}
	if (structure && !hit && structural(old) || !mendOfText.on()) && s.found.object == nil {
		*s.found = mended{
			Mend:   Mend{Offset: int64(at), Deleted: old, Inserted: put},
			verse:  verse,
			odd:    s.found.odd,
			object: bytes.Clone(edited[:end]),
		}
	}
	return true
}

// promising reports whether the first token that an edit changes may begin as it then
// does. It is cheaper than to check the object.
func (s *mendSearch) promising(at int, old, put byte) bool {
	for _, c := range s.whole[s.from.pos:at] {
		if !isBlank(c) {
			return true // the edit is inside a token
		}
	}
	rest := s.whole[at:]
	if old != 0 {
		rest = rest[1:]
	}
	if put != 0 && !isBlank(put) {
		return s.from.admits(put)
	}
	for _, c := range rest {
		if !isBlank(c) {
			return s.from.admits(c)
		}
	}
	return true
}

// valid reports whether an object that has the right structure passes all checks.
func (s *mendSearch) valid(object []byte) bool {
	c := s.trial.reset(s.from.schema, s.from.top, object)
	c.quiet, c.passed, c.odd = true, s.passed, s.odd
	_, f := c.run()
	s.budget -= len(object)
	return f == nil
}

// follows reports whether rest is valid after a complete object. It must be a gap
// without other bytes. At the end of the response the array must end too, because
// otherwise the object may be cut off.
func (s *mendSearch) follows(rest []byte) bool {
	g := clean
	for _, c := range rest {
		g = g.feed(c)
	}
	return g == ended || g == clean && !s.last
}

// structural reports whether b can be deleted without a loss of text. 0 stands for
// no byte.
func structural(b byte) bool {
	return b == 0 || isBlank(b) || bytes.IndexByte([]byte("{}[]:,\"'`"), b) >= 0
}

// edits holds an object with an edit of one byte. It keeps a copy for each kind of
// edit, so that an edit near the one before it costs little.
type edits struct {
	whole                      []byte
	inserted, deleted, changed []byte
	gap, cut, at               int // where the copies differ from whole
}

// reset prepares the edits of another object.
func (e *edits) reset(whole []byte) {
	e.whole, e.gap, e.cut, e.at = whole, 0, 0, 0
	e.inserted, e.deleted, e.changed = e.inserted[:0], e.deleted[:0], e.changed[:0]
}

// with returns the object with the byte old at an offset replaced by put; 0 stands for
// no byte. The result is valid until the next call.
func (e *edits) with(at int, old, put byte) []byte {
	switch {
	case old == 0:
		if len(e.inserted) == 0 {
			e.inserted = append(append(e.inserted, 0), e.whole...)
		}
		for ; e.gap < at; e.gap++ {
			e.inserted[e.gap] = e.whole[e.gap]
		}
		for ; e.gap > at; e.gap-- {
			e.inserted[e.gap] = e.whole[e.gap-1]
		}
		e.inserted[at] = put
		return e.inserted
	case put == 0:
		if len(e.deleted) == 0 {
			e.deleted = append(e.deleted, e.whole[1:]...)
		}
		for ; e.cut < at; e.cut++ {
			e.deleted[e.cut] = e.whole[e.cut]
		}
		for ; e.cut > at; e.cut-- {
			e.deleted[e.cut-1] = e.whole[e.cut]
		}
		return e.deleted
	}
	if len(e.changed) == 0 {
		e.changed = append(e.changed, e.whole...)
	}
	e.changed[e.at] = e.whole[e.at]
	e.changed[at], e.at = put, at
	return e.changed
}
