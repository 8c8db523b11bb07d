package foreign

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tidwall/gjson"

	"mashal/llm"
)

// minUnread is the length of a text in an unknown field that may be the answer.
const minUnread = 100

// protocolHint says what to do about an answer that is not in the protocol.
const protocolHint = "Check that the vendor in the model's name (openai, openai-responses, anthropic, gemini) is the protocol of the server, and the address."

// NoText returns the Error of a complete answer without text. If a field that the
// protocol does not have holds a text, the answer is not one of the protocol: every
// other would be of no use too.
func NoText(ctx context.Context, x *llm.Exchange) *llm.Error {
	name, size := unreadText(x.Seen())
	if size < minUnread {
		return x.Failure(ctx, llm.Empty, errors.New("a complete answer without text"))
	}
	e := x.Failure(ctx, llm.NotAnAPI, fmt.Errorf("the answer of %s is not in this protocol: it has no text, but %d bytes in the unknown field %q", x.URL(), size, x.Clean(name)))
	e.Hint = protocolHint
	return e
}

// unreadText returns the field of events that has the longest text, and its length.
// Parts of a text in several events count together.
func unreadText(events []byte) (name string, size int) {
	u := unreadFields{last: map[string]string{}, sizes: map[string]int{}}
	for line := range bytes.Lines(events) {
		if event, err := llm.ParseJSON(line); err == nil {
			u.walk("", event, 0)
		}
	}
	for field, n := range u.sizes {
		if n > size || n == size && field < name {
			name, size = field, n
		}
	}
	return name, size
}

// unreadFields collects the lengths of the texts in events by the names of their fields.
type unreadFields struct {
	last  map[string]string
	sizes map[string]int
}

// otherFields are fields, or the beginnings of their names, that never hold an answer: marks
// of the answer, what the server repeats of the request, and what readers read.
var otherFields = []string{
	"id", "object", "model", "type", "role", "name", "created", "updated", "time", "date", "system_fingerprint", "finish", "stop", "status", "usage", "signature", "thought",
	"thinking", "reasoning", "encrypted", "obfuscation", "instructions", "input", "prompt", "system", "metadata", "format", "schema", "tools", "logprobs", "refusal", "provider",
	"service", "warning", "citation", "safety", "request", "url", "context", "tokens", "user", "error",
}

func (u *unreadFields) walk(name string, v gjson.Result, depth int) {
	switch {
	case depth > 8:
	case v.IsObject():
		v.ForEach(func(key, value gjson.Result) bool {
			lower := strings.ToLower(key.Str)
			for _, known := range otherFields {
				if lower == known || len(known) > 4 && strings.HasPrefix(lower, known) {
					return true
				}
			}
			u.walk(strings.TrimPrefix(name+"."+key.Str, "."), value, depth+1)
			return true
		})
	case v.IsArray():
		v.ForEach(func(_, value gjson.Result) bool {
			u.walk(name, value, depth+1)
			return true
		})
	case v.Type == gjson.String && v.Str != u.last[name] && len(u.sizes) < 1000:
		u.last[name] = v.Str
		u.sizes[name] += len(v.Str)
	}
}
