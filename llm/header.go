package llm

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Window is one of a key's limits: how much of something it may use in a
// stretch of time, and what is left.
type Window struct {
	Limit     int64 // 0 if the vendor did not say
	Remaining int64
	Reset     time.Duration // until all of Limit is free again
}

// Limits is what the vendor says the key may still do.
type Limits struct {
	Requests Window
	Tokens   Window
}

// maxWait bounds what a header can make anybody wait for.
const maxWait = 24 * time.Hour

// RetryAfter is how long the headers say to wait: Retry-After in seconds or as
// a date, or retry-after-ms. It is 0 if they do not say or say nonsense.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return wait(ms / 1000)
	}
	s := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseFloat(s, 64); err == nil {
		return wait(seconds)
	}
	if date, err := http.ParseTime(s); err == nil {
		return wait(date.Sub(now).Seconds())
	}
	return 0
}

// ParseReset reads when a limit is free again, in any of the forms vendors
// use: seconds, a duration (6m0s, 20ms) or a time.
func ParseReset(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if seconds, err := strconv.ParseFloat(s, 64); err == nil {
		return wait(seconds)
	}
	if d, err := time.ParseDuration(s); err == nil {
		return wait(d.Seconds())
	}
	if date, err := time.Parse(time.RFC3339, s); err == nil {
		return wait(date.Sub(now).Seconds())
	}
	return 0
}

// ParseWindow reads a limit from the headers of these names.
func ParseWindow(h http.Header, limit, remaining, reset string, now time.Time) Window {
	var w Window
	w.Limit, _ = strconv.ParseInt(strings.TrimSpace(h.Get(limit)), 10, 64)
	left, err := strconv.ParseInt(strings.TrimSpace(h.Get(remaining)), 10, 64)
	if err != nil || w.Limit <= 0 {
		return Window{}
	}
	w.Remaining = min(max(left, 0), w.Limit)
	w.Reset = ParseReset(h.Get(reset), now)
	return w
}

// wait makes a span of time of seconds, which may be anything at all.
func wait(seconds float64) time.Duration {
	switch {
	case !(seconds > 0): // NaN too
		return 0
	case seconds > maxWait.Seconds():
		return maxWait
	}
	return time.Duration(seconds * float64(time.Second))
}
