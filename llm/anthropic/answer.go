package anthropic

import (
	"bytes"
	"context"
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
	stopped  bool // message_stop came
	written  bool // some text came
	thoughts llm.TokenCounter
	why      string        // the vendor's explanation of a refusal
	failed   *llm.APIError // an error that the server reports
	bad      error         // why an event is not JSON
	textErr  error         // the error of text
	called   bool          // the text is the input of a tool
	foreign  *foreign.Answer
}

// read reads the events of an answer up to the one that ends it.
func (a *answer) read(x *llm.Exchange) {
	for !a.stopped && x.Next() {
		e := x.Event()
		if e.Name == "ping" || e.Name != "error" && len(bytes.TrimSpace(e.Data)) == 0 {
			continue
		}
		if e.Name == "" && (llm.IsPing(e.Data) || llm.IsDone(e.Data)) {
			continue
		}
		event, err := llm.ParseJSON(e.Data)
		kind := event.Get("type").String()
		if isMessages(kind) {
			x.Understood()
		}
		switch {
		case e.Name == "error", e.Name == "" && kind == "error":
			a.fail(e.Data)
			return
		case err != nil && e.Name == "": // sent by a gateway, to keep the connection alive
			continue
		case err != nil:
			a.bad = err
			return
		case isMessages(kind), isMessages(e.Name):
		case x.IsStream() && llm.IsError(event):
			a.fail(e.Data)
			return
		default:
			if a.foreign = foreign.Read(x, event, &a.resp, a.text); a.foreign != nil {
				a.foreign.ReadRest(x)
				return
			}
		}
		if !a.take(event) {
			return
		}
	}
}

// isMessages reports whether a type, or the name of an event, is one of Messages.
func isMessages(kind string) bool {
	return strings.HasPrefix(kind, "message") || strings.HasPrefix(kind, "content_block") || kind == "error"
}

// take takes one event. It reports false if no more are wanted.
func (a *answer) take(e gjson.Result) (more bool) {
	switch e.Get("type").String() {
	case "message_start":
		a.resp.Model = e.Get("message.model").String()
		a.count(e.Get("message.usage"))
	case "content_block_delta":
		switch delta := e.Get("delta"); delta.Get("type").String() {
		case "text_delta":
			return a.write(delta.Get("text").String())
		case "input_json_delta":
			return a.call(delta.Get("partial_json"))
		default:
			a.think(delta.Get("thinking").String())
		}
	case "message": // the server does not stream
		a.resp.Model = e.Get("model").String()
		if content := e.Get("content"); content.Type == gjson.String {
			a.write(content.Str)
		}
		e.Get("content").ForEach(func(_, block gjson.Result) bool {
			switch block.Get("type").String() {
			case "text":
				return a.write(block.Get("text").String())
			case "tool_use":
				return a.call(block.Get("input"))
			}
			a.think(block.Get("thinking").String())
			return true
		})
		a.resp.End, a.stopped = e.Get("stop_reason").String(), a.textErr == nil
		a.why = e.Get("stop_details.explanation").String()
		a.count(e.Get("usage"))
		a.resp.Usage.Reported = a.resp.End != "" && a.resp.Usage.Total() > 0
		return a.textErr == nil
	case "message_delta":
		if reason := e.Get("delta.stop_reason").String(); reason != "" {
			a.resp.End = reason
			a.why = e.Get("delta.stop_details.explanation").String()
		}
		usage := e.Get("usage")
		a.count(usage)
		a.resp.Usage.Reported = a.resp.End != "" && usage.Get("output_tokens").Type == gjson.Number
	case "message_stop":
		a.stopped = true
	}
	return true
}

// write passes a piece of text on. It reports false if no more are wanted.
func (a *answer) write(text string) bool {
	if text != "" {
		a.written = true
		a.textErr = a.text([]byte(text))
	}
	return a.textErr == nil
}

// call passes on a piece of the input of a tool: the answer, of a server that makes
// its schema that of a tool.
func (a *answer) call(input gjson.Result) (more bool) {
	text := foreign.ArgumentsText(input)
	a.called = a.called || text != ""
	return a.write(text)
}

// think notes that a piece of the model's reasoning came.
func (a *answer) think(piece string) {
	a.thoughts.Add(piece)
	a.resp.Thought = a.thoughts.Count()
}

// count takes a count of tokens. The counts are cumulative and come in part, so
// the larger one stands. The vendor's input excludes what went through the
// cache.
func (a *answer) count(usage gjson.Result) {
	u := &a.resp.Usage
	plain := u.Input - u.CachedInput - u.CacheWrite
	u.CachedInput = max(u.CachedInput, usage.Get("cache_read_input_tokens").Int())
	u.CacheWrite = max(u.CacheWrite, usage.Get("cache_creation_input_tokens").Int())
	u.Input = max(plain, usage.Get("input_tokens").Int()) + u.CachedInput + u.CacheWrite
	u.Output = max(u.Output, usage.Get("output_tokens").Int())
	u.Reasoning = max(u.Reasoning, usage.Get("output_tokens_details.thinking_tokens").Int())
}

// fail takes an error that the server reports, in the body of an answer with an
// error status or in an event of a stream that began well.
func (a *answer) fail(body []byte) {
	e := llm.ParseAPIError(body)
	a.failed = &e
}

// result returns how the answer ended. Only message_stop after a stop reason
// that reports success is a success: a stream that just stops is not.
func (a *answer) result(ctx context.Context, x *llm.Exchange) error {
	if x.Status() >= 300 {
		a.fail(x.ErrorBody())
	}
	switch {
	case a.textErr != nil:
		return a.textErr
	case a.failed != nil:
		return x.Failure(ctx, llm.KindNone, *a.failed)
	case a.foreign != nil:
		return a.foreign.Err(ctx, x)
	case !a.stopped:
		return x.Failure(ctx, llm.KindNone, a.bad)
	}
	end := a.resp.End
	if end == "tool_use" && a.called {
		end = "end_turn"
	}
	if end == "" && a.written && x.Whole() { // a document is complete as it is
		a.resp.End, end = "end_turn", "end_turn"
	}
	switch end {
	case "end_turn", "stop_sequence":
		if !a.written && a.resp.Thought > 0 {
			return a.noAnswer(ctx, x)
		}
		if !a.written {
			return foreign.NoText(ctx, x)
		}
		return nil
	case "max_tokens", "model_context_window_exceeded":
		if !a.written {
			return a.noAnswer(ctx, x)
		}
		return x.Failure(ctx, llm.TooLong, fmt.Errorf("the answer hit the output limit (stop_reason %q)", a.resp.End))
	case "refusal":
		if a.why == "" {
			a.why = "the model declined"
		}
		return x.Failure(ctx, llm.Refused, errors.New(a.why))
	}
	return x.Failure(ctx, llm.Malformed, fmt.Errorf("the model stopped for an unexpected reason (stop_reason %q)", a.resp.End))
}

// noAnswer returns the error of an answer that is only reasoning.
func (a *answer) noAnswer(ctx context.Context, x *llm.Exchange) error {
	return x.Failure(ctx, llm.OnlyReasoning, llm.NoAnswer(fmt.Sprintf("stop_reason %q", a.resp.End)))
}
