package runs

import (
	"fmt"
	"html/template"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mashal"
	"mashal/draw"
	"mashal/explore/web"
)

// A timeline is a chart of the periods of work of a run, with a row for each
// worker.
type timeline struct {
	Work     []mashal.Attempt // the periods that are drawn, by start
	All      int              // number of all periods
	From, To time.Time        // ends of the time axis

	lanes []int // lane of each period from 0; a worker has several lanes if its periods overlap
	tops  []int // first lane of each worker, and the number of lanes at the end
}

// Limits of the drawing, so that the page of a long run stays small and readable.
const (
	maxBars       = 5000 // latest periods that are drawn
	maxLinks      = 300  // if there are more periods, only failed ones and those with space for a name are links
	mostTallLanes = 48   // lanes with the height of a name; with more lanes all are flat
)

// newTimeline returns the timeline of a run with its attempts.
func newTimeline(run *mashal.Run, attempts []mashal.Attempt) timeline {
	t := timeline{Work: periods(attempts), From: run.Started, To: run.Ended}
	t.All = len(t.Work)
	t.Work = t.Work[max(0, t.All-maxBars):]
	if len(t.Work) < t.All {
		t.From = t.Work[0].Started
	}
	for _, w := range t.Work {
		for _, at := range []time.Time{w.Started, w.Ended} {
			if at.After(t.To) {
				t.To = at
			}
		}
	}
	if run.Going() {
		t.To = time.Now()
	}
	if !t.To.After(t.From) {
		t.To = t.From.Add(time.Second)
	}
	t.arrange(run.Workers)
	return t
}

// periods returns the periods of work of some attempts, sorted by start, each as an
// attempt of its own. A waiting attempt has several periods, because its worker
// works on another chapter meanwhile.
func periods(attempts []mashal.Attempt) []mashal.Attempt {
	if !slices.ContainsFunc(attempts, func(a mashal.Attempt) bool { return len(a.Waits) > 0 }) {
		return attempts
	}
	list := make([]mashal.Attempt, 0, len(attempts))
	for _, a := range attempts {
		for _, p := range a.Worked() {
			a.Worker, a.Started, a.Ended = p.Worker, p.Started, p.Ended
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b mashal.Attempt) int { return a.Started.Compare(b.Started) })
	return list
}

// workLanes is the maximum number of lanes of a worker. Further overlapping periods
// share the last lane.
const workLanes = 4

// arrange assigns each period to a lane of its worker. A worker needs one lane,
// because its periods do not overlap, except in runs of earlier versions of the
// program.
func (t *timeline) arrange(workers int) {
	for _, w := range t.Work {
		workers = max(workers, w.Worker)
	}
	busy := make([][]time.Time, workers) // end of the last period, by worker and lane
	t.lanes = make([]int, len(t.Work))
	for i, w := range t.Work {
		lanes := &busy[w.Worker-1]
		lane := slices.IndexFunc(*lanes, func(until time.Time) bool { return !until.After(w.Started) })
		switch {
		case lane < 0 && len(*lanes) < workLanes:
			lane = len(*lanes)
			*lanes = append(*lanes, time.Time{})
		case lane < 0:
			lane = workLanes - 1
		}
		until := w.Ended
		if until.IsZero() {
			until = t.To
		}
		(*lanes)[lane], t.lanes[i] = until, lane
	}
	t.tops = make([]int, workers+1)
	for worker, lanes := range busy {
		t.tops[worker+1] = t.tops[worker] + max(1, len(lanes))
	}
}

// Left returns the number of periods that are not drawn.
func (t timeline) Left() int { return t.All - len(t.Work) }

// Measures of the drawing, in units of its view box.
const (
	barsWidth = 1120.0
	barsLeft  = 34.0 // for the numbers of the workers
	barsTop   = 26.0
	barsRow   = 22.0 // height of a lane
	flatRow   = 8.0  // height of a flat lane
	charWidth = 6.4  // average of an 11 px sans-serif font
)

// row returns the height of a lane.
func (t *timeline) row() float64 {
	if t.tops[len(t.tops)-1] > mostTallLanes {
		return flatRow
	}
	return barsRow
}

// A workBar is the rectangle of a period.
type workBar struct{ x, y, width, height float64 }

// place returns the rectangle of period i.
func (t *timeline) place(i int) workBar {
	w, row := &t.Work[i], t.row()
	end := w.Ended
	if end.IsZero() {
		end = t.To
	}
	scale := barsWidth / t.To.Sub(t.From).Seconds()
	return workBar{
		x: barsLeft + max(0, w.Started.Sub(t.From).Seconds()*scale), y: barsTop + float64(t.tops[w.Worker-1]+t.lanes[i])*row + row/16,
		width: max(1.5, end.Sub(w.Started).Seconds()*scale), height: row - row/8,
	}
}

// timelineSVG returns the timeline as SVG. Time runs from left to right in both
// languages. In a long run most bars are joined into one path for each class,
// because they are too narrow to be clicked.
func timelineSVG(s *web.Scope, t timeline) template.HTML {
	var b strings.Builder
	scale := barsWidth / t.To.Sub(t.From).Seconds()
	row := t.row()
	height := barsTop + float64(t.tops[len(t.tops)-1])*row
	fmt.Fprintf(&b, `<svg class="timeline" viewBox="0 0 %.0f %.0f" role="group" aria-label="%s" direction="ltr">`, barsLeft+barsWidth+16, height+4, template.HTMLEscapeString(s.T("Timeline")))
	timeAxis(s, &b, t, scale, height)
	for worker, top := range t.tops[:len(t.tops)-1] {
		y, left := barsTop+float64(top)*row, 0.0
		if row == flatRow {
			left = barsLeft
		}
		if row == barsRow || worker == 0 || (worker+1)%8 == 0 {
			fmt.Fprintf(&b, `<text class="name" x="%.0f" y="%.1f" text-anchor="end">%d</text>`, barsLeft-8, y+min(row, 15), worker+1)
		}
		fmt.Fprintf(&b, `<path class="grid" d="M%.0f %.1fH%.0f"/>`, left, y, barsLeft+barsWidth)
	}
	var links []int
	rest := map[string][]byte{} // path data by class
	for i := range t.Work {
		at, class := t.place(i), workClass(&t.Work[i])
		if len(t.Work) > maxLinks && (class != "failed" || len(links) > maxLinks) && !roomFor(s.Chapter(t.Work[i].Chapter), at) {
			d := append(rest[class], 'M')
			d = append(strconv.AppendFloat(d, at.x, 'f', 1, 64), ' ')
			d = append(strconv.AppendFloat(d, at.y+at.height/2, 'f', 1, 64), 'h')
			rest[class] = strconv.AppendFloat(d, max(1, at.width-.8), 'f', 1, 64) // leaves a gap before the next bar
			continue
		}
		links = append(links, i)
	}
	for _, class := range slices.Sorted(maps.Keys(rest)) {
		fmt.Fprintf(&b, `<path class="%s" stroke-width="%.1f" d="%s"/>`, class, row-row/8, rest[class])
	}
	for _, i := range links {
		timeBar(s, &b, t, i)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // all parts are escaped above
}

// roomFor reports whether a text fits into a bar.
func roomFor(text string, b workBar) bool {
	return b.height > flatRow && float64(utf8.RuneCountInString(text))*charWidth+6 <= b.width
}

// timeAxis draws the ticks and labels of the time axis.
func timeAxis(s *web.Scope, b *strings.Builder, t timeline, scale, height float64) {
	wall := t.To.Sub(t.From).Seconds()
	step := draw.TimeStep(t.To.Sub(t.From) / 10).Seconds()
	for i := 0; float64(i)*step <= wall*1.0001; i++ {
		at := float64(i) * step
		x := barsLeft + at*scale
		label, anchor := lasting(s, time.Duration(math.Round(at*float64(time.Second)))), "middle"
		switch {
		case i == 0:
			label, anchor = t.From.UTC().Format("15:04:05"), "start"
		case at < 60: // as many decimals as the step needs
			label = s.T("%s s", strconv.FormatFloat(math.Round(at*1e6)/1e6, 'f', -1, 64))
		}
		fmt.Fprintf(b, `<path class="grid" d="M%.1f %.0fV%.0f"/><text class="tick" x="%.1f" y="14" text-anchor="%s">%s</text>`, x, barsTop-6, height, x, anchor, template.HTMLEscapeString(label))
	}
}

// timeBar draws a period as a link to its chapter. The link is not in the tab
// order, because the table below has the same links.
func timeBar(s *web.Scope, b *strings.Builder, t timeline, i int) {
	w, at := &t.Work[i], t.place(i)
	fmt.Fprintf(b, `<a class="%s" tabindex="-1" href="%s"><title>%s</title><rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" rx="2"/>`,
		workClass(w), template.HTMLEscapeString(s.ChapterURL(w.Chapter)), template.HTMLEscapeString(workTitle(s, w)), at.x, at.y, at.width, at.height)
	for _, name := range []string{s.Chapter(w.Chapter), strconv.Itoa(w.Chapter.Number)} {
		if roomFor(name, at) {
			fmt.Fprintf(b, `<text x="%.2f" y="%.1f" text-anchor="middle">%s</text>`, at.x+at.width/2, at.y+13.5, template.HTMLEscapeString(name))
			break
		}
	}
	b.WriteString(`</a>`)
}

// workTitle returns the title of a period: chapter, purpose, outcome and counts.
func workTitle(s *web.Scope, w *mashal.Attempt) string {
	what := s.Chapter(w.Chapter) + ": "
	if w.Purpose == mashal.Validation {
		what = s.T("validation of %s", &w.Chapter) + ": "
	}
	what += s.T(w.Outcome) + ", " + s.T("%d verses", w.Asked)
	if w.Failed > 0 {
		what += ", " + s.T("%d verses failed", w.Failed)
	}
	what += ", " + s.T("%d figures", w.Figures)
	if !w.Ended.IsZero() {
		what += ", " + lasting(s, w.Ended.Sub(w.Started))
	}
	return what
}

// workClass returns the CSS class of a period.
func workClass(w *mashal.Attempt) string {
	switch {
	case w.Outcome == mashal.Running && w.Purpose == mashal.Validation:
		return "going judged"
	case w.Outcome == mashal.Running:
		return "going"
	case w.Outcome == mashal.Failed:
		return "failed"
	case w.Outcome == mashal.NotRun:
		return "stopped"
	case w.Purpose == mashal.Validation:
		return "judged"
	}
	return "done"
}
