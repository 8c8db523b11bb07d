package llmtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"mashal/llm"
)

// quiet discards what servers log about clients that disconnect.
var quiet = log.New(io.Discard, "", 0)

// good checks that the text and the usage are right however the stream is split
// into packets, and that text is passed on as it arrives.
func (s Suite) good(t *testing.T) {
	events, _ := s.script()
	body := bytes.Join(events, nil)
	lf := bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	for name, send := range map[string]http.HandlerFunc{
		"at once": stream(body),
		"LF":      stream(lf),
		"CRLF":    stream(bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n"))),
		"event by event": func(w http.ResponseWriter, _ *http.Request) {
			begin(w)
			for _, e := range events {
				_, _ = w.Write(e)
				flush(w)
			}
		},
		"byte by byte": func(w http.ResponseWriter, _ *http.Request) {
			begin(w)
			for i := range body {
				_, _ = w.Write(body[i : i+1])
				flush(w)
			}
		},
		"with a charset": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
			_, _ = w.Write(body)
		},
	} {
		t.Run(name, func(t *testing.T) {
			srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set(s.Wire.RequestIDHeader, "req_42")
				send(w, r)
			})
			r := srv.ask(t, t.Context())
			want(t, r, llm.KindNone)
			if whole := strings.Join(Text, ""); r.text != whole {
				t.Errorf("text is %q, want %q", r.text, whole)
			}
			if r.resp.Usage != Counted {
				t.Errorf("usage is %+v, want %+v", r.resp.Usage, Counted)
			}
			if r.resp.Model == "" || r.resp.End == "" || r.resp.Status != 200 || r.resp.RequestID != "req_42" {
				t.Errorf("response lacks something: %+v", r.resp)
			}
		})
	}
	t.Run("as it comes", func(t *testing.T) {
		// The rest is sent after the client has passed on the first piece. A
		// client that waits for the whole answer would block.
		_, terminal := s.script()
		taken := make(chan struct{}, len(events))
		srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
			begin(w)
			_, _ = w.Write(bytes.Join(events[:terminal], nil))
			flush(w)
			select {
			case <-taken:
			case <-r.Context().Done():
			}
			_, _ = w.Write(bytes.Join(events[terminal:], nil))
		})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err := srv.provider.Stream(ctx, llm.Request{Model: "model-1", Prompt: "p"}, func([]byte) error {
			taken <- struct{}{}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// request checks the request that the client sends.
func (s Suite) request(t *testing.T) {
	events, _ := s.script()
	var mu sync.Mutex
	var got *http.Request
	var sent []byte
	srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		got, sent = r, b
		mu.Unlock()
		stream(bytes.Join(events, nil))(w, r)
	})
	if r := collect(t.Context(), srv.provider, Question); r.err != nil {
		t.Fatal(r.err)
	}
	mu.Lock()
	defer mu.Unlock()
	if got.Method != http.MethodPost {
		t.Errorf("method is %s", got.Method)
	}
	s.Wire.CheckRequest(t, got, sent)
	if bytes.Contains(sent, []byte(Key)) {
		t.Error("the key is in the body")
	}
	if !strings.Contains(string(sent), `{"type":"object","properties":{"zeta"`) {
		t.Errorf("the schema's properties are not in their order: %s", sent)
	}
	if strings.Contains(string(sent), "temperature") {
		t.Errorf("the request has a temperature, which was not set: %s", sent)
	}
}

// limits checks that the client reads the headers with limits, also from error
// responses.
func (s Suite) limits(t *testing.T) {
	if s.Wire.RateLimits == nil {
		return
	}
	told := llm.Limits{
		Requests: llm.Window{Limit: 500, Remaining: 499, Reset: 2 * time.Second},
		Tokens:   llm.Window{Limit: 30000, Remaining: 1000, Reset: 58 * time.Second},
	}
	events, _ := s.script()
	for _, status := range []int{200, 429} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
				for name, values := range s.Wire.RateLimits(told) {
					w.Header()[name] = values
				}
				if status == 200 {
					stream(bytes.Join(events, nil))(w, r)
					return
				}
				w.WriteHeader(status)
				_, _ = w.Write(s.Wire.Error(status, "slow down"))
			})
			r := srv.ask(t, t.Context())
			got := r.resp.Limits
			// Some vendors send times in whole seconds.
			for _, w := range []*llm.Window{&got.Requests, &got.Tokens} {
				w.Reset = (w.Reset + 999*time.Millisecond).Truncate(time.Second)
			}
			if got != told {
				t.Errorf("limits are %+v, want %+v", got, told)
			}
		})
	}
}

// concurrent checks that concurrent requests of one client get their own answers.
func (s Suite) concurrent(t *testing.T) {
	srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		i := bytes.Index(b, []byte("number-"))
		events, _ := s.Wire.Events(Script{Pieces: []string{string(b[i : i+9])}, End: Stop, Usage: Counted})
		stream(bytes.Join(events, nil))(w, r)
	})
	var group sync.WaitGroup
	for i := range 24 {
		group.Go(func() {
			prompt := fmt.Sprintf("number-%02d", i)
			r := collect(t.Context(), srv.provider, llm.Request{Model: "model-1", Prompt: prompt})
			if r.err != nil || r.text != prompt {
				t.Errorf("asked %s, got %q, %v", prompt, r.text, r.err)
			}
		})
	}
	group.Wait()
}

// endings checks the kind of error for each ending. The text and the usage must
// be kept with every ending.
func (s Suite) endings(t *testing.T) {
	for _, required := range []Ending{Stop, Length} {
		if _, ok := s.Wire.Endings[required]; !ok {
			t.Errorf("the Wire lacks the ending %s", required)
		}
	}
	for end, kind := range s.Wire.Endings {
		t.Run(string(end), func(t *testing.T) {
			pieces := Text[:2]
			if end == Refusal || end == Blocked {
				pieces = nil
			}
			events, _ := s.Wire.Events(Script{Pieces: pieces, End: end, Usage: Counted})
			r := s.serve(t, stream(bytes.Join(events, nil))).ask(t, t.Context())
			want(t, r, kind)
			if whole := strings.Join(pieces, ""); r.text != whole {
				t.Errorf("text is %q, want %q", r.text, whole)
			}
			if end != Broken && r.resp.Usage.Output != Counted.Output {
				t.Errorf("usage is %+v, want %+v", r.resp.Usage, Counted)
			}
		})
	}
}

// empty checks that an answer without text is an error, which says so if the model
// only reasoned.
func (s Suite) empty(t *testing.T) {
	events, _ := s.Wire.Events(Script{End: Stop, Usage: Counted})
	r := s.serve(t, stream(bytes.Join(events, nil))).ask(t, t.Context())
	kind := llm.Empty
	if r.resp.Thought > 0 {
		kind = llm.OnlyReasoning
	}
	want(t, r, kind)
	if r.resp.Usage != Counted {
		t.Errorf("usage is %+v, want %+v", r.resp.Usage, Counted)
	}
}

// large checks an answer of thousands of pieces and an answer of one large piece.
func (s Suite) large(t *testing.T) {
	for name, pieces := range map[string][]string{
		"many": strings.SplitAfter(strings.Repeat("\u05d0\u05d1 ", 3000), " "),
		"one":  {strings.Repeat("\u05de\u05e9\u05dc ", 200_000)},
	} {
		t.Run(name, func(t *testing.T) {
			events, _ := s.Wire.Events(Script{Pieces: pieces, End: Stop, Usage: Counted})
			r := s.serve(t, stream(bytes.Join(events, nil))).ask(t, context.Background())
			want(t, r, llm.KindNone)
			if r.text != strings.Join(pieces, "") {
				t.Errorf("%d bytes of text, want %d", len(r.text), len(strings.Join(pieces, "")))
			}
		})
	}
}
