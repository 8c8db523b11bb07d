package main

import (
	"encoding/json"
	"io"
	"sync"

	"mashal"
	"mashal/pipeline"
)

// The events of --json, one object per line, told apart by "event". They are
// an interface: docs/events.md describes each field, and a test holds it to
// these types.
type (
	plannedEvent struct {
		Event       string `json:"event"` // "planned"
		Run         string `json:"run"`
		Annotator   string `json:"annotator"`
		Chapters    int    `json:"chapters"`
		Verses      int    `json:"verses"`
		AlreadyDone int    `json:"already_done"`
		Workers     int    `json:"workers"`
	}
	startedEvent struct {
		Event   string `json:"event"` // "chapter_started"
		Worker  int    `json:"worker"`
		Book    string `json:"book"`
		Chapter int    `json:"chapter"`
		Verses  int    `json:"verses"`
	}
	endedEvent struct {
		Event   string       `json:"event"` // "chapter_ended"
		Worker  int          `json:"worker"`
		Book    string       `json:"book"`
		Chapter int          `json:"chapter"`
		Outcome mashal.State `json:"outcome"`
		Verses  int          `json:"verses"`
		Failed  int          `json:"failed"`
		Figures int          `json:"figures"`
		Seconds float64      `json:"seconds"`
		Error   string       `json:"error,omitempty"`
	}
	stoppingEvent struct {
		Event string `json:"event"` // "stopping"
	}
	finishedEvent struct {
		Event         string               `json:"event"` // "finished"
		Run           string               `json:"run"`
		Outcome       string               `json:"outcome"`
		Verses        map[mashal.State]int `json:"verses"`
		AlreadyDone   int                  `json:"already_done"`
		Figures       int                  `json:"figures"`
		FiguresByType map[mashal.Type]int  `json:"figures_by_type"`
		Seconds       float64              `json:"seconds"`
		Efficiency    float64              `json:"parallel_efficiency"`
		BoundRatio    float64              `json:"seconds_to_bound"`
	}
)

// events is progress for programs.
type events struct {
	mu  sync.Mutex // the run's events and Stopping come from different goroutines
	enc *json.Encoder
	err error // the first
}

func newEvents(w io.Writer) *events {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &events{enc: enc}
}

func (e *events) Observe(event pipeline.Event) {
	switch v := event.(type) {
	case pipeline.Planned:
		e.write(plannedEvent{"planned", v.Run, v.Annotator, v.Chapters, v.Verses, v.AlreadyDone, v.Workers})
	case pipeline.ChapterStarted:
		e.write(startedEvent{"chapter_started", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Verses})
	case pipeline.ChapterEnded:
		why := ""
		if v.Err != nil {
			why = v.Err.Error()
		}
		e.write(endedEvent{
			"chapter_ended", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Outcome,
			v.Verses, v.Failed, v.Figures, v.Duration.Seconds(), why,
		})
	case pipeline.Finished:
		r := v.Report
		e.write(finishedEvent{
			"finished", r.Run.ID, string(r.Run.Outcome), r.Totals.Verses, r.Run.AlreadyDone,
			r.Totals.Figures, r.Totals.Types, r.Wall.Seconds(), r.Efficiency, r.BoundRatio,
		})
	}
}

func (e *events) Stopping() { e.write(stoppingEvent{"stopping"}) }

func (e *events) write(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.enc.Encode(event); e.err == nil {
		e.err = err
	}
}

func (e *events) Close() error { return e.err }
