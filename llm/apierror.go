package llm

import (
	"bytes"
	"encoding/json"
	"strings"
)

// An APIError is an error that a server reports, in the body of an answer or in
// an event. Servers that speak one vendor's protocol agree on the names of the
// fields, but not on where they stand.
type APIError struct {
	Message string
	Type    string          // OpenAI, Anthropic: the class of the error
	Code    string          // OpenAI: which error; others: the status as a number
	Status  string          // Google: the class of the error
	Details json.RawMessage // Google: reason, time to wait
}

// ParseAPIError parses an error in any of the forms in use:
// {"error":{"message":...}}, {"error":"..."}, {"message":...}, {"detail":...},
// a list of one of these, or plain text.
func ParseAPIError(body []byte) APIError {
	body = bytes.TrimSpace(body)
	var list []json.RawMessage
	if json.Unmarshal(body, &list) == nil && len(list) > 0 {
		body = list[0]
	}
	var outer map[string]json.RawMessage
	if json.Unmarshal(body, &outer) != nil {
		return APIError{Message: string(body)}
	}
	inner := outer
	if raw, ok := outer["error"]; ok {
		var fields map[string]json.RawMessage
		if json.Unmarshal(raw, &fields) == nil && fields != nil {
			inner = fields
		} else if s := scalar(raw); s != "" {
			return APIError{Message: s, Type: scalar(outer["type"]), Code: scalar(outer["code"])}
		}
	}
	e := APIError{
		Message: scalar(inner["message"]),
		Type:    scalar(inner["type"]),
		Code:    scalar(inner["code"]),
		Status:  scalar(inner["status"]),
		Details: inner["details"],
	}
	if e.Message == "" {
		e.Message = scalar(inner["detail"])
	}
	if e.Message == "" {
		e.Message = string(body)
	}
	return e
}

// scalar returns the text of a JSON string or the digits of a number, and "" for
// other values.
func scalar(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// Error returns the message, preceded by the class of the error.
func (e APIError) Error() string {
	var parts []string
	for _, part := range []string{e.Type, e.Status, e.Code, e.Message} {
		if part != "" && (len(parts) == 0 || parts[len(parts)-1] != part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}
