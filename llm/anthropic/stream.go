package anthropic

import (
	"context"
	"errors"
	"fmt"

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

func (c *Client) stream(ctx context.Context, req llm.Request, a *answer) {
	params, opts := c.params(req)
	stream := c.messages.NewStreaming(ctx, params, opts...)
	if err := stream.Err(); err != nil {
		a.err = err // there is no stream to close
		return
	}
	defer func() { _ = stream.Close() }()
	for !a.stopped && stream.Next() {
		event := stream.Current()
		switch event.Type {
		case "message_start":
			a.resp.Model = string(event.Message.Model)
			u := event.Message.Usage
			a.count(u.InputTokens, u.CacheReadInputTokens, u.CacheCreationInputTokens, u.OutputTokens, u.OutputTokensDetails.ThinkingTokens)
		case "content_block_delta":
			if event.Delta.Type != "text_delta" || event.Delta.Text == "" {
				continue
			}
			a.written = true
			if a.taker = a.text([]byte(event.Delta.Text)); a.taker != nil {
				return
			}
		case "message_delta":
			if reason := event.Delta.StopReason; reason != "" {
				a.resp.End = string(reason)
				a.why = event.Delta.StopDetails.Explanation
			}
			u := event.Usage
			a.count(u.InputTokens, u.CacheReadInputTokens, u.CacheCreationInputTokens, u.OutputTokens, u.OutputTokensDetails.ThinkingTokens)
			a.resp.Usage.Reported = a.resp.End != "" && u.JSON.OutputTokens.Valid()
		case "message_stop":
			a.stopped = true
		}
	}
	if !a.stopped {
		a.err = stream.Err()
	}
}

// count takes a count of tokens. The counts are cumulative and come in part, so
// the larger one stands; the vendor's input leaves out what went through the
// cache.
func (a *answer) count(input, read, write, output, thinking int64) {
	u := &a.resp.Usage
	plain := u.Input - u.CachedInput - u.CacheWrite
	u.CachedInput, u.CacheWrite = max(u.CachedInput, read), max(u.CacheWrite, write)
	u.Input = max(plain, input) + u.CachedInput + u.CacheWrite
	u.Output, u.Reasoning = max(u.Output, output), max(u.Reasoning, thinking)
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
