package llm_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mashal/llm"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, value string
		want        time.Duration
	}{
		{"Retry-After", "7", 7 * time.Second},
		{"Retry-After", " 0.5 ", 500 * time.Millisecond},
		{"Retry-After", "Mon, 23 Nov 2026 20:01:00 GMT", time.Minute},
		{"Retry-After", "Mon, 23 Nov 2026 19:59:00 GMT", 0},
		{"Retry-After", "-1", 0},
		{"Retry-After", "NaN", 0},
		{"Retry-After", "1e300", 24 * time.Hour},
		{"Retry-After", "later", 0},
		{"Retry-After-Ms", "250", 250 * time.Millisecond},
		{"X-Other", "7", 0},
		{"Retry-After", "1795464007", 7 * time.Second},
		{"Retry-After", "1795464007500", 7500 * time.Millisecond},
		{"Retry-After", "2026-11-23T20:00:30Z", 30 * time.Second},
		{"Retry-After", "1m26.4s", 86400 * time.Millisecond},
	} {
		h := http.Header{}
		h.Set(c.name, c.value)
		if got := llm.RetryAfter(h, now); got != c.want {
			t.Errorf("%s: %s: got %s, want %s", c.name, c.value, got, c.want)
		}
	}
	for in, want := range map[string]time.Duration{
		"6m0s": 6 * time.Minute, "20ms": 20 * time.Millisecond, "34.5s": 34500 * time.Millisecond, "12": 12 * time.Second,
		"2026-11-23T20:00:30Z": 30 * time.Second, "": 0, "-5s": 0, "soon": 0,
		"1795464030": 30 * time.Second, "1795464030250": 30250 * time.Millisecond, "1795464029.5": 29500 * time.Millisecond, "1795463999": 0, "1795463000000": 0,
		"30 seconds": 30 * time.Second, "2 min": 2 * time.Minute, "30 fortnights": 0, "1 minute and 5 seconds": 65 * time.Second, "1h 2m 3s": time.Hour + 2*time.Minute + 3*time.Second, "5 秒": 5 * time.Second, "1 day": 24 * time.Hour, "Mon, 23 Nov 2026 20:01:00 +0000": time.Minute, "2026-11-23 20:01 UTC": time.Minute,
	} {
		if got := llm.ParseReset(in, now); got != want {
			t.Errorf("reset %q: got %s, want %s", in, got, want)
		}
	}
}

// TestStandardLimits checks the headers RateLimit and RateLimit-Policy, in the forms of
// all versions of their draft, and those of which they are made.
func TestStandardLimits(t *testing.T) {
	now := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	const policy = "Ratelimit-Policy"
	for _, c := range []struct {
		limit, policy string
		wait          time.Duration
		want          llm.Window // of requests
	}{
		{`"default";r=0;t=3`, "", 3 * time.Second, llm.Window{Limit: 1, Reset: 3 * time.Second}},
		{`"default";r=0;t=3`, `"default";q=60;w=60`, 3 * time.Second, llm.Window{Limit: 60, Reset: 3 * time.Second}},
		{`default;r=0;t=3`, "", 3 * time.Second, llm.Window{Limit: 1, Reset: 3 * time.Second}},
		{`"default"; r=0; t=3`, "", 3 * time.Second, llm.Window{Limit: 1, Reset: 3 * time.Second}},
		{`"burst";r=20;t=9, "day, or so";r=0;t=40`, `"burst";q=100;w=60,"day, or so";q=1000;w=86400`, 40 * time.Second, llm.Window{Limit: 100, Remaining: 20, Reset: 9 * time.Second}},
		{`"default";r=0`, `"default";q=60;w=60`, time.Minute, llm.Window{Limit: 60, Reset: time.Minute}},
		{`"default";r=5;t=3`, `"default";q=60;w=60`, 0, llm.Window{Limit: 60, Remaining: 5, Reset: 3 * time.Second}},
		{`"default";r=5;t=3`, "", 0, llm.Window{}},
		{`limit=100, remaining=0, reset=5`, `100;w=60`, 5 * time.Second, llm.Window{Limit: 100, Reset: 5 * time.Second}},
		{`limit=100, remaining=50, reset=5`, "", 0, llm.Window{Limit: 100, Remaining: 50, Reset: 5 * time.Second}},
		{`"default";r=-1;t=3`, "", 0, llm.Window{}},
		{`"a\";r=0;t=3`, "", 0, llm.Window{}},
		{`;;,,=;"`, `=,;`, 0, llm.Window{}},
		{`"default";r=0;t=soon`, "", 0, llm.Window{Limit: 1}},
	} {
		h := http.Header{}
		h.Set("RateLimit", c.limit)
		if c.policy != "" {
			h.Set(policy, c.policy)
		}
		if got := llm.RetryAfter(h, now); got != c.wait {
			t.Errorf("%s: wait %s, want %s", c.limit, got, c.wait)
		}
		if got := (llm.Limits{}).StandardLimits(h, now).Requests; got != c.want && c.limit[0] != '"' || got.Reset != c.want.Reset {
			t.Errorf("%s: %+v, want %+v", c.limit, got, c.want)
		}
	}
	tokens := http.Header{"Ratelimit": {`"tokens";r=10;t=5`}, policy: {`"tokens";q=1000;w=60`}}
	if got := (llm.Limits{}).StandardLimits(tokens, now); got.Tokens != (llm.Window{Limit: 1000, Remaining: 10, Reset: 5 * time.Second}) || got.Requests.Limit != 0 {
		t.Errorf("of tokens: %+v", got)
	}
	for _, name := range []string{"X-RateLimit", "RateLimit", "X-Rate-Limit"} {
		h := http.Header{}
		h.Set(name+"-Limit", "100, 100;w=60")
		h.Set(name+"-Remaining", "0")
		h.Set(name+"-Reset", "4")
		if got := llm.RetryAfter(h, now); got != 4*time.Second {
			t.Errorf("%s: wait %s", name, got)
		}
	}
	own := llm.Limits{Requests: llm.Window{Limit: 7}}
	if got := own.StandardLimits(http.Header{"Ratelimit": {`"default";r=0;t=3`}}, now); got != own {
		t.Errorf("the vendor's own headers come first: %+v", got)
	}
}

// TestRetryAfterOfReset checks that the reset of a limit of which nothing is left is
// the time to wait where the server states no other.
func TestRetryAfterOfReset(t *testing.T) {
	now := time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)
	for want, headers := range map[time.Duration]map[string]string{
		0:                {"X-Ratelimit-Remaining-Requests": "3", "X-Ratelimit-Reset-Requests": "9s"},
		9 * time.Second:  {"X-Ratelimit-Remaining-Requests": "0", "X-Ratelimit-Reset-Requests": "9s", "X-Ratelimit-Remaining-Tokens": "5", "X-Ratelimit-Reset-Tokens": "1h"},
		12 * time.Second: {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795464012000"},
		13 * time.Second: {"Anthropic-Ratelimit-Input-Tokens-Remaining": "0", "Anthropic-Ratelimit-Input-Tokens-Reset": "2026-11-23T20:00:13Z"},
		14 * time.Second: {"Ratelimit-Remaining": "0", "Ratelimit-Reset": "14"},
		2 * time.Second:  {"Retry-After": "2", "Ratelimit-Remaining": "0", "Ratelimit-Reset": "14"},
	} {
		h := http.Header{}
		for name, value := range headers {
			h.Set(name, value)
		}
		if got := llm.RetryAfter(h, now); got != want {
			t.Errorf("%v: got %s, want %s", headers, got, want)
		}
	}
}

func TestParseWindow(t *testing.T) {
	for _, c := range []struct {
		limit, remaining, reset string
		want                    llm.Window
	}{
		{"500", "499", "120ms", llm.Window{Limit: 500, Remaining: 499, Reset: 120 * time.Millisecond}},
		{"500", "900", "1s", llm.Window{Limit: 500, Remaining: 500, Reset: time.Second}},
		{"500", "-3", "1s", llm.Window{Limit: 500, Reset: time.Second}},
		{"500", "", "1s", llm.Window{}},
		{"0", "0", "1s", llm.Window{}},
		{"many", "1", "1s", llm.Window{}},
	} {
		h := http.Header{"L": {c.limit}, "R": {c.remaining}, "T": {c.reset}}
		if got := llm.ParseWindow(h, "L", "R", "T", time.Now()); got != c.want {
			t.Errorf("%s %s %s: got %+v, want %+v", c.limit, c.remaining, c.reset, got, c.want)
		}
	}
}

func TestRedact(t *testing.T) {
	const key = "sk-a/b+c=="
	for in, want := range map[string]string{
		"key sk-a/b+c== is wrong":           "key [key] is wrong",
		"GET /?key=sk-a%2Fb%2Bc%3D%3D":      "GET /?key=[key]",
		"two\nlines\r\n\tand \x1b[31mred":   "two lines and [31mred",
		"\u202eright to left\u200b\x00":     "right to left",
		"broken \xff\xfe":                   "broken",
		"nothing":                           "nothing",
		strings.Repeat("\u05d0", 400) + key: strings.Repeat("\u05d0", 300) + "…",
	} {
		if got := llm.RedactText(in, key, "", " ", "o"); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	err := llm.Redact(fmt.Errorf("%w with %s", context.Canceled, key), key)
	if !errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Unwrap(err) != nil {
		t.Errorf("%#v", err)
	}
	if s := fmt.Sprintf("%v %+v %#v %q", err, err, err, err); strings.Contains(s, "b+c") {
		t.Errorf("the key is in %s", s)
	}
	if llm.Redact(nil, key) != nil {
		t.Error("nil became an error")
	}
}

func TestKinds(t *testing.T) {
	for _, k := range llm.Kinds() {
		if got, err := llm.ParseKind(k.String()); err != nil || got != k {
			t.Errorf("%s: got %s, %v", k, got, err)
		}
	}
	if _, err := llm.ParseKind("bad luck"); err == nil {
		t.Error("an unknown kind is known")
	}
	if s := llm.Kind(200).String(); s != "kind 200" {
		t.Errorf("got %q", s)
	}
}

func TestParseAPIError(t *testing.T) {
	for in, want := range map[string]string{
		`{"error":{"message":"m","type":"t","code":"c"}}`:   "t: c: m",
		`{"error":{"message":"m","type":"t","code":null}}`:  "t: m",
		`{"error":{"message":"m","code":429,"status":"S"}}`: "S: 429: m",
		`[{"error":{"message":"m","status":"S"}}]`:          "S: m",
		`{"error":"m"}`: "m",
		`{"object":"error","message":"m","type":"t"}`: "t: m",
		`{"detail":"m"}`: "m",
		`{"type":"error","error":{"type":"t","message":"m"}}`: "t: m",
		`{"detail":[{"loc":["body"]}]}`:                       `{"detail":[{"loc":["body"]}]}`,
		`{"error":null}`:                                      `{"error":null}`,
		`{"error":{"message":5}}`:                             "5",
		"plain text":                                          "plain text",
		"":                                                    "",
		"[]":                                                  "[]",
		`{"error":{"message":"m","type":"same","code":"same"}}`: "same: m",
	} {
		if got := llm.ParseAPIError([]byte(in)).Error(); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestValidate(t *testing.T) {
	good := llm.Request{Model: "m", Prompt: "p", Schema: &llm.Schema{Name: "s", JSON: []byte(`{"type":"object"}`)}, Effort: llm.EffortMax}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*llm.Request){
		"needs a model":            func(r *llm.Request) { r.Model = "" },
		"needs a prompt":           func(r *llm.Request) { r.Prompt = "" },
		"less than none":           func(r *llm.Request) { r.MaxOutput = -1 },
		"unknown reasoning effort": func(r *llm.Request) { r.Effort = "very" },
		"not a JSON object":        func(r *llm.Request) { r.Schema = &llm.Schema{JSON: []byte("[]")} },
	} {
		r := good
		change(&r)
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want %q", err, name)
		}
	}
}
