package openai

import (
	"context"
	"errors"
	"fmt"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
	"github.com/openai/openai-go/v3/shared"

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
	stream := c.responses.NewStreaming(ctx, params, opts...)
	defer func() { _ = stream.Close() }()
	for a.resp.End == "" && stream.Next() {
		event := stream.Current()
		switch event.Type {
		case "response.created", "response.in_progress":
			a.resp.Model = event.Response.Model
		case "response.output_text.delta":
			if !a.take(event.Delta) {
				return
			}
		case "response.refusal.delta":
			a.refuse(event.Delta)
		case "response.completed":
			a.conclude(event.Response)
			a.resp.End = "completed"
		case "response.incomplete":
			a.conclude(event.Response)
			reason := event.Response.IncompleteDetails.Reason
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
			a.conclude(event.Response)
			a.resp.End = "failed"
			e := llm.APIError{Code: string(event.Response.Error.Code), Message: event.Response.Error.Message}
			a.kind, a.reason = kindOf(200, e), e
		case "response.cancelled":
			a.conclude(event.Response)
			a.resp.End = "cancelled"
			a.kind, a.reason = llm.Cut, errors.New("the server cancelled the answer")
		case "error":
			a.resp.End = "error"
			e := llm.APIError{Code: event.Code, Message: event.Message}
			a.kind, a.reason = kindOf(200, e), e
		}
	}
	if a.resp.End == "" {
		a.err = stream.Err()
	}
}

// conclude takes the count from the terminal event.
func (a *answer) conclude(r responses.Response) {
	if r.Model != "" {
		a.resp.Model = r.Model
	}
	if !r.JSON.Usage.Valid() {
		return
	}
	u := r.Usage
	a.resp.Usage = llm.Usage{
		Input:       u.InputTokens,
		CachedInput: u.InputTokensDetails.CachedTokens,
		CacheWrite:  u.InputTokensDetails.CacheWriteTokens,
		Output:      u.OutputTokens,
		Reasoning:   u.OutputTokensDetails.ReasoningTokens,
		Reported:    true,
	}
}
