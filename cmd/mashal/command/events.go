package command

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/pipeline"
)

// The events of --json: one object a line, distinguished by the field "event".
// Programs depend on them. docs/events.md describes each field, which a test
// checks against these types.
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
		Simulated   bool   `json:"simulated,omitempty"`
		Backup      string `json:"backup,omitempty"`
	}
	queuedEvent struct {
		Event     string `json:"event"` // "queued"
		Run       string `json:"run"`
		Chapters  int    `json:"chapters"`
		Verses    int    `json:"verses"`
		Elsewhere int    `json:"verses_of_other_runs"`
		Joined    bool   `json:"joined,omitempty"`
	}
	startedEvent struct {
		Event   string `json:"event"` // "chapter_started", "validation_started"
		Worker  int    `json:"worker"`
		Book    string `json:"book"`
		Chapter int    `json:"chapter"`
		Place   string `json:"place"`
		Verses  int    `json:"verses"`
	}
	waitingEvent struct {
		Event   string  `json:"event"` // "chapter_waiting", "validation_waiting"
		Worker  int     `json:"worker"`
		Book    string  `json:"book"`
		Chapter int     `json:"chapter"`
		Place   string  `json:"place"`
		Seconds float64 `json:"seconds"`
	}
	resumedEvent struct {
		Event   string `json:"event"` // "chapter_resumed", "validation_resumed"
		Worker  int    `json:"worker"`
		Book    string `json:"book"`
		Chapter int    `json:"chapter"`
		Place   string `json:"place"`
	}
	capableEvent struct {
		Event     string   `json:"event"` // "model_answers"
		Model     string   `json:"model"`
		Server    string   `json:"server,omitempty"`
		Streams   string   `json:"streams"`
		Schema    string   `json:"schema"`
		Usage     string   `json:"usage"`
		LeftOut   []string `json:"left_out"`
		MaxOutput int      `json:"max_output,omitempty"`
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
	modelChangedEvent struct {
		Event   string `json:"event"` // "model_changed"
		Worker  int    `json:"worker"`
		Book    string `json:"book"`
		Chapter int    `json:"chapter"`
		Place   string `json:"place"`
		Model   string `json:"model"`
		Before  string `json:"before"`
		Now     string `json:"now"`
	}
	pausedEvent struct {
		Event   string  `json:"event"` // "paused"
		Model   string  `json:"model"`
		Kind    string  `json:"kind"`
		InRow   int     `json:"in_a_row"`
		Seconds float64 `json:"seconds"`
		Probe   float64 `json:"probe_seconds"`
	}
	continuedEvent struct {
		Event   string  `json:"event"` // "continued"
		Model   string  `json:"model"`
		Seconds float64 `json:"seconds"`
	}
	serverAwayEvent struct {
		Event  string    `json:"event"` // "server_away"
		Since  time.Time `json:"since"`
		Reason string    `json:"reason"`
	}
	serverBackEvent struct {
		Event   string    `json:"event"` // "server_back"
		Since   time.Time `json:"since"`
		Seconds float64   `json:"seconds"`
	}
	stoppingEvent struct {
		Event    string   `json:"event"` // "stopping"
		Reason   string   `json:"reason,omitempty"`
		CutAfter *float64 `json:"cut_after_seconds,omitempty"`
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
		Waiting       float64              `json:"waiting_seconds"`
		Validated     int                  `json:"figures_validated"`
		Unvalidated   int                  `json:"verses_not_validated"`
		Requests      int                  `json:"requests"`
		InPart        int                  `json:"requests_paid_in_part"`
		Input         int64                `json:"input_tokens"`
		Cached        int64                `json:"cached_input_tokens"`
		Output        int64                `json:"output_tokens"`
		Reasoning     int64                `json:"reasoning_tokens"`
		Cost          float64              `json:"cost"`
	}
)

// events prints events for programs.
type events struct {
	mu  sync.Mutex // Observe and Stopping are called by different goroutines
	enc *json.Encoder
	err error // the first
}

func newEvents(w io.Writer) *events {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &events{enc: enc}
}

// Observe prints an event.
func (e *events) Observe(event pipeline.Event) {
	switch v := event.(type) {
	case pipeline.Planned:
		backup := ""
		if v.Migrated != nil {
			backup = v.Migrated.Where
		}
		e.write(plannedEvent{"planned", v.Run, v.Annotator, v.Validator, v.Chapters, v.Verses, v.ToValidate, v.AlreadyDone, v.Workers, v.Simulated, backup})
	case pipeline.Queued:
		e.write(queuedEvent{"queued", v.Run, v.Chapters, v.Verses, v.Elsewhere, v.Joined})
	case pipeline.Started:
		e.write(startedEvent{eventName(v.Purpose) + "_started", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Reference(), len(v.Verses)})
	case pipeline.Waiting:
		e.write(waitingEvent{eventName(v.Purpose) + "_waiting", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Reference(), v.For.Seconds()})
	case pipeline.Resumed:
		e.write(resumedEvent{eventName(v.Purpose) + "_resumed", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Reference()})
	case pipeline.Capable:
		a := v.Abilities
		left := []string{}
		for _, one := range a.Refused.List() {
			left = append(left, one.String())
		}
		e.write(capableEvent{
			"model_answers", v.Model, v.Server, a.Streams.String(), a.Has(llm.ParamSchema).String(), a.Usage.String(), left, a.MaxOutput,
		})
	case pipeline.ModelChanged:
		e.write(modelChangedEvent{"model_changed", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Reference(), v.Asked, v.Before, v.Now})
	case pipeline.Paused:
		if v.Over {
			e.write(continuedEvent{"continued", v.Model, v.After.Seconds()})
			return
		}
		e.write(pausedEvent{"paused", v.Model, v.Kind.String(), v.InRow, v.After.Seconds(), v.Probe.Seconds()})
	case pipeline.Unreachable:
		if v.Until.IsZero() {
			e.write(serverAwayEvent{"server_away", v.Since.UTC(), v.Reason})
			return
		}
		e.write(serverBackEvent{"server_back", v.Since.UTC(), v.Until.Sub(v.Since).Seconds()})
	case pipeline.Stopped:
		e.write(stoppingEvent{Event: "stopping", Reason: v.Reason})
	case pipeline.Ended:
		e.write(endedEvent{
			eventName(v.Purpose) + "_ended", v.Worker, v.Chapter.Book.Name(), v.Chapter.Number, v.Reference(), v.Outcome,
			v.Ended, v.Failed, v.Figures, v.Duration.Seconds(), v.Why(),
		})
	case pipeline.Batched:
		e.write(newBatchEvent(v))
	case pipeline.Left:
		e.write(leftEvent{"left", v.Batches, v.Kept})
	case pipeline.Finished:
		r := v.Report
		spent := r.Total("")
		e.write(finishedEvent{
			"finished", r.Run.ID, string(r.Run.State), r.Totals.Verses, r.Run.AlreadyDone,
			r.Totals.Figures, r.Totals.Types, r.Wall.Seconds(), r.Efficiency, r.BoundRatio, r.Waited.Seconds(),
			r.Coverage.Judged, len(r.Unvalidated), spent.Calls, spent.InPart,
			spent.Input, spent.CachedInput, spent.Output, spent.Reasoning, spent.Cost.USD(),
		})
	}
}

// eventName returns the first part of the name of a task's events.
func eventName(p mashal.Purpose) string {
	if p == mashal.Validation {
		return "validation"
	}
	return "chapter"
}

// Stopping prints that the run was asked to stop.
func (e *events) Stopping(after time.Duration, cut bool) {
	event := stoppingEvent{Event: "stopping"}
	if cut {
		seconds := after.Seconds()
		event.CutAfter = &seconds
	}
	e.write(event)
}

func (e *events) write(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.enc.Encode(event); e.err == nil {
		e.err = err
	}
}

// Close returns the first error of printing events.
func (e *events) Close() error { return e.err }
