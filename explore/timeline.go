package explore

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
	"time"

	"mashal"
)

// A timeline is who worked on what when: workers as rows, chapters as bars.
type timeline struct {
	Work     []Work // what is drawn, in the order in which it began
	All      int    // how many pieces of work there are
	Workers  int
	From, To time.Time // what the axis shows
}

// maxBars is how many bars are drawn: the latest.
const maxBars = 1000

func newTimeline(a *Account) timeline {
	t := timeline{Work: a.Work[max(0, len(a.Work)-maxBars):], All: len(a.Work), Workers: a.Workers, From: a.Started, To: a.Ended}
	if len(t.Work) < t.All {
		t.From = t.Work[0].Started
	}
	for _, w := range t.Work {
		t.Workers = max(t.Workers, w.Worker)
		for _, at := range []time.Time{w.Started, w.Ended} {
			if at.After(t.To) {
				t.To = at
			}
		}
	}
	if a.Going() {
		t.To = time.Now()
	}
	if !t.To.After(t.From) {
		t.To = t.From.Add(time.Second)
	}
	return t
}

// Left is how many pieces of work are not drawn.
func (t timeline) Left() int { return t.All - len(t.Work) }

// Measures of the drawing, in its own units.
const (
	barsWidth = 1120.0
	barsLeft  = 34.0 // room for the numbers of the workers
	barsTop   = 26.0
	barsRow   = 26.0
	charWidth = 6.4 // of an 11 pixel sans-serif, on average
)

// Timeline draws the work of a run. Its time goes from left to right in both
// interfaces.
func (s *scope) Timeline(t timeline) template.HTML {
	var b strings.Builder
	scale := barsWidth / t.To.Sub(t.From).Seconds()
	height := barsTop + float64(t.Workers)*barsRow
	fmt.Fprintf(&b, `<svg class="timeline" viewBox="0 0 %.0f %.0f" role="group" aria-label="%s" direction="ltr">`, barsLeft+barsWidth+16, height+4, template.HTMLEscapeString(s.T("Who worked on what when")))
	s.timeAxis(&b, t, scale, height)
	for worker := 1; worker <= t.Workers; worker++ {
		fmt.Fprintf(&b, `<text class="name" x="%.0f" y="%.1f" text-anchor="end">%d</text>`, barsLeft-8, barsTop+float64(worker-1)*barsRow+17, worker)
	}
	for i := range t.Work {
		s.timeBar(&b, &t.Work[i], t, scale)
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // every part of it is escaped where it is written
}

func (s *scope) timeAxis(b *strings.Builder, t timeline, scale, height float64) {
	wall := t.To.Sub(t.From).Seconds()
	step := timeStep(wall / 10)
	for i := 0; float64(i)*step <= wall*1.0001; i++ {
		at := float64(i) * step
		x := barsLeft + at*scale
		label := s.Lasting(time.Duration(math.Round(at * float64(time.Second))))
		if i == 0 {
			label = t.From.UTC().Format("15:04:05")
		}
		anchor := "middle"
		if i == 0 {
			anchor = "start"
		}
		fmt.Fprintf(b, `<path class="grid" d="M%.1f %.0fV%.0f"/><text class="tick" x="%.1f" y="14" text-anchor="%s">%s</text>`, x, barsTop-6, height, x, anchor, template.HTMLEscapeString(label))
	}
}

// timeBar draws one piece of work, as a link to its chapter. It takes no focus,
// because there are many, and the table below has the same links.
func (s *scope) timeBar(b *strings.Builder, w *Work, t timeline, scale float64) {
	end := w.Ended
	if end.IsZero() {
		end = t.To
	}
	x := barsLeft + max(0, w.Started.Sub(t.From).Seconds()*scale)
	y := barsTop + float64(w.Worker-1)*barsRow + 2
	width := max(1.5, end.Sub(w.Started).Seconds()*scale)
	fmt.Fprintf(b, `<a class="%s" tabindex="-1" href="%s"><title>%s</title><rect x="%.2f" y="%.1f" width="%.2f" height="%.0f" rx="2"/>`,
		w.class(), template.HTMLEscapeString(s.ChapterURL(w.Chapter)), template.HTMLEscapeString(s.WorkTitle(w)), x, y, width, barsRow-4)
	for _, name := range []string{s.Chapter(w.Chapter), strconv.Itoa(w.Chapter.Number)} {
		if float64(len([]rune(name)))*charWidth+6 <= width {
			fmt.Fprintf(b, `<text x="%.2f" y="%.1f" text-anchor="middle">%s</text>`, x+width/2, y+15, template.HTMLEscapeString(name))
			break
		}
	}
	b.WriteString(`</a>`)
}

// class is how work is drawn.
func (w *Work) class() string {
	switch {
	case w.Outcome == mashal.Running && w.Validation:
		return "going judged"
	case w.Outcome == mashal.Running:
		return "going"
	case w.Outcome == mashal.Failed:
		return "failed"
	case w.Outcome == mashal.NotRun:
		return "stopped"
	case w.Validation:
		return "judged"
	}
	return "done"
}

// WorkTitle says what a bar of the timeline is.
func (s *scope) WorkTitle(w *Work) string {
	what := s.Chapter(w.Chapter) + ": "
	if w.Validation {
		what = s.T("validation of %s", &w.Chapter) + ": "
	}
	what += s.T(w.Outcome) + ", " + s.N(w.Verses, "%d verse", "%d verses")
	if w.Failed > 0 {
		what += ", " + s.N(w.Failed, "%d verse failed", "%d verses failed")
	}
	what += ", " + s.N(w.Figures, "%d figure", "%d figures")
	if !w.Ended.IsZero() {
		what += ", " + s.Lasting(w.Ended.Sub(w.Started))
	}
	return what
}

// timeStep is the least of 1, 2 and 5 times a power of ten that is at least the
// given seconds; from a minute on, of whole parts of hours.
func timeStep(seconds float64) float64 {
	for _, step := range []float64{60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400} {
		if seconds > 30 && seconds <= step {
			return step
		}
	}
	power := math.Pow(10, math.Floor(math.Log10(seconds)))
	for _, m := range []float64{1, 2, 5} {
		if seconds <= m*power*1.0001 {
			return m * power
		}
	}
	return 10 * power
}
