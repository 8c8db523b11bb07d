package hebrew

import (
	"slices"
	"strings"
)

// Transliterate writes Hebrew in Latin letters for readers who do not know the
// Hebrew alphabet. It follows the general-purpose style of The SBL Handbook of
// Style (2nd ed., 5.1.2), in lower case. Where the style leaves a choice, alef and
// ayin are omitted, vav is v, het h and qof q. Of the letters with a hard and a
// soft sound, b/v, k/kh and p/f are distinguished, but not g, d and t. A dagesh
// forte doubles the letter. Matres lectionis are omitted, except for a final h. A
// maqqef becomes a hyphen.
//
// The points leave some sounds open. Transliterate decides them by these rules:
//
//   - A shewa is vocal (e) at the beginning of a word, after another shewa,
//     under a doubled letter, after a long vowel or a meteg, and between two
//     equal letters. Otherwise it is silent.
//   - A qamats is o if it is a qamats qatan (U+05C7); before a hataf qamats,
//     except in the article; in כל; in a closed last syllable if the accent is
//     on an earlier syllable; and before a shewa if it has neither accent nor
//     meteg. But before such a shewa it is a in the article before a letter that
//     cannot be doubled, if the shewa is under a yod, if the next letter is
//     spirantised or an alef, and if the word then ends in -u.
//   - A patah under a final het, ayin or he with mappiq is pronounced before it.
//
// The name YHWH is always "YHWH". Its points in the text belong to the words that
// are read instead of it.
func Transliterate(s string) string {
	var b strings.Builder
	var word []glyph
	flush := func() {
		spell(&b, word)
		word = word[:0]
	}
	for _, r := range Canonical(s) {
		c := classOf(r)
		switch {
		case c == letter && r >= 'א' && r <= 'ת':
			word = append(word, glyph{r: r})
		case (c == point || c == accent) && len(word) > 0:
			word[len(word)-1].mark(r)
		case r == '\u05F3' && len(word) > 0 && word[len(word)-1].r == 'ה':
			word[len(word)-1].geresh = true
		case c == inWord, c == point, c == accent, c == invisible:
		default:
			flush()
			switch {
			case r == '\u05BE':
				b.WriteByte('-')
			case c == paseq || r == '\u05C3' || r == '\u05C6':
			case c == space:
				if n := b.Len(); n > 0 && b.String()[n-1] != ' ' {
					b.WriteByte(' ')
				}
			default:
				b.WriteRune(r)
			}
		}
	}
	flush()
	return strings.TrimRight(b.String(), " ")
}

// A glyph is a letter with its points.
type glyph struct {
	r      rune
	vowel  rune // of the letter; shewa too
	second rune // a hiriq after another vowel, as in ירושלם
	dagesh bool
	sin    bool
	dotted bool // shin or sin dot
	stress bool // an accent of a kind that marks the stressed syllable
	meteg  bool
	geresh bool
}

const (
	shewa      = '\u05B0'
	hatafSegol = '\u05B1'
	hatafPatah = '\u05B2'
	hatafQamas = '\u05B3'
	hiriq      = '\u05B4'
	tsere      = '\u05B5'
	segol      = '\u05B6'
	patah      = '\u05B7'
	qubuts     = '\u05BB'
)

// unstressed lists the accents that are written at the beginning or end of a word
// and do not mark its stress.
const unstressed = "\u0592\u0599\u059A\u05A0\u05A9\u05AD\u05AE"

// mark records a point or accent of the letter.
func (g *glyph) mark(r rune) {
	switch {
	case g.vowel == hiriq && (r == patah || r == qamats): // the order of marks has hiriq first
		g.vowel, g.second = r, hiriq
	case r >= shewa && r <= qubuts, r == qamatsQatan:
		g.vowel = r
	case r == '\u05BC':
		g.dagesh = true
	case r == '\u05C1':
		g.dotted = true
	case r == '\u05C2':
		g.dotted, g.sin = true, true
	case r == '\u05BD':
		g.meteg = true
	case r >= firstMark && r <= '\u05AE' && !strings.ContainsRune(unstressed, r):
		g.stress = true
	}
}

// isBegadkefat reports whether the letter has a hard and a soft sound.
func (g glyph) isBegadkefat() bool { return strings.ContainsRune("בגדכפתךף", g.r) }

// hasFullVowel reports whether the letter has a vowel other than a shewa.
func (g glyph) hasFullVowel() bool { return g.vowel != 0 && g.vowel != shewa }

// isMater reports whether letter i of a word is a mater lectionis: it only marks
// the vowel before it.
func isMater(word []glyph, i int) bool {
	g := word[i]
	var before glyph
	if i > 0 {
		before = word[i-1]
	}
	switch g.r {
	case 'ו':
		switch {
		case g.vowel == holam:
			return i > 0 && before.vowel == 0
		case g.vowel != 0:
			return false
		case g.dagesh:
			return before.vowel == 0
		}
		return before.vowel == holam || before.vowel == hiriq && i+1 < len(word) && word[i+1].r == 'א' // הוא for היא
	case 'י':
		if g.vowel != 0 || g.dagesh || i == 0 {
			return false
		}
		return before.vowel == hiriq || before.vowel == tsere || before.vowel == segol ||
			before.vowel == qamats && i+2 == len(word) && word[i+1].r == 'ו' && word[i+1].vowel == 0
	}
	return false
}

// spell transliterates one word and appends it to b.
func spell(b *strings.Builder, word []glyph) {
	if n := len(word); n > 0 && word[n-1].geresh {
		spellPrefix(b, word[:n-1], "Hashem")
		return
	}
	if n := len(word) - 4; n >= 0 && n <= 3 && isYHWH(word[n:]) {
		spellPrefix(b, word[:n], "YHWH")
		return
	}
	long := false // whether the last vowel is long
	for i, g := range word {
		last := i == len(word)-1
		if isMater(word, i) {
			if g.r == 'ו' && g.vowel == holam {
				b.WriteByte('o')
			} else if g.r == 'ו' && g.dagesh {
				b.WriteByte('u')
			}
			long = true
			continue
		}
		consonant := consonantOf(word, i)
		if last && g.vowel == patah && i > 0 && (g.r == 'ח' || g.r == 'ע' || g.r == 'ה' && g.dagesh) {
			b.WriteString("a" + consonant)
			return
		}
		b.WriteString(consonant)
		doubled := isDoubled(word, i)
		if doubled {
			b.WriteString(consonant)
		}
		switch {
		case g.vowel == 0:
			if g.r != 'א' && consonant != "" {
				long = false
			}
		case g.vowel == shewa:
			if !last && isVocal(word, i, long, doubled) {
				b.WriteByte('e')
			}
			long = false
		default:
			vowel := vowelOf(word, i)
			b.WriteString(vowel)
			if g.second != 0 {
				b.WriteString("yi")
			}
			long = g.vowel == tsere || g.vowel == holam || g.vowel == holamHaser || g.vowel == qamats && vowel == "a" || g.meteg && vowel != "o"
		}
	}
}

// isYHWH reports whether four letters are the name YHWH.
func isYHWH(word []glyph) bool {
	return word[0].r == 'י' && word[1].r == 'ה' && word[2].r == 'ו' && word[3].r == 'ה'
}

// spellPrefix writes a prefix, a hyphen and a name to b, or only the name if the
// prefix is empty.
func spellPrefix(b *strings.Builder, prefix []glyph, name string) {
	if len(prefix) > 0 {
		spell(b, prefix)
		b.WriteByte('-')
	}
	b.WriteString(name)
}

// isPrefix reports whether all letters can be prefixes of a word.
func isPrefix(word []glyph) bool {
	return !slices.ContainsFunc(word, func(g glyph) bool { return !strings.ContainsRune("ובהכלמש", g.r) })
}

// isVocal reports whether the shewa of letter i is pronounced. long tells whether
// the vowel before it is long, doubled whether letter i is doubled. The letter must
// not be the last of its word.
func isVocal(word []glyph, i int, long, doubled bool) bool {
	next := word[i+1]
	switch {
	case i+2 == len(word) && next.r == 'א' && next.vowel == 0: // only a silent alef follows
		return false
	case i == 0, doubled, long:
		return true
	case word[i-1].vowel == shewa:
		return true
	}
	return next.r == word[i].r
}

// isDoubled reports whether letter i has a dagesh forte.
func isDoubled(word []glyph, i int) bool {
	g := word[i]
	if !g.dagesh || i == 0 || i == len(word)-1 || strings.ContainsRune("אהחער", g.r) {
		return false
	}
	before := word[i-1]
	return before.hasFullVowel() || before.vowel == 0 && isMater(word, i-1)
}

var consonants = map[rune]string{
	'ב': "v", 'ג': "g", 'ד': "d", 'ה': "h", 'ו': "v", 'ז': "z", 'ח': "h", 'ט': "t", 'י': "y", 'כ': "kh", 'ך': "kh", 'ל': "l",
	'מ': "m", 'ם': "m", 'נ': "n", 'ן': "n", 'ס': "s", 'פ': "f", 'ף': "f", 'צ': "ts", 'ץ': "ts", 'ק': "q", 'ר': "r", 'ש': "sh", 'ת': "t",
}

// consonantOf returns the Latin letters for letter i without its vowel.
func consonantOf(word []glyph, i int) string {
	g := word[i]
	switch {
	case g.r == 'ש' && g.sin:
		return "s"
	case g.r == 'ש' && !g.dotted && i > 0 && word[i-1].sin:
		return "" // the second sin of Issachar
	case !g.dagesh:
	case g.r == 'ב':
		return "b"
	case g.r == 'כ' || g.r == 'ך':
		return "k"
	case g.r == 'פ' || g.r == 'ף':
		return "p"
	}
	return consonants[g.r]
}

// vowelOf returns the Latin letter for the vowel of letter i.
func vowelOf(word []glyph, i int) string {
	switch word[i].vowel {
	case patah, hatafPatah:
		return "a"
	case segol, tsere, hatafSegol:
		return "e"
	case hiriq:
		return "i"
	case qubuts:
		return "u"
	case qamats:
		if isShortQamats(word, i) {
			return "o"
		}
		return "a"
	}
	return "o" // holam, hataf qamats, qamats qatan
}

// isShortQamats reports whether the qamats of letter i is pronounced o, by the
// rules that are listed at Transliterate.
func isShortQamats(word []glyph, i int) bool {
	g, rest := word[i], word[i+1:]
	if len(rest) == 0 || g.stress || g.meteg {
		return false
	}
	next := rest[0]
	switch {
	case next.vowel == hatafQamas:
		return !(i == 0 && g.r == 'ה')
	case len(rest) == 1 && next.vowel == 0 && g.r == 'כ' && next.r == 'ל' && isPrefix(word[:i]):
		return true
	case len(rest) == 1 && (next.vowel == 0 || next.vowel == shewa) && !strings.ContainsRune("אהעוי", next.r):
		return slices.ContainsFunc(word[:i], func(g glyph) bool { return g.stress })
	case next.vowel != shewa || len(rest) == 1 || next.r == 'י' || rest[1].r == 'א':
		return false
	case i == 0 && g.r == 'ה' && strings.ContainsRune("אהחער", next.r):
		return false
	case rest[1].isBegadkefat():
		return rest[1].dagesh
	}
	return !(len(rest) == 3 && rest[2].r == 'ו' && rest[2].dagesh && rest[2].vowel == 0)
}
