package rules

import (
	"slices"

	"mashal"
	"mashal/accents"
)

// rule describes one kind of figure and how to find it. The exported fields are
// those that tests read.
type rule struct {
	ID           string
	Types        []mashal.Type // in the order of mashal.Types
	Subtype      string
	Standing     mashal.Standing
	Source       string    // the literature, or the reason
	Precision    float64   // the confidence of its figures: the mean over its types
	Measures     []measure // the confidence of each of Types; nil if the file states one precision for all
	MustMatch    []example // verses in which it finds a figure
	MustNotMatch []example // verses in which it finds none

	file, text  string // where it stands, and as it is written
	line        int
	explanation template
	wording     string           // the explanation as it is written
	sequences   [][]element      // any of these must match
	needs       []condition      // all of these must hold
	unless      []condition      // none of these may hold
	in          mashal.Selection // nil: everywhere
	span        spanRule
	sides       [numRoles]side
}

// measure is the measured confidence of a rule for one type.
type measure struct {
	Confidence float64 // the expected share of its figures that are right
	Lower      float64 // the lower end of the 95 % interval
	Follows    string  // the school that supports it: silver, notes, both, or its type

	Silver, Notes Hits // how often each reference agrees
}

// example is a verse that a rule file lists as an example, with its line there.
type example struct {
	mashal.Ref
	Line int
}

// element is one word of a sequence.
type element struct {
	pattern
	role     role
	gap      int            // the largest number of other words between the previous element and this one
	bound    accents.Accent // the gap ends at an accent of at least this strength; conjunctive for clauseEnd
	optional bool
}

// role is the side of the figure that a word names.
type role uint8

const (
	noRole role = iota
	vehicle
	target
	ground
	numRoles
)

// side is what a rule states about its vehicle, target or ground, independent
// of the words that match.
type side struct {
	specific string // its text
	kind     string // its category
}

// condition is a pattern that a word around the match must meet.
type condition struct {
	pattern
	before, after int  // how many words before or after the match are examined
	verse         bool // all words of the verse are examined, except the match
	echo          role // the word must have the lemma of the word with this role
}

// anchor returns the index of the element by which the sequence is found: the
// required element with the fewest lemmas, or else a required element with a
// prefix. It returns -1 if there is none.
func anchor(sequence []element) int {
	best := -1
	for i, e := range sequence {
		if e.optional || e.lemmas == nil {
			continue
		}
		if best < 0 || len(e.lemmas) < len(sequence[best].lemmas) {
			best = i
		}
	}
	if best >= 0 {
		return best
	}
	return slices.IndexFunc(sequence, func(e element) bool { return !e.optional && e.prefix&^article != 0 })
}

// reversed returns the sequence in reverse order. Poetry often inverts the order
// of words.
func reversed(sequence []element) []element {
	r := make([]element, len(sequence))
	for i, e := range sequence {
		e.gap, e.bound = 0, accents.Conjunctive
		if i+1 < len(sequence) {
			e.gap, e.bound = sequence[i+1].gap, sequence[i+1].bound
		}
		r[len(sequence)-1-i] = e
	}
	return r
}
