package lexicon

import (
	"strings"

	"mashal/hebrew"
)

// A pattern is the letters of a pointed word with the matres lectionis that its
// vowels allow: אֱלֹהִים is א ל (ו) ה י ם. Each byte is a letter, from 1, that is
// required unless it is marked; final letters have the codes of the others.
type pattern string

// The marks of letters.
const (
	omissible byte = 1 << 5 // a mater of the text, which a writer may leave out
	addible   byte = 1 << 6 // a mater that the text lacks and modern full spelling adds
	unusual   byte = 1 << 7 // with addible: one that modern full spelling seldom adds
	marks          = omissible | addible | unusual
)

// The letters that can be matres.
var vav, yod = letterCode('ו'), letterCode('י')

// letterCode returns a Hebrew letter as a byte of a pattern, 0 for others.
func letterCode(r rune) byte {
	switch r {
	case 'ך':
		r = 'כ'
	case 'ם':
		r = 'מ'
	case 'ן':
		r = 'נ'
	case 'ף':
		r = 'פ'
	case 'ץ':
		r = 'צ'
	}
	if r < 'א' || r > 'ת' {
		return 0
	}
	return byte(r-'א') + 1
}

// The points that decide where a mater can stand.
const (
	sheva      = 'ְ'
	hatafQamat = 'ֳ'
	hiriq      = 'ִ'
	tsere      = 'ֵ'
	segol      = 'ֶ'
	patah      = 'ַ'
	qamats     = 'ָ'
	holam      = 'ֹ'
	holamHaser = 'ֺ'
	qubuts     = 'ֻ'
	dagesh     = 'ּ'
	meteg      = 'ֽ'
)

// A pointedLetter is a letter with its points.
type pointedLetter struct {
	letter   byte
	vowel    rune // 0 for none; sheva counts as one
	second   rune // another vowel, as in יְרוּשָׁלִַם
	dagesh   bool
	accented bool
}

// pointedLetters splits a word into letters.
func pointedLetters(word string) []pointedLetter {
	letters := make([]pointedLetter, 0, len(word)/3)
	for _, r := range hebrew.Canonical(word) {
		if code := letterCode(r); code != 0 {
			letters = append(letters, pointedLetter{letter: code})
			continue
		}
		if len(letters) == 0 {
			continue
		}
		l := &letters[len(letters)-1]
		switch {
		case r == dagesh:
			l.dagesh = true
		case r == meteg, r >= 0x0591 && r <= 0x05AE:
			l.accented = true
		case r >= sheva && r <= qubuts, r == 0x05C7:
			if l.vowel == 0 {
				l.vowel = r
			} else {
				l.second = r
			}
		}
	}
	return letters
}

// patternOf returns the pattern of a pointed word.
func patternOf(word string) pattern {
	letters := pointedLetters(word)
	out := make([]byte, 0, len(letters)+4)
	accented := false
	for i := range letters {
		accented = accented || letters[i].accented
	}
	for i := range letters {
		l := &letters[i]
		var before pointedLetter
		if i > 0 {
			before = letters[i-1]
		}
		inner := i > 0 && i+1 < len(letters) // at the end it tells a suffix or a number
		switch {
		case l.letter == vav && inner && before.vowel == 0 && (l.isHolam() || l.dagesh && l.vowel == 0):
			out = append(out, vav|omissible)
			continue
		case l.letter == yod && inner && l.vowel == 0 && !l.dagesh && (before.has(hiriq) || before.has(tsere) || before.has(segol)):
			out = append(out, yod|omissible)
			continue
		case (l.letter == vav || l.letter == yod) && inner:
			out = append(out, l.letter, l.letter|addible)
		default:
			out = append(out, l.letter)
		}
		switch {
		case l.isHolam(), l.has(qubuts), l.has(hatafQamat), l.has(0x05C7), l.has(qamats) && isShort(letters, i, accented):
			out = append(out, vav|addible)
		case l.second == hiriq || l.vowel == hiriq && l.second != 0: // the qere of a word with one letter less
			out = append(out, yod|addible, yod|addible)
		case l.has(hiriq) && i+1 < len(letters) && letters[i+1].vowel != 0 && letters[i+1].vowel != sheva:
			out = append(out, yod|addible)
		case l.has(hiriq), l.has(tsere):
			out = append(out, yod|addible|unusual)
		}
	}
	return pattern(out)
}

func (l *pointedLetter) has(vowel rune) bool { return l.vowel == vowel || l.second == vowel }
func (l *pointedLetter) isHolam() bool       { return l.has(holam) || l.has(holamHaser) }

// isShort reports whether the qamats of a letter can be a qamats qatan: in a
// closed syllable without an accent or meteg, or before a hataf qamats.
func isShort(letters []pointedLetter, i int, accented bool) bool {
	if letters[i].accented || i+1 == len(letters) {
		return false
	}
	next := &letters[i+1]
	switch {
	case next.has(hatafQamat):
		return true
	case next.vowel == sheva && !next.dagesh:
		return true
	case next.dagesh && next.vowel != 0: // חָנֵּנִי
		return true
	}
	return i+2 == len(letters) && next.vowel == 0 && !accented // כָּל־
}

// letters returns the letters that the text has.
func (p pattern) letters() string {
	out := make([]byte, 0, len(p))
	for i := range len(p) {
		if p[i]&addible == 0 {
			out = append(out, p[i]&^marks)
		}
	}
	return string(out)
}

// matches reports whether letters are a spelling of the word. A full one leaves
// out no mater of the text and adds none that is unusual.
func (p pattern) matches(letters string, full bool) bool {
	for i := range len(p) {
		mark := p[i] & marks
		if full && mark&unusual != 0 {
			continue
		}
		same := letters != "" && letters[0] == p[i]&^marks
		if mark == 0 || full && mark == omissible {
			if !same {
				return false
			}
			letters = letters[1:]
			continue
		}
		if same && p[i+1:].matches(letters[1:], full) {
			return true
		}
	}
	return letters == ""
}

// skeleton returns letters without the vavs and yods that can be matres. Words
// that match a pattern have its skeleton.
func skeleton(letters string) string {
	var b strings.Builder
	b.Grow(len(letters))
	for i := range len(letters) {
		if c := letters[i]; i == 0 || c != vav && c != yod {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// letterCodes returns the letters of a word as bytes of a pattern, "" if it has
// others.
func letterCodes(word string) string {
	out := make([]byte, 0, len(word)/2)
	for _, r := range word {
		code := letterCode(r)
		if code == 0 {
			return ""
		}
		out = append(out, code)
	}
	return string(out)
}
