package command

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"mashal"
	"mashal/pipeline"
	"mashal/report"
)

// bars shows progress on a terminal: a line for each worker that fits, and the
// total with the time left.
type bars struct {
	out, terminal io.Writer
	height        int
	colour        bool
	verbose       bool

	// Only the observer uses these, and never with the lock held: drawing takes it.
	progress *mpb.Progress
	total    *mpb.Bar
	report   *report.Report

	mu       sync.Mutex // guards what is drawn
	workers  []*workerLine
	hidden   int // workers without a line
	began    time.Time
	stopping string // what becomes of requests under way; "" unless the run was asked to stop
	paused   string // why the run is paused; "" if it is not
}

// A workerLine is what a worker does now.
type workerLine struct {
	bar    *mpb.Bar
	number int    // of the worker
	task   string // while it is busy
	since  time.Time
	busy   bool
	done   int // passages annotated or validated
}

func newBars(out, terminal io.Writer, height int, colour, verbose bool) *bars {
	return &bars{out: out, terminal: terminal, height: height, colour: colour, verbose: verbose}
}

// Observe shows an event.
func (b *bars) Observe(e pipeline.Event) {
	switch e := e.(type) {
	case pipeline.Planned:
		fmt.Fprintln(b.terminal, e)
		if e.Verses+e.ToValidate > 0 {
			b.open(e)
		}
	case pipeline.Queued:
		fmt.Fprintln(b.terminal, e)
	case pipeline.Started:
		b.draw(e.Worker, func(w *workerLine) { w.begin(e.Assignment) })
	case pipeline.Resumed:
		b.draw(e.Worker, func(w *workerLine) { w.begin(e.Assignment) })
	case pipeline.Waiting:
		b.draw(e.Worker, func(w *workerLine) { w.busy = false })
	case pipeline.Ended:
		if e.Outcome != mashal.Done {
			fmt.Fprintln(b.progress, e)
		}
		b.draw(e.Worker, func(w *workerLine) { w.busy, w.done = false, w.done+1 })
		if e.Purpose == mashal.Detection {
			b.total.IncrBy(e.Ended)
		}
	case pipeline.Capable, pipeline.Batched, pipeline.Left:
		if b.progress == nil {
			fmt.Fprintln(b.terminal, e)
		} else {
			fmt.Fprintln(b.progress, e)
		}
	case pipeline.Paused:
		if !e.Over {
			b.pause(e.String())
			return
		}
		b.pause("")
		fmt.Fprintln(b.progress, e)
	case pipeline.Unreachable:
		if e.Until.IsZero() {
			b.pause(e.String())
			return
		}
		b.pause("")
		fmt.Fprintln(b.progress, e)
	case pipeline.Stopped:
		b.pause("")
		fmt.Fprintln(b.progress, e)
	case pipeline.Finished:
		b.report = e.Report
	}
}

// pause shows that the run is paused and why, or with "" that it is not.
func (b *bars) pause(why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.paused = why
}

// begin shows that the worker works on a task.
func (w *workerLine) begin(a pipeline.Assignment) {
	w.task, w.since, w.busy = taskText(a), time.Now(), true
}

// draw changes the line of a worker, if it has one.
func (b *bars) draw(worker int, change func(*workerLine)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if worker <= len(b.workers) {
		change(b.workers[worker-1])
	}
}

// open starts to draw the lines of the workers and the total.
func (b *bars) open(e pipeline.Planned) {
	progress := mpb.New(mpb.WithOutput(b.terminal), mpb.WithRefreshRate(100*time.Millisecond), mpb.WithWidth(48))
	workers := e.Workers
	if e.Validator == "" {
		workers = min(workers, e.Verses)
	}
	lines := make([]*workerLine, min(workers, max(b.height-4, 1)))
	for i := range lines {
		w := &workerLine{number: i + 1}
		w.bar = progress.New(1, mpb.NopStyle(), mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return b.describe(w) })))
		lines[i] = w
	}
	b.mu.Lock()
	b.workers, b.hidden, b.began = lines, workers-len(lines), time.Now()
	b.mu.Unlock()
	style := mpb.BarStyle().Lbound(" ").Filler("█").Tip("").Padding("░").Rbound(" ")
	if b.colour {
		style = style.FillerMeta(func(s string) string { return "\x1b[34m" + s + "\x1b[0m" })
	}
	b.progress = progress
	b.total = progress.New(int64(e.Verses), style,
		mpb.PrependDecorators(decor.CountersNoUnit("%d/%d verses")),
		mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), decor.Any(b.timeLeft)))
}

// describe returns the text of a worker's line. It is called while the bars are
// drawn.
func (b *bars) describe(w *workerLine) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	name := fmt.Sprintf("worker %d: ", w.number)
	if !w.busy {
		return name + count(w.done, "passage") + " done"
	}
	return name + fmt.Sprintf("%s %.1fs", w.task, time.Since(w.since).Seconds())
}

// taskText returns a task in words.
func taskText(a pipeline.Assignment) string {
	line := fmt.Sprintf("%s (%s)", a.Reference(), count(len(a.Verses), "verse"))
	if a.Purpose == mashal.Validation {
		return "validating " + line
	}
	return line
}

// timeLeft returns the text after the bar of the total.
func (b *bars) timeLeft(s decor.Statistics) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var notes []string
	if b.hidden > 0 {
		notes = append(notes, "and "+count(b.hidden, "more worker"))
	}
	switch {
	case b.stopping != "":
		notes = append(notes, b.stopping)
	case b.paused != "":
		notes = append(notes, b.paused)
	case s.Current > 0 && s.Current < s.Total:
		left := time.Duration(float64(time.Since(b.began)) * float64(s.Total-s.Current) / float64(s.Current))
		notes = append(notes, left.Round(time.Second).String()+" left")
	}
	return " " + strings.Join(notes, "; ")
}

// Stopping shows that the run was asked to stop.
func (b *bars) Stopping(after time.Duration, cut bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopping = "no request begins any more; those under way finish; press Ctrl-C again to cut them"; cut {
		b.stopping = fmt.Sprintf("no request begins any more; those under way are cut in %s", after)
	}
}

// Close removes the lines of the workers, leaves the total, and prints the report.
func (b *bars) Close() error {
	if b.progress != nil {
		for _, w := range b.workers {
			w.bar.Abort(true)
		}
		b.total.Abort(false) // does nothing if it is complete
		b.progress.Wait()
	}
	if b.report == nil {
		return nil
	}
	_, err := fmt.Fprintln(b.out, summary(b.report, b.verbose))
	return err
}
