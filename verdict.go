package mashal

// A Decision is the judgement of a validator or a person on one type of one
// figure.
type Decision string

// The decisions.
const (
	Valid        Decision = "valid"        // the figure has this type
	Invalid      Decision = "invalid"      // the figure does not have this type
	Reclassified Decision = "reclassified" // the figure has the type Verdict.To instead
)

// A Verdict is a decision on one type of one figure, with its reason. A type
// without a verdict has not been validated. It is not invalid.
type Verdict struct {
	Type     Type     `json:"type"`
	Decision Decision `json:"decision"`
	To       Type     `json:"to,omitempty"` // the new type, if Reclassified
	Reason   string   `json:"reason,omitempty"`
	By       string   `json:"by"` // the name of the annotator or person
}

// A Judgement is a validator's answer for the figures of one verse: verdicts or
// a failure.
type Judgement struct {
	Verse    int
	Verdicts [][]Verdict // for each figure, in order, one verdict for each of its types; nil if validation failed
	Failure  *Failure    // nil if there are verdicts
}

// FinalTypes applies verdicts to the types of a figure and returns the result in
// the order of Types. It keeps types without a verdict, drops invalid ones and
// replaces reclassified ones. If a type has several verdicts, the last one
// counts, so callers put the verdicts of people last.
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
