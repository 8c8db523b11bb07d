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

// RetryAfter returns how long the headers ask to wait: Retry-After-Ms, Retry-After
// in any form of ParseReset, or else the reset of a rate limit of which nothing is
// left. It returns 0 if they are absent or not valid.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(strings.TrimSpace(h.Get("Retry-After-Ms")), 64); err == nil {
		return wait(ms / 1000)
	}
	for _, name := range []string{"Retry-After", "X-Retry-After"} {
		if s := h.Get(name); s != "" {
			return ParseReset(s, now)
		}
	}
	var longest time.Duration
	for name := range h {
		before, after, ok := strings.Cut(name, "Remaining")
		if !ok || !strings.Contains(strings.ReplaceAll(strings.ToLower(before), "-", ""), "ratelimit") {
			continue
		}
		if left, err := firstNumber(h.Get(name)); err == nil && left <= 0 {
			longest = max(longest, ParseReset(h.Get(before+"Reset"+after), now), ParseReset(h.Get(before+"Reset-After"+after), now))
		}
	}
	for _, p := range standardLimits(h) {
		if p.remaining <= 0 {
			longest = max(longest, p.wait(now))
		}
	}
	return longest
}

// The smallest numbers that are a moment and not a number of seconds: of seconds
// since 1970, and of milliseconds.
const (
	epochSeconds = 1e9
	epochMillis  = 1e12
)

// ParseReset returns the time until a moment: until a limit is available again, or
// until a request may be sent again. Servers write it as seconds, as a duration
// (6m0s, 20ms, 30 seconds), as a date, or as a moment in seconds or milliseconds
// since 1970. ParseReset returns 0 for a moment in the past and for other texts.
func ParseReset(s string, now time.Time) time.Duration {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		switch {
		case n >= epochMillis:
			n = n/1000 - float64(now.UnixMilli())/1000
		case n >= epochSeconds:
			n -= float64(now.UnixMilli()) / 1000
		}
		return wait(n)
	}
	if d, err := time.ParseDuration(s); err == nil {
		return wait(d.Seconds())
	}
	if d, ok := parseUnits(s); ok {
		return d
	}
	if date, err := http.ParseTime(s); err == nil {
		return wait(date.Sub(now).Seconds())
	}
	for _, layout := range []string{
		time.RFC3339, time.RFC1123Z, "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02 15:04 MST", "2006-01-02 at 15:04 MST",
	} {
		if date, err := time.Parse(layout, s); err == nil {
			return wait(date.Sub(now).Seconds())
		}
	}
	return 0
}

// parseUnits returns a duration in words, such as 30 seconds, or 1 minute and 5 s.
func parseUnits(s string) (sum time.Duration, ok bool) {
	s = strings.ToLower(s)
	for s = strings.TrimSpace(s); s != ""; {
		i := strings.IndexFunc(s, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if i <= 0 {
			return 0, false
		}
		number, err := strconv.ParseFloat(s[:i], 64)
		if err != nil {
			return 0, false
		}
		s = strings.TrimLeft(s[i:], " ")
		name := s
		if i := strings.IndexFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r >= '0' && r <= '9' }); i >= 0 {
			name = s[:i]
		}
		unit, known := units[strings.TrimSuffix(name, "s")]
		if !known {
			return 0, false
		}
		sum = min(sum+wait(number*unit.Seconds()), maxWait)
		s = strings.TrimPrefix(strings.TrimLeft(s[len(name):], " ,"), "and ")
	}
	return sum, true
}

// units are the units of durations without a final s; that of seconds alone is
// empty then.
var units = map[string]time.Duration{
	"m": time.Minute, "min": time.Minute, "minute": time.Minute, "h": time.Hour, "hr": time.Hour, "hour": time.Hour, "day": 24 * time.Hour,
	"": time.Second, "sec": time.Second, "second": time.Second, "millisecond": time.Millisecond,
	"秒": time.Second, "秒钟": time.Second, "分钟": time.Minute, "小时": time.Hour,
}

// ParseWindow returns the limit in the headers with these names, and no limit if
// they are absent or not valid.
func ParseWindow(h http.Header, limit, remaining, reset string, now time.Time) Window {
	var w Window
	w.Limit, _ = firstNumber(h.Get(limit))
	left, err := firstNumber(h.Get(remaining))
	if err != nil || w.Limit <= 0 {
		return Window{}
	}
	w.Remaining = min(max(left, 0), w.Limit)
	w.Reset = ParseReset(h.Get(reset), now)
	return w
}

// firstNumber returns the number with which the value of a header begins, which a
// policy may follow.
func firstNumber(s string) (int64, error) {
	if i := strings.IndexAny(s, ",;"); i >= 0 {
		s = s[:i]
	}
	return strconv.ParseInt(strings.TrimSpace(s), 10, 64)
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
