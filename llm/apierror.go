package llm

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/gjson"
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
	cause   *APIError       // the error of the server behind a router

	wait     gjson.Result // the field with the time to wait
	waitName string
}

// Names of fields, as servers and their frameworks write them.
var (
	errorObjects  = []string{"error", "Error", "errors.0", "error_response", "fault", "base_resp", "ErrorMsg", "Response.Error", "detail", "header"}
	messageFields = []string{"message", "Message", "msg", "Msg", "error_msg", "errorMessage", "error_message", "status_msg", "detail", "faultstring", "error_description", "description", "title"}
	codeFields    = []string{"code", "Code", "error_code", "errorCode", "status_code", "errcode"}
	typeFields    = []string{"type", "__type", "error_type"}
	causeFields   = []string{"metadata.raw", "upstream_error", "provider_error", "innererror", "cause"}
	waitFields    = []string{
		"retry_after_ms", "retryAfterMs", "retry_after", "retryAfter", "retry-after", "retry_after_seconds", "retryAfterSeconds", "retry_delay", "retryDelay",
		"resets_in_seconds", "reset_after", "reset_in", "wait_seconds", "resets_at", "reset_at", "resetAt", "reset_time",
		"metadata.headers.Retry-After", "metadata.headers.retry-after", "metadata.headers.X-RateLimit-Reset", "headers.retry-after",
	}
)

// ParseAPIError parses an error in any of the forms in use:
// {"error":{"message":...}}, {"error":"..."}, {"message":...}, {"detail":...},
// {"error_code":...}, {"base_resp":{...}}, a list of one of these, or plain text.
func ParseAPIError(body []byte) APIError {
	body = bytes.TrimSpace(body)
	parsed, err := ParseJSON(body)
	if err != nil {
		return APIError{Message: string(body), plain: true}
	}
	if parsed.IsArray() {
		if first := parsed.Get("0"); first.Exists() {
			parsed = first
		}
	}
	if !parsed.IsObject() {
		return APIError{Message: string(body), plain: true}
	}
	return parseError(parsed, 0)
}

// parseError parses an error and the errors inside of it.
func parseError(outer gjson.Result, depth int) APIError {
	inner := outer
	for _, name := range errorObjects {
		if object := outer.Get(name); object.IsObject() && (name == "error" || firstText(object, messageFields) != "") {
			inner = object
			break
		}
	}
	for range maxErrorDepth {
		deeper := inner.Get("error")
		if !deeper.IsObject() || firstText(inner, messageFields) != "" {
			break
		}
		inner = deeper
	}
	e := APIError{
		Message: firstText(inner, messageFields),
		Type:    firstText(inner, typeFields),
		Code:    firstText(inner, codeFields),
		Status:  scalar(inner.Get("status")),
		Param:   scalar(inner.Get("param")),
		Inner:   scalar(inner.Get("innererror.code")),
	}
	e.wait, e.waitName = First(inner, waitFields)
	if details := inner.Get("details"); details.Exists() {
		e.Details = json.RawMessage(details.Raw)
	}
	if text := scalar(outer.Get("error")); text != "" && (e.Message == "" || inner.Index == outer.Index) {
		e.Message = text
	}
	if !e.wait.Exists() {
		e.wait, e.waitName = First(outer, waitFields)
	}
	if e.Message == "" {
		e.Message = outer.Raw
	}
	if depth < maxErrorDepth {
		e.cause = causeOf(inner, e.Message, depth)
	}
	return e
}

// maxErrorDepth bounds the errors that stand inside one another.
const maxErrorDepth = 3

// causeOf returns the error of the server behind a router, which stands in a field
// of its own or in the message, as an object or as the text of one.
func causeOf(inner gjson.Result, message string, depth int) *APIError {
	texts := []gjson.Result{{Type: gjson.String, Str: message}}
	for _, name := range causeFields {
		texts = append(texts, inner.Get(name))
	}
	for _, v := range texts {
		if v.Type == gjson.String {
			_, object, ok := strings.Cut(v.Str, "{")
			if !ok {
				continue
			}
			object = "{" + object
			object = object[:strings.LastIndexByte(object, '}')+1]
			if len(object) == 0 || len(object) > maxErrorBody || !gjson.Valid(object) {
				continue
			}
			v = gjson.Parse(object)
		}
		if v.IsObject() && v.Raw != inner.Raw {
			e := parseError(v, depth+1)
			return &e
		}
	}
	return nil
}

// IsError reports whether a document reports an error in a form other than a field
// "error": servers that report every error with the status of a success, and the
// code in a field of their own.
func IsError(document gjson.Result) bool {
	code := func(path string) bool {
		v := document.Get(path)
		return v.Exists() && v.Type != gjson.Null && scalar(v) != "" && scalar(v) != "0" && scalar(v) != "200"
	}
	switch {
	case document.Get("object").Str == "error", document.Get("success").Type == gjson.False, document.Get("status").Str == "error":
		return true
	case code("error_code"), code("errorCode"), code("errcode"), code("base_resp.status_code"), code("header.code"), code("Response.Error.Code"), code("ErrorMsg.Msg"), code("errors.0.message"):
		return true
	}
	told := firstText(document, []string{"message", "msg", "detail", "Message"}) != ""
	return told && (code("code") || code("Code") || code("__type") || code("detail"))
}

// scalar returns the text of a JSON string or the digits of a number, and "" for
// other values.
func scalar(v gjson.Result) string {
	if v.Type == gjson.String || v.Type == gjson.Number {
		return v.String()
	}
	return ""
}

// First returns the first of the fields that exists and is not null, and its name.
func First(object gjson.Result, names []string) (v gjson.Result, name string) {
	for _, name := range names {
		if v := object.Get(name); v.Exists() && v.Type != gjson.Null {
			return v, name
		}
	}
	return gjson.Result{}, ""
}

// firstText returns the text of the first of the fields that has one.
func firstText(object gjson.Result, names []string) string {
	for _, name := range names {
		if s := scalar(object.Get(name)); s != "" {
			return s
		}
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
	if e.cause != nil && !strings.Contains(e.Message, e.cause.Message) && e.cause.Message != "" {
		parts = append(parts, e.cause.Error())
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
	if c := e.cause; c != nil {
		reasons = append(append(reasons, c.Code, c.Type, c.Status), c.reasons()...)
	}
	return reasons
}

// A duration in words: 2.5s, 1m26.4s, 30 seconds, 1 minute and 5 seconds, or
// seconds without a unit.
const (
	unitWord     = `(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?)`
	durationWord = `(\d[\d.]*` + unitWord + `(?:\d[\d.]*` + unitWord + `)+|\d[\d.]*(?:\s?` + unitWord + `(?:,? (?:and )?\d[\d.]* ?` + unitWord + `)*)?)\b`
)

// Texts of errors that ask to wait: for a time, or until a moment.
var (
	waitsInWords = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b(?:try again|retry|wait|resets?|available|allowed|again)(?: \w+){0,2}?:? (?:in|after|for):? (?:about |approximately |at least )?` + durationWord),
		regexp.MustCompile(`(?i)\bwait(?: \w+)? ` + durationWord),
		regexp.MustCompile(`(?i)\bretry[-_ ]?(?:after|delay|in)["']?(?: header)?\s?[:=]\s?["']?` + durationWord),
		regexp.MustCompile(`(\d[\d.]*\s?(?:秒钟?|分钟|小时))(?:之?后|再)`),
	}
	dateInWords = regexp.MustCompile(`(?i)\b(?:on|at|until) (\d{4}-\d\d-\d\d[T ](?:at )?\d\d:\d\d(?::\d\d)?(?:Z| UTC)?)`)
)

// RetryAfter returns how long the body of an error asks to wait: in a field of its
// own (retry_after, Google's retryDelay), or in words ("try again in 1m26.4s"). It
// returns 0 if it says nothing.
func (e APIError) RetryAfter(now time.Time) time.Duration {
	for _, d := range e.details() {
		if d.RetryDelay != "" {
			return ParseReset(d.RetryDelay, now).Round(time.Millisecond)
		}
	}
	if d := e.waitField(now); d > 0 {
		return d
	}
	text := e.Message[:min(len(e.Message), maxClassified)]
	for _, words := range waitsInWords {
		if m := words.FindStringSubmatch(text); m != nil {
			if d := ParseReset(m[1], now); d > 0 {
				return d
			}
		}
	}
	if m := dateInWords.FindStringSubmatch(text); m != nil {
		return ParseReset(m[1], now)
	}
	if e.cause != nil {
		return e.cause.RetryAfter(now)
	}
	return 0
}

// waitField returns the time to wait that stands in a field of its own: a number of
// seconds, or of milliseconds where the name of the field says so, a text, or an
// object with seconds.
func (e APIError) waitField(now time.Time) time.Duration {
	v := e.wait
	if v.IsObject() {
		v, _ = First(v, []string{"seconds", "value"})
	}
	switch text := scalar(v); {
	case text == "":
		return 0
	case strings.Contains(strings.ToLower(e.waitName), "ms") && v.Type == gjson.Number:
		return wait(v.Float() / 1000)
	default:
		return ParseReset(text, now)
	}
}
