package llm_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"mashal/llm"
)

// TestDocuments checks the bodies of servers that do not stream.
func TestDocuments(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":1}`:                       `{"a":1}`,
		"\ufeff \n{\"a\": 1}\n":         `{"a": 1}`,
		"{\"a\":1}\n{\"b\":2}\r\n\r\n":  `{"a":1}|{"b":2}`,
		"{\n  \"a\": {\n \"b\": []}\n}": "{\n  \"a\": {\n \"b\": []}\n}",
		"[{\"a\":1},\r\n{\"b\":2}]":     `{"a":1}|{"b":2}`,
		"[]":                            "",
		`{"a":1}{"b":`:                  `{"a":1}`,
		`[{"a":1}`:                      `{"a":1}`,
		`{"a":1} trailing`:              `{"a":1}`,
		`{bad`:                          "",
	} {
		for _, small := range []bool{false, true} {
			x := post(t, http.StatusOK, strings.NewReader(body))
			if small {
				x = post(t, http.StatusOK, iotest.OneByteReader(strings.NewReader(body)))
			}
			var got []string
			for x.Next() {
				got = append(got, string(x.Event().Data))
			}
			x.Close()
			if strings.Join(got, "|") != want {
				t.Errorf("%q: %q, want %q", body, got, want)
			}
			if x.Next() {
				t.Errorf("%q: an event after the last", body)
			}
		}
	}
}

// FuzzBody checks that no body makes the exchange panic or go on for ever, and that
// each document is JSON.
func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `[{"a":1},2]`, "data: {}\n\n", "<html>", "[", "{}{}[]", "\ufeff[1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		x := post(t, http.StatusOK, strings.NewReader(body))
		n := 0
		for x.Next() {
			if n++; n > len(body) {
				t.Fatalf("%d events in %d bytes", n, len(body))
			}
			if start := strings.TrimLeft(body, " \t\r\n\ufeff"); start != "" && start[0] == '{' && !json.Valid(x.Event().Data) {
				t.Fatalf("%q is not JSON", x.Event().Data)
			}
		}
		if e := x.Failure(t.Context(), llm.KindNone, nil); e.Err == nil {
			t.Fatal("no reason")
		}
	})
}
