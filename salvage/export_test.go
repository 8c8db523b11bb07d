package salvage

// CheckNames has the name of each check.
var CheckNames = [checkCount]string{
	noCheck:              "no check",
	badByte:              "byte",
	replacementCharacter: "replacement character",
	controlCharacter:     "control character",
	noncharacter:         "noncharacter",
	unassigned:           "unassigned character",
	mixedScripts:         "mixed scripts",
	loosePoints:          "loose points",
	pointTwice:           "point twice",
	pointOnLatin:         "point on a Latin letter",
	twoVowels:            "two vowels",
	manyAccents:          "three accents",
	shinDot:              "dot of a shin",
	escapeRemains:        "rest of an escape",
	repeatedPassage:      "repeated passage",
	closedSet:            "closed set",
	tooShort:             "short text",
	tooLong:              "long text",
	textCheck:            "check of a text",
	numberTooLarge:       "large number",
	wholeNumber:          "whole number",
	outOfRange:           "range",
	tooFew:               "too few elements",
	tooMany:              "too many elements",
	duplicateKey:         "duplicate key",
	keyOrder:             "order of keys",
	missingKey:           "missing key",
	schemaKeys:           "keys of the schema",
	schemaCheck:          "check of the schema",
	restFollows:          "rest of an object",
	verseLeftOut:         "verse left out",
	earlierVerse:         "earlier verse",
	arrayEnds:            "end of the array",
	objectsDiffer:        "different objects",
	severalMends:         "several mends",
	mendOfText:           "mend of a text",
	mendAtEnd:            "mend at the end",
	oddBrackets:          "odd brackets",
	oddQuotation:         "odd quotation",
	oddJoin:              "odd join",
	oddSpaces:            "odd spaces",
	oddSpaceBefore:       "odd space before punctuation",
	oddPunctuation:       "odd punctuation",
	oddCapital:           "odd capital letter",
	oddLetter:            "odd letter",
	oddSentence:          "odd sentence",
	oddEnumeration:       "odd enumeration",
	oddRepetition:        "odd repetition",
	oddWord:              "odd word",
	schemaOdd:            "odd by the schema",
}

// WithoutCheck calls do while a check is switched off.
func WithoutCheck(name string, do func()) {
	for k := range CheckNames {
		if CheckNames[k] == name {
			switchedOff = check(k)
		}
	}
	defer func() { switchedOff = noCheck }()
	do()
}
