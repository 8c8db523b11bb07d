package draw

import (
	"strconv"
	"unicode/utf8"
)

// A Heatmap is a grid of cells. A darker cell has a higher number.
type Heatmap struct {
	Rows, Columns []Heading
	Cells         [][]Heat // by row and column
}

// A Heading is the heading of a row or column.
type Heading struct {
	ChartMark
	Name  string
	Class string // colour class; "" for none
	Total string // of the row or column
}

// A Heat is a cell of a heatmap.
type Heat struct {
	ChartMark
	Shade  int    // 1 to Shades-1, or 0 for an empty cell
	Text   string // "" to show no number
	Absent bool   // the grid has no such cell
	Plain  bool   // draw the number without a shade
}

// Measures of a heat map, in pixels.
const (
	rowNames     = 190
	rowNameRunes = 26
	gridWidth    = 640 // approximate, within the limits of cell widths
	cellLeast    = 38
	cellMost     = 66
	cellHeight   = 29
	columnRunes  = 17
)

// Draw draws the grid with its headings.
func (m *Heatmap) Draw(d *Drawing) {
	longest := 0
	for _, c := range m.Columns {
		longest = max(longest, min(columnRunes, utf8.RuneCountInString(c.Name)))
	}
	width := min(cellMost, max(cellLeast, gridWidth/float64(max(1, len(m.Columns)))))
	head := 16 + .8*letters(longest)
	grid := rowNames + width*float64(len(m.Columns))
	d.width = grid + max(50, .7*letters(longest)-width/2) // slanted names extend beyond the grid
	d.height = head + float64(cellHeight*len(m.Rows)+22)
	for j, c := range m.Columns {
		x := rowNames + width*float64(j) + width/2
		d.mark("", c.ChartMark, func() {
			d.rising("name", x+3, head-8, abbreviate(c.Name, columnRunes))
			d.text("quiet", x, d.height-6, atMiddle, c.Total)
		})
	}
	for i, r := range m.Rows {
		y := head + float64(cellHeight*i)
		d.mark("", r.ChartMark, func() {
			d.text("name", rowNames-10, y+cellHeight/2+4, atEnd, abbreviate(r.Name, rowNameRunes))
			d.text("quiet", grid+8, y+cellHeight/2+4, atStart, r.Total)
		})
		for j, c := range m.Cells[i] {
			if !c.Absent {
				c.draw(d, rowNames+width*float64(j), y, width)
			}
		}
	}
}

// draw draws the cell.
func (c *Heat) draw(d *Drawing, x, y, width float64) {
	shade := strconv.Itoa(c.Shade)
	draw := func() {
		if c.Plain {
			d.rect("outline", x+1.5, y+1.5, width-3, cellHeight-3)
		} else {
			d.rect("d"+shade, x+1, y+1, width-2, cellHeight-2)
		}
		if c.Text != "" {
			d.text("number k"+shade, x+width/2, y+cellHeight/2+4, atMiddle, c.Text)
		}
	}
	if c.Says == "" {
		draw()
		return
	}
	d.mark("", c.ChartMark, draw)
}
