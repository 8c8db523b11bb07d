package draw

import (
	"cmp"
	"slices"
	"strconv"
)

// An Alluvial is a diagram of flows from the nodes on one side to those on the
// other. The width of a band is the number of its figures.
type Alluvial struct {
	From, To         []Node
	Flows            [][]Flow // by the indexes of From and To
	FromName, ToName string
}

// A Node is a start or end of flows.
type Node struct {
	ChartMark
	Name    string
	Figures int
	Total   string // Figures in the language of the page
	Class   string // "others", "unnamed", or "" for a colour of its own
}

// A Flow is the number of figures from one node to another.
type Flow struct {
	ChartMark
	Figures int
}

// Measures of an alluvial diagram, in pixels.
const (
	alluvialWidth = 940
	nodeLabels    = 230 // on each side, for names
	nodeWidth     = 12
	nodeGap       = 8
	nodeHeight    = 27 // of an average node
	labelHeight   = 16 // minimum for a name
	columnHead    = 26
	nodeNameRunes = 28
	colours       = 8 // classes s0 to s7
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

// stack returns the top of each node in a column, with space for their names, and
// the height of the column.
func stack(nodes []Node, scale float64) (starts []float64, height float64) {
	for _, n := range nodes {
		h := scale * float64(n.Figures)
		slot := max(h+nodeGap, labelHeight)
		starts = append(starts, columnHead+height+(slot-h)/2)
		height += slot
	}
	return starts, height
}

// centre moves a column that is lower than its neighbour to the middle of it.
func centre(starts []float64, height, neighbour float64) {
	for i := range starts {
		starts[i] += max(0, neighbour-height) / 2
	}
}

// drawFlows draws wide flows first, so that narrow ones stay visible and clickable.
// Within a node, flows are in the order of their other ends.
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

// class returns the colour class of a node in From and of its flows.
func (a *Alluvial) class(from int) string {
	if c := a.From[from].Class; c != "" {
		return c
	}
	return "s" + strconv.Itoa(from%colours)
}

// drawNodes draws the nodes of a column with their names. first marks the column of
// From, whose names are on the outer side.
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
