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

// Serve sends one request, answers it with a script and passes the result to
// check.
func Serve(t *testing.T, s Suite, script Script, check func(resp llm.Response, text string, err error)) {
	t.Helper()
	events, _ := s.Wire.Events(script)
	r := s.serve(t, stream(bytes.Join(events, nil))).ask(t, t.Context())
	check(r.resp, r.text, r.err)
}

// Status sends one request, answers it with a status and a body, and passes the
// error to check.
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

// Read sends one request, answers it with a stream of these bytes, and passes the
// result to check.
func Read(t *testing.T, s Suite, body []byte, check func(resp llm.Response, text string, err error)) {
	t.Helper()
	r := s.read(t, body)
	check(r.resp, r.text, r.err)
}

// read returns what a client makes of a stream. It uses no network.
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

// Bodies returns streams to test with: a complete one and a cut one for each
// ending, and one for each malformed event, each error event and each event in
// odd, with that event in the middle.
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

// Fuzz passes arbitrary bytes to the client as a stream. The client must not
// panic, and must not report success without a terminal event, text and an
// ending.
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
			t.Errorf("success without a terminal event: %q", body)
		}
		if r.err == nil && (r.text == "" || r.resp.End == "") {
			t.Errorf("success without text or ending: %+v", r.resp)
		}
		if u := r.resp.Usage; r.err != nil && llm.KindOf(r.err) == llm.Cut && strings.TrimSpace(string(body)) == "" && u.Reported {
			t.Errorf("an empty stream has usage: %+v", u)
		}
	})
}

// whole reports whether a body may contain a terminal event, that is whether it
// contains one of Wire.Terminals or an escape with which one could be written.
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
