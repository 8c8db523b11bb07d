package hebrew

import (
	"strings"
	"unicode/utf8"
)

// A divineName describes how a divine name is recognised in a word with its
// Strong's number, and how it is replaced.
type divineName struct {
	spellings   [][]rune                                // letters of the name, without points
	replaced    func(spelling []rune) (first, last int) // indexes of the letters to replace
	replacement string
	except      func(c wordContext) bool // reports whether the word is not the name; nil if it always is
}

// A wordContext is the grammar and the neighbours of a word, "" if unknown.
type wordContext struct {
	prefix        string // the lemma segment before the name
	morph         string // the morphology of the name, without the language
	before, after string // the lemmas of the words before and after
}

// divineNames maps Strong's numbers to names. The numbers 3070 to 3074 are places
// named after YHWH, such as יהוה נסי; only their word יהוה is replaced. 426 is
// Aramaic.
var divineNames = func() map[string]*divineName {
	all := func(s []rune) (int, int) { return 0, len(s) - 1 }
	last := func(s []rune) (int, int) { return len(s) - 1, len(s) - 1 }
	nth := func(n int) func([]rune) (int, int) { return func([]rune) (int, int) { return n, n } }

	yhwh := &divineName{[][]rune{[]rune("יהוה")}, all, "ה׳", nil}
	elohim := &divineName{[][]rune{[]rune("אלה"), []rune("אלוה")}, last, "ק", nil}
	return map[string]*divineName{
		"3068": yhwh, "3069": yhwh, "3070": yhwh, "3071": yhwh, "3072": yhwh, "3073": yhwh, "3074": yhwh,
		"430": elohim, "433": elohim, "426": elohim,
		"410":  {[][]rune{[]rune("אל")}, nth(0), "ק", wordContext.isNotEl},
		"6635": {[][]rune{[]rune("צבאות")}, nth(2), "ק", wordContext.isNotTitle},
		"7706": {[][]rune{[]rune("שדי")}, nth(1), "ק", nil},
		"3050": {[][]rune{[]rune("יה")}, nth(0), "ק", nil},
	}
}()

// isNotEl reports whether a word with the number of El is one of its homonyms:
// the plural ("gods", "the mighty"), "power" in יש לאל ידי, or the second half of
// the man's name Asahel in 2 Samuel 2:30, where it is written as two words.
func (c wordContext) isNotEl() bool {
	return strings.HasPrefix(c.morph, "Ncmp") ||
		c.prefix == "l" && hasNumber(c.after, "3027") ||
		hasNumber(c.before, "6214")
}

// isNotTitle reports whether a word with the number of the title Tzevaot means
// armies. The title is in the absolute plural after a name of God. Strong's
// variant letter does not decide: the title has the letter of armies in Amos
// 3:13, and the hosts of commanders (8269) and kings (4428) have the letter of
// the title three times.
func (c wordContext) isNotTitle() bool {
	return c.morph != "" && c.morph != "Ncbpa" ||
		hasNumber(c.before, "8269") || hasNumber(c.before, "4428")
}

// hasNumber reports whether a segment of a lemma has the Strong's number.
func hasNumber(lemma, number string) bool {
	for segment := range strings.SplitSeq(lemma, "/") {
		if strongs(segment) == number {
			return true
		}
	}
	return false
}

// strongs returns the number in a segment of a lemma: "6635" for "6635 b".
func strongs(segment string) string {
	n := 0
	for n < len(segment) && segment[n] >= '0' && segment[n] <= '9' {
		n++
	}
	return segment[:n]
}

// Traditional replaces the divine name in a word by its traditional substitute,
// and reports whether the word has a divine name:
//
//	YHWH ה׳   Elohim, Eloah, Aramaic Elah אלקים   El קל   Tzevaot צבקות   Shaddai שקי   Yah קה
//
// Names are recognised by lemma and morphology, as in the Open Scriptures Hebrew
// Bible ("c/l/3068", "HC/R/Np"). Words of other lemmas are never changed, even if
// they have the same letters. Elohim is replaced whether it means God, gods or
// judges, and El even if it is a foreign god, because the number does not
// distinguish these. Yah, for which both י־ה and a qof, as in הללוקה, are in use,
// gets the qof.
//
// before and after are the lemmas of the neighbouring words, or "" if unknown.
// They distinguish nine words of the Bible from divine names: hosts of commanders
// and kings, "power" in יש לאל ידי, and a man's name.
//
// The text can have points and accents, points only, or neither. Prefixes,
// suffixes and the points of other letters are kept.
func Traditional(text, lemma, morph, before, after string) (string, bool) {
	i, prefix := 0, ""
	for segment := range strings.SplitSeq(lemma, "/") {
		n := divineNames[strongs(segment)]
		if n != nil && !(n.except != nil && n.except(wordContext{prefix, morphSegment(morph, i), before, after})) {
			return n.replaceIn(text)
		}
		i, prefix = i+1, segment
	}
	return text, false
}

// morphSegment returns segment n of a morphology, from 0, without the letter of
// the language. It returns "" if there is no such segment.
func morphSegment(morph string, n int) string {
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

// A letterSpan is a letter and the bytes of the letter and its marks. r is 0 for
// a character that is neither letter nor mark.
type letterSpan struct {
	r          rune
	start, end int
}

// replaceIn replaces the name in a word, and reports whether the word has it. A
// word with presentation forms is decomposed first, but returned unchanged if it
// does not have the name. The varika, U+FB1E, has no decomposition.
func (n *divineName) replaceIn(text string) (string, bool) {
	plain := text
	if strings.ContainsFunc(text, func(r rune) bool { return r >= firstPresentationForm && r <= lastPresentationForm }) {
		plain = Canonical(text)
	}
	if altered, ok := n.replaceInPlain(plain); ok {
		return altered, true
	}
	return text, false
}

// replaceInPlain replaces the divine names as replaceIn does, in a word without
// presentation forms.
func (n *divineName) replaceInPlain(text string) (string, bool) {
	var buffer [24]letterSpan
	letters := letterSpans(text, buffer[:0])
	for i := range letters {
		for _, spelling := range n.spellings {
			if !startsWith(letters[i:], spelling) {
				continue
			}
			first, last := n.replaced(spelling)
			from, to := letters[i+first].start, letters[i+last].end
			points := ""
			if first == last { // a single letter keeps its points
				points = text[from+utf8.RuneLen(letters[i+first].r) : to]
			}
			return text[:from] + n.replacement + points + text[to:], true
		}
	}
	return text, false
}

// letterSpans appends the letters of a word to letters. It skips the slash
// between the segments of a word.
func letterSpans(text string, letters []letterSpan) []letterSpan {
	for i, r := range text {
		c := classOf(r)
		if c == unclassified {
			c = classOfOther(r)
		}
		switch size := max(1, utf8.RuneLen(r)); {
		case c == letter:
			letters = append(letters, letterSpan{r, i, i + size})
		case c == point || c == accent || c == invisible:
			if n := len(letters); n > 0 && letters[n-1].end == i {
				letters[n-1].end += size
			}
		case r != '/':
			letters = append(letters, letterSpan{0, i, i + size})
		}
	}
	return letters
}

// startsWith reports whether letters begins with the spelling.
func startsWith(letters []letterSpan, spelling []rune) bool {
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
