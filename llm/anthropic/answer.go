package anthropic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"mashal/llm"
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
		if kind := event.Get("type").String(); strings.HasPrefix(kind, "message") || strings.HasPrefix(kind, "content_block") || kind == "error" {
			x.Understood()
		}
		switch {
		case e.Name == "error", e.Name == "" && event.Get("type").String() == "error":
			a.fail(e.Data)
			return
		case err != nil && e.Name == "": // sent by a gateway, to keep the connection alive
			continue
		case err != nil:
			a.bad = err
			return
		}
		if !a.take(event) {
			return
		}
	}
}

// take takes one event. It reports false if no more are wanted.
func (a *answer) take(e gjson.Result) (more bool) {
	switch e.Get("type").String() {
	case "message_start":
		a.resp.Model = e.Get("message.model").String()
		a.count(e.Get("message.usage"))
	case "content_block_delta":
		delta := e.Get("delta")
		if delta.Get("type").String() != "text_delta" {
			a.think(delta.Get("thinking").String())
			return true
		}
		return a.write(delta.Get("text").String())
	case "message": // the server does not stream
		a.resp.Model = e.Get("model").String()
		e.Get("content").ForEach(func(_, block gjson.Result) bool {
			if block.Get("type").String() != "text" {
				a.think(block.Get("thinking").String())
				return true
			}
			return a.write(block.Get("text").String())
		})
		a.resp.End, a.stopped = e.Get("stop_reason").String(), a.textErr == nil
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
	case !a.stopped:
		return x.Failure(ctx, llm.KindNone, a.bad)
	}
	switch a.resp.End {
	case "end_turn", "stop_sequence":
		if !a.written && a.resp.Thought > 0 {
			return a.noAnswer(ctx, x)
		}
		if !a.written {
			return x.Failure(ctx, llm.Empty, errors.New("a complete answer without text"))
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
