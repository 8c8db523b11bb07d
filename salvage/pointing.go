package salvage

import "unicode"

// A pointing holds the Hebrew points and accents of one letter. In the whole Bible no
// letter has two vowels but lamed, in Jerusalem, vav with holam, and letters with a
// sheva; none has three accents; and only shin has the dot of a shin.
type pointing struct {
	letter rune // the letter, 0 if the points follow another character
	last   rune // the last point
	vowel  rune
	accent int  // the number of accents
	count  int  // the number of points
	loose  bool // a space precedes the points
}

// isPoint reports whether r is a Hebrew point or accent.
func isPoint(r rune) bool {
	return r >= 0x591 && r <= 0x5bd || r == 0x5bf || r == 0x5c1 || r == 0x5c2 || r == 0x5c7
}

// add returns an error if the letter cannot have a point besides those that it has.
func (p *pointing) add(r rune) error {
	p.count++
	switch {
	case r == p.last && pointTwice.on():
		return pointTwice.errorf(r)
	case p.letter == 0:
	case r >= 0x5b0 && r <= 0x5bb || r == 0x5c7:
		if p.vowel != 0 && !p.mayHave(p.vowel, r) && twoVowels.on() {
			return twoVowels.errorf(p.vowel, r)
		}
		p.vowel = r
	case r == 0x5c1 || r == 0x5c2:
		if p.letter != 'ש' && shinDot.on() {
			return shinDot.errorf(r)
		}
	case r < 0x5af:
		if p.accent++; p.accent > 2 && manyAccents.on() {
			return manyAccents.errorf()
		}
	}
	p.last = r
	return nil
}

// mayHave reports whether the letter can have two vowels.
func (p *pointing) mayHave(a, b rune) bool {
	const sheva, holam, holamHaser = 0x5b0, 0x5b9, 0x5ba
	switch {
	case p.letter == 'ל', a == sheva, b == sheva:
		return true
	case p.letter == 'ו':
		return a == holam || b == holam || a == holamHaser || b == holamHaser
	}
	return false
}

// end begins the points of another character, which follows. It returns an error if the
// points before a letter follow a space: they have lost their letter.
func (p *pointing) end(r rune) error {
	isLetter := r >= 0x5d0 && r <= 0x5ea || r >= 0xfb1d && r < 0xfb50
	switch {
	case isLetter && p.loose && p.count > 1 && loosePoints.on():
		return loosePoints.errorf(r)
	case !isLetter && p.letter != 0 && unicode.In(r, unicode.Mn, unicode.Cf):
		p.last = 0 // a mark of editors or a joiner
		return nil
	}
	*p = pointing{}
	if r <= 0x5ea && isLetter { // letters with a point of their own are left out
		p.letter = r
	}
	return nil
}

// markOfEditors reports whether a combining mark of other scripts is set on Hebrew letters
// too: dots, circles, lines and strokes of editors, and the joiner.
func markOfEditors(r rune) bool {
	switch r {
	case 0x301, 0x304, 0x305, 0x307, 0x308, 0x30a, 0x323, 0x324, 0x325, 0x331, 0x332, 0x333, 0x34f:
		return true
	}
	return r >= 0x335 && r <= 0x338
}
