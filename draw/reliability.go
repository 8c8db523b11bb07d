package draw

// A Reliability is a diagram of stated against observed shares. Points on the diagonal are
// calibrated; below it figures state too much. A point is as large as it has figures.
type Reliability struct {
	Points           []ReliabilityPoint
	Stated, Observed string // titles of the axes
}

// A ReliabilityPoint is the figures of one band.
type ReliabilityPoint struct {
	ChartMark
	Stated, Observed float64 // 0 to 1
	Low, High        float64 // the interval of Observed
	Share            float64 // of all figures, 0 to 1
}

// Measures of the diagram, in pixels.
const (
	reliabilitySide = 260
	reliabilityLeft = 44
	reliabilityTop  = 10
	reliabilityFoot = 40
	reliabilityDot  = 12 // side of the largest point
)

// Draw draws the diagram.
func (r *Reliability) Draw(d *Drawing) {
	d.width, d.height = reliabilityLeft+reliabilitySide+16, reliabilityTop+reliabilitySide+reliabilityFoot
	x := func(v float64) float64 { return reliabilityLeft + reliabilitySide*v }
	y := func(v float64) float64 { return reliabilityTop + reliabilitySide*(1-v) }
	for _, v := range []float64{0, .2, .4, .6, .8, 1} {
		d.line("grid", x(v), y(0), x(v), y(1))
		d.line("grid", x(0), y(v), x(1), y(v))
		d.text("quiet", x(v), y(0)+14, atMiddle, tenths(v))
		d.text("quiet", x(0)-6, y(v)+4, atEnd, tenths(v))
	}
	d.line("base", x(0), y(0), x(1), y(1))
	d.text("quiet", x(1), y(0)+32, atEnd, r.Stated)
	d.text("quiet", x(0)+4, y(1)+12, atStart, r.Observed)
	for _, p := range r.Points {
		d.mark("", p.ChartMark, func() {
			d.line("base", x(p.Stated), y(p.Low), x(p.Stated), y(p.High))
			side := 4 + (reliabilityDot-4)*min(1, p.Share*2)
			d.rect("bar", x(p.Stated)-side/2, y(p.Observed)-side/2, side, side)
			d.rect("hit", x(p.Stated)-8, y(p.High)-4, 16, y(p.Low)-y(p.High)+8)
		})
	}
}

// tenths formats a share with one decimal: .4.
func tenths(v float64) string {
	s := px(v)
	if len(s) > 1 && s[0] == '0' {
		return s[1:]
	}
	return s
}
