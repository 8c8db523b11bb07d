package salvage

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// A candidate is an object that passed every check. The verse that follows it
// decides whether it is trusted.
type candidate struct {
	verse *verse
	at    Span
	// differs tells whether the object differs from one that was emitted for the
	// same verse. That is a conflict only if the candidate is trusted.
	differs bool
	// remains tells whether the bytes after the object are the rest of an object. If the
	// verse after that has its head, they may be the rest of this one.
	remains bool
	// ended tells whether the document ends after the object, so that the verses may
	// begin again.
	ended bool
}

// accept emits an object that passed every check, unless its verse was not asked
// for or already has an object.
//
// by is the change that made the object valid, and nil if it was. odd is a doubt about
// a text of it, which becomes a remark.
func (d *Decoder) accept(number int, object []byte, at Span, by *changed, odd error) {
	v := d.byNumber[number]
	if v == nil {
		if len(d.report.Unrequested) == d.limits.Listed {
			d.report.Omitted++
			return
		}
		d.report.Unrequested = append(d.report.Unrequested, Damage{Verse: number, Span: at, At: at.From, Reason: "the verse was not asked for"})
		return
	}
	d.compact = appendCompact(d.compact[:0], object)
	sum := sha256.Sum256(d.compact)
	differs := v.emitted && v.digest != sum
	if differs && v.part != d.part {
		// The model has changed its mind after more reasoning.
		if v.State != Conflicting {
			d.withdrawDraft(v, "a later part of the answer has another object")
		}
		v.emitted, differs = false, false
		v.Remark = "an earlier part of the answer has another object, which was not used"
	}
	d.last = &candidate{verse: v, at: at, differs: differs}
	if v.emitted {
		return
	}
	v.emitted, v.digest, v.part = true, sum, d.part
	v.State, v.Span, v.Reason, v.Odd = Recovered, at, "", odd != nil
	if odd != nil && v.Remark == "" {
		v.Remark = oddRemark + odd.Error()
	}
	e := Event{Verse: number, Object: object, Span: at, Odd: v.Odd}
	switch {
	case by == nil:
	case by.mend != nil:
		v.State, v.Reason, e.Mend = Mended, by.mend.String(), by.mend
	default:
		v.State, v.Reason = Adapted, by.how
	}
	e.State = v.State
	d.send(e)
}

// oddRemark begins the remark on a verse that has an odd text.
const oddRemark = "kept, but odd: "

// withdraw withdraws the object that was emitted for a verse.
func (d *Decoder) withdraw(v *verse, s State, reason string) {
	v.State, v.Reason = s, reason
	d.send(Event{Verse: v.Verse, State: s, Span: v.Span, Reason: reason})
}

// withdrawDraft withdraws the object of a verse that is not the model's answer.
func (d *Decoder) withdrawDraft(v *verse, reason string) {
	v.State, v.Reason = Damaged, reason
	d.send(Event{Verse: v.Verse, State: Damaged, Span: v.Span, Reason: reason, Draft: true})
}

// send calls emit, unless it has failed before.
func (d *Decoder) send(e Event) {
	if d.err == nil {
		d.err = d.emit(e)
	}
}

// damage records an object that could not be recovered.
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

// checkOrder confirms or rejects the unconfirmed object, given the verse number of
// the head right after it. If that is not the expected verse, a part of the
// response may be missing or misplaced. The object may then consist of the head of
// one object and the rest of another.
func (d *Decoder) checkOrder(number int) {
	c := d.unconfirmed
	d.unconfirmed = nil
	if c == nil {
		return
	}
	next := c.verse.next
	follows := number == c.verse.Verse+1 || next != nil && number == next.Verse
	switch {
	case number == 0, c.remains && !follows, !c.remains && follows:
		d.confirm(c)
	case c.remains:
		d.reject(c, restFollows)
	case next != nil:
		d.reject(c, verseLeftOut, number, next.Verse)
	case !c.ended && d.lacks(number):
		d.reject(c, earlierVerse, number)
	default:
		d.confirm(c)
	}
}

// lacks reports whether a verse was asked for of which nothing was found yet.
func (d *Decoder) lacks(number int) bool {
	v := d.byNumber[number]
	return v != nil && v.State == Missing
}

// confirm trusts an object. If it differs from the object that was emitted for the
// same verse, confirm withdraws that one as conflicting.
func (d *Decoder) confirm(c *candidate) {
	if v := c.verse; c.differs && v.emitted && v.State != Conflicting && objectsDiffer.on() {
		d.withdraw(v, Conflicting, objectsDiffer.errorf(c.at.From).Error())
	}
}

// reject withdraws an object that was emitted as damaged, for the reason of a check. A
// later object for the same verse can replace it.
func (d *Decoder) reject(c *candidate, k check, args ...any) {
	if !k.on() {
		d.confirm(c)
		return
	}
	if v := c.verse; v.emitted && v.Span == c.at && v.State != Conflicting {
		v.emitted = false
		d.withdraw(v, Damaged, k.errorf(args...).Error()+": it may be mixed with another object")
	}
}

// appendCompact appends a JSON value without the white space between its tokens.
func appendCompact(dst, value []byte) []byte {
	for i := 0; i < len(value); {
		from := i
		switch c := value[i]; {
		case isBlank(c):
			i++
			continue
		case c == '"':
			i = stringEnd(value, i)
		default:
			for i++; i < len(value) && value[i] != '"' && !isBlank(value[i]); {
				i++
			}
		}
		dst = append(dst, value[from:i]...)
	}
	return dst
}

// stringEnd returns the offset after the string of valid JSON whose opening quotation
// mark is value[at].
func stringEnd(value []byte, at int) int {
	for i := at + 1; ; i++ {
		i += bytes.IndexByte(value[i:], '"')
		backslashes := 0
		for value[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i + 1
		}
	}
}
