package draw

// An IntervalPlot has a row for each thing that was measured: its value as a mark, its
// confidence interval as a line, and a baseline as a thin stroke across it.
type IntervalPlot struct {
	Rows []IntervalRow
	Low  float64 // the left end of the axis, 0 or less; the right end is 1
}

// An IntervalRow is one value. Values outside the axis are drawn at its end.
type IntervalRow struct {
	ChartMark
	Name, Text  string // what was measured; the value in words
	Class       string
	Value       float64
	None        bool // there is no value
	Low, High   float64
	Baseline    float64
	HasBaseline bool
}

// Measures of the plot, in pixels.
const (
	intervalNames = 170
	intervalPlot  = 420
	intervalText  = 170
	intervalRow   = 22
	intervalFoot  = 22
)

// Draw draws the plot.
func (p *IntervalPlot) Draw(d *Drawing) {
	bottom := float64(intervalRow * len(p.Rows))
	d.width, d.height = intervalNames+intervalPlot+intervalText, bottom+intervalFoot
	x := func(v float64) float64 {
		return intervalNames + intervalPlot*(min(1, max(p.Low, v))-p.Low)/(1-p.Low)
	}
	for v := p.Low; v < 1.05; v += .2 {
		d.line("grid", x(v), 0, x(v), bottom)
		d.text("quiet", x(v), bottom+15, atMiddle, tenths(v))
	}
	d.line("base", x(0), 0, x(0), bottom)
	for i, r := range p.Rows {
		y := intervalRow * (float64(i) + .5)
		d.mark(r.Class, r.ChartMark, func() {
			d.text("name", intervalNames-10, y+4, atEnd, abbreviate(r.Name, 24))
			d.text("quiet", intervalNames+intervalPlot+10, y+4, atStart, r.Text)
			if r.None {
				return
			}
			d.line("base", x(r.Low), y, x(r.High), y)
			if r.HasBaseline {
				d.line("base", x(r.Baseline), y-8, x(r.Baseline), y+8)
			}
			d.rect("bar", x(r.Value)-4, y-4, 8, 8)
			d.rect("hit", intervalNames, y-intervalRow/2, intervalPlot, intervalRow)
		})
	}
}
