package llmsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// google implements the Gemini API.
type google struct{}

func (google) decode(r *http.Request, body []byte) (Request, error) {
	type message struct{ Parts []struct{ Text string } }
	var in struct {
		Contents          []message
		SystemInstruction message
		GenerationConfig  struct {
			MaxOutputTokens    int64
			ResponseJSONSchema json.RawMessage `json:"responseJsonSchema"`
			ResponseSchema     json.RawMessage `json:"responseSchema"`
		}
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Request{}, err
	}
	model, method, _ := strings.Cut(r.PathValue("call"), ":")
	req := Request{
		Model: model, Stream: method == "streamGenerateContent",
		MaxOutput: in.GenerationConfig.MaxOutputTokens, Schema: in.GenerationConfig.ResponseJSONSchema,
	}
	if req.Schema == nil {
		req.Schema = in.GenerationConfig.ResponseSchema
	}
	switch {
	case method != "generateContent" && !req.Stream:
		return Request{}, fmt.Errorf("unknown method %q", method)
	case req.Stream && r.URL.Query().Get("alt") != "sse":
		return Request{}, errors.New("streamGenerateContent requires alt=sse")
	}
	for _, p := range in.SystemInstruction.Parts {
		appendText(&req.System, p.Text)
	}
	for _, c := range in.Contents {
		for _, p := range c.Parts {
			appendText(&req.Prompt, p.Text)
		}
	}
	return req, nil
}

func (google) streamType() string { return "text/event-stream" }

// usage returns the usage after the given number of tokens of text.
func (google) usage(a *answer, written int64) string {
	u := a.usage
	cached, thoughts := "", ""
	if u.CachedInput > 0 {
		cached = fmt.Sprintf(`,"cachedContentTokenCount": %d,"cacheTokensDetails": [{"modality": "TEXT","tokenCount": %d}]`, u.CachedInput, u.CachedInput)
	}
	if u.Reasoning > 0 {
		thoughts = fmt.Sprintf(`,"thoughtsTokenCount": %d`, u.Reasoning)
	}
	return fmt.Sprintf(`"usageMetadata": {"promptTokenCount": %d,"candidatesTokenCount": %d,"totalTokenCount": %d%s,"promptTokensDetails": [{"modality": "TEXT","tokenCount": %d}]%s}`,
		u.Input, written, u.Input+written+u.Reasoning, cached, u.Input, thoughts)
}

// object returns a response object with the given fields.
func (g google) object(a *answer, fields string, written int64) string {
	return fmt.Sprintf(`{%s,%s,"modelVersion": %s,"responseId": %q}`, fields, g.usage(a, written), quote(a.model), a.id)
}

// candidate returns the field candidates with one text.
func (google) candidate(text, finish string) string {
	return `"candidates": [{"content": {"parts": [{"text": ` + quote(text) + `}],"role": "model"},` + finish + `"index": 0}]`
}

// finish returns the field finishReason.
func (google) finish(e ending) string {
	reason := "STOP"
	switch e {
	case outOfTokens:
		reason = "MAX_TOKENS"
	case filtered:
		reason = "RECITATION"
	}
	return `"finishReason": "` + reason + `",`
}

// blocked is the field with which Google reports a refusal.
const blocked = `"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}`

func (g google) stream(a *answer) []frame {
	event := func(object string) []byte { return []byte("data: " + object + "\r\n\r\n") }
	if a.end == declined {
		return []frame{{data: event(g.object(a, blocked, 0)), terminal: true}}
	}
	var frames []frame
	var written int64
	for _, p := range a.pieces {
		written += p.tokens
		candidate := g.candidate(p.text, "")
		if a.thought {
			candidate = strings.Replace(candidate, `{"text": `, `{"thought": true, "text": `, 1)
		}
		frames = append(frames, frame{data: event(g.object(a, candidate, written)), tokens: p.tokens, text: len(p.text)})
	}
	return append(frames, frame{data: event(g.object(a, g.candidate("", g.finish(a.end)), a.usage.Output-a.usage.Reasoning)), terminal: true})
}

func (g google) whole(a *answer) []byte {
	if a.end == declined {
		return []byte(g.object(a, blocked, 0))
	}
	return []byte(g.object(a, g.candidate(a.text, g.finish(a.end)), a.usage.Output-a.usage.Reasoning))
}

// failure returns the JSON body of a Gemini error. The body has the time to wait,
// because Google has no header for it.
func (google) failure(f failure) []byte {
	status := map[int]string{400: "INVALID_ARGUMENT", 404: "NOT_FOUND", 413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}[f.status]
	if status == "" {
		status = "UNAVAILABLE"
	}
	details := ""
	if f.wait > 0 {
		details = fmt.Sprintf(`,"details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo","retryDelay": "%gs"}]`, f.wait.Seconds())
	}
	return fmt.Appendf(nil, `{"error": {"code": %d,"message": %s,"status": %q%s}}`, f.status, quote(f.message), status, details)
}

func (g google) event(f failure) []byte { return fmt.Appendf(nil, "data: %s\r\n\r\n", g.failure(f)) }

func (google) garbage() []byte { return []byte("data: {\"candidates\": [{]}\r\n\r\n") }

func (google) head(h http.Header, id string, _ *quota, _ time.Time) {
	h.Set("X-Goog-Request-Id", id)
	h.Set("Server", "scaffolding on HTTPServer2")
}
