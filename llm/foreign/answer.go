// Package foreign reads answers that are not written in the protocol of the request:
// in that of another vendor, or in one of the simple forms of other servers.
package foreign

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"mashal"
	"mashal/llm"
)

// A Answer reads an answer that is not written in the protocol of the
// request, but in that of another vendor, or in one of the simple forms that
// servers of their own have. A reader of a protocol turns to it at the first event
// that is not of the protocol, and then for all others.
type Answer struct {
	text     func([]byte) error
	resp     *llm.Response
	whole    bool // the answer is one document
	begun    bool // an event was read
	written  strings.Builder
	thoughts llm.TokenCounter
	refusal  string
	kind     llm.Kind // a failure that the answer names
	reason   error
	textErr  error // of text
}

// Read reads the first event of an answer that is not of the protocol of the
// request. It returns nil if the event is of no protocol. text gets the pieces of
// the answer, and resp what else is known of it.
func Read(x *llm.Exchange, event gjson.Result, resp *llm.Response, text func([]byte) error) *Answer {
	if x.IsStream() {
		return nil // the answer began in the protocol
	}
	f := &Answer{text: text, resp: resp, whole: !x.Streamed()}
	if !f.read(event, 0) {
		return nil
	}
	x.Understood()
	return f
}

// ReadRest reads the other events of an exchange.
func (f *Answer) ReadRest(x *llm.Exchange) {
	for f.textErr == nil && (f.kind == llm.KindNone || f.resp.End != "") && x.Next() {
		data := x.Event().Data
		if llm.IsPing(data) || llm.IsDone(data) {
			continue
		}
		event, err := llm.ParseJSON(data)
		if err != nil {
			f.kind, f.reason = llm.Malformed, err
			return
		}
		f.read(event, 0)
	}
}

// Err returns how the answer ended.
func (f *Answer) Err(ctx context.Context, x *llm.Exchange) error {
	none := f.written.Len() == 0
	if f.resp.End == "" && f.whole && f.kind == llm.KindNone && !none && x.Whole() {
		f.resp.End = "stop" // a document is complete as it is
	}
	switch {
	case f.textErr != nil:
		return f.textErr
	case none && f.refusal == "" && f.resp.End != "" && (f.kind == llm.TooLong || f.kind == llm.KindNone && f.resp.Thought > 0):
		return x.Failure(ctx, llm.OnlyReasoning, llm.NoAnswer(fmt.Sprintf("the server's reason to stop is %q", f.resp.End)))
	case f.kind != llm.KindNone:
		return x.Failure(ctx, f.kind, f.reason)
	case f.resp.End == "":
		return x.Failure(ctx, llm.KindNone, nil)
	case f.refusal != "" && none:
		return x.Failure(ctx, llm.Refused, errors.New(f.refusal))
	case none:
		return NoText(ctx, x)
	}
	return nil
}

// write passes a piece of the answer on.
func (f *Answer) write(piece string) {
	if piece != "" && f.textErr == nil {
		f.written.WriteString(piece)
		f.textErr = f.text([]byte(piece))
	}
}

// refuse adds a piece of the model's words of refusal.
func (f *Answer) refuse(piece string) {
	const most = 1000
	if len(f.refusal) < most {
		f.refusal += piece
	}
}

// writeWhole passes on what is new in the text so far.
func (f *Answer) writeWhole(text string) { f.write(NewText(f.written.String(), text)) }

// NewText returns what is new in a text that a server sends as a message, of which
// before was written: servers send a piece in each message, or the text so far, or
// at the end the whole text again.
func NewText(before, text string) string {
	const repeats = 16 // a shorter piece may be equal to all before it by chance
	if rest, ok := strings.CutPrefix(text, before); ok && (rest != "" || len(text) >= repeats) {
		return rest
	}
	return text
}

// finish takes the reason for which the model stopped.
func (f *Answer) finish(reason gjson.Result) {
	end := reason.String()
	if end == "" || end == "null" || reason.Type != gjson.String || strings.HasSuffix(end, "_UNSPECIFIED") {
		return
	}
	f.resp.End, f.kind, f.reason = end, KindOfEnd(end), nil
	if f.kind != llm.KindNone {
		f.reason = fmt.Errorf("the model stopped with the reason %q", llm.RedactText(end))
	}
	f.count()
}

// end notes that the answer is complete where no reason is stated.
func (f *Answer) end() {
	if f.resp.End == "" {
		f.resp.End = "stop"
	}
	f.count()
}

// count makes the usage final once the answer has ended.
func (f *Answer) count() {
	f.resp.Usage.Reported = f.resp.End != "" && f.resp.Usage.Total() > 0
}

// fail takes an error that the server reports.
func (f *Answer) fail(e llm.APIError) {
	kind, _ := e.Classify(0)
	f.kind, f.reason = kind, e
}

// usage takes a count of tokens, by any vendor's names. Counts are cumulative and
// may come in part, so the larger one stands.
func (f *Answer) usage(u gjson.Result) {
	if !u.IsObject() {
		return
	}
	number := func(names ...string) int64 {
		v, _ := llm.First(u, names)
		return v.Int()
	}
	t := mashal.Tokens{
		Input:       number("prompt_tokens", "input_tokens", "promptTokenCount", "prompt_eval_count", "inputTokens", "tokens_evaluated", "tokens.input_tokens"),
		Output:      number("completion_tokens", "output_tokens", "candidatesTokenCount", "eval_count", "outputTokens", "tokens_predicted", "generated_tokens", "tokens.output_tokens"),
		CachedInput: number("prompt_tokens_details.cached_tokens", "input_tokens_details.cached_tokens", "cachedContentTokenCount", "cache_read_input_tokens"),
		CacheWrite:  number("cache_creation_input_tokens"),
		Reasoning:   number("completion_tokens_details.reasoning_tokens", "output_tokens_details.reasoning_tokens", "thoughtsTokenCount"),
	}
	if u.Get("cache_read_input_tokens").Exists() || u.Get("cache_creation_input_tokens").Exists() {
		t.Input += t.CachedInput + t.CacheWrite // Anthropic counts them apart
	}
	if u.Get("thoughtsTokenCount").Exists() {
		t.Output += t.Reasoning // likewise Google
	}
	known := &f.resp.Usage
	known.Input, known.Output = max(known.Input, t.Input), max(known.Output, t.Output)
	known.CachedInput, known.CacheWrite, known.Reasoning = max(known.CachedInput, t.CachedInput), max(known.CacheWrite, t.CacheWrite), max(known.Reasoning, t.Reasoning)
	f.count()
}
