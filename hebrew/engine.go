package hebrew

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// An engine makes a form of a text in one pass. What it writes it writes
// letter by letter: a letter is a character with the marks after it, which
// wait until they can be put in order.
type engine struct {
	form    form
	mapping bool
	out     []byte
	source  []int32
	marks   []mark
	begin   int  // where in the original the last letter begins
	end     int  // where it ends, its marks included
	between bool // the last character was not written, or was a space
}

// A mark is a point or accent with its canonical combining class.
type mark struct {
	r     rune
	order uint8
}

func (e *engine) run(s string) {
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if c := classOf(r); c != foreign {
			e.take(r, c, i, i+size)
		} else {
			e.takeForeign(s[i:i+size], r, i)
		}
		i += size
	}
	e.flush()
}

// takeForeign takes a character that is not of the Hebrew block, nor plain
// ASCII: one that may have to be decomposed.
func (e *engine) takeForeign(s string, r rune, at int) {
	var parts []byte
	if e.form == letters || r >= firstPresentationForm && r <= lastPresentationForm {
		parts = norm.NFKD.PropertiesString(s).Decomposition()
	}
	if len(parts) == 0 {
		e.take(r, foreignClass(r), at, at+len(s))
		return
	}
	for len(parts) > 0 {
		r, n := utf8.DecodeRune(parts)
		c := classOf(r)
		if c == foreign {
			c = foreignClass(r)
		}
		e.take(r, c, at, at+len(s))
		parts = parts[n:]
	}
}

// take takes a character that stands in the original at the bytes at to end.
func (e *engine) take(r rune, c class, at, end int) {
	switch {
	case c == invisible:
	case c == point || c == accent:
		e.takeMark(r, c, at, end)
	case e.form == letters:
		e.takeBare(r, c, at, end)
	default:
		e.flush()
		if c == paseq && e.form != canonical {
			c = space
		}
		if c == space {
			r = ' '
		}
		if c != space || !e.between {
			e.begin = at
			e.write(r, at)
		}
		e.end, e.between = end, c == space
	}
}

func (e *engine) takeMark(r rune, c class, at, end int) {
	if e.form == letters {
		if !e.between {
			e.end = end
		}
		return
	}
	if len(e.out) == 0 && len(e.marks) == 0 {
		e.begin = at // a mark without a letter
	}
	e.end = end
	switch {
	case e.form == canonical:
	case e.form != noAccents || c != point:
		return
	case r == qamatsQatan:
		r = qamats
	case r == holamHaser:
		r = holam
	}
	if e.marks == nil {
		e.marks = make([]mark, 0, 8)
	}
	e.marks = append(e.marks, mark{r, markOrder(r)})
}

// takeBare takes a character for the letters form, which begins with no word.
func (e *engine) takeBare(r rune, c class, at, end int) {
	switch c {
	case letter:
		if e.between && len(e.out) > 0 {
			e.write(' ', min(e.end, at)) // at may be before end within a ligature such as ½
		}
		e.write(r, at)
		e.end, e.between = end, false
	case inWord, diacritic:
		if !e.between && len(e.out) > 0 {
			e.end = end
		}
	default:
		e.between = true
	}
}

// flush writes the marks of the last letter.
func (e *engine) flush() {
	if len(e.marks) == 0 {
		return
	}
	byOrder := func(a, b mark) int { return int(a.order) - int(b.order) }
	if !slices.IsSortedFunc(e.marks, byOrder) {
		slices.SortStableFunc(e.marks, byOrder)
	}
	for _, m := range e.marks {
		e.write(m.r, e.begin)
	}
	e.marks, e.between = e.marks[:0], false
}

func (e *engine) write(r rune, source int) {
	n := len(e.out)
	e.out = utf8.AppendRune(e.out, r)
	if e.mapping {
		for ; n < len(e.out); n++ {
			e.source = append(e.source, int32(source))
		}
	}
}
