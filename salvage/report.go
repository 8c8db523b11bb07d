package salvage

import (
	"fmt"
	"slices"
)

// A State is the result for one verse that was asked for.
type State uint8

// The states of a verse.
const (
	Missing     State = iota // the response has no head of the verse
	Recovered                // its object was valid
	Mended                   // its object became valid by the edit of one byte
	Damaged                  // its object was invalid or incomplete, or was withdrawn
	Conflicting              // the response has several different objects for it
	Adapted                  // its object was valid JSON in another form than asked for, and was converted
)

// String returns the state in lower case, such as "missing".
func (s State) String() string {
	if int(s) < len(states) {
		return states[s]
	}
	return fmt.Sprintf("state %d", s)
}

var states = [...]string{"missing", "recovered", "mended", "damaged", "conflicting", "adapted"}

// A Span is a range of bytes of the response. It includes From and excludes To.
type Span struct{ From, To int64 }

// A Damage describes an object that the decoder did not emit, and the reason.
type Damage struct {
	Verse  int   // the number in its head, 0 if the number is incomplete
	Span   Span  // from its head to the next one
	At     int64 // the offset of the first invalid byte
	Reason string
}

// An Outcome is the state of one verse that was asked for.
type Outcome struct {
	Verse  int
	State  State
	Span   Span   // the bytes of its object, valid or not; empty if Missing
	Reason string // "" if Recovered
	Remark string // what is odd in it, or what else the response has of this verse that was not used; "" for nothing
	Odd    bool   // whether its object was emitted though a text of it looks odd
}

// A Report lists the result for each verse, and the damage in the response.
type Report struct {
	Verses      []Outcome // one for each verse that was asked for, ascending
	Damages     []Damage  // invalid objects in order, including those of verses that another object recovered
	Unrequested []Damage  // valid objects of verses that were not asked for
	Bytes       int64     // the size of the response
	Extra       int64     // bytes outside any object, without white space, commas and square brackets
	Reasoning   int64     // bytes that are marked as reasoning, which is not read
	Unclosed    bool      // whether the response ends inside reasoning
	Omitted     int       // damages and unrequested objects beyond Limits.Listed
}

// Count returns the number of verses in state s.
func (r *Report) Count(s State) int {
	n := 0
	for i := range r.Verses {
		if r.Verses[i].State == s {
			n++
		}
	}
	return n
}

// OnlyReasoning reports whether the response consists of reasoning, without any
// answer.
func (r *Report) OnlyReasoning() bool {
	return r.Reasoning > 0 && r.Count(Missing) == len(r.Verses) && len(r.Damages)+len(r.Unrequested) == 0 && (r.Unclosed || r.Extra == 0)
}

// Unrecovered returns the verses whose object was not emitted. Callers ask for them
// again.
func (r *Report) Unrecovered() []int {
	var verses []int
	for _, o := range r.Verses {
		if o.State != Recovered && o.State != Mended && o.State != Adapted {
			verses = append(verses, o.Verse)
		}
	}
	return verses
}

// Outcome returns the outcome of a verse. It returns false if the verse was not
// asked for.
func (r *Report) Outcome(verse int) (Outcome, bool) {
	i, ok := slices.BinarySearchFunc(r.Verses, verse, func(o Outcome, v int) int { return o.Verse - v })
	if !ok {
		return Outcome{Verse: verse}, false
	}
	return r.Verses[i], true
}
