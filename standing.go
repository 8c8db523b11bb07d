package mashal

import "fmt"

// A Standing says whether a figure counts. It is independent of the figure's types and
// subtype.
type Standing uint8

// The standings, in the order of every list of standings.
const (
	// Claimed is the standing of figures that count.
	Claimed Standing = iota
	// Conventional is the standing of figures that were once images and are now ordinary
	// words or formulae, such as "heart" for the mind. The manual does not count them.
	Conventional
	// Suggestion is the standing of figures that an annotator does not claim: leads for a
	// reviewer, with a probability.
	Suggestion
)

// Standings lists all standings in that order.
var Standings = []Standing{Claimed, Conventional, Suggestion}

// StandingNames lists the names of Standings.
var StandingNames = []string{"claimed", "conventional", "suggestion"}

// String returns the name under which ledgers, concordances, exports and addresses have
// the standing.
func (s Standing) String() string { return StandingNames[s] }

// MarshalText returns the name.
func (s Standing) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText sets the standing to the one that has the name.
func (s *Standing) UnmarshalText(name []byte) error {
	for _, standing := range Standings {
		if standing.String() == string(name) {
			*s = standing
			return nil
		}
	}
	return fmt.Errorf("there is no standing %.60q", name)
}

// SplitSubtype returns the subtype and the standing of a figure that an earlier version of
// the program wrote: it wrote the name of a standing other than Claimed as the subtype.
func SplitSubtype(subtype string) (string, Standing) {
	for _, standing := range Standings {
		if standing != Claimed && standing.String() == subtype {
			return "", standing
		}
	}
	return subtype, Claimed
}

// Counts reports whether the figure counts. Counts and charts leave the others out, and so
// do lists and exports unless asked for.
func (f *Figure) Counts() bool { return f.Standing == Claimed }
