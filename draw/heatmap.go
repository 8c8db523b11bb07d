package draw

import (
	"strconv"
	"unicode/utf8"
)

// A Heatmap is a grid of cells, the darker the more there is.
type Heatmap struct {
	Rows, Columns []Heading
	Cells         [][]Heat // by row and column
}

// A Heading is the name of a row or column with what it has in all.
type Heading struct {
	ChartMark
	Name  string
	Class string // of what has a colour of its own
	Total string
}

// A Heat is a cell of a heatmap.
type Heat struct {
	ChartMark
	Shade  int    // from 1 to shades-1; 0 for nothing
	Text   string // "" for no number in the cell
	Absent bool   // there is no such cell
	Plain  bool   // a number that is not compared with the others
}

// Measures of a heatmap.
const (
	rowNames     = 190
	rowNameRunes = 26
	gridWidth    = 640 // about, if cells need not be wider or narrower than they may
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
	d.width = grid + max(50, .7*letters(longest)-width/2) // the last names rise beyond the grid
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
