package mashal

// A Decision is what a validator or a person says of one type of one figure.
type Decision string

// The decisions.
const (
	Valid        Decision = "valid"        // the figure is of this type
	Invalid      Decision = "invalid"      // it is not
	Reclassified Decision = "reclassified" // it is of another type, named in Verdict.To
)

// A Verdict is a decision on one type of one figure, with its reason. A type
// without a verdict is not validated, which is not the same as invalid.
type Verdict struct {
	Type     Type     `json:"type"`
	Decision Decision `json:"decision"`
	To       Type     `json:"to,omitempty"` // the type it is instead, if Reclassified
	Reason   string   `json:"reason,omitempty"`
	By       string   `json:"by"` // the annotator or person who decided
}

// A Judgement is what a validator says of the figures of one verse: verdicts,
// or why there are none.
type Judgement struct {
	Verse    int
	Verdicts [][]Verdict // for each figure, in order, one for each of its types; nil if it failed
	Failure  *Failure    // nil if there are verdicts
}

// FinalTypes is what remains of a figure's types after its verdicts, in the
// order of Types: types without a verdict stay, invalid ones go, reclassified
// ones become what they were said to be. Of several verdicts on one type the
// last counts, so callers put a person's last.
func FinalTypes(types []Type, verdicts []Verdict) []Type {
	last := map[Type]Verdict{}
	for _, v := range verdicts {
		last[v.Type] = v
	}
	keep := map[Type]bool{}
	for _, t := range types {
		v, judged := last[t]
		switch {
		case !judged || v.Decision == Valid:
			keep[t] = true
		case v.Decision == Reclassified:
			keep[v.To] = true
		}
	}
	var final []Type
	for _, t := range Types {
		if keep[t] {
			final = append(final, t)
		}
	}
	return final
}
