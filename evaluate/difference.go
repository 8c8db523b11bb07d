package evaluate

import (
	"slices"

	"mashal"
)

// A Change is a way in which an annotation differs from an earlier one.
type Change string

// The changes. A figure can be changed in several ways.
const (
	Added      Change = "added"       // only the later annotation has the figure
	Lost       Change = "lost"        // only the earlier annotation has it
	Retyped    Change = "retyped"     // it has other types
	Rebounded  Change = "re-bounded"  // it has other words
	Retargeted Change = "re-targeted" // it has another target or vehicle
)

// Changes lists all changes.
var Changes = []Change{Added, Lost, Retyped, Rebounded, Retargeted}

// Differences is how one annotation differs from another on the verses that both read.
type Differences struct {
	Verses  int                            `json:"verses"`
	Before  int                            `json:"figures_before"`
	After   int                            `json:"figures_after"`
	Same    int                            `json:"same"` // unchanged figures
	Counts  map[Change]int                 `json:"counts"`
	ByType  map[mashal.Type]map[Change]int `json:"by_type"` // by the types of either figure
	Targets bool                           `json:"targets"` // both annotations state targets or vehicles, so these are compared
	List    []Difference                   `json:"list"`
}

// A Difference is a figure that was added, lost or changed.
type Difference struct {
	Ref     mashal.Ref
	Changes []Change
	Before  *mashal.Figure // nil if added
	After   *mashal.Figure // nil if lost
}

// FindDifferences lists how the predicted figures of pairs, as the later annotation, differ from
// those of the reference, as the earlier one. Figures that share words are the same figure,
// the most similar ones first; so are figures without words of the same types.
func FindDifferences(pairs []Pair) *Differences {
	d := &Differences{Verses: len(pairs), Counts: map[Change]int{}, ByType: map[mashal.Type]map[Change]int{}}
	before, after := false, false
	for i := range pairs {
		before = before || slices.ContainsFunc(pairs[i].Reference, hasSides)
		after = after || slices.ContainsFunc(pairs[i].Predicted, hasSides)
	}
	d.Targets = before && after
	for i := range pairs {
		d.add(&pairs[i])
	}
	return d
}

// hasSides reports whether a figure states its target or vehicle.
func hasSides(f mashal.Figure) bool { return !f.Target.IsZero() || !f.Vehicle.IsZero() }

// add adds the differences of one verse, in the order of the words.
func (d *Differences) add(p *Pair) {
	d.Before += len(p.Reference)
	d.After += len(p.Predicted)
	partner := map[int]int{} // of each figure of the reference
	used := make([]bool, len(p.Predicted))
	for _, m := range pairUp(p.Reference, p.Predicted) {
		partner[m.Reference], used[m.Predicted] = m.Predicted, true
	}
	var list []Difference
	for i := range p.Reference {
		f := &p.Reference[i]
		j, ok := partner[i]
		if !ok {
			list = append(list, Difference{p.Ref, []Change{Lost}, f, nil})
			continue
		}
		g := &p.Predicted[j]
		if changes := d.changes(f, g); changes != nil {
			list = append(list, Difference{p.Ref, changes, f, g})
		} else {
			d.Same++
		}
	}
	for j := range p.Predicted {
		if !used[j] {
			list = append(list, Difference{p.Ref, []Change{Added}, nil, &p.Predicted[j]})
		}
	}
	slices.SortStableFunc(list, func(a, b Difference) int { return a.place() - b.place() })
	for _, c := range list {
		d.count(&c)
	}
	d.List = append(d.List, list...)
}

// changes returns how two matched figures differ.
func (d *Differences) changes(f, g *mashal.Figure) (changes []Change) {
	if !slices.Equal(f.Types, g.Types) {
		changes = append(changes, Retyped)
	}
	if !slices.Equal(f.Span.Ranges, g.Span.Ranges) {
		changes = append(changes, Rebounded)
	}
	if d.Targets && (f.Target != g.Target || f.Vehicle != g.Vehicle) {
		changes = append(changes, Retargeted)
	}
	return changes
}

// count counts a difference, for each of the types of either figure once.
func (d *Differences) count(c *Difference) {
	var types []mashal.Type
	for _, f := range []*mashal.Figure{c.Before, c.After} {
		if f != nil {
			types = append(types, f.Types...)
		}
	}
	slices.Sort(types)
	types = slices.Compact(types)
	for _, change := range c.Changes {
		d.Counts[change]++
		for _, t := range types {
			if d.ByType[t] == nil {
				d.ByType[t] = map[Change]int{}
			}
			d.ByType[t][change]++
		}
	}
}

// place returns the first word of either figure, or a number after all words.
func (c *Difference) place() int {
	first := noPlace
	for _, f := range []*mashal.Figure{c.After, c.Before} {
		if f != nil && len(f.Span.Ranges) > 0 {
			first = place(f)
		}
	}
	return first
}
