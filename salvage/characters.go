package salvage

import (
	"unicode"
	"unicode/utf8"
)

// checkCharacters returns an error if s has bytes or characters that only damage
// produces: bytes that are not UTF-8, U+FFFD, control characters, noncharacters, letters
// of another script inside a word, and points that no Hebrew letter has. at is the
// offset of the invalid character.
func checkCharacters(s string) (at int, err error) {
	var word, before script // the script of the current word, and the one before it in the same word
	var points pointing
	letters := 0 // the length of the run of ASCII letters that ends at i
	for i := 0; i < len(s); {
		sc, size := common, 1
		if c := s[i]; c < utf8.RuneSelf {
			points = pointing{}
			sc = ascii[c]
			if letters++; sc != latin {
				letters = 0
			}
			if sc == control {
				if controlCharacter.on() {
					return i, controlCharacter.errorf(c)
				}
				sc = common
			}
		} else {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if isPoint(r) {
				if letters >= 3 && pointOnLatin.on() {
					return i, pointOnLatin.errorf(r)
				}
				points.loose = points.loose || i > 0 && s[i-1] == ' '
				if err := points.add(r); err != nil {
					return i, err
				}
			} else if err := points.end(r); err != nil {
				return i, err
			}
			letters = 0
			if sc, err = scriptIn(word, r, s[i:i+size]); err != nil {
				return i, err
			}
		}
		switch {
		case sc == word:
		case sc == common || word == common:
			word, before = sc, common
		case breaksHebrew(before, word, sc) && mixedScripts.on():
			return i, mixedScripts.errorf(word, sc)
		default:
			word, before = sc, word
		}
		i += size
	}
	return 0, nil
}

// scriptIn returns the script of the character r after a letter of the script word. Marks
// and characters that occur in words of any script have that of the word. It returns an
// error for characters that no text has. text has the bytes of r.
func scriptIn(word script, r rune, text string) (script, error) {
	if r >= 0x591 && r <= 0x5ea && (r < 0x5c8 || r > 0x5cf) && r != 0x5be && r != 0x5c0 && r != 0x5c3 && r != 0x5c6 {
		return hebrew, nil
	}
	var refused check
	switch {
	case r == utf8.RuneError && len(text) == 1:
		if badByte.on() {
			return 0, badByte.errorf(text[0])
		}
		return common, nil
	case r == utf8.RuneError:
		if replacementCharacter.on() {
			return 0, replacementCharacter.errorf()
		}
		return common, nil
	case r < 0xa0:
		refused = controlCharacter
	case r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef:
		refused = noncharacter
	case r >= 0x530 && r < 0x590 && unicode.IsGraphic(r): // Armenian, also its punctuation: the bytes of Hebrew differ in one bit
		return rare, nil
	case word == hebrew && r >= 0x300 && r < 0x370 && !markOfEditors(r):
		return latin, nil
	case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
		if sc := scriptOf(r); sc != common {
			return sc, nil
		}
		return word, nil // a modifier or a combining mark belongs to the word that contains it
	case unicode.In(r, unicode.Cf): // joiners and direction marks occur inside words
		return word, nil
	case !unicode.IsGraphic(r) && !mayBeUsed(r):
		refused = unassigned
	}
	if refused != noCheck && refused.on() {
		return 0, refused.errorf(r)
	}
	return common, nil
}

// mayBeUsed reports whether r may occur in text though Unicode does not define it as a
// visible character: separators, the private characters of fonts, and emoji, to which
// Unicode adds.
func mayBeUsed(r rune) bool {
	return r == 0x2028 || r == 0x2029 || r >= 0xe000 && r < 0xf900 || r >= 0x1f000 && r < 0x1fc00
}

// breaksHebrew reports whether a word that goes on in the script to is damaged. Scholars
// write Latin and Greek letters in one word ("dāβār"), and begin or end a Hebrew word
// in Latin letters ("the כs"). But no Hebrew word has letters of another script in its
// middle, or of Arabic and the like anywhere.
func breaksHebrew(before, word, to script) bool {
	switch {
	case to == hebrew:
		return before == hebrew || !joinsHebrew(word)
	case word == hebrew:
		return !joinsHebrew(to)
	}
	return false
}

// joinsHebrew reports whether letters of a script occur beside Hebrew letters in one
// word.
func joinsHebrew(sc script) bool { return sc == latin || sc == greek || sc == unspaced }

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

// A script is a writing system.
type script uint8

const (
	common script = iota // spaces, punctuation and digits
	latin
	greek
	cyrillic
	hebrew
	arabic
	syriac
	indic
	unspaced // Han, Thai, Ethiopic and others, in which Latin words occur without spaces around them
	rare     // Armenian, Thaana, N'Ko, Samaritan and their neighbours
	control  // not a script: control characters
)

func (s script) String() string {
	return [...]string{"common", "Latin", "Greek", "Cyrillic", "Hebrew", "Arabic", "Syriac", "Indic", "other", "other", "no"}[s]
}

// scriptOf returns the script of a letter, mark or digit.
func scriptOf(r rune) script {
	switch {
	case r >= 0x180 && r < 0x2b0 && r != 'ə' && r != 'ǝ': // Latin letters of few languages
		return rare
	case r >= 0x530 && r < 0x590, r >= 0x780 && r < 0x900:
		return rare
	case r >= 0xe00 && r < 0x1100:
		return unspaced
	case r < 0x2b0, r >= 0x1e00 && r < 0x1f00:
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
		return unspaced
	}
	return common // modifiers, combining marks, letter-like signs
}
