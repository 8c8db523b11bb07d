package llm

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Window is one of a key's rate limits: how many requests or tokens are allowed
// in a period, and how many are left.
type Window struct {
	Limit     int64 // 0 if the vendor reports none
	Remaining int64
	Reset     time.Duration // until all of Limit is available again
}

// Limits are the rate limits of a key, as the vendor reports them.
type Limits struct {
	Requests Window
	Tokens   Window
}

// maxWait is the longest wait that a header can ask for.
const maxWait = 24 * time.Hour

// RetryAfter returns how long the headers ask to wait: Retry-After in seconds or
// as a date, or Retry-After-Ms. It returns 0 if they are absent or not valid.
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

// ParseReset returns the time until a limit is available again. Vendors write it
// as seconds, as a duration (6m0s, 20ms) or as a date.
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

// ParseWindow returns the limit in the headers with these names, and no limit if
// they are absent or not valid.
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

// wait returns a duration of seconds between 0 and maxWait, for any number.
func wait(seconds float64) time.Duration {
	switch {
	case !(seconds > 0): // NaN too
		return 0
	case seconds > maxWait.Seconds():
		return maxWait
	}
	return time.Duration(seconds * float64(time.Second))
}
