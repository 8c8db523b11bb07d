package evaluate

import "mashal"

// A Report is the result of a comparison. The zero Report has no verses.
type Report struct {
	Verses    int          // the number of verses compared
	verses    [8]Counts    // for each of measured
	instances [8]Instances // for each of measured
}

// measured lists the types that a Report has measures for: Any, then all types in
// order.
var measured = append([]mashal.Type{Any}, mashal.Types...)

// add counts the figures of one verse for each type.
func (r *Report) add(p *Pair) {
	r.Verses++
	for i, t := range measured {
		r.verses[i].add(has(p.Reference, t), has(p.Predicted, t))
		r.instances[i].add(p.Reference, p.Predicted, t)
	}
}

// ByVerse returns the agreement on the verses that have a figure of the type, or of any
// type for Any.
func (r *Report) ByVerse(t mashal.Type) Counts {
	for i, m := range measured {
		if m == t {
			return r.verses[i]
		}
	}
	return Counts{}
}

// ByInstance returns the agreement on figures of the type, or of any type for Any.
func (r *Report) ByInstance(t mashal.Type) Instances {
	for i, m := range measured {
		if m == t {
			return r.instances[i]
		}
	}
	return Instances{}
}
