package hebrew

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TraditionalEnglish is English in the wording of the World English Bible with
// the divine name as English Bibles have it by tradition:
//
//	Yahweh, Yah       the LORD, after a full stop and in a quotation The LORD
//	Lord Yahweh       Lord GOD, as the qere of the Hebrew is then Elohim
//	Yah, Yahweh       the LORD GOD
//	O Yahweh          O LORD, and LORD wherever he is clearly addressed
//
// The genitive stays ("the LORD’s"), as does every other word. He is taken to
// be addressed after "O", between a comma and punctuation unless a name or "I"
// stands before it, and at the beginning of a sentence before a comma unless
// what follows it describes him. Applied again it changes nothing.
func TraditionalEnglish(s string) string {
	if !strings.Contains(s, "Yah") && !strings.Contains(s, "YAHWEH") {
		return s
	}
	return MapTraditionalEnglish(s).Text
}

// MapTraditionalEnglish is TraditionalEnglish with the way back.
func MapTraditionalEnglish(s string) Mapped {
	e := engine{mapping: true, out: make([]byte, 0, len(s)+16), source: make([]int32, 0, len(s)+17)}
	at := 0
	for _, found := range englishName.FindAllStringIndex(s, -1) {
		from, to := found[0], found[1]
		if isLetterBefore(s, from) || isLetterAfter(s, to) {
			continue
		}
		instead := englishInstead(s[:from], s[from:to], s[to:])
		if instead == "GOD" && strings.HasSuffix(s[:from], "Yah, ") {
			e.copy(s, at, from-len(", "))
			e.replace(" ", from-len(", "))
		} else {
			e.copy(s, at, from)
		}
		e.replace(instead, from)
		at = to
	}
	e.copy(s, at, len(s))
	return Mapped{string(e.out), append(e.source, int32(len(s)))}
}

var (
	englishName = regexp.MustCompile(`Yah(?:weh)?|YAHWEH`)

	// title is what may follow the name of one who is addressed, before the
	// punctuation.
	title = regexp.MustCompile(`^(?: (?:my God|our God|our Lord|the Lord)| God of Armies| of Armies| God)?[,.;!?]`)

	// description is what follows the name at the beginning of a sentence that
	// speaks of him.
	description = regexp.MustCompile(`^[^,]*, (?:the|a|he|God|our God|your (?:God|Redeemer)|within|before|bless|who (?:gives|makes|delivered))\b`)

	godOf = regexp.MustCompile(`^, (?:the (?:God|Holy)|(?:your|our|their|his) God)\b`)
)

// englishInstead is what is written for a name between what stands before and
// after it.
func englishInstead(before, name, after string) string {
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

// isAddressed reports whether the name between two pieces of text is called
// upon rather than spoken of.
func isAddressed(before, after string) bool {
	mark := title.FindString(after)
	if mark == "" {
		return false
	}
	if beginsSentence(before) {
		return strings.HasSuffix(mark, ",") && !description.MatchString(after)
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

// beginsSentence reports whether a sentence or quotation begins after a text.
func beginsSentence(before string) bool {
	rest := strings.TrimRight(before, "“‘\"([")
	if len(rest) < len(before) {
		return true
	}
	rest = strings.TrimRight(rest, " \n”’\")]")
	return rest == "" || strings.ContainsAny(rest[len(rest)-1:], ".!?")
}

// endsInWord reports whether a text ends in a phrase, and not in a longer word.
func endsInWord(s, phrase string) bool {
	return strings.HasSuffix(s, phrase) && !isLetterBefore(s, len(s)-len(phrase))
}

func isLetterBefore(s string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:at])
	return unicode.IsLetter(r)
}

func isLetterAfter(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	return unicode.IsLetter(r)
}

// copy writes a piece of the original as it is.
func (e *engine) copy(s string, from, to int) {
	e.out = append(e.out, s[from:to]...)
	for i := from; i < to; i++ {
		e.source = append(e.source, int32(i))
	}
}

// replace writes something else in place of what stands at a byte.
func (e *engine) replace(instead string, at int) {
	e.out = append(e.out, instead...)
	e.source = append(e.source, slices.Repeat([]int32{int32(at)}, len(instead))...)
}
