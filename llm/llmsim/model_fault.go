package llmsim

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
)

// refusalText are the words of a model that declines.
const refusalText = "I'm sorry, but I can't help with that."

// applyFault gives the text as a fault of the model's makes it, how such an answer
// ends, and whether the text has a place for the fault.
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

// otherFormat tells in prose what the text says in JSON.
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

// wrongVerse gives one verse's object another number: a neighbour's, or one
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

// foreignHebrew puts Hebrew that is not in the verse in the place of some that
// is: of numbered words, or else of what is quoted from the verse, what is
// quoted for another verse or what none has.
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

// wordRange is a range of word numbers, by which answers name Hebrew that they
// do not quote.
var wordRange = regexp.MustCompile(`\[(\d+),\s*(\d+)\]`)

// foreignWords gives one range of word numbers words that are not in the verse:
// beyond its end (no verse has a hundred words), or the last before the first.
func foreignWords(text string, rng *rand.Rand) (string, bool) {
	ranges := wordRange.FindAllStringSubmatchIndex(text, -1)
	if len(ranges) == 0 {
		return text, false
	}
	at := pick(rng, ranges)
	first, err := strconv.Atoi(text[at[2]:at[3]])
	last, err2 := strconv.Atoi(text[at[4]:at[5]])
	if err != nil || err2 != nil {
		return text, false // of another size than words have
	}
	wrong := pick(rng, [][2]int{{first + 100, last + 100}, {first, last + 100}, {last + 1, first}})
	words := fmt.Sprintf("[%d,%d]", wrong[0], wrong[1])
	return apply(text, []edit{{span{at[0], at[1]}, words}}), true
}
