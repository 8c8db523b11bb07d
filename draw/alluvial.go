package draw

import (
	"cmp"
	"slices"
	"strconv"
)

// An Alluvial is a diagram of flows from nodes on one side to nodes on the
// other. Bands are as wide as figures are many.
type Alluvial struct {
	From, To         []Node
	Flows            [][]Flow // by From and To
	FromName, ToName string
}

// A Node is where flows begin or end.
type Node struct {
	ChartMark
	Name    string
	Figures int
	Total   string // Figures as readers of the page write it
	Class   string // "others", "unnamed", or "" for one that has a colour of its own
}

// A Flow is the figures from one node to another.
type Flow struct {
	ChartMark
	Figures int
}

// Measures of an alluvial diagram.
const (
	alluvialWidth = 940
	nodeLabels    = 230 // on both sides, for names
	nodeWidth     = 12
	nodeGap       = 8
	nodeHeight    = 27 // of a node on average
	labelHeight   = 16 // that a name needs
	columnHead    = 26
	nodeNameRunes = 28
	colours       = 8 // s0 to s7
)

// Draw draws the diagram.
func (a *Alluvial) Draw(d *Drawing) {
	total := 0
	for _, n := range a.From {
		total += n.Figures
	}
	scale := float64(nodeHeight*max(len(a.From), len(a.To), 6)) / float64(max(1, total))
	from, body := stack(a.From, scale)
	to, other := stack(a.To, scale)
	centre(from, body, other)
	centre(to, other, body)
	d.width, d.height = alluvialWidth, columnHead+max(body, other)
	left, right := float64(nodeLabels), float64(alluvialWidth-nodeLabels-nodeWidth)
	d.text("strong", left+nodeWidth, 12, atEnd, a.FromName)
	d.text("strong", right, 12, atStart, a.ToName)
	a.drawFlows(d, scale, left+nodeWidth, right, slices.Clone(from), slices.Clone(to))
	a.drawNodes(d, a.From, from, scale, left, true)
	a.drawNodes(d, a.To, to, scale, right, false)
}

// stack is where nodes begin that stand above each other with room for their
// names, and how high they are together.
func stack(nodes []Node, scale float64) (starts []float64, height float64) {
	for _, n := range nodes {
		h := scale * float64(n.Figures)
		slot := max(h+nodeGap, labelHeight)
		starts = append(starts, columnHead+height+(slot-h)/2)
		height += slot
	}
	return starts, height
}

// centre moves what is less high than its neighbour down by half of that.
func centre(starts []float64, height, neighbour float64) {
	for i := range starts {
		starts[i] += max(0, neighbour-height) / 2
	}
}

// drawFlows draws the wide flows first, so that the narrow ones can be seen
// and pointed at. In each node they lie in the order of their other ends.
func (a *Alluvial) drawFlows(d *Drawing, scale, left, right float64, from, to []float64) {
	type band struct {
		Flow
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
		d.mark("", b.ChartMark, func() {
			d.ribbon("flow "+a.class(b.from), left, b.y0, right, b.y1, max(.8, scale*float64(b.Figures)))
		})
	}
}

// class is the colour of a node on the side where flows begin, which is that
// of its flows too.
func (a *Alluvial) class(from int) string {
	if c := a.From[from].Class; c != "" {
		return c
	}
	return "s" + strconv.Itoa(from%colours)
}

func (a *Alluvial) drawNodes(d *Drawing, nodes []Node, starts []float64, scale, x float64, first bool) {
	for i, n := range nodes {
		class, name, end := "bar", x+nodeWidth+8, atStart
		if first {
			class, name, end = a.class(i), x-8, atEnd
		}
		h := scale * float64(n.Figures)
		d.mark("", n.ChartMark, func() {
			d.rect(class, x, starts[i], nodeWidth, max(1, h))
			d.counted(name, starts[i]+h/2+4, end, abbreviate(n.Name, nodeNameRunes), n.Total)
		})
	}
}
