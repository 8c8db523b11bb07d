package openai

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"github.com/tidwall/gjson"

	"mashal/llm"
)

// An answer collects what the events of a stream say.
type answer struct {
	text    func([]byte) error
	resp    llm.Response
	written bool     // some text came
	refusal string   // the model's words of refusal
	kind    llm.Kind // a failure that the protocol names
	reason  error    // its reason
	bad     error    // why an event is not what the protocol allows
	textErr error    // the error of text
}

// next returns the next event of an exchange that has data. It reports false at
// the end of the stream, which need not be the end of the answer, at an event
// that is not a JSON object, and at an error that the server reports. Neither
// of these matters once the answer is complete.
func (a *answer) next(x *llm.Exchange) (event gjson.Result, ok bool) {
	for x.Next() {
		data := x.Event().Data
		if len(bytes.TrimSpace(data)) == 0 {
			continue
		}
		if bytes.HasPrefix(data, []byte("[DONE]")) {
			return event, false
		}
		// Some servers write "error":null into every event.
		if told := gjson.GetBytes(data, "error"); told.Exists() && told.Type != gjson.Null {
			if a.resp.End == "" {
				e := llm.ParseAPIError(data)
				a.kind, a.reason = kindOf(x.Status(), e), e
			}
			return event, false
		}
		if event, a.bad = llm.ParseJSON(data); a.bad == nil && !event.IsObject() {
			// null is an event without fields, as it is for the SDK.
			a.bad = json.Unmarshal(data, new(struct{}))
		}
		return event, a.bad == nil
	}
	return event, false
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

// result returns how the answer ended. Only a terminal event that reports
// success is a success: a stream that just stops is not.
func (a *answer) result(ctx context.Context, x *llm.Exchange) error {
	switch {
	case a.textErr != nil:
		return a.textErr
	case x.Status() >= 300:
		e := llm.ParseAPIError(x.ErrorBody())
		return x.Failure(ctx, kindOf(x.Status(), e), e)
	case a.kind != llm.KindNone:
		return x.Failure(ctx, a.kind, a.reason)
	case a.resp.End == "":
		return x.Failure(ctx, llm.KindNone, a.bad)
	case a.refusal != "" && !a.written:
		return x.Failure(ctx, llm.Refused, errors.New(a.refusal))
	case !a.written:
		return x.Failure(ctx, llm.Empty, errors.New("a complete answer without text"))
	}
	return nil
}
