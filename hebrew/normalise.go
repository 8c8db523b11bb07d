package hebrew

import (
	"slices"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A normaliser converts a text to a form in one pass. It buffers the marks of
// the last letter until the next character comes, because it sorts them.
type normaliser struct {
	form  form
	out   []byte
	marks []mark // of the last letter, not written yet
	gap   bool   // whether a space, or a character that the form drops, came last
}

// A mark is a point or accent with its canonical combining class.
type mark struct {
	r     rune
	order uint8
}

// run normalises s and appends the result to n.out.
func (n *normaliser) run(s string) {
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if c := classOf(r); c != unclassified {
			n.add(r, c)
		} else {
			n.addOther(s[i:i+size], r)
		}
		i += size
	}
	n.flush()
}

// addOther adds a character outside ASCII and the Hebrew block, decomposed if
// the form demands it. s is the encoding of r.
func (n *normaliser) addOther(s string, r rune) {
	var parts []byte
	if n.form == letters || r >= firstPresentationForm && r <= lastPresentationForm {
		parts = norm.NFKD.PropertiesString(s).Decomposition()
	}
	if len(parts) == 0 {
		n.add(r, classOfOther(r))
		return
	}
	for len(parts) > 0 {
		r, size := utf8.DecodeRune(parts)
		c := classOf(r)
		if c == unclassified {
			c = classOfOther(r)
		}
		n.add(r, c)
		parts = parts[size:]
	}
}

// add writes, buffers or drops a character, depending on its class. The character needs
// no decomposition.
func (n *normaliser) add(r rune, c class) {
	switch {
	case c == invisible:
	case c == point || c == accent:
		n.addMark(r, c)
	case n.form == letters:
		n.addToWords(r, c)
	default:
		n.flush()
		if c == paseq && n.form != canonical {
			c = space
		}
		if c == space {
			r = ' '
		}
		if c != space || !n.gap {
			n.out = utf8.AppendRune(n.out, r)
		}
		n.gap = c == space
	}
}

// addMark adds a point or an accent, unless the form drops it.
func (n *normaliser) addMark(r rune, c class) {
	switch {
	case n.form == letters:
		return
	case n.form == canonical:
	case n.form != noAccents || c != point:
		return
	case r == qamatsQatan:
		r = qamats
	case r == holamHaser:
		r = holam
	}
	if n.marks == nil {
		n.marks = make([]mark, 0, 8)
	}
	n.marks = append(n.marks, mark{r, markOrder(r)})
}

// addToWords adds a character to the form letters. It writes letters, and a
// space between words.
func (n *normaliser) addToWords(r rune, c class) {
	switch c {
	case letter:
		if n.gap && len(n.out) > 0 {
			n.out = append(n.out, ' ')
		}
		n.out = utf8.AppendRune(n.out, r)
		n.gap = false
	case inWord, diacritic:
	default:
		n.gap = true
	}
}

// flush writes the marks of the last letter in canonical order.
func (n *normaliser) flush() {
	if len(n.marks) == 0 {
		return
	}
	byOrder := func(a, b mark) int { return int(a.order) - int(b.order) }
	if !slices.IsSortedFunc(n.marks, byOrder) {
		slices.SortStableFunc(n.marks, byOrder)
	}
	for _, m := range n.marks {
		n.out = utf8.AppendRune(n.out, m.r)
	}
	n.marks, n.gap = n.marks[:0], false
}
