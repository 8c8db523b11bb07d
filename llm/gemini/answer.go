package gemini

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/tidwall/gjson"

	"mashal"
	"mashal/llm"
	"mashal/llm/foreign"
)

// A chunk is one event of a stream, as far as it is read.
type chunk struct {
	Candidates     []*candidate    `json:"candidates"`
	PromptFeedback *feedback       `json:"promptFeedback"`
	UsageMetadata  *usage          `json:"usageMetadata"`
	ModelVersion   string          `json:"modelVersion"`
	ResponseID     string          `json:"responseId"`
	Error          json.RawMessage `json:"error"`
}

type candidate struct {
	Content *struct {
		Parts []*struct {
			Text    string `json:"text"`
			Thought bool   `json:"thought"`
			Call    *struct {
				Args json.RawMessage `json:"args"`
			} `json:"functionCall"`
		} `json:"parts"`
	} `json:"content"`
	FinishReason  string `json:"finishReason"`
	FinishMessage string `json:"finishMessage"`
}

type feedback struct {
	BlockReason        string `json:"blockReason"`
	BlockReasonMessage string `json:"blockReasonMessage"`
}

type usage struct {
	Prompt     count `json:"promptTokenCount"`
	ToolPrompt count `json:"toolUsePromptTokenCount"`
	Cached     count `json:"cachedContentTokenCount"`
	Candidates count `json:"candidatesTokenCount"`
	Thoughts   count `json:"thoughtsTokenCount"`
}

// A count is a number of tokens, an integer of 32 bits in any notation of JSON.
type count int64

// UnmarshalJSON decodes a number of tokens, such as 12 or 1.2e1. It fails if the
// number is not an integer of 32 bits.
func (c *count) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	n, err := strconv.ParseFloat(string(data), 64)
	if err != nil || n != math.Trunc(n) || math.Abs(n) > math.MaxInt32 {
		return fmt.Errorf("%s is not a number of tokens", data)
	}
	*c = count(n)
	return nil
}

// An answer collects what the events of a stream say.
type answer struct {
	text     func([]byte) error
	resp     llm.Response
	written  bool // some text came
	thoughts llm.TokenCounter
	blocked  string        // why the prompt was blocked
	why      string        // the vendor's explanation of its end
	failed   *llm.APIError // an error that the server reports
	bad      error         // why an event is not what the protocol allows
	textErr  error         // the error of text
	foreign  *foreign.Answer
}

// read reads the events of an answer.
func (a *answer) read(x *llm.Exchange) {
	for x.Next() {
		data := bytes.TrimSpace(x.Event().Data)
		if llm.IsPing(data) || llm.IsDone(data) {
			continue
		}
		var c chunk
		a.bad = json.Unmarshal(data, &c)
		if len(c.Candidates) > 0 || c.PromptFeedback != nil || c.UsageMetadata != nil || len(c.Error) > 0 {
			x.Understood()
		}
		if event, err := llm.ParseJSON(data); err == nil && !isGemini(event) {
			if a.foreign = foreign.Read(x, event, &a.resp, a.text); a.foreign != nil {
				a.bad = nil
				a.foreign.ReadRest(x)
				return
			}
			if x.IsStream() && llm.IsError(event) {
				a.fail(data)
				return
			}
		}
		if a.bad != nil {
			return
		}
		if len(c.Error) > 0 && string(c.Error) != "null" {
			a.fail(data)
			return
		}
		if !a.take(c) {
			return
		}
	}
	// Google's servers are known to end a stream with an error that stands in
	// no event.
	if unknown := x.Unknown(); len(unknown) > 0 && x.IsStream() && x.Streamed() {
		if json.Valid(unknown) {
			a.fail(unknown)
		} else {
			a.bad = errors.New("the stream holds other things than events: " + llm.ParseAPIError(unknown).Message)
		}
	}
}

// isGemini reports whether an event has a field of an answer of Gemini's.
func isGemini(event gjson.Result) bool {
	return event.Get("candidates").Exists() || event.Get("promptFeedback").Exists() || event.Get("usageMetadata").Exists() || event.Get("error").Exists()
}

// fail takes an error that the server reports, in the body of an answer with an
// error status or in a stream that began well.
func (a *answer) fail(body []byte) {
	e := llm.ParseAPIError(body)
	a.failed = &e
}

// take takes one event. It reports false if no more are wanted.
func (a *answer) take(c chunk) (more bool) {
	if c.ModelVersion != "" {
		a.resp.Model = c.ModelVersion
	}
	if c.ResponseID != "" {
		a.resp.RequestID = c.ResponseID
	}
	if f := c.PromptFeedback; f != nil && f.BlockReason != "" {
		a.blocked = f.BlockReason
		if f.BlockReasonMessage != "" {
			a.blocked += ": " + f.BlockReasonMessage
		}
	}
	if len(c.Candidates) > 0 && c.Candidates[0] != nil && !a.candidate(c.Candidates[0]) {
		return false
	}
	if u := c.UsageMetadata; u != nil { // cumulative
		a.resp.Usage = mashal.Tokens{
			Input:       int64(u.Prompt + u.ToolPrompt),
			CachedInput: int64(u.Cached),
			Output:      int64(u.Candidates + u.Thoughts),
			Reasoning:   int64(u.Thoughts),
			Reported:    a.resp.End != "" || a.blocked != "",
		}
	}
	return true
}

// candidate takes the next piece of the answer. It reports false if no more are
// wanted.
func (a *answer) candidate(c *candidate) (more bool) {
	if c.FinishReason != "" && c.FinishReason != "FINISH_REASON_UNSPECIFIED" {
		a.resp.End, a.why = c.FinishReason, c.FinishMessage
	}
	if c.Content == nil {
		return true
	}
	for _, part := range c.Content.Parts {
		if part == nil {
			continue
		}
		if part.Call != nil && part.Text == "" { // the answer, of a server that makes its schema that of a function
			part.Text = string(part.Call.Args)
		}
		if part.Text == "" {
			continue
		}
		if part.Thought {
			a.thoughts.Add(part.Text)
			a.resp.Thought = a.thoughts.Count()
			continue
		}
		a.written = true
		if a.textErr = a.text([]byte(part.Text)); a.textErr != nil {
			return false
		}
	}
	return true
}

// result returns how the answer ended. Only a finish reason that reports
// success is a success. What is wrong with the stream after it is ignored: at
// most the count of tokens is missing.
func (a *answer) result(ctx context.Context, x *llm.Exchange) error {
	if x.Status() >= 300 {
		a.fail(x.ErrorBody())
	}
	switch {
	case a.textErr != nil:
		return a.textErr
	case a.blocked != "":
		e := x.Failure(ctx, llm.Refused, errors.New("the prompt was blocked: "+a.blocked))
		e.OfPrompt = true
		return e
	case a.failed != nil && a.resp.End == "":
		return x.Failure(ctx, llm.KindNone, *a.failed)
	case a.foreign != nil:
		return a.foreign.Err(ctx, x)
	}
	if a.resp.End == "" && a.bad == nil && x.Whole() { // a document is complete as it is
		a.resp.End = "STOP"
	}
	switch a.resp.End {
	case "":
		return x.Failure(ctx, llm.KindNone, a.bad)
	case "STOP":
		if !a.written && a.resp.Thought > 0 {
			return x.Failure(ctx, llm.OnlyReasoning, llm.NoAnswer("finish reason STOP"))
		}
		if !a.written {
			return foreign.NoText(ctx, x)
		}
		return nil
	case "MAX_TOKENS":
		if !a.written {
			return x.Failure(ctx, llm.OnlyReasoning, llm.NoAnswer("finish reason MAX_TOKENS"))
		}
		return x.Failure(ctx, llm.TooLong, a.detail("the answer hit the output limit (MAX_TOKENS)"))
	case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE",
		"IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION":
		return x.Failure(ctx, llm.Refused, a.detail("the answer was filtered ("+a.resp.End+")"))
	}
	return x.Failure(ctx, llm.Malformed, a.detail("the model stopped for an unexpected reason ("+a.resp.End+")"))
}

// detail adds the vendor's explanation to a description of the end.
func (a *answer) detail(what string) error {
	if a.why != "" {
		what += ": " + a.why
	}
	return errors.New(what)
}
