package sdktest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"

	"mashal"

	"google.golang.org/genai"

	"mashal/llm"
	"mashal/llm/gemini"
	"mashal/llm/llmtest"
)

var geminiProtocol = protocol{
	wire: llmtest.Gemini, path: "/v1beta/models/m:streamGenerateContent?alt=sse",
	ours: func(c config) (llm.Provider, error) {
		return gemini.New(gemini.Config{Key: c.key, BaseURL: c.base, NoSchema: c.noSchema, Transport: c.transport})
	},
	sdk: readGemini,
	decode: func(body []byte) (any, error) {
		var p struct {
			Contents          []*genai.Content
			SystemInstruction *genai.Content
			GenerationConfig  *genai.GenerateContentConfig
		}
		return p, json.Unmarshal(body, &p)
	},
	ends: map[string]llm.Kind{
		string(genai.FinishReasonStop): llm.KindNone, string(genai.FinishReasonMaxTokens): llm.TooLong,
		string(genai.FinishReasonSafety): llm.Refused, string(genai.FinishReasonRecitation): llm.Refused, string(genai.FinishReasonBlocklist): llm.Refused,
		string(genai.FinishReasonProhibitedContent): llm.Refused, string(genai.FinishReasonSPII): llm.Refused, string(genai.FinishReasonLanguage): llm.Refused,
		string(genai.FinishReasonImageSafety): llm.Refused, string(genai.FinishReasonImageProhibitedContent): llm.Refused,
		string(genai.FinishReasonImageRecitation): llm.Refused,
	},
	odd: []string{
		`null`, `{}`, `7`, `"text"`, `[]`, `{"candidates":null}`, `{"candidates":[]}`, `{"candidates":[{}]}`, `{"candidates":[{"content":null}]}`,
		`{"candidates":[{"content":{}}]}`, `{"candidates":[{"content":{"parts":null}}]}`, `{"candidates":[{"content":{"parts":[{}]}}]}`,
		`{"candidates":[{"content":{"parts":[{"text":7}]}}]}`, `{"candidates":[{"content":{"parts":[{"text":null}]}}]}`, `{"candidates":[{"content":{"parts":[{"text":["x"]}]}}]}`,
		`{"candidates":[{"content":{"parts":[{"text":"thinks","thought":true},{"text":"says","thought":false}]}}]}`, `{"candidates":[{"content":{"parts":[{"text":"x","thought":1}]}}]}`,
		`{"candidates":[{"content":{"parts":[{"text":"one "},{"text":"two"}]}},{"content":{"parts":[{"text":"of another"}]}}]}`,
		`{"candidates":[{"content":{"parts":[{"text":"\u05de\ud83e\udea8\ud83e \u0000\"\/"}]}}]}`, "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\xd7 \xff\"}]}}]}",
		`{"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}`, `{"candidates":[{"finishReason":7}]}`, `{"candidates":[{"finishReason":"OF_TOMORROW"}]}`,
		`{"candidates":[{"finishReason":"MAX_TOKENS"}],"usageMetadata":{"promptTokenCount":12.0,"candidatesTokenCount":1e3}}`,
		`{"usageMetadata":{}}`, `{"usageMetadata":null}`, `{"usageMetadata":7}`, `{"usageMetadata":{"promptTokenCount":null,"thoughtsTokenCount":-1}}`,
		`{"usageMetadata":{"promptTokenCount":1.5}}`, `{"usageMetadata":{"promptTokenCount":99999999999}}`, `{"usageMetadata":{"toolUsePromptTokenCount":9}}`,
		`{"modelVersion":7}`, `{"modelVersion":"of tomorrow"}`, `{"promptFeedback":{}}`, `{"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"no"}}`,
		`{"error":null}`, `{"error":{"code":503,"message":"a message","status":"UNAVAILABLE","details":[{"@type":"t"}]}}`, `{"error":{}}`,
	},
	plain: plainGemini, normalized: normalGemini,
}

// geminiContents returns a request as the SDK's types have it.
func geminiContents(c config, req llm.Request) ([]*genai.Content, *genai.GenerateContentConfig) {
	var parts []*genai.Part
	for _, text := range []string{req.Shared, req.Prompt} {
		if text != "" {
			parts = append(parts, genai.NewPartFromText(text))
		}
	}
	g := &genai.GenerateContentConfig{MaxOutputTokens: int32(req.MaxOutput)}
	if req.System != "" {
		g.SystemInstruction = &genai.Content{Parts: []*genai.Part{genai.NewPartFromText(req.System)}}
	}
	if req.Temperature != nil {
		g.Temperature = genai.Ptr(float32(*req.Temperature))
	}
	if req.Schema != nil && !c.noSchema {
		g.ResponseMIMEType, g.ResponseJsonSchema = "application/json", object(req.Schema)
	}
	switch level, ok := map[llm.Effort]genai.ThinkingLevel{
		llm.EffortNone: genai.ThinkingLevelMinimal, llm.EffortMinimal: genai.ThinkingLevelMinimal, llm.EffortLow: genai.ThinkingLevelLow,
		llm.EffortMedium: genai.ThinkingLevelMedium, llm.EffortHigh: genai.ThinkingLevelHigh, llm.EffortXHigh: genai.ThinkingLevelHigh, llm.EffortMax: genai.ThinkingLevelHigh,
	}[req.Effort]; {
	case !ok:
	case strings.HasPrefix(req.Model, "gemini-2.5"):
		budget := map[llm.Effort]int32{llm.EffortNone: 0, llm.EffortMinimal: 512, llm.EffortLow: 1024, llm.EffortMedium: 8192, llm.EffortHigh: 24576, llm.EffortXHigh: 24576, llm.EffortMax: 24576}[req.Effort]
		if strings.HasPrefix(req.Model, "gemini-2.5-pro") && budget == 0 {
			budget = 128
		}
		g.ThinkingConfig = &genai.ThinkingConfig{ThinkingBudget: &budget}
	default:
		g.ThinkingConfig = &genai.ThinkingConfig{ThinkingLevel: level}
	}
	return []*genai.Content{genai.NewContentFromParts(parts, genai.RoleUser)}, g
}

// readGemini asks by streamGenerateContent. It reads up to the first error,
// though the SDK goes on.
func readGemini(ctx context.Context, c config, req llm.Request) (r reading) {
	client, err := genai.NewClient(ctx, &genai.ClientConfig{
		APIKey: c.key, Backend: genai.BackendGeminiAPI, HTTPOptions: genai.HTTPOptions{BaseURL: c.base + "/"}, HTTPClient: &http.Client{Transport: c.transport},
	})
	if err != nil {
		panic(err)
	}
	contents, config := geminiContents(c, req)
	next, stop := iter.Pull2(client.Models.GenerateContentStream(ctx, req.Model, contents, config))
	defer stop()
	for {
		chunk, more, err := guarded(next)
		var api genai.APIError
		if errors.As(err, &api) {
			r.told, r.words = true, api.Message
		}
		if r.err = err; err != nil || !more {
			return r
		}
		r.takeGemini(chunk)
	}
}

// guarded calls next and turns a panic into an error: the SDK asserts the types
// of what servers send.
func guarded(next func() (*genai.GenerateContentResponse, error, bool)) (chunk *genai.GenerateContentResponse, more bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	chunk, err, more = next()
	return chunk, more, err
}

func (r *reading) takeGemini(chunk *genai.GenerateContentResponse) {
	if chunk.ModelVersion != "" {
		r.model = chunk.ModelVersion
	}
	if f := chunk.PromptFeedback; f != nil && f.BlockReason != "" {
		r.blocked = string(f.BlockReason)
	}
	if len(chunk.Candidates) > 0 {
		candidate := chunk.Candidates[0]
		if candidate.FinishReason != "" && candidate.FinishReason != genai.FinishReasonUnspecified {
			r.end, r.ended = string(candidate.FinishReason), true
		}
		if candidate.Content != nil {
			for _, part := range candidate.Content.Parts {
				if !part.Thought {
					r.take(part.Text)
				}
			}
		}
	}
	if u := chunk.UsageMetadata; u != nil {
		r.usage = mashal.Tokens{
			Input: int64(u.PromptTokenCount) + int64(u.ToolUsePromptTokenCount), CachedInput: int64(u.CachedContentTokenCount),
			Output: int64(u.CandidatesTokenCount) + int64(u.ThoughtsTokenCount), Reasoning: int64(u.ThoughtsTokenCount),
		}
	}
}
