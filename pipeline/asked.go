package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mashal"
	"mashal/llm"
	"mashal/report"
)

// Asked is the event that a request to a model has ended. The result of a batch is one
// when a task uses it.
type Asked struct {
	Assignment
	Model    string // asked: "vendor:model", or "vendor:model@server"
	Of       []int  // the verses asked for, ascending; none for a probe
	Lacking  []int  // of these, those that the answer does not have
	Started  time.Time
	Response llm.Response
	Failure  error // nil if the answer is complete
	Batched  bool  // the answer came in a batch
}

// Asked reports that a request of the task has ended. It sets the assignment.
func (t *Task) Asked(a Asked) {
	a.Assignment = t.assignment()
	t.run.observe(a)
}

// Used reports that the task uses the result of a batch, whose answer does not have the
// verses lacking.
func (t *Task) Used(ctx context.Context, a *mashal.Answer, lacking []int) error {
	d, err := t.run.ledger.Dialogue(ctx, a.Call)
	if err != nil {
		return err
	}
	t.Asked(Asked{Model: d.Model, Of: d.Verses, Lacking: lacking, Failure: a.Err, Batched: true, Response: llm.Response{
		Model: d.AnsweredBy, Build: d.Build, RequestID: d.VendorID, Status: d.Status, End: d.EndReason, Usage: d.Tokens, Cost: d.Cost,
	}})
	return nil
}

// Kind returns the kind of the failure, and KindNone for a complete answer.
func (a Asked) Kind() llm.Kind {
	kind := llm.KindOf(a.Failure)
	if kind == llm.KindNone && a.Failure != nil {
		return llm.Canceled // by us: the answer could not be recorded or used
	}
	return kind
}

// Sent reports whether the request was sent. One that could have exceeded the budget
// was not, and neither was one that was cancelled while it waited.
func (a Asked) Sent() bool {
	switch cost := a.Response.Cost; a.Kind() {
	case llm.OverBudget:
		return false
	case llm.Canceled:
		return cost.State == mashal.CostUnknown || cost.Amount != 0 || a.Response.Usage.Total() > 0
	}
	return true
}

// RequestID returns the vendor's identifier of the request, and "" if there is none.
func (a Asked) RequestID() string {
	var e *llm.Error
	if a.Response.RequestID == "" && errors.As(a.Failure, &e) {
		return e.RequestID
	}
	return a.Response.RequestID
}

// Status returns the HTTP status, and 0 if no answer came.
func (a Asked) Status() int {
	var e *llm.Error
	if a.Response.Status == 0 && errors.As(a.Failure, &e) {
		return e.Status
	}
	return a.Response.Status
}

func (a Asked) String() string {
	what := "a request for " + report.Count(len(a.Of), "verse")
	if len(a.Of) == 0 {
		what = "a probe"
	}
	line := fmt.Sprintf("worker %d: %s: %s to %s", a.Worker, a.what(), what, a.Model)
	switch kind := a.Kind(); {
	case !a.Sent():
		return line + " was not sent: " + kind.String()
	case a.Failure != nil:
		line += " failed: " + kind.String()
	default:
		line += " was answered"
	}
	if a.Batched {
		return line + " in a batch"
	}
	return line + fmt.Sprintf(" after %.2fs", a.Response.Duration.Seconds())
}
