package explore

import (
	"cmp"
	"slices"
	"strconv"
)

// An alluvial is a diagram of flows from nodes on one side to nodes on the
// other. Bands are as wide as figures are many.
type alluvial struct {
	From, To         []node
	Flows            [][]flow // by From and To
	FromName, ToName string
}

// A node is where flows begin or end.
type node struct {
	chartMark
	Name    string
	Figures int
	Class   string // "others", "unnamed", or "" for one that has a colour of its own
}

// A flow is the figures from one node to another.
type flow struct {
	chartMark
	Figures int
}

// Measures of an alluvial diagram.
const (
	alluvialWidth = 940
	nodeLabels    = 210 // on both sides, for names
	nodeWidth     = 12
	nodeGap       = 9
	nodeHeight    = 30 // of a node on average
	labelHeight   = 16
	columnHead    = 26
	nodeNameRunes = 26
	colours       = 8 // s0 to s7
)

// draw draws the diagram.
func (a *alluvial) draw(d *drawing) {
	longest := max(len(a.From), len(a.To), 4)
	body := float64(longest * (nodeHeight + nodeGap))
	d.width, d.height = alluvialWidth, columnHead+body
	total := 0
	for _, n := range a.From {
		total += n.Figures
	}
	scale := (body - float64((longest-1)*nodeGap)) / float64(max(1, total))
	left, right := float64(nodeLabels), float64(alluvialWidth-nodeLabels-nodeWidth)
	from, to := stack(a.From, scale, body), stack(a.To, scale, body)
	d.text("strong", left, 12, atEnd, a.FromName)
	d.text("strong", right+nodeWidth, 12, atStart, a.ToName)
	a.drawFlows(d, scale, left+nodeWidth, right, slices.Clone(from), slices.Clone(to))
	a.drawNodes(d, a.From, from, scale, left, true)
	a.drawNodes(d, a.To, to, scale, right, false)
}

// stack is where nodes begin that stand above each other in the middle of the
// height.
func stack(nodes []node, scale, height float64) []float64 {
	needed := float64((len(nodes) - 1) * nodeGap)
	for _, n := range nodes {
		needed += scale * float64(n.Figures)
	}
	y := columnHead + max(0, (height-needed)/2)
	starts := make([]float64, len(nodes))
	for i, n := range nodes {
		starts[i] = y
		y += scale*float64(n.Figures) + nodeGap
	}
	return starts
}

// drawFlows draws the wide flows first, so that the narrow ones can be seen
// and pointed at. In each node they lie in the order of their other ends.
func (a *alluvial) drawFlows(d *drawing, scale, left, right float64, from, to []float64) {
	type band struct {
		flow
		from   int
		y0, y1 float64
	}
	var bands []band
	for i, flows := range a.Flows {
		for j, f := range flows {
			if f.Figures == 0 {
				continue
			}
			bands = append(bands, band{f, i, from[i], to[j]})
			from[i] += scale * float64(f.Figures)
			to[j] += scale * float64(f.Figures)
		}
	}
	slices.SortStableFunc(bands, func(a, b band) int { return cmp.Compare(b.Figures, a.Figures) })
	for _, b := range bands {
		d.mark("mark", b.chartMark, func() {
			d.ribbon("flow "+a.class(b.from), left, b.y0, right, b.y1, max(.8, scale*float64(b.Figures)))
		})
	}
}

// class is the colour of a node on the side where flows begin, which is that
// of its flows too.
func (a *alluvial) class(from int) string {
	if c := a.From[from].Class; c != "" {
		return c
	}
	return "s" + strconv.Itoa(from%colours)
}

func (a *alluvial) drawNodes(d *drawing, nodes []node, starts []float64, scale, x float64, first bool) {
	labels := make([]float64, len(nodes)) // their base lines
	for i, n := range nodes {
		labels[i] = starts[i] + scale*float64(n.Figures)/2 + 4
	}
	spread(labels, columnHead+10, d.height-3)
	for i, n := range nodes {
		class := "bar"
		if first {
			class = a.class(i)
		}
		d.mark("mark node", n.chartMark, func() {
			d.rect(class, x, starts[i], nodeWidth, max(1, scale*float64(n.Figures)))
			place, a := x-8, atEnd
			if !first {
				place, a = x+nodeWidth+8, atStart
			}
			d.counted(place, labels[i], a, shorten(n.Name, nodeNameRunes).Text, digits(n.Figures))
		})
	}
}

// spread moves labels apart that would lie on each other, and keeps them above
// the end.
func spread(labels []float64, first, last float64) {
	for i := range labels {
		labels[i] = max(labels[i], first)
		first = labels[i] + labelHeight
	}
	for i := len(labels) - 1; i >= 0 && labels[i] > last; i-- {
		labels[i] = last
		last -= labelHeight
	}
}
