package salvage

import (
	"bytes"
	"encoding/json"
	"slices"
)

// maxLayouts bounds the number of documents that are searched for verses.
const maxLayouts = 64

// readLayout searches the answer for verses that have no head: those whose number
// is not the first key of their object, and those whose number is the key under
// which their object stands, as in {"1": {...}, "2": {...}}. It reads only complete
// documents, and only for verses of which nothing was found.
func (d *Decoder) readLayout() {
	if len(d.answer) == d.limits.Answer || d.err != nil ||
		!slices.ContainsFunc(d.verses, func(v *verse) bool { return v.State == Missing }) {
		return
	}
	found := layout{decoder: d, objects: map[int]*changed{}}
	rest := d.answer
	for range maxLayouts {
		i := bytes.IndexAny(rest, "{[")
		if i < 0 {
			break
		}
		rest = rest[i:]
		var document json.RawMessage
		dec := json.NewDecoder(bytes.NewReader(rest))
		if dec.Decode(&document) != nil {
			rest = rest[1:]
			continue
		}
		rest = rest[dec.InputOffset():]
		found.walk(document, 0)
	}
	for _, v := range d.verses {
		object, ok := found.objects[v.Verse]
		switch {
		case v.State != Missing || !ok:
		case object == nil:
			v.State, v.Reason = Conflicting, "the answer has several different objects for it"
		default:
			d.accept(v.Verse, object.object, Span{}, object, object.odd)
		}
	}
}

// A layout collects the verses of documents.
type layout struct {
	decoder *Decoder
	objects map[int]*changed // nil for a verse with several different objects
}

func (l *layout) add(c *changed) {
	known, ok := l.objects[c.verse]
	if ok && (known == nil || !bytes.Equal(known.object, c.object)) {
		l.objects[c.verse] = nil
		return
	}
	l.objects[c.verse] = c
}

// walk searches a value, which is valid JSON, for verses.
func (l *layout) walk(raw json.RawMessage, depth int) {
	if depth > 6 || len(raw) == 0 {
		return
	}
	switch raw = bytes.TrimSpace(raw); raw[0] {
	case '[':
		var elements []json.RawMessage
		if json.Unmarshal(raw, &elements) == nil {
			for _, e := range elements {
				l.walk(e, depth+1)
			}
		}
	case '{':
		pairs, _ := members(raw)
		d := l.decoder
		for i, p := range pairs {
			if p.name == d.schema.Head && i > 0 { // as the first key it is a head
				if c := d.adapt(raw, 0); c != nil {
					l.add(c)
				}
				return
			}
		}
		for _, p := range pairs {
			if n, ok := d.schema.verseOf(p.name); ok && d.byNumber[n] != nil {
				if c := d.adapt(p.value, n); c != nil {
					l.add(c)
					continue
				}
			}
			l.walk(p.value, depth+1)
		}
	}
}
