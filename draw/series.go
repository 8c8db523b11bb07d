package draw

import "strconv"

// A Series is a chart of one row of columns for each thing that is counted, such as
// a type, over consecutive steps, such as the chapters of a book. All rows have the
// same scale, and a row is as high as its highest column.
type Series struct {
	Rows    []Heading
	Steps   int     // number of columns in each row
	Bars    [][]Bar // by row and step
	Unread  []bool  // by step: not counted
	Failed  []bool  // by step: counted in part
	StepsOf string  // name of a step, such as "Chapter"
}

// Measures of a series, in pixels.
const (
	seriesWidth  = 940
	seriesNames  = 130
	seriesTotals = 56
	seriesPlot   = 330 // total height of the highest columns of all rows
	seriesLeast  = 20
	seriesGap    = 19 // includes the number above the highest column
	seriesFoot   = 22
	stepMost     = 34 // maximum width of a step
)

// Draw draws the series with one axis below them.
func (s *Series) Draw(d *Drawing) {
	highest := make([]float64, len(s.Rows))
	sum := 0.0
	for i := range s.Rows {
		for _, b := range s.Bars[i] {
			highest[i] = max(highest[i], b.Length)
		}
		sum += highest[i]
	}
	scale := seriesPlot / max(sum, 1e-9)
	step := min(stepMost, float64(seriesWidth-seriesNames-seriesTotals)/float64(max(1, s.Steps)))
	end := seriesNames + step*float64(s.Steps)
	d.width = end + seriesTotals
	y := 14.0
	tops := make([]float64, len(s.Rows))
	for i := range s.Rows {
		tops[i] = y
		y += max(seriesLeast, scale*highest[i]) + seriesGap
	}
	d.height = y + seriesFoot
	s.drawGaps(d, step, y)
	for i, r := range s.Rows {
		bottom := tops[i] + max(seriesLeast, scale*highest[i])
		d.line("grid", seriesNames, bottom+.5, end, bottom+.5)
		d.mark(r.Class, r.ChartMark, func() {
			d.text("strong", seriesNames-10, bottom-2, atEnd, r.Name)
			d.text("quiet", end+8, bottom-2, atStart, r.Total)
		})
		told := false // the number of the highest column is written
		for n, b := range s.Bars[i] {
			if b.Length == 0 {
				continue
			}
			x, h := seriesNames+step*float64(n), max(1, scale*b.Length)
			d.mark(r.Class, b.ChartMark, func() {
				d.rect("hit", x, tops[i], step, bottom-tops[i])
				d.rect("bar", x+step*.1, bottom-h, step*.8, h)
			})
			if b.Length == highest[i] && !told {
				d.text("quiet", x+step/2, bottom-h-3, atMiddle, b.Text)
				told = true
			}
		}
	}
	s.drawAxis(d, step, y)
}

// drawGaps marks the steps that were not counted and those that were counted in
// part.
func (s *Series) drawGaps(d *Drawing, step, bottom float64) {
	for n := 0; n < s.Steps; n++ {
		first := n
		for n < s.Steps && s.Unread[n] {
			n++
		}
		if n > first {
			d.rect("unread", seriesNames+step*float64(first), 0, step*float64(n-first), bottom-seriesGap+1)
		}
	}
	for n, failed := range s.Failed {
		if failed {
			d.rect("failed", seriesNames+step*(float64(n)+.1), bottom-seriesGap+2, step*.8, 3)
		}
	}
}

// drawAxis writes step numbers below the rows, at intervals that leave enough
// space.
func (s *Series) drawAxis(d *Drawing, step, y float64) {
	const room = 26 // width of a number
	every := 1
	for _, n := range []int{1, 2, 5, 10, 20, 50} {
		if every = n; step*float64(n) >= room {
			break
		}
	}
	for n := 1; n <= s.Steps; n++ {
		if n == 1 || n%every == 0 && step*float64(n-1) >= room {
			d.text("quiet", seriesNames+step*(float64(n)-.5), y+8, atMiddle, strconv.Itoa(n))
		}
	}
	d.text("quiet", seriesNames-10, y+8, atEnd, s.StepsOf)
}
