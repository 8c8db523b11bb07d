package llmsim

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// refused are the words of a model that declines.
const refused = "I'm sorry, but I can't help with that."

// spoil gives the text as a fault of the model's makes it, how such an answer
// ends, and whether the text has a place for the fault.
func spoil(f Fault, text string, rng *rand.Rand) (string, ending, bool) {
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

// otherFormat tells in prose what the text says in JSON.
func otherFormat(text string) string {
	var b strings.Builder
	b.WriteString("Here is my analysis.\n")
	m := survey(text)
	for _, v := range m.whole() {
		fmt.Fprintf(&b, "\n**Verse %d**\n", v.number)
		for _, s := range m.values {
			if s.lo > v.lo && s.hi < v.hi {
				fmt.Fprintf(&b, "- %s\n", text[s.lo:s.hi])
			}
		}
	}
	return b.String()
}

// wrongVerse gives one verse's object another number: a neighbour's, or one
// that no chapter has.
func wrongVerse(text string, rng *rand.Rand) (string, bool) {
	verses := survey(text).whole()
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

// foreignHebrew puts Hebrew that is not in the verse in the place of some that
// is quoted from it: what is quoted for another verse, or words no verse has.
func foreignHebrew(text string, rng *rand.Rand) (string, bool) {
	m := survey(text)
	if len(m.hebrew) == 0 {
		return foreignWords(text, rng)
	}
	s := pick(rng, m.hebrew)
	own := span{0, len(text)}
	for _, v := range m.whole() {
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

// wordRange is a range of word numbers, by which answers name Hebrew that they
// do not quote.
var wordRange = regexp.MustCompile(`\[\d+,\s*\d+\]`)

// foreignWords gives one range of word numbers words that no verse has.
func foreignWords(text string, rng *rand.Rand) (string, bool) {
	ranges := wordRange.FindAllStringIndex(text, -1)
	if len(ranges) == 0 {
		return text, false
	}
	at := pick(rng, ranges)
	return apply(text, []edit{{span{at[0], at[1]}, "[201,203]"}}), true
}
