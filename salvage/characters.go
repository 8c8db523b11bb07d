package salvage

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// checkCharacters returns an error if s has characters that only damage produces,
// or a word in two scripts. at is the offset of the invalid character.
func checkCharacters(s string) (at int, err error) {
	word := common
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			switch {
			case c|0x20 >= 'a' && c|0x20 <= 'z':
				if word != common && word != latin {
					return i, mixedScripts(word, latin)
				}
				word = latin
			case c < ' ' && c != '\n' && c != '\t' || c == 0x7f:
				return i, fmt.Errorf("control character %U in text", c)
			default:
				word = common
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			return i, fmt.Errorf("byte 0x%02x in text is not UTF-8", s[i])
		case r == utf8.RuneError:
			return i, fmt.Errorf("replacement character U+FFFD in text")
		case r < 0xa0:
			return i, fmt.Errorf("control character %U in text", r)
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			if sc := scriptOf(r); sc != common {
				if word != common && word != sc && (word != latin || sc != other) && (word != other || sc != latin) {
					return i, mixedScripts(word, sc)
				}
				word = sc
			}
		case unicode.In(r, unicode.Cf): // joiners and direction marks occur inside words
		case !unicode.IsGraphic(r):
			return i, fmt.Errorf("character %U in text is unassigned or private", r)
		default:
			word = common
		}
		i += size
	}
	return 0, nil
}

// mixedScripts returns the error for a word in two scripts.
func mixedScripts(a, b script) error { return fmt.Errorf("%s and %s letters in one word", a, b) }

// A script is a writing system. In all scripts except other, words are separated by
// spaces. other holds scripts such as Han, in which Latin words occur without spaces
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
)

func (s script) String() string {
	return [...]string{"common", "Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Syriac", "Indic", "other"}[s]
}

// scriptOf returns the script of a letter, mark or digit.
func scriptOf(r rune) script {
	switch {
	case r >= 0x530 && r < 0x590, r >= 0x780 && r < 0x900, r >= 0xe00 && r < 0x1100:
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
