package openai

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"
	"github.com/tidwall/gjson"

	"mashal"
	"mashal/llm"
)

func (c *Client) responsesParams(req llm.Request) (responses.ResponseNewParams, []option.RequestOption) {
	p := responses.ResponseNewParams{
		Model: req.Model,
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(req.User())},
		Store: openai.Bool(false), // what is asked is not kept there
	}
	if req.System != "" {
		p.Instructions = openai.String(req.System)
	}
	if req.MaxOutput > 0 {
		p.MaxOutputTokens = openai.Int(int64(req.MaxOutput))
	}
	if req.Effort != "" {
		p.Reasoning = shared.ReasoningParam{Effort: shared.ReasoningEffort(req.Effort)}
	}
	if req.Temperature != nil {
		p.Temperature = openai.Float(*req.Temperature)
	}
	if req.CacheKey != "" && c.own {
		p.PromptCacheKey = openai.String(req.CacheKey)
	}
	if req.Schema == nil || c.config.NoSchema {
		return p, nil
	}
	// The SDK's type for the schema is a map, which would lose the order of the
	// properties.
	return p, []option.RequestOption{option.WithJSONSet("text.format", struct {
		Type   string `json:"type"`
		Name   string `json:"name"`
		Strict bool   `json:"strict"`
		Schema any    `json:"schema"`
	}{"json_schema", req.Schema.Name, true, req.Schema.JSON})}
}

func (c *Client) streamResponses(ctx context.Context, req llm.Request, a *answer) {
	params, opts := c.responsesParams(req)
	var raw *http.Response
	err := c.responses.NewStreaming(ctx, params, append(opts, option.WithResponseInto(&raw))...).Err()
	stream := newStream(raw, err)
	defer stream.close()
	for a.resp.End == "" && stream.next() {
		if !a.respond(stream.event) {
			return
		}
	}
	if a.resp.End == "" {
		a.err = stream.err
	}
}

// respond takes one event. It reports false if no more are wanted.
func (a *answer) respond(event gjson.Result) (more bool) {
	switch event.Get("type").String() {
	case "response.created", "response.in_progress":
		a.resp.Model = event.Get("response.model").String()
	case "response.output_text.delta":
		return a.take(event.Get("delta").String())
	case "response.refusal.delta":
		a.refuse(event.Get("delta").String())
	case "response.completed":
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

// fail takes what the server says is wrong.
func (a *answer) fail(told gjson.Result) {
	e := llm.APIError{Code: told.Get("code").String(), Message: told.Get("message").String()}
	a.kind, a.reason = kindOf(http.StatusOK, e), e
}

// conclude takes the count from the terminal event.
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
