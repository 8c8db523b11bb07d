package salvage

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// checkCharacters returns an error if s has bytes or characters that only damage
// produces: bytes that are not UTF-8, U+FFFD, control characters, noncharacters, and
// letters of a foreign script inside a word. at is the offset of the invalid
// character.
func checkCharacters(s string) (at int, err error) {
	var word, before script // the script of the current word, and the one before it in the same word
	var last rune           // the mark that ends at i, 0 if another character does
	letters := 0            // the length of the run of ASCII letters that ends at i
	orphans := 0            // the number of points that end at i and follow a space
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			last, orphans = 0, 0
			sc := ascii[c]
			if letters++; sc != latin {
				letters = 0
			}
			switch {
			case sc == word:
			case sc == control:
				return i, fmt.Errorf("control character %U in text", c)
			case sc == common || word == common:
				word, before = sc, common
			case foreign(before, word, sc):
				return i, mixedScripts(word, sc)
			default:
				word, before = sc, word
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		point := r >= 0x591 && r <= 0x5bd || r == 0x5bf || r == 0x5c1 || r == 0x5c2
		switch {
		case !point && orphans > 1 && unicode.Is(unicode.Hebrew, r) && unicode.IsLetter(r):
			return i, fmt.Errorf("points before %q without their letter", r)
		case !point:
			last, orphans = 0, 0
		case r == last:
			return i, fmt.Errorf("the point or accent %U twice on a letter", r)
		case letters >= 3:
			return i, fmt.Errorf("the point or accent %U on a Latin letter", r)
		default:
			last = r
			if orphans > 0 || i > 0 && s[i-1] == ' ' {
				orphans++
			}
		}
		letters = 0
		sc := hebrew
		if r < 0x591 || r > 0x5ea || r == 0x5be || r == 0x5c0 || r == 0x5c3 || r == 0x5c6 {
			switch {
			case r == utf8.RuneError && size <= 1:
				return i, fmt.Errorf("byte 0x%02x in text is not UTF-8", s[i])
			case r == utf8.RuneError:
				return i, fmt.Errorf("replacement character U+FFFD in text")
			case r < 0xa0:
				return i, fmt.Errorf("control character %U in text", r)
			case r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef:
				return i, fmt.Errorf("noncharacter %U in text", r)
			case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
				if sc = scriptOf(r); sc == common {
					sc = word // a modifier or a combining mark belongs to the word that contains it
				}
			case unicode.In(r, unicode.Cf): // joiners and direction marks occur inside words
				sc = word
			case !unicode.IsGraphic(r) && !mayBeUsed(r):
				return i, fmt.Errorf("%U in text is not a character", r)
			default:
				sc = common
			}
		}
		switch {
		case sc == word:
		case sc == common || word == common:
			word, before = sc, common
		case foreign(before, word, sc):
			return i, mixedScripts(word, sc)
		default:
			word, before = sc, word
		}
		i += size
	}
	return 0, nil
}

// mayBeUsed reports whether r may occur in text though Unicode does not define it as a
// visible character: separators, the private characters of fonts, and emoji, to which
// Unicode adds.
func mayBeUsed(r rune) bool {
	return r == 0x2028 || r == 0x2029 || r >= 0xe000 && r < 0xf900 || r >= 0x1f000 && r < 0x1fc00
}

// foreign reports whether a word that goes on in the script to is damaged. Scholars
// write Latin and Greek letters in one word ("dāβār"), and begin or end a Hebrew word
// in Latin letters ("the כs"). But no Hebrew word has letters of another script in its
// middle, or of Arabic and the like anywhere.
func foreign(before, word, to script) bool {
	switch {
	case to == hebrew:
		return before == hebrew || !open(word)
	case word == hebrew:
		return !open(to)
	}
	return false
}

// open reports whether letters of other scripts occur beside those of a script in one
// word.
func open(sc script) bool { return sc == latin || sc == greek || sc == other }

// ascii has the scripts of ASCII characters.
var ascii = func() (table [utf8.RuneSelf]script) {
	for c := range table {
		switch {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			table[c] = latin
		case c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f:
			table[c] = control
		}
	}
	return table
}()

// mixedScripts returns the error for a word in two scripts.
func mixedScripts(a, b script) error { return fmt.Errorf("%s and %s letters in one word", a, b) }

// A script is a writing system. In all scripts except other, words are separated by
// spaces. minor holds scripts of few readers, and other scripts such as Han, in which Latin words occur without spaces
// around them.
type script uint8

const (
	common script = iota
	latin
	greek
	cyrillic
	hebrew
	arabic
	syriac
	indic
	other
	minor   // Armenian, Thaana, N'Ko, Samaritan and their neighbours
	control // not a script
)

func (s script) String() string {
	return [...]string{"common", "Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Syriac", "Indic", "other", "other", "no"}[s]
}

// scriptOf returns the script of a letter, mark or digit.
func scriptOf(r rune) script {
	switch {
	case r >= 0x530 && r < 0x590, r >= 0x780 && r < 0x900:
		return minor
	case r >= 0xe00 && r < 0x1100:
		return other
	case r < 0x250, r >= 0x1e00 && r < 0x1f00:
		return latin
	case r >= 0x370 && r < 0x400, r >= 0x1f00 && r < 0x2000:
		return greek
	case r >= 0x400 && r < 0x530:
		return cyrillic
	case r >= 0x590 && r < 0x600, r >= 0xfb1d && r < 0xfb50:
		return hebrew
	case r >= 0x600 && r < 0x700, r >= 0x750 && r < 0x780, r >= 0xfb50 && r < 0xfe00, r >= 0xfe70 && r < 0xff00:
		return arabic
	case r >= 0x700 && r < 0x750:
		return syriac
	case r >= 0x900 && r < 0xe00:
		return indic
	case r >= 0x1100 && (r < 0x1d00 || r >= 0x2e80):
		return other
	}
	return common // modifiers, combining marks, phonetic and letter-like signs
}
