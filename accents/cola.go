package accents

import (
	"strings"

	"mashal"
)

// mostUnits is the greatest number of units of a colon that is not divided
// further if an accent allows it, and leastUnits that of a part into which it is
// divided.
const mostUnits, leastUnits = 4, 2

// Cola returns the cola of a verse: the lines in which poetry is set, as ranges
// of word numbers. They are those of the accents, and no judgement of the
// metre.
//
// The accents divide a verse by continuous dichotomy: the strongest divides the
// whole, the strongest within each part divides that, and of equal ones the
// first is the stronger (W. Wickes, Two Treatises on the Accentuation of the Old
// Testament, 1881 and 1887; I. Yeivin, Introduction to the Tiberian Masorah,
// 1980, §§193-374). A colon ends at silluq, atnah and ole weyored. A part of more
// than four units is divided further after its strongest accent that leaves two
// units on both sides; not after accents below revia, in the poetic books below
// pazer. A unit is a verb, noun, pronoun, adjective or adverb; particles and
// prepositions without a suffix do not count (M. O'Connor, Hebrew Verse
// Structure, 1980, whose lines have two to five units).
func Cola(v *mashal.Verse) []mashal.WordRange {
	if len(v.Words) == 0 {
		return nil
	}
	d := divider{accents: Of(v, nil), units: make([]int, len(v.Words)+1), least: Revia}
	if Poetic(v.Ref) {
		d.least = Pashta
	}
	for i := range v.Words {
		d.units[i+1] = d.units[i]
		if isUnit(v.Words[i].Morph) {
			d.units[i+1]++
		}
	}
	first := 0
	for i, a := range d.accents {
		if a >= Atnah {
			d.divide(first, i)
			first = i + 1
		}
	}
	return d.cola
}

// A divider divides the words of a verse into cola. Words are numbered from 0.
type divider struct {
	accents []Accent
	units   []int  // number of units before each word
	least   Accent // the weakest accent that divides a part
	cola    []mashal.WordRange
}

// divide adds the cola of the words first to last.
func (d *divider) divide(first, last int) {
	best := -1
	if d.count(first, last) > mostUnits {
		for i := first; i < last; i++ {
			if d.accents[i] >= d.least && (best < 0 || d.accents[i] > d.accents[best]) &&
				d.count(first, i) >= leastUnits && d.count(i+1, last) >= leastUnits {
				best = i
			}
		}
	}
	if best < 0 {
		d.cola = append(d.cola, mashal.WordRange{First: first + 1, Last: last + 1})
		return
	}
	d.divide(first, best)
	d.divide(best+1, last)
}

// count returns the number of units in the words first to last.
func (d *divider) count(first, last int) int { return d.units[last+1] - d.units[first] }

// isUnit reports whether a word with a parsing counts as a unit of a colon: it
// has a segment that is neither a particle nor a conjunction nor a preposition,
// such as a suffix.
func isUnit(morph string) bool {
	if morph == "" {
		return true
	}
	for segment := range strings.SplitSeq(morph[1:], "/") {
		if segment != "" && !strings.ContainsRune("CRT", rune(segment[0])) {
			return true
		}
	}
	return false
}
