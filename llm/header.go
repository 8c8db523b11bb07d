package llm

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"regexp"
	"slices"
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

// A standardLimit is a rate limit in the headers RateLimit and RateLimit-Policy of
// draft-ietf-httpapi-ratelimit-headers, in the form of any of its versions.
type standardLimit struct {
	name      string
	quota     int64  // 0 if the server states none
	remaining int64  // -1 if the server states none
	reset     string // "" if the server states none; a moment, as ParseReset reads it
	window    string // of the policy, in seconds
	unit      string // of the policy; "" for requests
}

// wait returns the time until the limit is available again.
func (l standardLimit) wait(now time.Time) time.Duration {
	return ParseReset(cmp.Or(l.reset, l.window), now)
}

// standardLimits returns the limits of which the headers state what remains.
func standardLimits(h http.Header) (limits []standardLimit) {
	policies := map[string]standardLimit{}
	var only standardLimit
	for _, item := range fields(h.Values("Ratelimit-Policy")) {
		only = item.limit()
		policies[only.name] = only
	}
	items := fields(h.Values("Ratelimit"))
	if len(items) > 0 && items[0].has("remaining") || len(items) > 1 && items[1].has("remaining") {
		all := field{value: "", params: map[string]string{}} // limit=100, remaining=0, reset=5
		for _, item := range items {
			for name, value := range item.params {
				all.params[name] = value
			}
		}
		items = []field{all}
	}
	for _, item := range items {
		l := item.limit()
		if l.remaining < 0 {
			continue
		}
		p, ok := policies[l.name]
		if !ok && len(policies) == 1 {
			p = only
		}
		l.quota, l.window, l.unit = cmp.Or(l.quota, p.quota), p.window, p.unit
		limits = append(limits, l)
	}
	return limits
}

// StandardLimits adds to the limits that a vendor's own headers state those of the
// headers that are common to many servers: RateLimit with its policy, and
// X-RateLimit-Limit, RateLimit-Limit and their like.
func (l Limits) StandardLimits(h http.Header, now time.Time) Limits {
	for _, s := range standardLimits(h) {
		w := &l.Requests
		if strings.Contains(s.name+s.unit, "token") {
			w = &l.Tokens
		}
		if w.Limit > 0 || s.quota == 0 && s.remaining > 0 || strings.Contains(s.unit, "byte") || strings.Contains(s.unit, "concurrent") {
			continue
		}
		limit := max(s.quota, s.remaining, 1)
		*w = Window{Limit: limit, Remaining: max(s.remaining, 0), Reset: s.wait(now)}
	}
	for _, prefix := range []string{"X-Ratelimit-", "Ratelimit-"} {
		if l.Requests.Limit == 0 {
			l.Requests = ParseWindow(h, prefix+"Limit", prefix+"Remaining", prefix+"Reset", now)
		}
	}
	return l
}

// A field is an element of a header's list with its parameters, or a member of a
// dictionary as a parameter of an element without a value.
type field struct {
	value  string
	params map[string]string
}

func (f field) has(name string) bool { _, ok := f.params[name]; return ok }

// limit returns what an element says of a limit.
func (f field) limit() standardLimit {
	number := func(names ...string) (int64, bool) {
		for _, name := range names {
			if n, err := strconv.ParseInt(f.params[name], 10, 64); err == nil {
				return n, true
			}
		}
		return 0, false
	}
	l := standardLimit{name: strings.ToLower(f.value), remaining: -1, unit: strings.ToLower(f.params["qu"]), window: f.params["w"], reset: cmp.Or(f.params["t"], f.params["reset"])}
	if n, ok := number("r", "remaining"); ok {
		l.remaining = n
	}
	if n, ok := number("q", "limit"); ok {
		l.quota = max(n, 0)
	} else if n, err := strconv.ParseInt(f.value, 10, 64); err == nil { // 100;w=60, of an earlier version
		l.quota, l.name = max(n, 0), ""
	}
	return l
}

// fields parses the elements of a header that is a list of RFC 9651.
func fields(values []string) (list []field) {
	for _, element := range splitQuoted(strings.Join(values, ","), ',') {
		f := field{params: map[string]string{}}
		for i, part := range splitQuoted(element, ';') {
			name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
			switch value = strings.Trim(value, `" `); {
			case ok:
				f.params[strings.ToLower(strings.TrimSpace(name))] = value
			case i == 0:
				f.value = strings.Trim(name, `" `)
			}
		}
		list = append(list, f)
	}
	return list
}

// splitQuoted splits a text at the separators outside quotation marks. It returns
// no empty parts.
func splitQuoted(s string, separator byte) (parts []string) {
	quoted, from := false, 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i < len(s) && s[i] == '\\' && quoted:
			i++
		case i < len(s) && s[i] == '"':
			quoted = !quoted
		case i == len(s), s[i] == separator && !quoted:
			if part := strings.TrimSpace(s[from:i]); part != "" {
				parts = append(parts, part)
			}
			from = i + 1
		}
	}
	return parts
}

// Additions are headers that requests have beside those of the protocol, such as
// the ones by which a gateway admits a client. Their values are secrets.
type Additions []Addition

// An Addition is one header.
type Addition struct{ Name, Value string }

// ownHeaders maps the names of headers that cannot be added to the reason.
var ownHeaders = map[string]string{}

func init() {
	for reason, names := range map[string][]string{
		"it carries the key, which is read from the environment (docs/models.md)": {
			"Authorization", "X-Api-Key", "X-Goog-Api-Key",
		},
		"it is part of the connection, and the program sets it": {
			"Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization",
			"Proxy-Authenticate", "Te", "Trailer", "Upgrade", "Expect", "Http2-Settings",
		},
		"it is part of the vendor's protocol, and the program sets it": {
			"Content-Type", "Content-Encoding", "Accept", "Accept-Encoding", "Range", "Anthropic-Version",
			"X-Goog-Upload-Protocol", "X-Goog-Upload-Command", "X-Goog-Upload-Offset", "X-Goog-Upload-Header-Content-Type", "X-Goog-Upload-Header-Content-Length",
		},
	} {
		for _, name := range names {
			ownHeaders[name] = reason
		}
	}
}

// headerName matches a token as HTTP defines it.
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")

// ParseHeaderName returns the usual form of the name of a header that can be added to
// requests. The error quotes the name only if it is one.
func ParseHeaderName(name string) (string, error) {
	if !headerName.MatchString(name) {
		return "", errors.New("it is not the name of a header")
	}
	usual := textproto.CanonicalMIMEHeaderKey(name)
	if why := ownHeaders[usual]; why != "" {
		return "", fmt.Errorf("%s cannot be added: %s", usual, why)
	}
	return usual, nil
}

// CheckHeaderValue returns an error if a header cannot have the value, which the
// error does not quote.
func CheckHeaderValue(value string) error {
	if value == "" {
		return errors.New("it is empty")
	}
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New("it has a line break or another control character")
	}
	return nil
}

// Names lists the names of the headers.
func (a Additions) Names() (names []string) {
	for _, one := range a {
		names = append(names, one.Name)
	}
	return names
}

// Header returns a copy of h with the headers added.
func (a Additions) Header(h http.Header) http.Header {
	if len(a) == 0 {
		return h
	}
	if h = h.Clone(); h == nil {
		h = http.Header{}
	}
	for _, one := range a {
		h.Set(one.Name, one.Value)
	}
	return h
}

// Secrets returns secrets with those of the values added: each value, and of a value
// such as "Bearer abc" or "a=b; c=d" also what follows the scheme or a name.
func (a Additions) Secrets(secrets ...string) []string {
	secrets = slices.Clone(secrets)
	for _, one := range a {
		secrets = append(secrets, one.Value)
		for _, part := range strings.FieldsFunc(one.Value, func(r rune) bool { return r == ' ' || r == ';' || r == ',' }) {
			if _, value, ok := strings.Cut(part, "="); ok && strings.Trim(value, "=") != "" {
				part = value
			}
			if part != one.Value && len(part) >= minPart {
				secrets = append(secrets, part)
			}
		}
	}
	return secrets
}

// minPart is the length of the shortest part of a value that is a secret of its own.
// Shorter ones, such as "Bearer", occur in ordinary texts.
const minPart = 8
