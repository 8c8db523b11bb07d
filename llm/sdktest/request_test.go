package sdktest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mashal/llm"
	"mashal/llm/llmsim"
	"mashal/llm/llmtest"
)

// telemetry are headers by which an SDK tells the vendor about itself and the
// machine it runs on. Our clients send only their name.
func telemetry(name string) bool {
	return strings.HasPrefix(name, "X-Stainless-") || name == "User-Agent" || name == "X-Goog-Api-Client"
}

// requests are questions that use every field of a request, alone and together.
func requests() map[string]llm.Request {
	some, none := 0.7, 0.0
	all := map[string]llm.Request{
		"prompt":            {Model: "model-1", Prompt: "Ezekiel 1 <please> & \"quote\" \u05d9\u05b0\u05d4\u05d5\u05b8\u05d4 \u2028 \U0001faa8"},
		"shared":            {Model: "model-1", Shared: "The chapter."},
		"system":            {Model: "model-1", System: "The manual.", Prompt: "p"},
		"shared and prompt": {Model: "model-1", Shared: "The chapter.", Prompt: "p"},
		"shared again":      {Model: "model-1", Shared: "The chapter.", SharedAgain: true, Prompt: "p"},
		"cache key":         {Model: "model-1", Prompt: "p", CacheKey: "Ezekiel"},
		"schema":            {Model: "model-1", Prompt: "p", Schema: llmtest.Question.Schema},
		"limit":             {Model: "model-1", Prompt: "p", MaxOutput: 100_000},
		"temperature":       {Model: "model-1", Prompt: "p", Temperature: &some},
		"temperature 0":     {Model: "model-1", Prompt: "p", Temperature: &none},
		"everything":        llmtest.Question,
		"not UTF-8":         {Model: "model-1", Prompt: "a \xff\xd7 b"},
	}
	for _, effort := range llm.Efforts() {
		for _, model := range []string{"model-1", "openai/gpt-5.1", "gemini-2.5-pro", "gemini-2.5-flash", "models/gemini-3-pro", "tunedModels/mine"} {
			all[fmt.Sprint("effort ", effort, " of ", model)] = llm.Request{Model: model, Prompt: "p", Effort: effort, MaxOutput: 9000, Temperature: &some}
		}
	}
	return all
}

// configs are the configurations of clients.
var configs = map[string]config{
	"a key":       {base: server, key: llmtest.Key},
	"a path":      {base: server + "/gateway/x", key: "k"},
	"no schema":   {base: server, key: "k", noSchema: true},
	"OpenAI's":    {base: "https://api.openai.com", key: "k", organization: "org-1", project: "proj-1"},
	"a token":     {base: server, token: "tok-1"},
	"another one": {base: "https://llm.example.com", key: "k", organization: "org-1"},
}

// TestRequests holds what our clients send to what the SDKs send for the same
// request: method, address, headers without telemetry, and body, which the
// SDK's types read as the same request.
func TestRequests(t *testing.T) {
	for name, p := range protocols {
		for configured, c := range configs {
			if c.token != "" && name != llmsim.Messages {
				continue // the other protocols have no tokens
			}
			for asked, req := range requests() {
				if name == llmsim.Chat || name == llmsim.Responses {
					req.Model = strings.TrimPrefix(req.Model, "models/")
				}
				t.Run(fmt.Sprintf("%s/%s/%s", name, configured, asked), func(t *testing.T) {
					p.sameRequest(t, c, req)
				})
			}
		}
	}
}

func (p protocol) sameRequest(t *testing.T, c config, req llm.Request) {
	t.Helper()
	parts, _ := p.wire.Events(llmtest.Script{Pieces: llmtest.Text, End: llmtest.Stop})
	want := &answering{status: http.StatusOK, body: bytes.Join(parts, nil)}
	got := &answering{status: http.StatusOK, body: want.body}
	c.transport = want
	if r := p.sdk(t.Context(), c, req); r.err != nil {
		t.Fatal(r.err)
	}
	c.transport = got
	client, err := p.ours(c)
	check(t, err)
	if _, err := client.Stream(t.Context(), req, func([]byte) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if got.sent.Method != want.sent.Method || got.sent.URL.String() != want.sent.URL.String() {
		t.Errorf("sent %s %s, and the SDK sends %s %s", got.sent.Method, got.sent.URL, want.sent.Method, want.sent.URL)
	}
	if a, b := headers(got.sent), headers(want.sent); !reflect.DeepEqual(a, b) {
		t.Errorf("sent headers\n%v, and the SDK sends\n%v", a, b)
	}
	if a, b := anyJSON(t, got.sentBody), anyJSON(t, want.sentBody); !reflect.DeepEqual(a, b) {
		t.Errorf("sent\n%s, and the SDK sends\n%s", got.sentBody, want.sentBody)
	}
	a, err := p.decode(got.sentBody)
	check(t, err)
	b, err := p.decode(want.sentBody)
	check(t, err)
	if !sameValue(reflect.ValueOf(a), reflect.ValueOf(b)) {
		t.Errorf("the SDK's types read\n%+v, and of what it sends\n%+v", a, b)
	}
	// Our clients keep the order of a schema, which the SDKs lose.
	if req.Schema != nil && bytes.Contains(got.sentBody, req.Schema.JSON) == c.noSchema {
		t.Errorf("sent %s", got.sentBody)
	}
}

// headers returns the headers of a request without telemetry.
func headers(r *http.Request) http.Header {
	h := http.Header{}
	for name, values := range r.Header {
		if name = http.CanonicalHeaderKey(name); !telemetry(name) {
			h[name] = slices.Clone(values)
		}
	}
	return h
}

func anyJSON(t *testing.T, data []byte) (v any) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	check(t, d.Decode(&v))
	return v
}

// sameValue reports whether two values of an SDK's types have the same exported
// fields, all the way down. What types keep of the bytes they were decoded from
// is not exported.
func sameValue(a, b reflect.Value) bool {
	if a.IsValid() != b.IsValid() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	if !a.IsValid() {
		return true
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Interface:
		return a.IsNil() == b.IsNil() && (a.IsNil() || sameValue(a.Elem(), b.Elem()))
	case reflect.Struct:
		for i := range a.NumField() {
			if a.Type().Field(i).IsExported() && !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for _, k := range a.MapKeys() {
			if !sameValue(a.MapIndex(k), b.MapIndex(k)) {
				return false
			}
		}
		return true
	}
	return a.Comparable() && a.Equal(b)
}
