package salvage

import "fmt"

// A check is one reason to refuse an object, to withdraw it or not to mend it, or to
// mark it as odd.
//
// The list is complete but for the shape of an object: valid JSON with the keys and
// kinds of values of the schema, without which the decoder cannot read on. Every
// other refusal has its message in checkMessages. TestEveryCheck switches each check off
// and shows the damage that then passes.
type check uint8

const (
	noCheck check = iota

	// The characters of a text.
	badByte
	replacementCharacter
	controlCharacter
	noncharacter
	unassigned
	mixedScripts
	loosePoints
	pointTwice
	pointOnLatin
	twoVowels
	manyAccents
	shinDot
	escapeRemains

	// What a text says.
	repeatedPassage
	closedSet
	tooShort
	tooLong
	textCheck

	// The values and keys of an object.
	numberTooLarge
	wholeNumber
	outOfRange
	tooFew
	tooMany
	duplicateKey
	keyOrder
	missingKey
	schemaKeys
	schemaCheck

	// What surrounds an object.
	restFollows
	verseLeftOut
	earlierVerse
	arrayEnds
	objectsDiffer

	// A mend.
	severalMends
	mendOfText
	mendAtEnd

	// Odd texts, which are kept.
	oddBrackets
	oddQuotation
	oddJoin
	oddSpaces
	oddSpaceBefore
	oddPunctuation
	oddCapital
	oddLetter
	oddSentence
	oddEnumeration
	oddRepetition
	oddWord
	schemaOdd

	checkCount
)

// checkMessages has the messages of the checks. A check without one has it from the
// schema, or is a condition of mends.
var checkMessages = [checkCount]string{
	badByte:              "byte 0x%02x in text is not UTF-8",
	replacementCharacter: "replacement character U+FFFD in text",
	controlCharacter:     "control character %U in text",
	noncharacter:         "noncharacter %U in text",
	unassigned:           "%U in text is not a character",
	mixedScripts:         "%s and %s letters in one word",
	loosePoints:          "points before %q without their letter",
	pointTwice:           "the point or accent %U twice on a letter",
	pointOnLatin:         "the point or accent %U on a Latin letter",
	twoVowels:            "the vowels %U and %U on one letter",
	manyAccents:          "three accents on one letter",
	shinDot:              "the dot %U of a shin on another letter",
	escapeRemains:        "the rest of an escape in text, %q",

	repeatedPassage: "a passage is repeated, %q",
	closedSet:       "%s is %q, not one of %s",
	tooShort:        "%s is shorter than %d bytes",
	tooLong:         "%s is longer than %d bytes",

	numberTooLarge: "%s is too large a number",
	wholeNumber:    "%s is not a whole number",
	outOfRange:     "%s is %s, not between %g and %g",
	tooFew:         "fewer than %d elements in %s",
	tooMany:        "more than %d elements in %s",
	duplicateKey:   "duplicate key %q",
	keyOrder:       "key %q out of order",
	missingKey:     "key %q is missing",

	restFollows:   "the rest of an object follows it",
	verseLeftOut:  "verse %d follows it instead of verse %d",
	earlierVerse:  "verse %d follows it, the last one",
	arrayEnds:     "the array ends where verse %d should follow",
	objectsDiffer: "the object at byte %d for the same verse differs",

	oddBrackets:    "brackets are not paired",
	oddQuotation:   "a quotation that is not closed",
	oddJoin:        "an English word joined to a Hebrew one, %q",
	oddSpaces:      "two spaces, %q",
	oddSpaceBefore: "a space before punctuation, %q",
	oddPunctuation: "no space after punctuation, %q",
	oddCapital:     "a capital letter inside a word, %q",
	oddLetter:      "a single letter, %q",
	oddSentence:    "a sentence that begins with a lower-case letter, %q",
	oddEnumeration: "an enumeration that skips a number, %q",
	oddRepetition:  "a passage is repeated, %q",
	oddWord:        "%q is not an English word",
}

// switchedOff is a check that a test has switched off.
var switchedOff check

// on reports whether the check is made.
func (k check) on() bool { return k != switchedOff }

// errorf returns the error of the check.
func (k check) errorf(args ...any) error { return fmt.Errorf(checkMessages[k], args...) }
