package draw

import "unicode/utf8"

// A BarTable is a table with a bar for each number. All bars have the same scale,
// and a column is as wide as its longest bar. Column headings name what is counted,
// so no colour is needed to read it.
type BarTable struct {
	Rows    []Heading
	Columns []Heading
	Bars    [][]Bar // by row and column
	Numbers bool    // shown beside the bars
}

// A Bar is one number of the table.
type Bar struct {
	ChartMark
	Length float64 // in the unit of the table
	Text   string
}

// Measures of a table of bars, in pixels.
const (
	barNames    = 150
	barPlot     = 560 // total width of the longest bars of all columns
	barPointed  = 30  // minimum width of the clickable area
	barRow      = 19
	barHeight   = 13
	barHead     = 26
	barGap      = 14
	barNumbers  = 30
	barRunes    = 20
	barTotals   = 44
	barTotalGap = 8
)

// Draw draws the table.
func (t *BarTable) Draw(d *Drawing) {
	longest := make([]float64, len(t.Columns))
	sum := 0.0
	for j := range t.Columns {
		for i := range t.Rows {
			longest[j] = max(longest[j], t.Bars[i][j].Length)
		}
		sum += longest[j]
	}
	scale := barPlot / max(sum, 1e-9)
	starts := make([]float64, len(t.Columns)+1)
	starts[0] = barNames + barTotals
	for j := range t.Columns {
		width := scale * longest[j]
		if t.Numbers {
			width += barNumbers
		}
		width = max(width, letters(utf8.RuneCountInString(t.Columns[j].Name)+1))
		starts[j+1] = starts[j] + width + barGap
	}
	d.width, d.height = starts[len(t.Columns)], float64(barHead+barRow*len(t.Rows)+4)
	for j, c := range t.Columns {
		d.mark(c.Class, c.ChartMark, func() { d.text("strong", starts[j], 14, atStart, c.Name) })
		d.line("grid", starts[j]-1, barHead-4, starts[j]-1, d.height)
	}
	for i, r := range t.Rows {
		y := float64(barHead + barRow*i)
		d.mark("", r.ChartMark, func() {
			d.text("name", barNames-8, y+barHeight-2, atEnd, abbreviate(r.Name, barRunes))
			d.text("quiet", barNames+barTotals-barTotalGap, y+barHeight-2, atEnd, r.Total)
		})
		for j, b := range t.Bars[i] {
			if b.Length == 0 {
				continue
			}
			d.mark(t.Columns[j].Class, b.ChartMark, func() {
				length := max(1, scale*b.Length)
				d.rect("hit", starts[j], y-3, max(length, barPointed), barRow)
				d.rect("bar", starts[j], y, length, barHeight)
				if t.Numbers {
					d.text("quiet", starts[j]+length+4, y+barHeight-2, atStart, b.Text)
				}
			})
		}
	}
}
