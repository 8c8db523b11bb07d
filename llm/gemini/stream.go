package gemini

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"google.golang.org/genai"

	"mashal"
	"mashal/llm"
)

// An answer is what a stream came to.
type answer struct {
	text    func([]byte) error
	resp    llm.Response
	written bool   // some text came
	blocked string // why the prompt was blocked
	why     string // the vendor's explanation of its end
	err     error  // what the SDK says
	taker   error  // what text says
}

// Stream sends one request.
func (c *Client) Stream(ctx context.Context, req llm.Request, text func([]byte) error) (llm.Response, error) {
	ctx, wire := llm.Watch(ctx, c.Name(), req.Model, c.config.Key)
	if err := req.Validate(); err != nil {
		return llm.Response{}, &llm.Error{Kind: llm.BadRequest, Provider: c.Name(), Model: req.Model, Err: err}
	}
	a := &answer{text: text}
	c.stream(ctx, req, a)
	a.resp.Model, a.resp.End = wire.Clean(a.resp.Model), wire.Clean(a.resp.End)
	a.resp.Status = wire.Status()
	a.resp.RequestID = wire.Clean(a.resp.RequestID)
	if id := wire.RequestID(); id != "" {
		a.resp.RequestID = id
	}
	return a.resp, a.verdict(ctx, wire)
}

func (c *Client) stream(ctx context.Context, req llm.Request, a *answer) {
	contents, config := c.params(req)
	next, stop := iter.Pull2(c.models.GenerateContentStream(ctx, req.Model, contents, config))
	defer stop()
	for {
		chunk, more, err := guarded(next)
		if err != nil {
			a.err = err
			return
		}
		if !more || !a.take(chunk) {
			return
		}
	}
}

// guarded calls next and makes an error of a panic in it. The SDK converts
// answers by way of maps and asserts their types: a server that sends a number
// for a list would end the program.
func guarded(next func() (*genai.GenerateContentResponse, error, bool)) (chunk *genai.GenerateContentResponse, more bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("an event is not what it should be: %v", r)
		}
	}()
	chunk, err, more = next()
	return chunk, more, err
}

// take takes one piece of the answer. Counts are cumulative.
func (a *answer) take(chunk *genai.GenerateContentResponse) bool {
	if chunk == nil {
		return true
	}
	if chunk.ModelVersion != "" {
		a.resp.Model = chunk.ModelVersion
	}
	if chunk.ResponseID != "" {
		a.resp.RequestID = chunk.ResponseID
	}
	if f := chunk.PromptFeedback; f != nil && f.BlockReason != "" {
		a.blocked = string(f.BlockReason)
		if f.BlockReasonMessage != "" {
			a.blocked += ": " + f.BlockReasonMessage
		}
	}
	if len(chunk.Candidates) > 0 && chunk.Candidates[0] != nil {
		candidate := chunk.Candidates[0]
		if candidate.FinishReason != "" && candidate.FinishReason != genai.FinishReasonUnspecified {
			a.resp.End, a.why = string(candidate.FinishReason), candidate.FinishMessage
		}
		if candidate.Content != nil {
			for _, part := range candidate.Content.Parts {
				if part == nil || part.Thought || part.Text == "" {
					continue
				}
				a.written = true
				if a.taker = a.text([]byte(part.Text)); a.taker != nil {
					return false
				}
			}
		}
	}
	if u := chunk.UsageMetadata; u != nil {
		a.resp.Usage = mashal.Tokens{
			Input:       int64(u.PromptTokenCount) + int64(u.ToolUsePromptTokenCount),
			CachedInput: int64(u.CachedContentTokenCount),
			Output:      int64(u.CandidatesTokenCount) + int64(u.ThoughtsTokenCount),
			Reasoning:   int64(u.ThoughtsTokenCount),
			Reported:    a.resp.End != "" || a.blocked != "",
		}
	}
	return true
}

// verdict decides how the answer ended. Only a finish reason that says all is
// well is a success; what broke after it is at most the count.
func (a *answer) verdict(ctx context.Context, wire *llm.Exchange) error {
	detail := func(what string) error {
		if a.why != "" {
			what += ": " + a.why
		}
		return errors.New(what)
	}
	switch {
	case a.taker != nil:
		return a.taker
	case a.blocked != "":
		return wire.Failure(ctx, llm.Refused, errors.New("the prompt was blocked: "+a.blocked))
	case a.err != nil && a.resp.End == "":
		kind, wait, err := classify(wire, a.err)
		e := wire.Failure(ctx, kind, err)
		if e.Kind == kind && e.RetryAfter == 0 {
			e.RetryAfter = wait.Round(time.Millisecond)
		}
		return e
	}
	switch reason := genai.FinishReason(a.resp.End); reason {
	case "":
		return wire.Failure(ctx, llm.KindNone, nil)
	case genai.FinishReasonStop:
		if !a.written {
			return wire.Failure(ctx, llm.Empty, errors.New("a complete answer without text"))
		}
		return nil
	case genai.FinishReasonMaxTokens:
		return wire.Failure(ctx, llm.TooLong, detail("the answer hit the output limit (MAX_TOKENS)"))
	case genai.FinishReasonSafety, genai.FinishReasonRecitation, genai.FinishReasonBlocklist, genai.FinishReasonProhibitedContent,
		genai.FinishReasonSPII, genai.FinishReasonLanguage, genai.FinishReasonImageSafety, genai.FinishReasonImageProhibitedContent,
		genai.FinishReasonImageRecitation:
		return wire.Failure(ctx, llm.Refused, detail("the answer was filtered ("+a.resp.End+")"))
	}
	return wire.Failure(ctx, llm.Malformed, detail("the model stopped for an unexpected reason ("+a.resp.End+")"))
}
