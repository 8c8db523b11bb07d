package draw

import "strconv"

// A DispersionChart shows the distribution of occurrences over a text that is
// divided into consecutive parts. Each part has two bars: one kind of occurrence
// above a line, the other kind below it.
type DispersionChart struct {
	Parts   []DispersionPart
	Upright bool // write the names of parts upwards; otherwise write part numbers where they fit
}

// A DispersionPart is a part of the text.
type DispersionPart struct {
	ChartMark
	Name         string
	Above, Below float64 // heights of the bars before scaling
	Unread       bool    // nothing was counted in this part
}

// Measures of a dispersion chart, in pixels.
const (
	dispersionWidth  = 1170
	dispersionBars   = 116 // total height of the highest bars above and below the line
	dispersionLeast  = 1.5 // minimum height of a bar
	dispersionNumber = 13  // half of the maximum width of a number
	numbersHeight    = 20
	codesHeight      = 50 // for upright abbreviations such as "1Kgs"
	namesHeight      = 92 // for upright full names
)

// Draw draws the chart.
func (c *DispersionChart) Draw(d *Drawing) {
	above, below := 0.0, 0.0
	for i := range c.Parts {
		above, below = max(above, c.Parts[i].Above), max(below, c.Parts[i].Below)
	}
	unit := dispersionBars / max(above+below, 1e-9)
	line := above*unit + 2
	label := float64(numbersHeight)
	switch {
	case c.Upright && d.Mirrored:
		label = namesHeight
	case c.Upright:
		label = codesHeight
	}
	bottom := line + below*unit + 6
	d.width, d.height = dispersionWidth, bottom+label
	for i := range c.Parts {
		c.drawPart(d, i, line, bottom, unit)
	}
	d.line("base", 0, line, dispersionWidth, line)
}

// drawPart draws the bars of part i and its name or number.
func (c *DispersionChart) drawPart(d *Drawing, i int, line, bottom, unit float64) {
	p := &c.Parts[i]
	width := float64(dispersionWidth) / float64(len(c.Parts))
	x := float64(i) * width
	d.mark("part", p.ChartMark, func() {
		d.rect("hit", x, 0, width, d.height)
		if p.Above > 0 {
			h := max(p.Above*unit, dispersionLeast)
			d.rect("figurative", x+width*.14, line-h, width*.72, h)
		}
		if p.Below > 0 {
			d.rect("below", x+width*.14, line, width*.72, max(p.Below*unit, dispersionLeast))
		}
	})
	class := "name"
	if p.Unread {
		class = "name unread"
	}
	middle := x + width/2
	switch {
	case c.Upright:
		d.standing(class, middle, bottom+2, p.Name)
	case len(c.Parts) <= 50 || (i+1)%5 == 0 || i == 0:
		// The number of the last part must not extend beyond the drawing.
		middle = min(max(middle, dispersionNumber), dispersionWidth-dispersionNumber)
		d.text(class, middle, bottom+12, atMiddle, strconv.Itoa(i+1))
	}
}
