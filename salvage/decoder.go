package salvage

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
)

// Limits bounds the memory of a decoder and the size of its report. A field that
// is 0 has its default.
type Limits struct {
	Object  int // bytes that are buffered from one head to the next; default 256 KiB
	Listed  int // damages, and unrequested objects, in the report; default 1,000 each
	Nesting int // depth of nested objects and arrays; default and maximum 32
}

// An Event reports the object of a verse, or withdraws an object that an earlier
// event reported.
type Event struct {
	Verse  int
	State  State  // Recovered or Mended for an object; Damaged or Conflicting for a withdrawal
	Object []byte // the JSON, owned by the receiver; nil in a withdrawal
	Span   Span   // the object's bytes in the response
	Mend   *Mend  // set if State is Mended
	Reason string // the reason of a withdrawal
}

// A Decoder extracts the verse objects of one response. It is not safe for
// concurrent use.
type Decoder struct {
	schema *Schema
	top    []Field
	limits Limits
	emit   func(Event) error
	err    error

	verses   []*verse // the verses asked for, ascending
	byNumber map[int]*verse
	report   Report

	off         int64  // the offset of the next byte
	mode        mode   // the kind of the current bytes
	buf         []byte // the current object, or bytes that may begin a head
	base        int64  // the offset of buf
	head        headMatcher
	nesting     nesting
	fault       *fault     // the first fault of the object in buf, nil if none is known
	lost        Damage     // the damage of the object that is skipped
	gap         gap        // the bytes after the last object
	last        *candidate // the last object, until the next head begins
	unconfirmed *candidate // the last object, while the verse number of the next head is read
	spent       int        // bytes read by mend searches so far
}

// A mode is the kind of bytes that the decoder is reading.
type mode uint8

const (
	betweenObjects mode = iota // bytes outside any object
	insideObject               // an object that may be valid
	inBroken                   // an invalid object, up to the next head
	skipping                   // an invalid object that exceeds Limits.Object, which is not buffered
)

// A verse is the state of one verse that was asked for.
type verse struct {
	Outcome
	digest  [sha256.Size]byte // the hash of its compact object, if emitted
	emitted bool              // whether its object was emitted; it may be withdrawn since
	next    *verse            // the next verse asked for
}

// New returns a decoder for one response to a request for the given verses. The
// decoder calls emit for every object and every withdrawal, from within Write and
// Close. An error of emit stops the decoder. New returns an error if the schema or
// a verse number is invalid.
func New(schema *Schema, asked []int, limits Limits, emit func(Event) error) (*Decoder, error) {
	if err := schema.validate(); err != nil {
		return nil, fmt.Errorf("decode verse objects: %w", err)
	}
	limits.Object = orDefault(limits.Object, 256<<10)
	limits.Listed = orDefault(limits.Listed, 1000)
	limits.Nesting = min(orDefault(limits.Nesting, maxNesting), maxNesting)
	d := &Decoder{
		schema:   schema,
		top:      append([]Field{{Name: schema.Head, Value: Number{Integer: true, Max: maxVerse}}}, schema.Body.Fields...),
		limits:   limits,
		emit:     emit,
		byNumber: make(map[int]*verse, len(asked)),
		head:     newHeadMatcher(schema.Head),
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

// maxVerse is the highest verse number.
const maxVerse = 1_000_000

// orDefault returns n if it is positive, and otherwise the default value.
func orDefault(n, value int) int {
	if n > 0 {
		return n
	}
	return value
}

// Write decodes the next bytes of the response. It returns the error of emit.
// Damage is not an error.
func (d *Decoder) Write(p []byte) (int, error) {
	for i, c := range p {
		if d.err != nil {
			return i, d.err
		}
		d.feed(c)
	}
	return len(p), d.err
}

// Close ends the response and returns the report. The response can be incomplete.
func (d *Decoder) Close() (*Report, error) {
	switch d.mode {
	case betweenObjects:
		d.addToGap(len(d.buf))
	default:
		d.endBroken(d.off, true)
	}
	if c := d.last; c != nil {
		if next := c.verse.next; d.gap == ended && next != nil {
			d.reject(c, fmt.Sprintf("the array ends where verse %d should follow", next.Verse))
		} else {
			d.confirm(c)
		}
	}
	d.mode, d.buf = betweenObjects, nil
	d.report.Bytes = d.off
	for _, v := range d.verses {
		d.report.Verses = append(d.report.Verses, v.Outcome)
	}
	return &d.report, d.err
}

// feed processes the next byte of the response.
func (d *Decoder) feed(c byte) {
	if len(d.buf) == 0 {
		d.base = d.off
	}
	d.buf = append(d.buf, c)
	start := d.head.feed(c, d.off)
	d.off++
	switch {
	case start:
		d.beginObject()
		return
	case d.mode == betweenObjects:
		// Keep only bytes that may begin a head.
		d.addToGap(d.releasable())
	case d.mode == skipping:
		d.discard(d.releasable())
	case d.mode == insideObject:
		switch d.nesting.feed(c, d.limits.Nesting) {
		case closed:
			d.closeObject()
		case broken:
			d.mode = inBroken
		}
	}
	if len(d.buf) > d.limits.Object {
		d.skipObject()
	}
}

// releasable returns the number of bytes of buf that precede any incomplete head.
func (d *Decoder) releasable() int {
	if d.head.at >= 0 {
		return int(d.head.start - d.base)
	}
	return len(d.buf)
}

// discard removes the first n bytes of buf.
func (d *Decoder) discard(n int) {
	d.buf = append(d.buf[:0], d.buf[n:]...)
	d.base += int64(n)
}

// addToGap adds the first n bytes of buf to the gap between objects and discards
// them.
func (d *Decoder) addToGap(n int) {
	for _, c := range d.buf[:n] {
		if d.gap = d.gap.feed(c); !isBlank(c) && c != ',' && c != '[' && c != ']' {
			d.report.Extra++
		}
	}
	d.discard(n)
}

// beginObject starts an object at the head that was just matched. It ends the
// current object, if any, as broken.
func (d *Decoder) beginObject() {
	if n := int(d.head.start - d.base); d.mode == betweenObjects {
		d.addToGap(n)
	} else {
		d.endBroken(d.head.start, false)
		d.discard(n)
	}
	switch {
	case d.last == nil:
	case d.gap == debris:
		d.confirm(d.last)
	default:
		d.unconfirmed = d.last
	}
	d.last, d.gap, d.fault = nil, clean, nil
	d.mode = insideObject
	d.nesting.reset()
	for _, c := range d.buf {
		d.nesting.feed(c, d.limits.Nesting)
	}
}

// closeObject checks the object in buf, which is complete, and accepts it if it is
// valid.
func (d *Decoder) closeObject() {
	d.checkOrder(headVerse(d.buf))
	c := newChecker(d.schema, d.top, d.buf)
	if _, d.fault = c.run(); d.fault != nil {
		d.mode = inBroken
		return
	}
	d.accept(c.verse, bytes.Clone(d.buf), Span{d.base, d.off}, nil)
	d.mode, d.buf, d.gap = betweenObjects, d.buf[:0], clean
}

// skipObject stops buffering an object that exceeds Limits.Object.
func (d *Decoder) skipObject() {
	d.checkOrder(headVerse(d.buf))
	d.lost = Damage{
		Verse:  headVerse(d.buf),
		Span:   Span{From: d.base},
		At:     d.off,
		Reason: fmt.Sprintf("the object is longer than %d bytes", d.limits.Object),
	}
	if d.fault != nil {
		d.lost.At, d.lost.Reason = d.base+int64(d.fault.at), d.fault.err.Error()
	}
	d.mode = skipping
	d.discard(d.releasable())
}

// endBroken ends an invalid or incomplete object at the offset end, where the next
// head begins or, if last, the response ends. It emits the object if it can be
// mended, and otherwise records a damage.
func (d *Decoder) endBroken(end int64, last bool) {
	d.gap = debris
	if d.mode == skipping {
		d.lost.Span.To = end
		d.damage(d.lost)
		return
	}
	whole := d.buf[:end-d.base]
	d.checkOrder(headVerse(whole))
	c := newChecker(d.schema, d.top, whole)
	_, f := c.run()
	if f == nil { // the object is valid but exceeds Limits.Nesting
		f = &fault{0, fmt.Errorf("nested deeper than %d", d.limits.Nesting)}
	} else if m := d.mend(c, f, last); m != nil {
		m.Offset += d.base
		d.accept(m.verse, m.object, Span{d.base, d.base + int64(originalLen(m))}, &m.Mend)
		for _, b := range whole[originalLen(m):] {
			d.gap = d.gap.feed(b)
		}
		return
	}
	reason := f.err.Error()
	if errors.Is(f.err, errUnfinished) {
		reason = "the next verse begins before the object ends"
		if last {
			reason = "the response ends before the object does"
		}
	}
	d.damage(Damage{Verse: headVerse(whole), Span: Span{d.base, end}, At: d.base + int64(f.at), Reason: reason})
}

// headVerse returns the verse number in the head of an object, or 0 if the number
// is incomplete or too high.
func headVerse(whole []byte) int {
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
