package hebrew

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Points, and the limits of ranges of characters.
const (
	qamats      = '\u05B8'
	holam       = '\u05B9'
	holamHaser  = '\u05BA'
	qamatsQatan = '\u05C7'

	firstMark = '\u0591'
	lastMark  = '\u05C7'

	firstPresentationForm = '\uFB1D'
	varika                = '\uFB1E'
	lastPresentationForm  = '\uFB4F'
)

// A class is a set of characters that the forms of a text treat alike.
type class uint8

const (
	unclassified class = iota // not decided by classOf: ask classOfOther
	letter                    // a letter or digit
	point                     // a vowel, dagesh, rafe, or the dot of a shin
	accent                    // an accent, meteg or punctum
	diacritic                 // a mark of another script
	inWord                    // geresh or gershayim, which do not separate words
	paseq                     // a stroke between words, one of the accents
	punctuation               // any other visible character
	space
	invisible
)

// classes holds the class of U+0590 to U+05FF.
var classes = func() (t [0x70]class) {
	for i := range t {
		switch r := rune(0x590 + i); {
		case r == '\u05C0':
			t[i] = paseq
		case r == '\u05F3' || r == '\u05F4':
			t[i] = inWord
		case unicode.IsLetter(r):
			t[i] = letter
		case r == '\u05BD' || r == '\u05C4' || r == '\u05C5':
			t[i] = accent // meteg, upper and lower punctum
		case !unicode.Is(unicode.Mn, r):
			t[i] = punctuation
		case r <= '\u05AF':
			t[i] = accent
		default:
			t[i] = point
		}
	}
	return t
}()

// classOf returns the class of a Hebrew or ASCII character, and unclassified for
// other characters, which may have to be decomposed first.
func classOf(r rune) class {
	switch {
	case r >= 0x590 && r <= 0x5FF:
		return classes[r-0x590]
	case r == ' ', r >= '\t' && r <= '\r':
		return space
	case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
		return letter
	case r < 0x80:
		return punctuation
	}
	return unclassified
}

// classOfOther returns the class of a character that is neither Hebrew nor ASCII.
func classOfOther(r rune) class {
	switch {
	case r == varika:
		return point
	case r == '\u034F' || unicode.Is(unicode.Cf, r):
		return invisible
	case unicode.IsSpace(r):
		return space
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return letter
	case unicode.Is(unicode.M, r):
		return diacritic
	}
	return punctuation
}

// markOrders holds the canonical combining class of each Hebrew mark.
var markOrders = func() (t [lastMark - firstMark + 1]uint8) {
	for i := range t {
		t[i] = norm.NFD.PropertiesString(string(rune(firstMark + i))).CCC()
	}
	return t
}()

// markOrder returns the canonical combining class of a mark.
func markOrder(r rune) uint8 {
	if r == varika {
		return 26
	}
	return markOrders[r-firstMark]
}

// Has reports whether a text has at least one Hebrew letter, point or accent.
func Has(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) })
}
