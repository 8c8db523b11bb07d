package openai

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/tidwall/gjson"

	"mashal"
	"mashal/llm"
)

// responsesRequest is the body of a request of Responses.
type responsesRequest struct {
	Model           string       `json:"model"`
	Instructions    string       `json:"instructions,omitempty"`
	Input           string       `json:"input"`
	MaxOutputTokens int          `json:"max_output_tokens,omitempty"`
	Reasoning       *reasoning   `json:"reasoning,omitempty"`
	Temperature     *float64     `json:"temperature,omitempty"`
	PromptCacheKey  string       `json:"prompt_cache_key,omitempty"`
	Text            *textOptions `json:"text,omitempty"`
	Store           *bool        `json:"store,omitempty"` // false: the vendor keeps no copy
	Stream          bool         `json:"stream"`
}

type reasoning struct {
	Effort llm.Effort `json:"effort"`
}

type textOptions struct {
	Format jsonSchema `json:"format"`
}

// responsesRequest returns the body for a request, and the parameters that it has.
func (c *Client) responsesRequest(req llm.Request) (responsesRequest, llm.Parameters) {
	sends := req.Sends(llm.ParamSchema | llm.ParamEffort | llm.ParamTemperature | llm.ParamSystem | llm.ParamCache | llm.ParamStore | llm.ParamStream | llm.ParamLimit)
	r := responsesRequest{
		Model: req.Model, Instructions: req.System, Input: req.User(), Temperature: req.Temperature, Stream: sends.Has(llm.ParamStream),
	}
	if req.MaxOutput == 0 {
		sends &^= llm.ParamLimit
	}
	if sends.Has(llm.ParamLimit) {
		r.MaxOutputTokens = req.MaxOutput
	}
	if sends.Has(llm.ParamStore) {
		r.Store = new(bool)
	}
	if req.Effort != "" {
		r.Reasoning = &reasoning{req.Effort}
	}
	if r.PromptCacheKey = req.CacheKey; !c.own {
		r.PromptCacheKey = ""
	}
	if r.PromptCacheKey == "" {
		sends &^= llm.ParamCache
	}
	if req.Schema != nil && !c.config.NoSchema {
		r.Text = &textOptions{jsonSchema{Type: "json_schema", Name: req.Schema.Name, Strict: true, Schema: req.Schema.JSON}}
	} else {
		sends &^= llm.ParamSchema
	}
	return r, sends
}

// isResponses reports whether an event is one of Responses, or a whole answer.
func isResponses(name string, event gjson.Result) bool {
	kind := event.Get("type").String()
	return strings.HasPrefix(kind, "response.") || strings.HasPrefix(name, "response.") || kind == "error" || event.Get("object").String() == "response"
}

// readResponses reads the events of an answer up to the one that ends it.
func (a *answer) readResponses(x *llm.Exchange) {
	for a.resp.End == "" {
		event, ok := a.next(x, isResponses)
		if !ok || !a.respond(event) {
			return
		}
	}
}

// respond takes one event. It reports false if no more are wanted.
func (a *answer) respond(event gjson.Result) (more bool) {
	switch event.Get("type").String() {
	case "": // the server does not stream
		return a.wholeResponse(event)
	case "response.reasoning_text.delta", "response.reasoning_summary_text.delta":
		a.think(event.Get("delta").String())
	case "response.created", "response.in_progress":
		a.resp.Model = event.Get("response.model").String()
	case "response.output_text.delta":
		return a.take(event.Get("delta").String())
	case "response.function_call_arguments.delta":
		return a.take(event.Get("delta").String())
	case "response.refusal.delta":
		a.refuse(event.Get("delta").String())
	case "response.completed":
		if !a.written && !a.output(event.Get("response.output")) {
			return false
		}
		a.conclude(event.Get("response"))
		a.resp.End = "completed"
	case "response.incomplete":
		a.conclude(event.Get("response"))
		reason := event.Get("response.incomplete_details.reason").String()
		a.resp.End = "incomplete: " + reason
		switch reason {
		case "max_output_tokens":
			a.kind = llm.TooLong
		case "content_filter":
			a.kind = llm.Refused
		default:
			a.kind = llm.Cut
		}
		a.reason = fmt.Errorf("the answer is incomplete (%s)", llm.RedactText(reason))
	case "response.failed":
		a.conclude(event.Get("response"))
		a.resp.End = "failed"
		a.fail(event.Get("response.error"))
	case "response.cancelled":
		a.conclude(event.Get("response"))
		a.resp.End = "cancelled"
		a.kind, a.reason = llm.Cut, errors.New("the server cancelled the answer")
	case "error":
		a.resp.End = "error"
		a.fail(event)
	}
	return true
}

// wholeResponse takes an answer in one piece.
func (a *answer) wholeResponse(response gjson.Result) (more bool) {
	status := response.Get("status").String()
	if response.Get("object").String() != "response" || status == "" {
		return true
	}
	if !a.output(response.Get("output")) {
		return false
	}
	event, err := json.Marshal(map[string]any{"type": "response." + status, "response": json.RawMessage(response.Raw)})
	return err != nil || a.respond(gjson.ParseBytes(event))
}

// output takes the items of an answer in one piece: messages and reasoning.
func (a *answer) output(items gjson.Result) (more bool) {
	more = true
	items.ForEach(func(_, item gjson.Result) bool {
		switch item.Get("type").String() {
		case "message":
			more = a.content(item.Get("content"))
		case "function_call":
			more = a.arguments(item.Get("arguments"))
		case "reasoning":
			a.think(item.Raw)
		}
		return more
	})
	return more
}

// fail takes an error that the server reports.
func (a *answer) fail(told gjson.Result) {
	e := llm.APIError{Code: told.Get("code").String(), Message: told.Get("message").String()}
	a.kind, a.reason = kindOf(http.StatusOK, e), e
}

// conclude takes the model and the count of tokens from the terminal event.
func (a *answer) conclude(response gjson.Result) {
	if model := response.Get("model").String(); model != "" {
		a.resp.Model = model
	}
	u := response.Get("usage")
	if !u.IsObject() {
		return
	}
	a.resp.Usage = mashal.Tokens{
		Input:       u.Get("input_tokens").Int(),
		CachedInput: u.Get("input_tokens_details.cached_tokens").Int(),
		CacheWrite:  u.Get("input_tokens_details.cache_write_tokens").Int(),
		Output:      u.Get("output_tokens").Int(),
		Reasoning:   u.Get("output_tokens_details.reasoning_tokens").Int(),
		Reported:    true,
	}
}
