package anthropic

import (
	"encoding/json"

	"mashal/llm"
)

// request is the body of a request.
type request struct {
	Model        string        `json:"model"`
	MaxTokens    int           `json:"max_tokens"`
	System       []block       `json:"system,omitempty"`
	Messages     []message     `json:"messages"`
	Temperature  *float64      `json:"temperature,omitempty"`
	Thinking     *thinking     `json:"thinking,omitempty"`
	OutputConfig *outputConfig `json:"output_config,omitempty"`
	Stream       bool          `json:"stream"`
}

type message struct {
	Role    string  `json:"role"`
	Content []block `json:"content"`
}

type block struct {
	Type         string        `json:"type"`
	Text         string        `json:"text"`
	CacheControl *cacheControl `json:"cache_control,omitempty"`
}

type cacheControl struct {
	Type string `json:"type"`
}

type thinking struct {
	Type string `json:"type"`
}

type outputConfig struct {
	Effort llm.Effort `json:"effort,omitempty"`
	Format *format    `json:"format,omitempty"`
}

type format struct {
	Type   string          `json:"type"`
	Schema json.RawMessage `json:"schema"` // in the order in which it is written
}

// smallLimit is the output limit, which the protocol requires, for a server that
// refuses the one asked for.
const smallLimit = 4096

// request returns the body for a request, and the parameters that it has.
func (c *Client) request(req llm.Request) (request, llm.Parameters) {
	sends := req.Sends(llm.ParamSchema | llm.ParamEffort | llm.ParamTemperature | llm.ParamSystem | llm.ParamCache | llm.ParamLimit | llm.ParamStream)
	var mark *cacheControl
	if sends.Has(llm.ParamCache) {
		mark = &cacheControl{"ephemeral"}
	}
	r := request{Model: req.Model, MaxTokens: req.MaxOutput, Temperature: req.Temperature, Stream: sends.Has(llm.ParamStream)}
	switch {
	case !sends.Has(llm.ParamLimit):
		r.MaxTokens = smallLimit
	case r.MaxTokens == 0:
		r.MaxTokens = llm.DefaultOutput // the protocol requires a limit
	}
	if req.System != "" {
		r.System = []block{{"text", req.System, mark}}
	}
	var content []block
	if req.Shared != "" {
		shared := block{Type: "text", Text: req.Shared}
		if req.SharedAgain {
			shared.CacheControl = mark
		}
		content = append(content, shared)
	}
	if req.Prompt != "" {
		content = append(content, block{Type: "text", Text: req.Prompt})
	}
	r.Messages = []message{{"user", content}}
	var output outputConfig
	switch req.Effort {
	case "":
	case llm.EffortNone:
		r.Thinking = &thinking{"disabled"}
	case llm.EffortMinimal:
		r.Thinking, output.Effort = &thinking{"adaptive"}, llm.EffortLow
	default:
		r.Thinking, output.Effort = &thinking{"adaptive"}, req.Effort
	}
	if req.Schema != nil && !c.config.NoSchema {
		output.Format = &format{"json_schema", req.Schema.JSON}
	} else {
		sends &^= llm.ParamSchema
	}
	if output != (outputConfig{}) {
		r.OutputConfig = &output
	}
	return r, sends
}
