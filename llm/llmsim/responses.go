package llmsim

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// responses implements OpenAI's Responses.
type responses struct{ openai }

func (responses) decode(_ *http.Request, body []byte) (Request, error) {
	var in struct {
		Model, Instructions string
		Stream              bool
		Input               json.RawMessage
		MaxOutputTokens     int64 `json:"max_output_tokens"`
		Text                struct {
			Format struct{ Schema json.RawMessage }
		}
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Request{}, err
	}
	req := Request{
		Model: in.Model, System: in.Instructions, Stream: in.Stream,
		MaxOutput: in.MaxOutputTokens, Schema: in.Text.Format.Schema,
	}
	if len(in.Input) == 0 || json.Unmarshal(in.Input, &req.Prompt) == nil {
		return req, nil
	}
	var items []struct {
		Role    string
		Content content
	}
	if err := json.Unmarshal(in.Input, &items); err != nil {
		return Request{}, err
	}
	for _, m := range items {
		if m.Role == "system" || m.Role == "developer" {
			appendText(&req.System, m.Content.text())
		} else {
			appendText(&req.Prompt, m.Content.text())
		}
	}
	return req, nil
}

// object returns the response object at the beginning of the answer, with status
// in_progress, or at its end.
func (responses) object(a *answer, begun bool) string {
	status, incomplete, output, usage := "in_progress", "null", "", "null"
	if !begun {
		status, output = "completed", responses{}.message(a, "completed")
		switch a.end {
		case outOfTokens:
			status, incomplete = "incomplete", `{"reason":"max_output_tokens"}`
		case filtered:
			status, incomplete = "incomplete", `{"reason":"content_filter"}`
		}
		usage = fmt.Sprintf(`{"input_tokens":%d,"input_tokens_details":{"cached_tokens":%d},"output_tokens":%d,"output_tokens_details":{"reasoning_tokens":%d},"total_tokens":%d}`,
			a.usage.Input, a.usage.CachedInput, a.usage.Output, a.usage.Reasoning, a.usage.Total())
	}
	return fmt.Sprintf(`{"id":"resp_%s","object":"response","created_at":%d,"status":%q,"background":false,"error":null,"incomplete_details":%s,`+
		`"instructions":null,"max_output_tokens":null,"model":%s,"output":[%s],"parallel_tool_calls":true,"previous_response_id":null,`+
		`"reasoning":{"effort":null,"summary":null},"store":false,"temperature":1.0,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],`+
		`"top_p":1.0,"truncation":"disabled","usage":%s,"metadata":{}}`, a.id, a.created.Unix(), status, incomplete, quote(a.model), output, usage)
}

// message returns the output item with the text.
func (r responses) message(a *answer, status string) string {
	return fmt.Sprintf(`{"id":"msg_%s","type":"message","status":%q,"content":[%s],"role":"assistant"}`, a.id, status, r.part(a, a.text))
}

// part returns the content part with the text or the refusal.
func (responses) part(a *answer, text string) string {
	if a.thought {
		text = ""
	}
	if a.end == declined {
		return `{"type":"refusal","refusal":` + quote(refusalText) + `}`
	}
	return `{"type":"output_text","annotations":[],"logprobs":[],"text":` + quote(text) + `}`
}

func (r responses) stream(a *answer) []frame {
	var frames []frame
	add := func(kind, fields string) *frame {
		frames = append(frames, frame{data: fmt.Appendf(nil, "event: %s\ndata: {\"type\":%q,\"sequence_number\":%d,%s}\n\n", kind, kind, len(frames), fields)})
		return &frames[len(frames)-1]
	}
	begun := `"response":` + r.object(a, true)
	add("response.created", begun).early = true
	add("response.in_progress", begun).early = true
	index := 0
	if a.usage.Reasoning > 0 {
		item := fmt.Sprintf(`"output_index":0,"item":{"id":"rs_%s","type":"reasoning","summary":[]}`, a.id)
		add("response.output_item.added", item).early = true
		add("response.output_item.done", item)
		index = 1
	}
	at := fmt.Sprintf(`"item_id":"msg_%s","output_index":%d,"content_index":0`, a.id, index)
	add("response.output_item.added", fmt.Sprintf(`"output_index":%d,"item":{"id":"msg_%s","type":"message","status":"in_progress","content":[],"role":"assistant"}`, index, a.id))
	if a.thought {
		for _, p := range a.pieces {
			f := add("response.reasoning_text.delta", at+`,"delta":`+quote(p.text))
			f.tokens, f.text = p.tokens, len(p.text)
		}
	} else if a.end == declined {
		add("response.content_part.added", at+`,"part":{"type":"refusal","refusal":""}`)
		add("response.refusal.delta", at+`,"delta":`+quote(refusalText)).tokens = Tokens(refusalText)
		add("response.refusal.done", at+`,"refusal":`+quote(refusalText))
	} else {
		add("response.content_part.added", at+`,"part":{"type":"output_text","annotations":[],"logprobs":[],"text":""}`)
		for _, p := range a.pieces {
			f := add("response.output_text.delta", at+`,"delta":`+quote(p.text)+`,"logprobs":[]`)
			f.tokens, f.text = p.tokens, len(p.text)
		}
		add("response.output_text.done", at+`,"text":`+quote(a.text)+`,"logprobs":[]`)
	}
	add("response.content_part.done", at+`,"part":`+r.part(a, a.text))
	status, last := "completed", "response.completed"
	if a.end == outOfTokens || a.end == filtered {
		status, last = "incomplete", "response.incomplete"
	}
	add("response.output_item.done", fmt.Sprintf(`"output_index":%d,"item":%s`, index, r.message(a, status)))
	add(last, `"response":`+r.object(a, false)).terminal = true
	return frames
}

func (r responses) whole(a *answer) []byte { return []byte(r.object(a, false)) }

func (r responses) event(f failure) []byte {
	_, code := r.names(f)
	if code == "null" {
		code = `"server_error"`
	}
	return fmt.Appendf(nil, "event: error\ndata: {\"type\":\"error\",\"sequence_number\":0,\"code\":%s,\"message\":%s,\"param\":null}\n\n", code, quote(f.message))
}
