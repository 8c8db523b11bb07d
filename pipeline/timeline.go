package pipeline

import (
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

// A Bar is one worker's work on one chapter, in time since the run began.
type Bar struct {
	Worker     int // from 1
	Chapter    mashal.Chapter
	Validation bool // judging what was found there, not finding it
	Start, End time.Duration
	Outcome    mashal.State // Done, Failed, or NotRun where it was interrupted
	Label      string       // what a reader sees who asks for more: "28 verses, 31 figures"
}

const (
	timelineWidth = 1200.0 // of the bars, in pixels
	timelineLeft  = 80.0   // room for the workers' names
	timelineTop   = 64.0
	timelineRow   = 26.0
	timelineChar  = 6.2 // of an 11 pixel sans-serif, on average
)

// WriteTimeline draws who worked on what when: workers as rows, chapters as
// bars, as an SVG that shows the details of a bar under the pointer.
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
	for _, b := range bars {
		drawBar(&s, b, scale)
	}
	drawTimelineKey(&s, bars, height-10)
	s.WriteString("</svg>\n")
	_, err := io.WriteString(w, s.String())
	return err
}

func drawBar(s *strings.Builder, b Bar, scale float64) {
	class := map[mashal.State]string{mashal.Done: "done", mashal.Failed: "failed"}[b.Outcome]
	if class == "" {
		class = "stopped"
	}
	what := b.Chapter.String()
	if b.Validation {
		what = "validation of " + what
		if class == "done" {
			class = "judged"
		}
	}
	x := timelineLeft + b.Start.Seconds()*scale
	y := timelineTop + float64(b.Worker-1)*timelineRow + 2
	width := max((b.End-b.Start).Seconds()*scale, 0.5)
	fmt.Fprintf(s, `<g class="%s"><title>%s: %s, %.2fs to %.2fs</title><rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" rx="2"/>`,
		class, what, html.EscapeString(b.Label), b.Start.Seconds(), b.End.Seconds(), x, y, width, timelineRow-4)
	for _, name := range []string{b.Chapter.String(), fmt.Sprint(b.Chapter.Number)} {
		if float64(len(name))*timelineChar+6 <= width {
			fmt.Fprintf(s, `<text x="%.2f" y="%.1f">%s</text>`, x+4, y+15, name)
			break
		}
	}
	s.WriteString("</g>\n")
}

func drawTimeAxis(s *strings.Builder, wall time.Duration, scale, bottom float64) {
	step := draw.TimeStep(wall / 10).Seconds()
	for i := 0; float64(i)*step <= wall.Seconds()*1.0001; i++ {
		t := float64(i) * step
		x := timelineLeft + t*scale
		fmt.Fprintf(s, `<path class="grid" d="M%.1f %.0fV%.1f"/><text class="tick" x="%.1f" y="%.0f" text-anchor="middle">%s</text>`+"\n",
			x, timelineTop-6, bottom, x, timelineTop-12, formatTick(t, step))
	}
}

func drawTimelineKey(s *strings.Builder, bars []Bar, y float64) {
	x := timelineLeft
	for _, key := range []struct {
		shown       func(Bar) bool
		class, text string
	}{
		{func(b Bar) bool { return b.Outcome == mashal.Done && !b.Validation }, "done", "done"},
		{func(b Bar) bool { return b.Outcome == mashal.Done && b.Validation }, "judged", "validated"},
		{func(b Bar) bool { return b.Outcome == mashal.Failed }, "failed", "some verses failed"},
		{func(b Bar) bool { return b.Outcome == mashal.NotRun }, "stopped", "interrupted"},
	} {
		if !slices.ContainsFunc(bars, key.shown) {
			continue
		}
		fmt.Fprintf(s, `<g class="%s"><rect x="%.0f" y="%.1f" width="12" height="12" rx="2"/></g><text class="name" x="%.0f" y="%.1f">%s</text>`+"\n",
			key.class, x, y-11, x+18, y, key.text)
		x += 40 + float64(len(key.text))*timelineChar
	}
}

func formatTick(seconds, step float64) string {
	switch {
	case step >= 60:
		return fmt.Sprintf("%d:%02d h", int(seconds)/3600, int(seconds)/60%60)
	case step >= 1:
		return fmt.Sprintf("%.0f s", seconds)
	}
	digits := int(math.Ceil(-math.Log10(step) - 1e-9))
	return fmt.Sprintf("%.*f s", digits, seconds)
}

// The colours differ in lightness too, so that they can be told apart in grey;
// failed bars are outlined besides.
const timelineStyle = `<style>
.page { fill: #fff } .head { font-size: 14px; font-weight: 600; fill: #1b2733 } .name, .tick { fill: #51606f } .grid { stroke: #e4e8ec; fill: none }
.done rect { fill: #3b6ea5; stroke: #fff; stroke-width: .5 } .done text { fill: #fff }
.judged rect { fill: #a9c9ea; stroke: #fff; stroke-width: .5 } .judged text { fill: #10243a }
.failed rect { fill: #f2a33a; stroke: #7a4300; stroke-width: 1 } .failed text { fill: #2b1800 }
.stopped rect { fill: #c9d1d9; stroke: #fff; stroke-width: .5 } .stopped text { fill: #1b2733 }
@media (prefers-color-scheme: dark) {
.page { fill: #12181f } .head { fill: #e8edf2 } .name, .tick { fill: #9fb0c0 } .grid { stroke: #26313c }
.done rect { fill: #6ea3dc; stroke: #12181f } .done text { fill: #0c1116 } .judged rect { fill: #2f5680; stroke: #12181f } .judged text { fill: #e8edf2 } .stopped rect { fill: #46525e; stroke: #12181f } .stopped text { fill: #e8edf2 }
}
</style>
`
