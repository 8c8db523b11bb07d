package main

import (
	"encoding/json"
	"io"
	"sync"

	"mashal"
	"mashal/ledger"
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
		Validator   string `json:"validator,omitempty"`
		Chapters    int    `json:"chapters"`
		Verses      int    `json:"verses"`
		ToValidate  int    `json:"to_validate"`
		AlreadyDone int    `json:"already_done"`
		Workers     int    `json:"workers"`
	}
	startedEvent struct {
		Event   string `json:"event"` // "chapter_started", "validation_started"
		Worker  int    `json:"worker"`
		Book    string `json:"book"`
		Chapter int    `json:"chapter"`
		Place   string `json:"place"`
		Verses  int    `json:"verses"`
	}
	endedEvent struct {
		Event   string       `json:"event"` // "chapter_ended", "validation_ended"
		Worker  int          `json:"worker"`
		Book    string       `json:"book"`
		Chapter int          `json:"chapter"`
		Place   string       `json:"place"`
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
		Validated     int                  `json:"figures_validated"`
		Unvalidated   int                  `json:"verses_not_validated"`
		Requests      int                  `json:"requests"`
		Input         int64                `json:"input_tokens"`
		Cached        int64                `json:"cached_input_tokens"`
		Output        int64                `json:"output_tokens"`
		Reasoning     int64                `json:"reasoning_tokens"`
		Cost          float64              `json:"cost"`
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
		e.write(plannedEvent{"planned", v.Run, v.Annotator, v.Validator, v.Chapters, v.Verses, v.ToValidate, v.AlreadyDone, v.Workers})
	case pipeline.Started:
		e.write(startedEvent{eventOf(v.Purpose) + "_started", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Place(), len(v.Verses)})
	case pipeline.Ended:
		why := ""
		if v.Err != nil {
			why = v.Err.Error()
		}
		e.write(endedEvent{
			eventOf(v.Purpose) + "_ended", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Place(), v.Outcome,
			v.Ended, v.Failed, v.Figures, v.Duration.Seconds(), why,
		})
	case pipeline.Finished:
		r := v.Report
		spent := r.Total("")
		e.write(finishedEvent{
			"finished", r.Run.ID, string(r.Run.Outcome), r.Totals.Verses, r.Run.AlreadyDone,
			r.Totals.Figures, r.Totals.Types, r.Wall.Seconds(), r.Efficiency, r.BoundRatio,
			r.Coverage.Judged, len(r.Unvalidated), spent.Requests,
			spent.Usage.Input, spent.Usage.CachedInput, spent.Usage.Output, spent.Usage.Reasoning, spent.Cost.USD(),
		})
	}
}

func eventOf(p ledger.Purpose) string {
	if p == ledger.Validation {
		return "validation"
	}
	return "chapter"
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
