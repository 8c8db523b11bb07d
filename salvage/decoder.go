package salvage

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Limits bound what a response may cost. A zero field takes its default.
type Limits struct {
	Object  int // bytes from one head to the next that are kept; default 256 KiB
	Listed  int // damages, and strays, that the report lists; default 1,000 each
	Nesting int // how deep an object's values may lie; default and most 32
}

// An Event is a verse's object, or the withdrawal of one given out before.
type Event struct {
	Verse  int
	State  State  // Recovered or Mended: here it is. Damaged or Conflicting: it is withdrawn
	Object []byte // the callee's to keep; nil in a withdrawal
	Span   Span   // where it stood in the response
	Mend   *Mend  // set if State is Mended
	Reason string // why it is withdrawn
}

// A Decoder gives out the verse objects of one response. It is not safe for
// concurrent use.
type Decoder struct {
	schema *Schema
	top    []Field
	limits Limits
	emit   func(Event) error
	err    error

	verses   []*verse // those asked for, ascending
	byNumber map[int]*verse
	report   Report

	off    int64  // of the next byte
	mode   mode   // what the bytes now are
	buf    []byte // the object, or what may be the beginning of a head
	base   int64  // offset of buf
	head   head
	frame  frame
	fault  *fault  // of the object in buf, once known
	lost   Damage  // what is known of an object too large to keep
	gap    gap     // what followed the last object so far
	copy   *copied // the last object, while only a gap has followed it
	before *copied // the same once a head has followed, until the head's number is known
	spent  int     // bytes read in trying to mend
}

// A mode is what the bytes that arrive belong to.
type mode uint8

const (
	between mode = iota // no object
	inside              // an object that goes on
	wreck               // an object that cannot be good, up to the next head
	passed              // a wreck too large to keep
)

// A verse is what is known of one verse asked for.
type verse struct {
	Outcome
	given [sha256.Size]byte // of its compact object, once given out
	out   bool              // given out (and perhaps withdrawn)
	next  *verse            // the next one asked for
}

// A copied object is whole, but what follows it tells whether it may be
// believed.
type copied struct {
	verse *verse
	at    Span
	// A rival differs from the copy given out before; it is a conflict only
	// if it may be believed.
	rival bool
}

// New returns a decoder for one response to the question for the verses
// asked. It calls emit, from within Write and Close, for every object and every
// withdrawal; an error emit returns ends the decoding.
func New(schema *Schema, asked []int, limits Limits, emit func(Event) error) (*Decoder, error) {
	if err := schema.validate(); err != nil {
		return nil, fmt.Errorf("decode verse objects: %w", err)
	}
	limits.Object = cmpOr(limits.Object, 256<<10)
	limits.Listed = cmpOr(limits.Listed, 1000)
	limits.Nesting = min(cmpOr(limits.Nesting, maxNesting), maxNesting)
	d := &Decoder{
		schema:   schema,
		top:      append([]Field{{Name: schema.Head, Value: Number{Integer: true, Max: maxVerse}}}, schema.Body.Fields...),
		limits:   limits,
		emit:     emit,
		byNumber: make(map[int]*verse, len(asked)),
		head:     newHead(schema.Head),
	}
	asked = slices.Clone(asked)
	slices.Sort(asked)
	for _, n := range slices.Compact(asked) {
		if n < 0 || n > maxVerse {
			return nil, fmt.Errorf("decode verse objects: verse %d is not within 0 and %d", n, maxVerse)
		}
		v := &verse{Outcome: Outcome{Verse: n}}
		if i := len(d.verses); i > 0 {
			d.verses[i-1].next = v
		}
		d.verses = append(d.verses, v)
		d.byNumber[n] = v
	}
	return d, nil
}

// maxVerse bounds a verse's number.
const maxVerse = 1_000_000

func cmpOr(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// Write takes the next bytes of the response. Its error is the one emit
// returned; no damage is an error.
func (d *Decoder) Write(p []byte) (int, error) {
	for i, c := range p {
		if d.err != nil {
			return i, d.err
		}
		d.feed(c)
	}
	return len(p), d.err
}

// Close says that the response has ended, for whatever reason, and returns the
// report on it.
func (d *Decoder) Close() (*Report, error) {
	switch d.mode {
	case between:
		d.toGap(len(d.buf))
	default:
		d.finish(d.off, true)
	}
	if c := d.copy; c != nil {
		if next := c.verse.next; d.gap == ended && next != nil {
			d.doubt(c, fmt.Sprintf("nothing follows it where verse %d should begin", next.Verse))
		} else {
			d.believe(c)
		}
	}
	d.mode, d.buf = between, nil
	d.report.Bytes = d.off
	for _, v := range d.verses {
		d.report.Verses = append(d.report.Verses, v.Outcome)
	}
	return &d.report, d.err
}

// feed takes one byte.
func (d *Decoder) feed(c byte) {
	if len(d.buf) == 0 {
		d.base = d.off
	}
	d.buf = append(d.buf, c)
	start := d.head.feed(c, d.off)
	d.off++
	switch {
	case start:
		d.begin()
		return
	case d.mode == between:
		// Only what may be the beginning of a head is held back.
		d.toGap(d.unheld())
	case d.mode == passed:
		d.drop(d.unheld())
	case d.mode == inside:
		switch d.frame.feed(c, d.limits.Nesting) {
		case closed:
			d.complete()
		case broken:
			d.mode = wreck
		}
	}
	if len(d.buf) > d.limits.Object {
		d.overflow()
	}
}

// unheld is how many bytes of buf cannot belong to a head that is forming.
func (d *Decoder) unheld() int {
	if d.head.at >= 0 {
		return int(d.head.start - d.base)
	}
	return len(d.buf)
}

func (d *Decoder) drop(n int) {
	d.buf = append(d.buf[:0], d.buf[n:]...)
	d.base += int64(n)
}

// toGap counts the first n bytes of buf as standing between objects.
func (d *Decoder) toGap(n int) {
	for _, c := range d.buf[:n] {
		if d.gap = d.gap.feed(c); !isBlank(c) && c != ',' && c != '[' && c != ']' {
			d.report.Extra++
		}
	}
	d.drop(n)
}

// begin starts an object at the head just recognised, wherever the decoder is.
func (d *Decoder) begin() {
	if n := int(d.head.start - d.base); d.mode == between {
		d.toGap(n)
	} else {
		d.finish(d.head.start, false)
		d.drop(n)
	}
	switch {
	case d.copy == nil:
	case d.gap == strewn:
		d.believe(d.copy)
	default:
		d.before = d.copy
	}
	d.copy, d.gap, d.fault = nil, clean, nil
	d.mode = inside
	d.frame.reset()
	for _, c := range d.buf {
		d.frame.feed(c, d.limits.Nesting)
	}
}

// complete takes the object in buf, which has just closed.
func (d *Decoder) complete() {
	d.follow(d.claim(d.buf))
	c := newChecker(d.schema, d.top, d.buf)
	if _, d.fault = c.run(); d.fault != nil {
		d.mode = wreck
		return
	}
	d.give(c.verse, bytes.Clone(d.buf), Span{d.base, d.off}, nil)
	d.mode, d.buf, d.gap = between, d.buf[:0], clean
}

// overflow gives up keeping an object that is too large.
func (d *Decoder) overflow() {
	d.follow(d.claim(d.buf))
	d.lost = Damage{
		Verse:  d.claim(d.buf),
		Span:   Span{From: d.base},
		At:     d.off,
		Reason: fmt.Sprintf("more than %d bytes without another head", d.limits.Object),
	}
	if d.fault != nil {
		d.lost.At, d.lost.Reason = d.base+int64(d.fault.at), d.fault.err.Error()
	}
	d.mode = passed
	d.drop(d.unheld())
}

// finish ends an object that did not close well at offset end, where another
// begins or the response stops.
func (d *Decoder) finish(end int64, last bool) {
	d.gap = strewn
	if d.mode == passed {
		d.lost.Span.To = end
		d.damage(d.lost)
		return
	}
	whole := d.buf[:end-d.base]
	d.follow(d.claim(whole))
	c := newChecker(d.schema, d.top, whole)
	_, f := c.run()
	if f == nil { // only a nesting limit below the schema's own comes here
		f = &fault{0, fmt.Errorf("nested deeper than %d", d.limits.Nesting)}
	} else if m := d.mend(c, f, last); m != nil {
		m.Offset += d.base
		d.give(m.verse, m.object, Span{d.base, d.base + int64(mendedLen(m))}, &m.Mend)
		for _, b := range whole[mendedLen(m):] {
			d.gap = d.gap.feed(b)
		}
		return
	}
	reason := f.err.Error()
	if errors.Is(f.err, errUnfinished) {
		reason = "the next verse begins before it ends"
		if last {
			reason = "the response ends before it does"
		}
	}
	d.damage(Damage{Verse: d.claim(whole), Span: Span{d.base, end}, At: d.base + int64(f.at), Reason: reason})
}

// mendedLen is the length the object had before it was mended.
func mendedLen(m *mended) int {
	n := len(m.object)
	if m.Inserted != 0 {
		n--
	}
	if m.Deleted != 0 {
		n++
	}
	return n
}

func (d *Decoder) mend(c *checker, f *fault, last bool) *mended {
	m := mending{
		whole:  c.src,
		last:   last,
		asked:  func(n int) bool { return d.byNumber[n] != nil },
		budget: mendStart + mendShare*int(d.off) - d.spent,
	}
	before := m.budget
	found := m.search(c, f)
	d.spent += before - m.budget
	if found != nil {
		d.gap = clean
	}
	return found
}

// claim is the verse that whole's head names, or 0 if its number is cut off.
func (d *Decoder) claim(whole []byte) int {
	_, rest, _ := bytes.Cut(whole, []byte(":"))
	rest = bytes.TrimLeft(rest, " \t\r\n")
	n := 0
	for _, c := range rest {
		switch {
		case c < '0' || c > '9':
			return n
		case n > maxVerse:
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return 0
}

// give hands out an object that passed every check.
func (d *Decoder) give(number int, object []byte, at Span, mend *Mend) {
	v := d.byNumber[number]
	if v == nil {
		if len(d.report.Unrequested) == d.limits.Listed {
			d.report.Omitted++
			return
		}
		d.report.Unrequested = append(d.report.Unrequested, Damage{Verse: number, Span: at, At: at.From, Reason: "it was not asked for"})
		return
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, object); err != nil {
		d.err = fmt.Errorf("compare verse %d with its copies: %w", number, err)
		return
	}
	sum := sha256.Sum256(compact.Bytes())
	d.copy = &copied{verse: v, at: at, rival: v.out && v.given != sum}
	if v.out {
		return
	}
	v.out, v.given = true, sum
	v.State, v.Span, v.Reason = Recovered, at, ""
	if mend != nil {
		v.State, v.Reason = Mended, mend.String()
	}
	d.send(Event{Verse: number, State: v.State, Object: object, Span: at, Mend: mend})
}

// withdraw takes back a verse given out.
func (d *Decoder) withdraw(v *verse, s State, reason string) {
	v.State, v.Reason = s, reason
	d.send(Event{Verse: v.Verse, State: s, Span: v.Span, Reason: reason})
}

func (d *Decoder) send(e Event) {
	if d.err == nil {
		d.err = d.emit(e)
	}
}

// damage records an object that is lost.
func (d *Decoder) damage(lost Damage) {
	if v := d.byNumber[lost.Verse]; v != nil && v.State == Missing {
		v.State, v.Span = Damaged, lost.Span
		v.Reason = fmt.Sprintf("at byte %d: %s", lost.At, lost.Reason)
	}
	if len(d.report.Damages) == d.limits.Listed {
		d.report.Omitted++
		return
	}
	d.report.Damages = append(d.report.Damages, lost)
}

// follow says which verse's head came right after the last object. Where it is
// not the verse that should come, a piece may be missing or misplaced whose two
// ends lie in objects that look whole: the head of one with the rest of another.
func (d *Decoder) follow(number int) {
	c := d.before
	d.before = nil
	if c == nil {
		return
	}
	next := c.verse.next
	if number == 0 || number == c.verse.Verse+1 || next == nil || number == next.Verse {
		d.believe(c)
		return
	}
	d.doubt(c, fmt.Sprintf("verse %d follows it where verse %d should", number, next.Verse))
}

// believe makes a conflict of a rival.
func (d *Decoder) believe(c *copied) {
	if v := c.verse; c.rival && v.out && v.State != Conflicting {
		d.withdraw(v, Conflicting, fmt.Sprintf("another object for it, at byte %d, differs", c.at.From))
	}
}

// doubt takes back the object if it is the one given out; a copy of it that
// comes later may take its place.
func (d *Decoder) doubt(c *copied, reason string) {
	if v := c.verse; v.out && v.Span == c.at && v.State != Conflicting {
		v.out = false
		d.withdraw(v, Damaged, reason+": it may hold the remains of both")
	}
}
