package hebrew

import (
	"strings"
	"unicode/utf8"
)

// A divineName is recognised by Strong's number and then by its letters.
type divineName struct {
	spellings [][]rune
	alter     func(spelling []rune) (first, last int) // the letters that give way
	instead   string
	unless    func(w word) bool // the number is right, but it is not the name
}

// A word is what is known of a word besides its text.
type word struct{ prefix, morph, before, after string }

// divineNames are by Strong's number. The numbers 3070 to 3074 are places
// named after YHWH, such as יהוה נסי; of their words only that with its letters
// is touched. 426 is Aramaic.
var divineNames = func() map[string]*divineName {
	all := func(s []rune) (int, int) { return 0, len(s) - 1 }
	last := func(s []rune) (int, int) { return len(s) - 1, len(s) - 1 }
	nth := func(n int) func([]rune) (int, int) { return func([]rune) (int, int) { return n, n } }

	yhwh := &divineName{[][]rune{[]rune("יהוה")}, all, "ה׳", nil}
	elohim := &divineName{[][]rune{[]rune("אלה"), []rune("אלוה")}, last, "ק", nil}
	return map[string]*divineName{
		"3068": yhwh, "3069": yhwh, "3070": yhwh, "3071": yhwh, "3072": yhwh, "3073": yhwh, "3074": yhwh,
		"430": elohim, "433": elohim, "426": elohim,
		"410":  {[][]rune{[]rune("אל")}, nth(0), "ק", word.isNotEl},
		"6635": {[][]rune{[]rune("צבאות")}, nth(2), "ק", word.isNotTitle},
		"7706": {[][]rune{[]rune("שדי")}, nth(1), "ק", nil},
		"3050": {[][]rune{[]rune("יה")}, nth(0), "ק", nil},
	}
}()

// isNotEl tells El from its homonyms with the same number: the plural ("gods",
// "the mighty"), "power" in יש לאל ידי, and the second half of the man's name
// Asahel where it is written as two words (2 Samuel 2:30).
func (w word) isNotEl() bool {
	return strings.HasPrefix(w.morph, "Ncmp") ||
		w.prefix == "l" && numbersOf(w.after, "3027") ||
		numbersOf(w.before, "6214")
}

// isNotTitle tells the title Tzevaot from armies. The title stands in the
// absolute plural after a name of God; Strong's variant letter does not decide
// it: in Amos 3:13 the title has that of armies, and three times the hosts of
// commanders (8269) and kings (4428) have that of the title.
func (w word) isNotTitle() bool {
	return w.morph != "" && w.morph != "Ncbpa" ||
		numbersOf(w.before, "8269") || numbersOf(w.before, "4428")
}

// numbersOf reports whether a lemma has a Strong's number among its segments.
func numbersOf(lemma, number string) bool {
	for segment := range strings.SplitSeq(lemma, "/") {
		if strongs(segment) == number {
			return true
		}
	}
	return false
}

// strongs is the number in a segment of a lemma: "6635" of "6635 b".
func strongs(segment string) string {
	n := 0
	for n < len(segment) && segment[n] >= '0' && segment[n] <= '9' {
		n++
	}
	return segment[:n]
}

// Traditional is a word with its divine name written as is done where the name
// is not to be pronounced or destroyed, and whether it has one:
//
//	YHWH ה׳   Elohim, Eloah, Aramaic Elah אלקים   El קל   Tzevaot צבקות   Shaddai שקי   Yah קה
//
// The name is found by lemma and morphology, as the Open Scriptures Hebrew
// Bible has them ("c/l/3068", "HC/R/Np"), so no word is touched that merely
// has its letters. Elohim is altered whoever is meant, God, gods or judges, and
// El too where it is a foreign god, because the number does not distinguish
// them. Yah, which custom writes either י־ה or with a qof as in הללוקה, has the
// qof. The text may be pointed, unaccented or unpointed; prefixes, suffixes and
// the points of other letters stay as they are.
//
// TraditionalBetween decides more finely.
func Traditional(text, lemma, morph string) (string, bool) {
	return TraditionalBetween(text, lemma, morph, "", "")
}

// TraditionalBetween is Traditional for a word of which the neighbours' lemmas
// are known ("" where there is none). They tell nine words of the Bible from
// divine names that Traditional alters: hosts of commanders and kings, "power"
// in יש לאל ידי, and a man's name.
func TraditionalBetween(text, lemma, morph, before, after string) (string, bool) {
	at, prefix := 0, ""
	for segment := range strings.SplitSeq(lemma, "/") {
		n := divineNames[strongs(segment)]
		if n != nil && !(n.unless != nil && n.unless(word{prefix, segmentOf(morph, at), before, after})) {
			return n.write(text)
		}
		at, prefix = at+1, segment
	}
	return text, false
}

// segmentOf is the nth segment of a morphology without the letter of the
// language, or "".
func segmentOf(morph string, n int) string {
	if morph == "" {
		return ""
	}
	morph = morph[1:]
	for ; n > 0; n-- {
		_, rest, ok := strings.Cut(morph, "/")
		if !ok {
			return ""
		}
		morph = rest
	}
	segment, _, _ := strings.Cut(morph, "/")
	return segment
}

// A placed letter is a letter with the bytes that it and its marks take. What
// is neither letter nor mark has the letter 0.
type placed struct {
	r          rune
	start, end int
}

// write alters the name in a text that has it. Presentation forms are taken
// apart for that, and stay as they are in a text that has it not. Not all can
// be: the varika, U+FB1E, is a mark of its own.
func (n *divineName) write(text string) (string, bool) {
	plain := text
	if strings.ContainsFunc(text, func(r rune) bool { return r >= firstPresentationForm && r <= lastPresentationForm }) {
		plain = Canonical(text)
	}
	if altered, ok := n.writePlain(plain); ok {
		return altered, true
	}
	return text, false
}

func (n *divineName) writePlain(text string) (string, bool) {
	var buffer [24]placed
	letters := place(text, buffer[:0])
	for i := range letters {
		for _, spelling := range n.spellings {
			if !begins(letters[i:], spelling) {
				continue
			}
			first, last := n.alter(spelling)
			from, to := letters[i+first].start, letters[i+last].end
			kept := ""
			if first == last {
				from += utf8.RuneLen(letters[i+first].r)
				kept = text[from:to] // the points of the one letter
				from = letters[i+first].start
			}
			return text[:from] + n.instead + kept + text[to:], true
		}
	}
	return text, false
}

// place finds the letters of a word. The stroke between the segments of a word
// parts nothing.
func place(text string, letters []placed) []placed {
	for i, r := range text {
		c := classOf(r)
		if c == foreign {
			c = foreignClass(r)
		}
		switch size := max(1, utf8.RuneLen(r)); {
		case c == letter:
			letters = append(letters, placed{r, i, i + size})
		case c == point || c == accent || c == invisible:
			if n := len(letters); n > 0 && letters[n-1].end == i {
				letters[n-1].end += size
			}
		case r != '/':
			letters = append(letters, placed{0, i, i + size})
		}
	}
	return letters
}

func begins(letters []placed, spelling []rune) bool {
	if len(letters) < len(spelling) {
		return false
	}
	for i, r := range spelling {
		if letters[i].r != r {
			return false
		}
	}
	return true
}
