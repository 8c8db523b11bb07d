package query

import "mashal"

// A Query is a parsed query. It is immutable.
type Query struct {
	text    string
	pattern node
	within  Unit
	tests   []*test
}

// Limits of a query. Parse refuses queries beyond them, so that finding takes at most
// about a second and 100 MB for the whole Bible.
const (
	maxLength  = 1000 // bytes of a query
	maxTests   = 60   // conditions
	maxSteps   = 200  // instructions of the program that the pattern is compiled to
	maxDepth   = 20   // parentheses within parentheses
	maxNesting = 4    // repetitions within repetitions
	maxRepeat  = 45   // repetitions: the longest verse has as many words
	maxExpress = 400  // instructions of all regular expressions together
)

// A Unit is the part of the text in which a match must lie.
type Unit string

// The units.
const (
	Verse Unit = "verse"
	Colon Unit = "colon" // a line of poetry by the accents: see accents.Cola
)

// Units lists all units.
var Units = []Unit{Verse, Colon}

// String returns the query as it was written.
func (q *Query) String() string { return q.text }

// AsksFigures reports whether the query has a condition on figures, so that what it
// finds depends on the annotator.
func (q *Query) AsksFigures() bool {
	for _, t := range q.tests {
		if t.attribute.ofFigures {
			return true
		}
	}
	return false
}

// A node is a part of a pattern. Nil is an empty sequence.
type node interface{ isNode() }

type (
	// A wordNode matches one word.
	wordNode struct{ condition condition } // nil for any word
	// A sequence matches its parts one after another.
	sequence []node
	// An alternation matches one of its parts.
	alternation []node
	// A repetition matches its part from least to most times; most is -1 for any number.
	repetition struct {
		of          node
		least, most int
		place       mashal.Place
	}
)

func (*wordNode) isNode()   {}
func (sequence) isNode()    {}
func (alternation) isNode() {}
func (*repetition) isNode() {}

// A condition is a condition on one word.
type condition interface{ isCondition() }

type (
	// A test compares an attribute with a value.
	test struct {
		attribute *Attribute
		value     string
		not       bool         // !=
		place     mashal.Place // of the value
	}
	conjunction []condition
	disjunction []condition
	negation    struct{ of condition }
)

func (*test) isCondition()       {}
func (conjunction) isCondition() {}
func (disjunction) isCondition() {}
func (negation) isCondition()    {}
