package gemini

import (
	"encoding/json"
	"strings"

	"mashal/llm"
)

// request is the body of a request.
type request struct {
	Contents          []content  `json:"contents"`
	SystemInstruction *content   `json:"systemInstruction,omitempty"`
	GenerationConfig  generation `json:"generationConfig"`
}

type content struct {
	Role  string `json:"role"`
	Parts []part `json:"parts"`
}

type part struct {
	Text string `json:"text"`
}

type generation struct {
	MaxOutputTokens    int             `json:"maxOutputTokens,omitempty"`
	Temperature        *float64        `json:"temperature,omitempty"`
	ResponseMimeType   string          `json:"responseMimeType,omitempty"`
	ResponseJSONSchema json.RawMessage `json:"responseJsonSchema,omitempty"` // in the order in which it is written
	ThinkingConfig     *thinking       `json:"thinkingConfig,omitempty"`
}

// thinking limits how much a model reasons: by a level, or for the models of
// generation 2.5 by a number of tokens.
type thinking struct {
	ThinkingLevel  string `json:"thinkingLevel,omitempty"`
	ThinkingBudget *int   `json:"thinkingBudget,omitempty"`
}

// request returns the body for a request, and the parameters that it has.
func (c *Client) request(req llm.Request) (request, llm.Parameters) {
	sends := req.Sends(llm.ParamSchema | llm.ParamEffort | llm.ParamTemperature | llm.ParamSystem | llm.ParamLimit)
	if req.MaxOutput == 0 {
		sends &^= llm.ParamLimit
	}
	if !sends.Has(llm.ParamLimit) {
		req.MaxOutput = 0
	}
	var r request
	user := content{Role: "user"}
	for _, text := range []string{req.Shared, req.Prompt} {
		if text != "" {
			user.Parts = append(user.Parts, part{text})
		}
	}
	r.Contents = []content{user}
	if req.System != "" {
		r.SystemInstruction = &content{Role: "user", Parts: []part{{req.System}}}
	}
	r.GenerationConfig = generation{
		MaxOutputTokens: min(req.MaxOutput, 1<<30), // the field has 32 bits
		Temperature:     req.Temperature,
		ThinkingConfig:  think(req.Model, req.Effort),
	}
	if req.Schema != nil && !c.config.NoSchema {
		r.GenerationConfig.ResponseMimeType = "application/json"
		r.GenerationConfig.ResponseJSONSchema = req.Schema.JSON
	} else {
		sends &^= llm.ParamSchema
	}
	return r, sends
}

// budgets are the numbers of tokens that an effort allows; greater efforts
// allow maxBudget.
var budgets = map[llm.Effort]int{llm.EffortNone: 0, llm.EffortMinimal: 512, llm.EffortLow: 1024, llm.EffortMedium: 8192}

const (
	maxBudget    = 24_576 // the most that all models of generation 2.5 allow
	minBudgetPro = 128    // gemini-2.5-pro cannot be told not to reason
)

// levels are the levels of an effort; greater efforts have the level HIGH.
var levels = map[llm.Effort]string{llm.EffortNone: "MINIMAL", llm.EffortMinimal: "MINIMAL", llm.EffortLow: "LOW", llm.EffortMedium: "MEDIUM"}

// think returns what a model takes for an effort.
func think(model string, effort llm.Effort) *thinking {
	if effort == "" {
		return nil
	}
	if strings.HasPrefix(model, "gemini-2.5") {
		n, ok := budgets[effort]
		if !ok {
			n = maxBudget
		}
		if strings.HasPrefix(model, "gemini-2.5-pro") {
			n = max(n, minBudgetPro)
		}
		return &thinking{ThinkingBudget: &n}
	}
	level, ok := levels[effort]
	if !ok {
		level = "HIGH"
	}
	return &thinking{ThinkingLevel: level}
}
