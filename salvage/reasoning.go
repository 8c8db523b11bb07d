package salvage

import "mashal/thinking"

// Doubtful reports whether the objects so far may turn out to be a draft: the
// response begins with prose, which may be reasoning without its opening mark, and
// no mark has ended it yet.
func (d *Decoder) Doubtful() bool { return d.prose && !d.settled }

// keep adds a byte outside reasoning to the answer.
func (d *Decoder) keep(c byte) {
	if !d.begun && !isBlank(c) {
		d.begun = true
		d.prose = c != '{' && c != '[' && c != '`' && c != '"'
	}
	if len(d.answer) < d.limits.Answer {
		d.answer = append(d.answer, c)
	}
}

// mark handles a mark outside reasoning. It reports whether the byte that was read
// last belongs to the mark or to the reasoning.
func (d *Decoder) mark(m thinking.Mark) (taken bool) {
	if d.mode == insideObject && d.nesting.text && d.text < m.From {
		// A sound object may mention a mark. Of a broken one, the string is probably
		// not closed, and the mark counts: see beginObject and Close.
		if m.Kind == thinking.Close {
			d.within = m
		}
		return false
	}
	if m.Kind == thinking.Pause {
		return false
	}
	taken = m.To == d.off
	d.endAt(m)
	if m.Kind == thinking.Open {
		d.mode = inReasoning
		d.report.Reasoning += d.off - m.From
		d.answer = d.answer[:max(0, len(d.answer)-int(d.off-m.From))]
		d.buf, d.head.at = d.buf[:0], -1
		return true
	}
	d.restart(m.To)
	if taken {
		d.head.at = -1
	} else {
		d.keep(d.buf[0])
	}
	return taken
}

// endAt ends the current object, if any, as broken where a mark begins. It drops
// the bytes of the mark.
func (d *Decoder) endAt(m thinking.Mark) {
	if d.mode != betweenObjects && m.From > d.base {
		d.endBroken(m.From, false)
	}
	if n := int(min(max(m.To-d.base, 0), int64(len(d.buf)))); d.mode == betweenObjects {
		d.addToGap(n)
	} else {
		d.discard(n)
	}
	d.mode, d.gap = betweenObjects, debris
}

// restart declares everything before the offset to to be reasoning: a mark ends it
// that has no beginning. Objects that were emitted are withdrawn.
func (d *Decoder) restart(to int64) {
	d.last, d.unconfirmed, d.within = nil, nil, thinking.Mark{}
	for _, v := range d.verses {
		if v.emitted || v.State == Conflicting { // one of several may have been used
			d.withdrawDraft(v, "it is in the reasoning, not in the answer")
		}
		if v.State != Missing {
			d.drafts.add(v.Verse)
		}
		v.Outcome, v.emitted = Outcome{Verse: v.Verse}, false
	}
	d.report.Damages, d.report.Unrequested, d.report.Omitted, d.report.Extra = nil, nil, 0, 0
	d.report.Reasoning = to
	d.answer = d.answer[:0]
	d.part++
	d.settled = true
}

// reason handles a byte inside reasoning.
func (d *Decoder) reason(c byte, m thinking.Mark) {
	d.buf = d.buf[:0]
	d.report.Reasoning++
	switch m.Kind {
	case thinking.Close, thinking.Pause:
	default:
		d.drafts.feed(c, d)
		return
	}
	d.mode, d.gap, d.head.at = betweenObjects, debris, -1
	d.part++
	d.settled = true
	if m.To < d.off { // the byte follows the mark
		d.report.Reasoning--
		d.buf, d.base = append(d.buf, c), d.off-1
		d.keep(c)
		d.head.feed(c, d.off-1)
		d.addToGap(d.releasable())
	}
}

// drafts finds the verse objects inside reasoning.
type drafts struct {
	head   headMatcher
	tail   []byte // what follows the key of a head
	verses map[int]bool
}

func (s *drafts) add(verse int) {
	if s.verses == nil {
		s.verses = map[int]bool{}
	}
	s.verses[verse] = true
}

// feed adds a byte of the reasoning.
func (s *drafts) feed(c byte, d *Decoder) {
	if s.head.feed(c, 0) {
		s.tail = append(s.tail[:0], ':')
	}
	if len(s.tail) == 0 {
		return
	}
	s.tail = append(s.tail, c)
	if c == ',' || c == '}' || len(s.tail) > 2*maxVerseText {
		if n := d.headVerse(s.tail); d.byNumber[n] != nil {
			s.add(n)
		}
		s.tail = s.tail[:0]
	}
}
