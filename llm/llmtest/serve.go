package llmtest

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mashal/llm"
)

// Serve asks once and gets the scripted answer.
func Serve(t *testing.T, s Suite, script Script, check func(resp llm.Response, text string, err error)) {
	t.Helper()
	events, _ := s.Wire.Events(script)
	r := s.serve(t, stream(bytes.Join(events, nil))).ask(t, t.Context())
	check(r.resp, r.text, r.err)
}

// Status asks once and gets a status with a body.
func Status(t *testing.T, s Suite, status int, body string, check func(err *llm.Error)) {
	t.Helper()
	r := s.serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}).ask(t, t.Context())
	var e *llm.Error
	if !errors.As(r.err, &e) {
		t.Fatalf("got %v", r.err)
	}
	check(e)
}

// Read asks once and gets the bytes as the body of a good answer.
func Read(t *testing.T, s Suite, body []byte, check func(resp llm.Response, text string, err error)) {
	t.Helper()
	r := s.read(t, body)
	check(r.resp, r.text, r.err)
}

// read has a client read a body, from memory.
func (s Suite) read(t *testing.T, body []byte) result {
	t.Helper()
	p, err := s.New("http://127.0.0.1:1", Key, roundTrip(func(r *http.Request) (*http.Response, error) {
		return answered(r, bytes.NewReader(body)), nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	r := collect(t.Context(), p, llm.Request{Model: "model-1", Prompt: "p"})
	checkError(t, r)
	return r
}

// Bodies are the streams that the suite knows of: whole and cut for each ending,
// and for each event that is odd, malformed or an error one with it in the
// middle.
func Bodies(w Wire, odd ...string) (bodies [][]byte) {
	var good [][]byte
	for ending := range w.Endings {
		events, terminal := w.Events(Script{Pieces: Text, End: ending, Usage: Counted})
		bodies = append(bodies, bytes.Join(events, nil), bytes.Join(events[:terminal], nil))
		if ending == Stop {
			good = events
		}
	}
	for _, event := range slices.Concat(odd, w.Malformed, slices.Collect(maps.Keys(w.ErrorEvents))) {
		bodies = append(bodies, bytes.Join(slices.Insert(slices.Clone(good), len(good)/2, []byte(event)), nil))
	}
	return bodies
}

// Fuzz feeds bytes to the client as the body of a good answer: it must never
// panic, never call an answer whole that lacks its terminal event, never give
// text that the bytes do not hold.
func Fuzz(f *testing.F, s Suite) {
	for end := range s.Wire.Endings {
		events, terminal := s.Wire.Events(Script{Pieces: Text, End: end, Usage: Counted})
		body := bytes.Join(events, nil)
		f.Add(body)
		f.Add(body[:len(body)/2])
		f.Add(bytes.Join(events[terminal:], nil))
	}
	for _, bad := range s.Wire.Malformed {
		f.Add([]byte(bad))
	}
	for event := range s.Wire.ErrorEvents {
		f.Add([]byte(event))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := s.read(t, body)
		if r.err == nil && !s.whole(body) {
			t.Errorf("an answer without an ending is a success: %q", body)
		}
		if r.err == nil && (r.text == "" || r.resp.End == "") {
			t.Errorf("a success without text or ending: %+v", r.resp)
		}
		if u := r.resp.Usage; r.err != nil && llm.KindOf(r.err) == llm.Cut && strings.TrimSpace(string(body)) == "" && u.Reported {
			t.Errorf("nothing came, and was counted: %+v", u)
		}
	})
}

// whole says whether a body could hold a terminal event: it must at least name
// one. Names may be written with escapes, so those count as well.
func (s Suite) whole(body []byte) bool {
	if bytes.Contains(body, []byte(`\u`)) {
		return true
	}
	for _, name := range s.Wire.Terminals {
		if bytes.Contains(bytes.ToLower(body), []byte(strings.ToLower(name))) {
			return true
		}
	}
	return false
}
