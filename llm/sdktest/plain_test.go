package sdktest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/tidwall/gjson"

	"mashal/llm"
	"mashal/llm/foreign"
	"mashal/llm/sse"
)

// events returns the events of a stream.
func events(body []byte) (all []sse.Event) {
	r := sse.NewReader(bytes.NewReader(body))
	for r.Next() {
		e := r.Event()
		all = append(all, sse.Event{Name: e.Name, Data: bytes.Clone(e.Data)})
	}
	return all
}

// plainLines reports whether all SDKs see the same lines as the standard does.
func plainLines(body []byte) bool {
	return !bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) && bytes.Count(body, []byte("\r")) == bytes.Count(body, []byte("\r\n"))
}

// unseparated matches two events without an empty line between them.
var unseparated = regexp.MustCompile(`\}\n(?:[^\n]+\n)*data: ?(\{|\[DONE\])`)

// tolerated reports whether our clients read more of a body than the SDKs do,
// whatever the protocol: JSON that is not streamed, a last event without an empty
// line, or none between two events, and signs of life as data.
func tolerated(body []byte) bool {
	if start := bytes.TrimLeft(body, " \t\r\n\xef\xbb\xbf"); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		return true
	}
	lines := bytes.ReplaceAll(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	all := events(lines)
	for _, e := range all {
		if data := bytes.TrimSpace(e.Data); len(data) > 0 && llm.IsPing(data) || llm.IsDone(data) && !bytes.HasPrefix(e.Data, []byte("[DONE]")) {
			return true
		}
	}
	if unseparated.Match(lines) {
		return true
	}
	whole := lines[:bytes.LastIndex(lines, []byte("\n\n"))+1]
	return len(all) != len(events(append(bytes.Clone(whole), '\n')))
}

// toleratedChat reports whether our client reads more of an event of Chat
// Completions than the SDK does: what compatible servers send.
func toleratedChat(data []byte) bool {
	if !gjson.ValidBytes(data) {
		return false
	}
	event := gjson.ParseBytes(data)
	u := event.Get("usage")
	more := event.Get("message").Exists() || event.Get("done").Exists() || event.Get("x_groq").Exists() || u.Get("prompt_cache_hit_tokens").Exists() ||
		u.Get("prompt_tokens_details.cached_tokens").Int() > u.Get("prompt_tokens").Int()
	event.Get("choices").ForEach(func(_, choice gjson.Result) bool {
		content, reason := choice.Get("delta.content"), choice.Get("finish_reason").String()
		_, known := chatEnds[reason]
		more = more || choice.Get("message").Exists() || choice.Get("text").Exists() || content.IsArray() || content.IsObject() ||
			choice.Get("delta.tool_calls").Exists() || choice.Get("delta.function_call").Exists() ||
			!known && foreign.KindOfEnd(reason) != llm.Malformed
		return true
	})
	return more
}

// nullError reports whether an event has an error that is null, for a decoder
// that does not mind whether the event is JSON.
func nullError(data []byte) bool {
	told := gjson.GetBytes(data, "error")
	return told.Exists() && told.Type == gjson.Null
}

// plainJSON reports whether decoders agree on what a text says: it is not JSON
// at all, or no object in it has two keys that differ at most in case.
func plainJSON(data []byte) bool {
	if !json.Valid(data) {
		return true
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	var keys []map[string]bool // of the objects that are open; nil for a list
	key := false               // the next token is one
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return true
		}
		if err != nil {
			return true // nested too deeply, which all refuse
		}
		switch token {
		case json.Delim('{'):
			keys, key = append(keys, map[string]bool{}), true
			continue
		case json.Delim('['):
			keys, key = append(keys, nil), false
			continue
		case json.Delim('}'), json.Delim(']'):
			keys = keys[:len(keys)-1]
		default:
			if key {
				name := strings.ToLower(token.(string))
				if keys[len(keys)-1][name] {
					return false
				}
				keys[len(keys)-1][name], key = true, false
				continue
			}
		}
		key = len(keys) > 0 && keys[len(keys)-1] != nil
	}
}

// A shape names the fields that are read of an object, with the shape of what
// they hold; nil for anything.
type shape map[string]shape

// geminiShape is what our client reads of an event of Gemini's.
var geminiShape = shape{
	"candidates": {
		"content":      {"parts": {"text": nil, "thought": nil}},
		"finishReason": nil, "finishMessage": nil,
	},
	"promptFeedback": {"blockReason": nil, "blockReasonMessage": nil},
	"usageMetadata":  {"promptTokenCount": nil, "toolUsePromptTokenCount": nil, "cachedContentTokenCount": nil, "candidatesTokenCount": nil, "thoughtsTokenCount": nil},
	"modelVersion":   nil, "responseId": nil, "error": nil,
}

// has reports whether a value has only fields of the shape, in their case, and
// no null in a list.
func (s shape) has(v any) bool {
	if s == nil {
		return true
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if item == nil || !s.has(item) {
				return false
			}
		}
	case map[string]any:
		for name, value := range v {
			if inner, ok := s[name]; !ok || !inner.has(value) {
				return false
			}
		}
	}
	return true
}

// plainGemini reports whether no exception applies to a stream: every event is
// one line of data, all lines end alike, the last event is complete, and no
// field is there that our client does not read.
func plainGemini(body []byte) bool {
	end := "\r\n\r\n"
	if !bytes.Contains(body, []byte(end)) {
		end = "\n\n"
	}
	for event := range strings.SplitAfterSeq(string(body), end) {
		if event == "" {
			continue
		}
		line, complete := strings.CutSuffix(event, end)
		data, ok := strings.CutPrefix(line, "data:")
		if !complete || !ok || strings.ContainsAny(line, "\r\n") || strings.TrimSpace(data) == "" {
			return false
		}
		var v any
		if json.Unmarshal([]byte(data), &v) != nil {
			continue
		}
		if fields, ok := v.(map[string]any); ok && fields["error"] != nil && !geminiError([]byte(data)) {
			return false
		}
		if !plainJSON([]byte(data)) || !geminiShape.has(v) {
			return false
		}
	}
	return true
}

// project returns a value without the fields that the shape does not have.
func (s shape) project(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = s.project(v[i])
		}
	case map[string]any:
		for name, value := range v {
			inner, ok := s[name]
			_, isText := value.(string)
			switch {
			case !ok, strings.HasSuffix(name, "Message") && !isText: // which the SDK leaves out
				delete(v, name)
			case inner != nil:
				v[name] = inner.project(value)
			}
		}
	}
	return v
}

// normalGemini returns a stream with only those fields in its events that our
// client reads.
func normalGemini(body []byte) []byte {
	end := []byte("\r\n\r\n")
	if !bytes.Contains(body, end) {
		end = []byte("\n\n")
	}
	parts := bytes.SplitAfter(body, end)
	for i, part := range parts {
		if bytes.HasPrefix(part, []byte("data:")) && plainJSON(part[len("data:"):]) {
			parts[i] = changed(part, geminiShape.project)
		}
	}
	return bytes.Join(parts, nil)
}

// geminiError reports whether an event holds an error in the form that Google
// documents, which is the only one that the SDK recognises.
func geminiError(data []byte) bool {
	var told struct {
		Error *struct {
			Code            int
			Message, Status string
			Details         []map[string]any
		}
	}
	return json.Unmarshal(data, &told) == nil && told.Error != nil
}

// foreignToChat reports whether an event may be one of another protocol than Chat
// Completions, or an error in a form that the SDK does not have.
func foreignToChat(e sse.Event) (foreign bool) {
	if !gjson.ValidBytes(e.Data) {
		return false
	}
	event := gjson.ParseBytes(e.Data)
	if event.Get("choices").IsArray() {
		return false
	}
	event.ForEach(func(key, _ gjson.Result) bool {
		switch key.Str {
		case "id", "object", "created", "model", "usage", "service_tier", "system_fingerprint", "error", "obfuscation":
		default:
			foreign = true
		}
		return !foreign
	})
	return foreign || event.IsArray() || event.Get("object").String() == "error"
}

// foreignToResponses reports the same of Responses.
func foreignToResponses(e sse.Event) bool {
	if !gjson.ValidBytes(e.Data) {
		return false
	}
	event := gjson.ParseBytes(e.Data)
	kind := event.Get("type").String()
	if kind == "error" || strings.HasPrefix(e.Name, "response.") || strings.HasPrefix(kind, "response.") {
		return kind == "response.function_call_arguments.delta" || event.Get("response.output.#(type==\"function_call\")").Exists()
	}
	return event.IsArray() || len(event.Map()) > 1
}

// foreignToMessages reports the same of Messages.
func foreignToMessages(e sse.Event) bool {
	if !gjson.ValidBytes(e.Data) || e.Name == "ping" {
		return false
	}
	event := gjson.ParseBytes(e.Data)
	for _, kind := range []string{e.Name, event.Get("type").String()} {
		if strings.HasPrefix(kind, "message") || strings.HasPrefix(kind, "content_block") || kind == "error" {
			return event.Get("delta.type").String() == "input_json_delta"
		}
	}
	return event.IsArray() || len(event.Map()) > 1
}
