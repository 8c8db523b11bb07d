package hebrew

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TraditionalEnglish replaces the divine name in the wording of the World English
// Bible by the titles that are traditional in English Bibles:
//
//	Yahweh, Yah       the LORD; The LORD at the beginning of a sentence or quotation
//	Lord Yahweh       Lord GOD, because the qere of the Hebrew is then Elohim
//	Yah, Yahweh       the LORD GOD
//	O Yahweh          O LORD; LORD wherever God is clearly addressed
//
// All other words stay, and the genitive is kept ("the LORD’s"). God is taken to
// be addressed in three places: after "O"; between a comma and punctuation, unless
// a name or "I" precedes; and at the beginning of a sentence before a comma,
// unless a description follows. TraditionalEnglish is idempotent.
func TraditionalEnglish(s string) string {
	if !strings.Contains(s, "Yah") && !strings.Contains(s, "YAHWEH") {
		return s
	}
	return MapTraditionalEnglish(s).Text
}

// MapTraditionalEnglish returns the result of TraditionalEnglish, with a map of
// its byte offsets to s.
func MapTraditionalEnglish(s string) Mapped {
	b := mappedBuilder{text: make([]byte, 0, len(s)+16), source: make([]int32, 0, len(s)+17)}
	at := 0
	for _, found := range englishName.FindAllStringIndex(s, -1) {
		from, to := found[0], found[1]
		if isLetterBefore(s, from) || isLetterAfter(s, to) {
			continue
		}
		title := englishTitle(s[:from], s[from:to], s[to:])
		if title == "GOD" && strings.HasSuffix(s[:from], "Yah, ") {
			b.copy(s, at, from-len(", "))
			b.replace(" ", from-len(", "))
		} else {
			b.copy(s, at, from)
		}
		b.replace(title, from)
		at = to
	}
	b.copy(s, at, len(s))
	return b.mapped(len(s))
}

var (
	englishName = regexp.MustCompile(`Yah(?:weh)?|YAHWEH`)

	// addressEnd matches the text from the name to the next punctuation mark
	// when God is addressed.
	addressEnd = regexp.MustCompile(`^(?: (?:my God|our God|our Lord|the Lord)| God of Armies| of Armies| God)?[,.;!?]`)

	// description matches the text after the name at the beginning of a sentence
	// that is about God.
	description = regexp.MustCompile(`^[^,]*, (?:the|a|he|God|our God|your (?:God|Redeemer)|within|before|bless|who (?:gives|makes|delivered))\b`)

	// godOf matches an apposition, such as "the God of Israel".
	godOf = regexp.MustCompile(`^, (?:the (?:God|Holy)|(?:your|our|their|his) God)\b`)
)

// englishTitle returns the title that replaces a name between two pieces of text.
func englishTitle(before, name, after string) string {
	switch {
	case name == "YAHWEH":
		return "THE LORD"
	case name == "Yahweh" && (endsInWord(before, "Lord ") || endsInWord(before, "Yah, ")):
		return "GOD"
	case endsInWord(before, "O "), isAddressed(before, after):
		return "LORD"
	case beginsSentence(before):
		return "The LORD"
	}
	return "the LORD"
}

// isAddressed reports whether the sentence addresses God by a name between two
// pieces of text.
func isAddressed(before, after string) bool {
	end := addressEnd.FindString(after)
	if end == "" {
		return false
	}
	if beginsSentence(before) {
		return strings.HasSuffix(end, ",") && !description.MatchString(after)
	}
	clause, ok := strings.CutSuffix(before, ", ")
	if !ok {
		return false
	}
	start := strings.TrimRightFunc(clause, func(r rune) bool { return unicode.IsLetter(r) || r == '’' })
	word := clause[len(start):]
	switch {
	case word == "I" || word == "God" || word == "One" || word == "Lord":
		return false
	case godOf.MatchString(after):
		return word == "you"
	}
	first, _ := utf8.DecodeRuneInString(word)
	return unicode.IsLower(first) || beginsSentence(start)
}

// beginsSentence reports whether a sentence or quotation begins after the text
// before.
func beginsSentence(before string) bool {
	rest := strings.TrimRight(before, "“‘\"([")
	if len(rest) < len(before) {
		return true
	}
	rest = strings.TrimRight(rest, " \n”’\")]")
	return rest == "" || strings.ContainsAny(rest[len(rest)-1:], ".!?")
}

// endsInWord reports whether s ends in a phrase that begins at a word boundary.
func endsInWord(s, phrase string) bool {
	return strings.HasSuffix(s, phrase) && !isLetterBefore(s, len(s)-len(phrase))
}

// isLetterBefore reports whether the character before the offset is a letter.
func isLetterBefore(s string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:at])
	return unicode.IsLetter(r)
}

// isLetterAfter reports whether the character at the offset is a letter.
func isLetterAfter(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	return unicode.IsLetter(r)
}
