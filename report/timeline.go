package report

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"mashal"
	"mashal/draw"
)

// A Bar is a period in which a worker worked on verses of a chapter. The bars of
// one worker do not overlap.
type Bar struct {
	Worker     int // from 1
	Chapter    mashal.Chapter
	Validation bool          // of figures that were found there before
	Waiting    bool          // the worker waited, because a request was held back
	Start, End time.Duration // since the run began
	Outcome    mashal.State  // Done, Failed, or NotRun if it was interrupted
	Label      string        // shown with the bar: "28 verses, 31 figures"
}

const (
	timelineWidth = 1200.0 // of the bars, in pixels
	timelineLeft  = 80.0   // width of the workers' names
	timelineTop   = 64.0
	timelineRow   = 26.0
	timelineChar  = 6.2 // mean width of a character of an 11 pixel sans-serif font
	timelineThin  = 0.5 // width of the shortest bars, if there is room
)

// WriteTimeline writes an SVG that shows what each worker did when: a row for each
// worker, a bar for each chapter, an outline while a worker waited, and a gap
// while it was idle. The details of a bar are its tooltip.
func WriteTimeline(w io.Writer, title string, workers int, wall time.Duration, bars []Bar) error {
	wall = max(wall, time.Millisecond)
	for _, b := range bars {
		workers, wall = max(workers, b.Worker), max(wall, b.End)
	}
	scale := timelineWidth / wall.Seconds()
	height := timelineTop + float64(workers)*timelineRow + 52
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" role="img" font-family="system-ui, sans-serif" font-size="11">`+"\n",
		timelineLeft+timelineWidth+30, height)
	fmt.Fprintf(&s, "<title>%s</title>\n", html.EscapeString(title))
	s.WriteString(timelineStyle)
	s.WriteString(`<rect class="page" width="100%" height="100%"/>` + "\n")
	fmt.Fprintf(&s, `<text class="head" x="%.0f" y="26">%s</text>`+"\n", timelineLeft, html.EscapeString(title))
	drawTimeAxis(&s, wall, scale, height-44)
	for worker := 1; worker <= workers; worker++ {
		y := timelineTop + float64(worker-1)*timelineRow
		fmt.Fprintf(&s, `<text class="name" x="%.0f" y="%.1f" text-anchor="end">worker %d</text>`+"\n", timelineLeft-8, y+16, worker)
	}
	room := roomOf(bars, wall)
	for i, b := range bars {
		drawBar(&s, b, room[i], scale)
	}
	drawTimelineKey(&s, bars, height-10)
	s.WriteString("</svg>\n")
	_, err := io.WriteString(w, s.String())
	return err
}

// roomOf returns for each bar the time from its start to the start of the same
// worker's next bar.
func roomOf(bars []Bar, wall time.Duration) []time.Duration {
	order := make([]int, len(bars))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(bars[i].Start, bars[j].Start) })
	room := make([]time.Duration, len(bars))
	next := map[int]time.Duration{} // start of the next bar, by worker
	for _, i := range slices.Backward(order) {
		b := bars[i]
		until, later := next[b.Worker]
		if !later {
			until = wall
		}
		room[i], next[b.Worker] = until-b.Start, b.Start
	}
	return room
}

// class returns the CSS class of a bar.
func (b *Bar) class() string {
	switch {
	case b.Waiting:
		return "waiting"
	case b.Outcome == mashal.Failed:
		return "failed"
	case b.Outcome != mashal.Done:
		return "stopped"
	case b.Validation:
		return "judged"
	}
	return "done"
}

// drawBar draws a period as a bar. Very short bars are widened if there is space,
// so that they stay visible.
func drawBar(s *strings.Builder, b Bar, room time.Duration, scale float64) {
	what := b.Chapter.String()
	if b.Validation {
		what = "validation of " + what
	}
	if b.Waiting {
		what += ", waiting"
	}
	x := timelineLeft + b.Start.Seconds()*scale
	y := timelineTop + float64(b.Worker-1)*timelineRow + 2
	width := max((b.End-b.Start).Seconds()*scale, min(timelineThin, room.Seconds()*scale))
	fmt.Fprintf(s, `<g class="%s"><title>%s: %s, %.2fs to %.2fs</title><rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" rx="2"/>`,
		b.class(), what, html.EscapeString(b.Label), b.Start.Seconds(), b.End.Seconds(), x, y, width, timelineRow-4)
	for _, name := range []string{b.Chapter.String(), fmt.Sprint(b.Chapter.Number)} {
		if float64(len(name))*timelineChar+6 <= width {
			fmt.Fprintf(s, `<text x="%.2f" y="%.1f">%s</text>`, x+4, y+15, name)
			break
		}
	}
	s.WriteString("</g>\n")
}

func drawTimeAxis(s *strings.Builder, wall time.Duration, scale, bottom float64) {
	step := draw.TimeStep(wall / 10)
	for at := time.Duration(0); at <= wall; at += step {
		x := timelineLeft + at.Seconds()*scale
		fmt.Fprintf(s, `<path class="grid" d="M%.1f %.0fV%.1f"/><text class="tick" x="%.1f" y="%.0f" text-anchor="middle">%s</text>`+"\n",
			x, timelineTop-6, bottom, x, timelineTop-12, formatTick(at, step))
	}
}

// formatTick returns the time of a tick with as many digits as the step needs.
func formatTick(at, step time.Duration) string {
	switch {
	case step >= time.Minute:
		return fmt.Sprintf("%d:%02d h", at/time.Hour, at/time.Minute%60)
	case step >= time.Second:
		return fmt.Sprintf("%.0f s", at.Seconds())
	}
	digits := int(math.Ceil(-math.Log10(step.Seconds()) - 1e-9))
	return fmt.Sprintf("%.*f s", digits, at.Seconds())
}

// drawTimelineKey draws a legend of the classes that occur.
func drawTimelineKey(s *strings.Builder, bars []Bar, y float64) {
	x := timelineLeft
	for _, key := range []struct{ class, text string }{
		{"done", "done"}, {"judged", "validated"}, {"failed", "some verses failed"}, {"stopped", "interrupted"}, {"waiting", "waiting"},
	} {
		if !slices.ContainsFunc(bars, func(b Bar) bool { return b.class() == key.class }) {
			continue
		}
		fmt.Fprintf(s, `<g class="%s"><rect x="%.0f" y="%.1f" width="12" height="12" rx="2"/></g><text class="name" x="%.0f" y="%.1f">%s</text>`+"\n",
			key.class, x, y-11, x+18, y, key.text)
		x += 40 + float64(len(key.text))*timelineChar
	}
}

// timelineStyle is the stylesheet of the timeline. The colours also differ in
// lightness, and failed bars have an outline, so that they differ in grey.
const timelineStyle = `<style>
.page { fill: #fff } .head { font-size: 14px; font-weight: 600; fill: #1b2733 } .name, .tick { fill: #51606f } .grid { stroke: #e4e8ec; fill: none }
.done rect { fill: #3b6ea5; stroke: #fff; stroke-width: .5 } .done text { fill: #fff }
.judged rect { fill: #a9c9ea; stroke: #fff; stroke-width: .5 } .judged text { fill: #10243a }
.failed rect { fill: #f2a33a; stroke: #7a4300; stroke-width: 1 } .failed text { fill: #2b1800 }
.stopped rect { fill: #c9d1d9; stroke: #fff; stroke-width: .5 } .stopped text { fill: #1b2733 }
.waiting rect { fill: none; stroke: #8796a5; stroke-width: .7; stroke-dasharray: 2 2 } .waiting text { fill: #51606f }
@media (prefers-color-scheme: dark) {
.page { fill: #12181f } .head { fill: #e8edf2 } .name, .tick { fill: #9fb0c0 } .grid { stroke: #26313c }
.done rect { fill: #6ea3dc; stroke: #12181f } .done text { fill: #0c1116 } .judged rect { fill: #2f5680; stroke: #12181f } .judged text { fill: #e8edf2 } .stopped rect { fill: #46525e; stroke: #12181f } .stopped text { fill: #e8edf2 } .waiting rect { stroke: #9fb0c0 } .waiting text { fill: #9fb0c0 }
}
</style>
`
