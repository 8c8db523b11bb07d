package llm

import (
	"regexp"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

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
		v, _ = first(v, []string{"seconds", "value"})
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
