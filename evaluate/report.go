package evaluate

import "mashal"

// A Report is the outcome of a comparison. The zero Report is one of no
// verses.
type Report struct {
	Verses    int
	verses    [8]Counts
	instances [8]Instances
}

// Measured lists what a Report has figures for: Any, then the types in their
// order.
var Measured = append([]mashal.Type{Any}, mashal.Types...)

func (r *Report) add(p *Pair) {
	r.Verses++
	for i, t := range Measured {
		r.verses[i].add(has(p.Reference, t), has(p.Predicted, t))
		r.instances[i].add(p.Reference, p.Predicted, t)
	}
}

// ByVerse is the agreement on which verses have a figure of the type, or of
// Any.
func (r *Report) ByVerse(t mashal.Type) Counts {
	for i, m := range Measured {
		if m == t {
			return r.verses[i]
		}
	}
	return Counts{}
}

// ByInstance is the agreement on single figures of the type, or of Any.
func (r *Report) ByInstance(t mashal.Type) Instances {
	for i, m := range Measured {
		if m == t {
			return r.instances[i]
		}
	}
	return Instances{}
}
