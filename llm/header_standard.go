package llm

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"
	"time"
)

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
