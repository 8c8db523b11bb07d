package salvage

import (
	"fmt"
	"slices"
)

// A State is how a verse asked for came out.
type State uint8

// The states of a verse.
const (
	Missing     State = iota // nothing of it was recognised
	Recovered                // its object arrived as it is given out
	Mended                   // its object was given out with one structural byte mended
	Damaged                  // its head arrived, its object did not; or it was withdrawn
	Conflicting              // it arrived more than once, differently: none is given out
)

func (s State) String() string {
	if int(s) < len(states) {
		return states[s]
	}
	return fmt.Sprintf("state %d", s)
}

var states = [...]string{"missing", "recovered", "mended", "damaged", "conflicting"}

// A Span is a range of bytes of the response, From included, To not.
type Span struct{ From, To int64 }

// A Damage is an object that could not be given out.
type Damage struct {
	Verse  int   // as its head says, which another verse's remains may say too; 0 if the number is cut off
	Span   Span  // from its head to the next one
	At     int64 // the first byte that cannot be
	Reason string
}

// An Outcome says what became of one verse asked for.
type Outcome struct {
	Verse  int
	State  State
	Span   Span   // of its object or its remains; empty if missing
	Reason string // why not recovered; "" if it was
}

// A Report says what a response held of what was asked.
type Report struct {
	Verses      []Outcome // one for each verse asked for, ascending
	Damages     []Damage  // in order of appearance, also those of verses that came whole elsewhere
	Unrequested []Damage  // objects that are whole but were not asked for
	Bytes       int64     // read in all
	Extra       int64     // of these, outside any object and neither space, comma nor bracket
	Omitted     int       // damages and strays beyond those Limits lets the report list
}

// Count is the number of verses asked for that are in state s.
func (r *Report) Count(s State) int {
	n := 0
	for i := range r.Verses {
		if r.Verses[i].State == s {
			n++
		}
	}
	return n
}

// Unrecovered lists the verses asked for that were neither recovered nor mended:
// those to ask for again.
func (r *Report) Unrecovered() []int {
	var verses []int
	for _, o := range r.Verses {
		if o.State != Recovered && o.State != Mended {
			verses = append(verses, o.Verse)
		}
	}
	return verses
}

// Outcome is what became of verse; false if it was not asked for.
func (r *Report) Outcome(verse int) (Outcome, bool) {
	i, ok := slices.BinarySearchFunc(r.Verses, verse, func(o Outcome, v int) int { return o.Verse - v })
	if !ok {
		return Outcome{Verse: verse}, false
	}
	return r.Verses[i], true
}
