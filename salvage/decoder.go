package salvage

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"mashal/thinking"
)

// Limits bounds the memory of a decoder and the size of its report. A field that
// is 0 has its default.
type Limits struct {
	Object  int // bytes that are buffered from one head to the next; default 256 KiB
	Listed  int // damages, and unrequested objects, in the report; default 1,000 each
	Nesting int // depth of nested objects and arrays; default and maximum 32
	Answer  int // bytes that are kept to search for verses in another layout; default 4 MiB
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
	Draft  bool   // of a withdrawal: the object is not the model's answer, and must not be used
	Odd    bool   // a text of the object looks odd
}

// A Decoder extracts the verse objects of one response. It is not safe for
// concurrent use.
type Decoder struct {
	schema *Schema
	top    []Field
	keys   [][]byte // the quoted keys of the schema, but for the head
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
	checked     *checker   // the checker that found fault
	fault       *fault     // the first fault of the object in buf, nil if none is known
	lost        Damage     // the damage of the object that is skipped
	gap         gap        // the bytes after the last object
	last        *candidate // the last object, until the next head begins
	unconfirmed *candidate // the last object, while the verse number of the next head is read
	spent       int        // bytes read by mend searches so far
	checker     checker    // of the object in buf
	other       checker    // of objects that were changed
	search      mendSearch // of the last object that was damaged
	compact     []byte     // a buffer for the comparison of objects

	marks   thinking.Scanner
	text    int64         // the offset of the string that the object in buf is in; -1 outside strings
	within  thinking.Mark // a mark in a string of that object: it counts if the object is broken
	part    int           // the number of the part of the answer: marks of reasoning and words between documents separate parts
	between between       // the bytes after the last object, as the border of two documents
	settled bool          // a mark or words have ended what may be a draft
	prose   bool          // the response begins with neither JSON nor a code fence
	begun   bool          // a byte that is not white space has been read
	drafts  drafts        // the verse objects in the reasoning
	answer  []byte        // the bytes outside reasoning, for Close; nil if they exceed Limits.Answer
	depth   int           // the number of texts that the response was in
}

// A mode is the kind of bytes that the decoder is reading.
type mode uint8

const (
	betweenObjects mode = iota // bytes outside any object
	insideObject               // an object that may be valid
	inReasoning                // what the model says is not its answer
	inBroken                   // an invalid object, up to the next head
	skipping                   // an invalid object that exceeds Limits.Object, which is not buffered
)

// A verse is the state of one verse that was asked for.
type verse struct {
	Outcome
	digest  [sha256.Size]byte // the hash of its compact object, if emitted
	emitted bool              // whether its object was emitted; it may be withdrawn since
	part    int               // the part of the answer that its object is in
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
	limits.Answer = orDefault(limits.Answer, 4<<20)
	limits.Nesting = min(orDefault(limits.Nesting, maxNesting), maxNesting)
	d := &Decoder{
		schema:   schema,
		top:      append([]Field{{Name: schema.Head, Value: Number{Integer: true, Max: maxVerse}}}, schema.Body.Fields...),
		limits:   limits,
		emit:     emit,
		byNumber: make(map[int]*verse, len(asked)),
		head:     newHeadMatcher(schema.Head),
		text:     -1,
		keys:     quotedKeys(nil, schema.Body),
	}
	d.drafts.head = newHeadMatcher(schema.Head)
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
	for i := 0; i < len(p); {
		if d.err != nil {
			return i, d.err
		}
		if n := d.plain(p[i:]); n > 0 {
			d.skip(p[i : i+n])
			i += n
			continue
		}
		d.feed(p[i])
		i++
	}
	return len(p), d.err
}

// plain returns the length of the longest prefix of p that only continues the text
// or the white space of the current object: nothing in it opens or closes anything.
func (d *Decoder) plain(p []byte) int {
	if d.mode != insideObject && d.mode != inBroken || d.head.at >= 0 || d.nesting.escaped {
		return 0
	}
	ends := &structure
	switch {
	case d.mode == inBroken:
		ends = &opening
	case d.nesting.text:
		ends = &quoting
	}
	n, most := 0, min(len(p), d.limits.Object-len(d.buf))
	for n < most && !ends[p[n]] {
		n++
	}
	if n < minPlain {
		return 0
	}
	return d.marks.Plain(p[:n])
}

// minPlain is the length from which skipping is cheaper than feeding.
const minPlain = 4

// The bytes at which plain text ends: in a broken object, in a string, and outside.
var (
	opening   = setOf(`{`)
	quoting   = setOf(`{"\`)
	structure = setOf(`{"[]}`)
)

func setOf(bytes string) (set [256]bool) {
	for i := range len(bytes) {
		set[bytes[i]] = true
	}
	return set
}

// skip processes bytes that are plain.
func (d *Decoder) skip(p []byte) {
	d.marks.Skip(p)
	d.buf = append(d.buf, p...)
	d.off += int64(len(p))
	d.answer = append(d.answer, p[:min(len(p), d.limits.Answer-len(d.answer))]...)
}

// Close ends the response and returns the report. The response can be incomplete.
func (d *Decoder) Close() (*Report, error) {
	switch d.mode {
	case inReasoning:
		d.report.Unclosed = true
	case betweenObjects:
		d.addToGap(len(d.buf))
	default:
		d.endBroken(d.off, true)
		if d.within.Kind == thinking.Close { // the object was the end of the reasoning
			d.restart(d.within.To)
		}
	}
	if c := d.last; c != nil {
		if next := c.verse.next; d.gap == ended && next != nil {
			d.reject(c, arrayEnds, next.Verse)
		} else {
			d.confirm(c)
		}
	}
	d.last = nil
	d.readLayout()
	d.readQuoted()
	d.mode, d.buf = betweenObjects, nil
	d.report.Bytes = d.off
	for _, v := range d.verses {
		if v.Remark == "" && d.drafts.verses[v.Verse] && v.emitted {
			v.Remark = "the reasoning has a draft of this verse, which was not read"
		}
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
	mark := d.marks.Feed(c)
	if d.mode == inReasoning {
		d.off++
		d.reason(c, mark)
		return
	}
	d.keep(c)
	start := d.head.feed(c, d.off)
	d.off++
	if mark.Kind != thinking.None && d.mark(mark) {
		return
	}
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
		inText := d.nesting.text
		state := d.nesting.feed(c, d.limits.Nesting)
		if d.nesting.text && !inText {
			d.text = d.off - 1
		}
		switch state {
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
		d.between.feed(c, d.gap)
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
		if d.within.Kind == thinking.Close { // the broken object was the end of the reasoning
			d.restart(d.within.To)
			d.gap = debris
		}
	}
	border := d.between.border(d.gap)
	if border { // of a draft and an answer, the answer comes last
		d.part++
		d.settled = d.settled || d.between.words
	}
	switch {
	case d.last == nil:
	case d.gap == debris && !d.between.hasKey(d.keys):
		d.confirm(d.last)
	default:
		d.last.remains, d.last.ended = d.gap == debris, d.gap == ended || border
		d.unconfirmed = d.last
	}
	d.last, d.gap, d.checked, d.fault = nil, clean, nil, nil
	d.between.reset()
	d.mode, d.within = insideObject, thinking.Mark{}
	d.nesting.reset()
	for i, c := range d.buf {
		if inText := d.nesting.text; d.nesting.feed(c, d.limits.Nesting) == unclosed && d.nesting.text && !inText {
			d.text = d.base + int64(i)
		}
	}
}

// closeObject checks the object in buf, which is complete, and accepts it if it is
// valid.
func (d *Decoder) closeObject() {
	d.checkOrder(d.headVerse(d.buf))
	c := d.checker.reset(d.schema, d.top, d.buf)
	if _, d.fault = c.run(); d.fault == nil {
		d.accept(c.verse, bytes.Clone(d.buf), Span{d.base, d.off}, nil, c.odd)
	} else if a := d.adapt(d.buf, 0); a != nil {
		d.accept(a.verse, a.object, Span{d.base, d.off}, a, a.odd)
	} else {
		d.mode, d.checked = inBroken, c
		return
	}
	d.mode, d.buf, d.gap = betweenObjects, d.buf[:0], clean
}

// skipObject stops buffering an object that exceeds Limits.Object.
func (d *Decoder) skipObject() {
	d.checkOrder(d.headVerse(d.buf))
	d.lost = Damage{
		Verse:  d.headVerse(d.buf),
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
	d.checkOrder(d.headVerse(whole))
	c, f := d.checked, d.fault
	if c != nil && f != nil {
		c.src = whole
	} else {
		c = d.checker.reset(d.schema, d.top, whole)
		_, f = c.run()
	}
	d.checked = nil
	if f == nil { // the object is valid but exceeds Limits.Nesting
		f = &fault{0, fmt.Errorf("nested deeper than %d", d.limits.Nesting)}
	} else if m := d.mend(c, f, last); m != nil {
		m.Offset += d.base
		d.accept(m.verse, m.object, Span{d.base, d.base + int64(originalLen(m))}, &changed{mend: &m.Mend}, m.odd)
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
	d.damage(Damage{Verse: d.headVerse(whole), Span: Span{d.base, end}, At: d.base + int64(f.at), Reason: reason})
}
