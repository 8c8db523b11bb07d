package llm

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"time"
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
	Param   string          // OpenAI: which parameter is at fault
	Inner   string          // Azure: the code of the error inside
	plain   bool            // the body is not JSON
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
		return APIError{Message: string(body), plain: true}
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
		Param:   scalar(inner["param"]),
	}
	var azure struct{ Code string }
	if json.Unmarshal(inner["innererror"], &azure) == nil {
		e.Inner = azure.Code
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

// details returns what Google's errors say beside the message.
func (e APIError) details() (list []struct{ Reason, RetryDelay string }) {
	_ = json.Unmarshal(e.Details, &list) // what is not a list of details has none
	return list
}

// reasons returns the names of an error that stand below its code.
func (e APIError) reasons() []string {
	var reasons []string
	if e.Inner != "" {
		reasons = append(reasons, e.Inner)
	}
	for _, d := range e.details() {
		if d.Reason != "" {
			reasons = append(reasons, d.Reason)
		}
	}
	return reasons
}

// waitInWords matches the time that the text of an error asks to wait, and
// dateInWords the moment at which a limit ends.
var (
	waitInWords = regexp.MustCompile(`(?i)\b(?:try again|retry|wait|resets?|available)(?: \w+){0,2}? (?:in|after|for) (?:about )?(\d[\dhms.]*(?:\s?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?))?)\b`)
	dateInWords = regexp.MustCompile(`(?i)\b(?:on|at|until) (\d{4}-\d\d-\d\d[T ](?:at )?\d\d:\d\d(?::\d\d)?(?:Z| UTC)?)`)
)

// RetryAfter returns how long the body of an error asks to wait: in Google's
// details, or in words ("try again in 1m26.4s"). It returns 0 if it says nothing.
func (e APIError) RetryAfter(now time.Time) time.Duration {
	for _, d := range e.details() {
		if d.RetryDelay != "" {
			return ParseReset(d.RetryDelay, now).Round(time.Millisecond)
		}
	}
	text := e.Message[:min(len(e.Message), maxClassified)]
	if m := waitInWords.FindStringSubmatch(text); m != nil {
		return ParseReset(m[1], now)
	}
	if m := dateInWords.FindStringSubmatch(text); m != nil {
		return ParseReset(m[1], now)
	}
	return 0
}
