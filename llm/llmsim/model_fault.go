package llmsim

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

// refusalText is the text of a model's refusal.
const refusalText = "I'm sorry, but I can't help with that."

// applyFault returns the text changed by a fault of the model or a damage, and
// how the answer ends. ok is false if the fault cannot be applied to this text.
func applyFault(f Fault, text string, rng *rand.Rand) (string, ending, bool) {
	switch f {
	case Refusal:
		return "", declined, true
	case Empty:
		return "", stopped, true
	case Length, Filtered:
		cut := firstTokens(text, int64(float64(Tokens(text))*(0.1+0.8*rng.Float64())))
		if f == Length {
			return cut, outOfTokens, true
		}
		return cut, filtered, true
	case OtherFormat:
		return otherFormat(text), stopped, true
	case WrongVerse:
		text, ok := wrongVerse(text, rng)
		return text, stopped, ok
	case ForeignHebrew:
		text, ok := foreignHebrew(text, rng)
		return text, stopped, ok
	}
	text, ok := damage(f, text, rng)
	return text, stopped, ok
}

// otherFormat returns the content of the JSON text as prose.
func otherFormat(text string) string {
	var b strings.Builder
	b.WriteString("Here is my analysis.\n")
	m := findLandmarks(text)
	for _, v := range m.completeVerses() {
		fmt.Fprintf(&b, "\n**Verse %d**\n", v.number)
		for _, s := range m.values {
			if s.lo > v.lo && s.hi < v.hi {
				fmt.Fprintf(&b, "- %s\n", text[s.lo:s.hi])
			}
		}
	}
	return b.String()
}

// wrongVerse replaces the number of one verse by a neighbour's, or by a number
// that no chapter has.
func wrongVerse(text string, rng *rand.Rand) (string, bool) {
	verses := findLandmarks(text).completeVerses()
	if len(verses) == 0 {
		return text, false
	}
	v := pick(rng, verses)
	n := pick(rng, []int{v.number + 1, max(v.number-1, 0), 0, v.number + 200})
	if n == v.number {
		n++
	}
	return apply(text, []edit{{v.digits, fmt.Sprint(n)}}), true
}

// foreignHebrew replaces Hebrew of one verse by Hebrew that is not in the verse.
// If the answer refers to words by number, it changes the numbers of one range.
// Otherwise it replaces a quotation by one of another verse, or by Hebrew that
// is not in the Bible.
func foreignHebrew(text string, rng *rand.Rand) (string, bool) {
	if broken, ok := foreignWords(text, rng); ok {
		return broken, true
	}
	m := findLandmarks(text)
	if len(m.hebrew) == 0 {
		return text, false
	}
	s := pick(rng, m.hebrew)
	own := span{0, len(text)}
	for _, v := range m.completeVerses() {
		if v.lo < s.lo && s.hi < v.hi {
			own = v.span
		}
	}
	words := "הַמַּחְשֵׁב חִשֵּׁב אֶת־מַסְלוּל הַלַּוְיָן"
	if other := pick(rng, m.hebrew); rng.IntN(2) == 0 && !strings.Contains(text[own.lo:own.hi], text[other.lo:other.hi]) {
		words = text[other.lo:other.hi]
	}
	return apply(text, []edit{{s, words}}), true
}

// wordRange and compactRange match a range of word numbers, by which an answer
// refers to Hebrew words: [3,5], or "met 3-5,8 80".
var (
	wordRange    = regexp.MustCompile(`\[(\d+),\s*(\d+)\]`)
	compactRange = regexp.MustCompile(`"is":\s*"[a-z,]+ (\d+)-?(\d*)[ ,]`)
)

// foreignWords replaces one range of word numbers by a range beyond the end of
// the verse (no verse has a hundred words), or by one whose end is before its
// beginning.
func foreignWords(text string, rng *rand.Rand) (string, bool) {
	form := "%d,%d"
	ranges := wordRange.FindAllStringSubmatchIndex(text, -1)
	if len(ranges) == 0 {
		form, ranges = "%d-%d", compactRange.FindAllStringSubmatchIndex(text, -1)
	}
	if len(ranges) == 0 {
		return text, false
	}
	at := pick(rng, ranges)
	first, err := strconv.Atoi(text[at[2]:at[3]])
	last, err2 := first, error(nil)
	if at[4] < at[5] { // a range of one word may have one number
		last, err2 = strconv.Atoi(text[at[4]:at[5]])
	}
	if err != nil || err2 != nil {
		return text, false // the number is too large for an int
	}
	wrong := pick(rng, [][2]int{{first + 100, last + 100}, {first, last + 100}, {last + 1, first}})
	words := fmt.Sprintf(form, wrong[0], wrong[1])
	return apply(text, []edit{{span{at[2], max(at[3], at[5])}, words}}), true
}
