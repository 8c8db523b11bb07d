package openai

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"mashal/llm"
	"mashal/llm/foreign"
)

// An answer collects what the events of a stream say.
type answer struct {
	text     func([]byte) error
	resp     llm.Response
	written  bool // some text came
	thoughts llm.TokenCounter
	refusal  string          // the model's words of refusal
	kind     llm.Kind        // a failure that the protocol names
	reason   error           // its reason
	bad      error           // why an event is not what the protocol allows
	textErr  error           // the error of text
	done     bool            // the mark that ends a stream came
	called   bool            // the text is the arguments of a call
	messages strings.Builder // the text so far, of a server that sends messages for parts of them
	foreign  *foreign.Answer
}

// next returns the next event of an exchange that has data. It reports false at
// the end of the stream, which need not be the end of the answer, at an event
// that is not a JSON object, and at an error that the server reports. Neither
// of these matters once the answer is complete. It reads an answer in another
// protocol than the one of which ours recognises events to its end.
func (a *answer) next(x *llm.Exchange, ours func(name string, event gjson.Result) bool) (event gjson.Result, ok bool) {
	for x.Next() {
		data := x.Event().Data
		if llm.IsPing(data) {
			continue
		}
		if a.done = llm.IsDone(data); a.done {
			return event, false
		}
		// Some servers write "error":null into every event.
		if told := gjson.GetBytes(data, "error"); told.Exists() && told.Type != gjson.Null {
			a.failed(x, data)
			return event, false
		}
		if event, a.bad = llm.ParseJSON(data); a.bad == nil && !event.IsObject() {
			// null is an event without fields, as it is for the SDK.
			a.bad = json.Unmarshal(data, new(struct{}))
		}
		switch {
		case ours(x.Event().Name, event):
			x.Understood()
			return event, a.bad == nil
		case x.IsStream() && llm.IsError(event):
			a.failed(x, data)
			return event, false
		}
		if a.foreign = foreign.Read(x, event, &a.resp, a.text); a.foreign != nil {
			a.foreign.ReadRest(x)
			return event, false
		}
		return event, a.bad == nil
	}
	return event, false
}

// failed takes an error that the server reports.
func (a *answer) failed(x *llm.Exchange, body []byte) {
	x.Understood()
	if a.resp.End == "" {
		e := llm.ParseAPIError(body)
		a.kind, a.reason = kindOf(x.Status(), e), e
	}
}

// content takes the text of an answer, which some servers send as a list of parts.
// Parts that are not text are the model's reasoning. It reports false if no more are
// wanted.
func (a *answer) content(v gjson.Result) (more bool) {
	switch {
	case !v.IsArray() && !v.IsObject():
		return a.take(v.String())
	case v.IsArray():
		more = true
		v.ForEach(func(_, part gjson.Result) bool {
			more = a.content(part)
			return more
		})
		return more
	case v.IsObject():
		switch v.Get("type").String() {
		case "text", "output_text", "":
			text := v.Get("text")
			if text.IsObject() {
				text = text.Get("value")
			}
			return a.take(text.String())
		case "refusal":
			a.refuse(v.Get("refusal").String())
		default:
			a.think(v.Raw)
		}
	}
	return true
}

// think notes that a piece of the model's reasoning came.
func (a *answer) think(piece string) {
	if piece != "" {
		a.thoughts.Add(piece)
		a.resp.Thought = a.thoughts.Count()
	}
}

// take passes a piece of text on. It reports false if no more are wanted.
func (a *answer) take(delta string) bool {
	if delta == "" {
		return true
	}
	a.written = true
	a.textErr = a.text([]byte(delta))
	return a.textErr == nil
}

const maxRefusal = 1000

// refuse adds a piece of the model's words of refusal.
func (a *answer) refuse(delta string) {
	if len(a.refusal) < maxRefusal {
		a.refusal += delta
	}
}

// onlyReasoning reports whether the model ended without an answer after it had
// reasoned, or at the output limit, which it then spent on reasoning.
func (a *answer) onlyReasoning() bool {
	switch {
	case a.resp.End == "":
		return false
	case a.kind == llm.TooLong:
		return true
	}
	return a.kind == llm.KindNone && a.resp.Thought > 0
}

// result returns how the answer ended. Only a terminal event that reports
// success is a success: a stream that just stops is not.
func (a *answer) result(ctx context.Context, x *llm.Exchange) error {
	switch {
	case a.textErr != nil:
		return a.textErr
	case x.Status() >= 300:
		e := llm.ParseAPIError(x.ErrorBody())
		return x.Failure(ctx, kindOf(x.Status(), e), e)
	case a.foreign != nil:
		return a.foreign.Err(ctx, x)
	case !a.written && a.refusal == "" && a.onlyReasoning():
		return x.Failure(ctx, llm.OnlyReasoning, llm.NoAnswer(fmt.Sprintf("the server's reason to stop is %q", a.resp.End)))
	case a.kind != llm.KindNone:
		return x.Failure(ctx, a.kind, a.reason)
	case a.resp.End == "" && a.bad == nil && x.Whole(): // a document is complete as it is
		if !a.written {
			return foreign.NoText(ctx, x)
		}
		a.resp.End = "stop"
		return nil
	case a.resp.End == "":
		e := x.Failure(ctx, llm.KindNone, a.bad)
		e.Ended = e.Ended || a.done && e.Kind == llm.Cut
		return e
	case a.refusal != "" && !a.written:
		return x.Failure(ctx, llm.Refused, errors.New(a.refusal))
	case !a.written:
		return foreign.NoText(ctx, x)
	}
	return nil
}
