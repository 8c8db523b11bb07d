package rules

import (
	"slices"

	"mashal"
)

// A Rule finds one kind of figure.
type Rule struct {
	ID        string
	Types     []mashal.Type // in the order of mashal.Types
	Subtype   string
	Source    string    // the literature it rests on, or the reason for it
	Precision float64   // measured: how many of the verses it marks have a figure of its types
	Matches   []Example // it must find something here
	Misses    []Example // and nothing here

	explanation template
	sequences   [][]element // what it looks for, any of them
	needs       []condition // all of these must hold
	unless      []condition // none of these
	in          mashal.Selection
	span        spanRule
	sides       [numRoles]side
}

// A Example is a verse that a rule names as an example, and where it does.
type Example struct {
	mashal.Ref
	Line int
}

// An element is one word of the sequence that a rule looks for.
type element struct {
	pattern
	role     role
	gap      int    // so many other words may stand between the element before and this one
	bound    accent // but no accent so strong; conjunctive for no bound
	optional bool
}

// A role is the side of the figure that a word names.
type role uint8

const (
	noRole role = iota
	vehicle
	target
	ground
	numRoles
)

// A side is what a rule says of the vehicle, target or ground whatever the
// words.
type side struct {
	specific string
	kind     string
}

// A condition is on the words around those that match.
type condition struct {
	pattern
	before, after int  // one of so many words before or after
	verse         bool // any word of the verse but those that match
	echo          bool // it has the lemma of the word that is the vehicle
}

// anchor is the element by which an index finds the sequence: one that must be
// there, with the fewest lemmas, else with a prefix. It is -1 if there is none.
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

// reversed is the sequence in the other order, for words that poetry inverts.
func reversed(sequence []element) []element {
	r := make([]element, len(sequence))
	for i, e := range sequence {
		e.gap, e.bound = 0, conjunctive
		if i+1 < len(sequence) {
			e.gap, e.bound = sequence[i+1].gap, sequence[i+1].bound
		}
		r[len(sequence)-1-i] = e
	}
	return r
}
