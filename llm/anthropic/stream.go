package anthropic

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/anthropics/anthropic-sdk-go/option"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"
	"github.com/tidwall/gjson"

	"mashal/llm"
)

// An answer is what a stream came to.
type answer struct {
	text    func([]byte) error
	resp    llm.Response
	stopped bool   // message_stop came
	written bool   // some text came
	why     string // the vendor's explanation of a refusal
	err     error  // what the SDK says
	taker   error  // what text says
}

// An event is the JSON of one event of a stream. The SDK sends the request,
// frames the events and tells errors from them; its type for the rest goes over
// an event several times to keep all of it, at 9 µs each, where the few fields
// that count here are had in 2. They are read by what the SDK itself is built
// on, so a number where a text should be means the same as it does to the SDK.
type event struct{ gjson.Result }

// UnmarshalJSON takes over an event. What is no object says nothing.
func (e *event) UnmarshalJSON(data []byte) error {
	e.Result = gjson.ParseBytes(data)
	return nil
}

func (c *Client) stream(ctx context.Context, req llm.Request, a *answer) {
	params, opts := c.params(req)
	var raw *http.Response
	err := c.messages.NewStreaming(ctx, params, append(opts, option.WithResponseInto(&raw))...).Err()
	if err != nil {
		a.err = err // there is no stream to close
		return
	}
	stream := ssestream.NewStream[event](ssestream.NewDecoder(raw), nil)
	defer func() { _ = stream.Close() }()
	for !a.stopped && stream.Next() {
		if !a.take(stream.Current()) {
			return
		}
	}
	if !a.stopped {
		a.err = stream.Err()
	}
}

// take takes one event. It reports false if no more are wanted.
func (a *answer) take(e event) (more bool) {
	switch e.Get("type").String() {
	case "message_start":
		a.resp.Model = e.Get("message.model").String()
		a.count(e.Get("message.usage"))
	case "content_block_delta":
		delta := e.Get("delta")
		if delta.Get("type").String() != "text_delta" {
			return true
		}
		if text := delta.Get("text").String(); text != "" {
			a.written = true
			a.taker = a.text([]byte(text))
		}
		return a.taker == nil
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

// count takes a count of tokens. The counts are cumulative and come in part, so
// the larger one stands; the vendor's input leaves out what went through the
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

// verdict decides how the answer ended. Only message_stop after a stop reason
// that says all is well is a success: the SDK has no error for a stream that
// just stops.
func (a *answer) verdict(ctx context.Context, wire *llm.Exchange) error {
	switch {
	case a.taker != nil:
		return a.taker
	case a.err != nil:
		kind, err := classify(wire, a.err)
		return wire.Failure(ctx, kind, err)
	case !a.stopped:
		return wire.Failure(ctx, llm.KindNone, nil)
	}
	switch a.resp.End {
	case "end_turn", "stop_sequence":
		if !a.written {
			return wire.Failure(ctx, llm.Empty, errors.New("a complete answer without text"))
		}
		return nil
	case "max_tokens", "model_context_window_exceeded":
		return wire.Failure(ctx, llm.TooLong, fmt.Errorf("the answer hit the output limit (stop_reason %q)", a.resp.End))
	case "refusal":
		if a.why == "" {
			a.why = "the model declined"
		}
		return wire.Failure(ctx, llm.Refused, errors.New(a.why))
	}
	return wire.Failure(ctx, llm.Malformed, fmt.Errorf("the model stopped for an unexpected reason (stop_reason %q)", a.resp.End))
}
