package llmtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"mashal/llm"
)

// cut checks that a stream that ends without its terminal event is an error of
// kind Cut, and that the text before is kept.
func (s Suite) cut(t *testing.T) {
	events, terminal := s.script()
	for n := range events {
		t.Run(fmt.Sprintf("after %d of %d events", n, len(events)), func(t *testing.T) {
			r := s.serve(t, stream(bytes.Join(events[:n], nil))).ask(t, t.Context())
			kind := llm.Cut
			if n > terminal {
				kind = llm.KindNone
			}
			want(t, r, kind)
			if whole := strings.Join(Text, ""); !strings.HasPrefix(whole, r.text) || kind == llm.KindNone && r.text != whole {
				t.Errorf("text is %q", r.text)
			}
		})
	}
	t.Run("inside events", func(t *testing.T) { s.inside(t, false) })
}

// disconnect checks that a connection that breaks during the answer is also of
// kind Cut, not of kind Network, because the request has been charged.
func (s Suite) disconnect(t *testing.T) { s.inside(t, true) }

// inside ends the stream after every few bytes, normally or by closing the
// connection.
func (s Suite) inside(t *testing.T, abrupt bool) {
	events, terminal := s.script()
	body := bytes.Join(events, nil)
	last := len(bytes.Join(events[:terminal], nil)) // before the terminal event
	whole := strings.Join(Text, "")
	cuts := make(chan int, 1)
	srv := s.serve(t, func(w http.ResponseWriter, _ *http.Request) {
		begin(w)
		_, _ = w.Write(body[:<-cuts])
		if abrupt {
			flush(w)
			panic(http.ErrAbortHandler)
		}
	})
	for n := 0; n <= len(body); n += 1 + n%11 {
		cuts <- n
		r := srv.ask(t, t.Context())
		switch {
		case n <= last && llm.KindOf(r.err) != llm.Cut:
			t.Errorf("cut after %d of %d bytes: got %v, want cut", n, len(body), r.err)
		case n > last && r.err != nil && llm.KindOf(r.err) != llm.Cut:
			t.Errorf("cut after %d of %d bytes: got %v", n, len(body), r.err)
		case r.err == nil && r.text != whole, !strings.HasPrefix(whole, r.text):
			t.Errorf("cut after %d of %d bytes: text is %q", n, len(body), r.text)
		}
	}
}

// stall checks that llm.Client's timeouts end a stream that sends no more data.
func (s Suite) stall(t *testing.T) {
	events, terminal := s.script()
	for name, n := range map[string]int{"before the headers": -1, "before the text": 0, "in the text": terminal} {
		t.Run(name, func(t *testing.T) {
			srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
				if n >= 0 {
					begin(w)
					_, _ = w.Write(bytes.Join(events[:n], nil))
					flush(w)
				}
				<-r.Context().Done()
			})
			client := &llm.Client{Provider: srv.provider, FirstText: 30 * time.Millisecond, Idle: 5 * time.Millisecond}
			r := collect(t.Context(), client, llm.Request{Model: "model-1", Prompt: "p"})
			checkError(t, r)
			want(t, r, llm.Timeout)
			if n > 0 && r.text == "" {
				t.Error("the text before the silence is lost")
			}
			if n <= 0 && r.text != "" {
				t.Errorf("text is %q", r.text)
			}
		})
	}
}

// canceled checks that the end of the caller's context ends the request, before
// it is sent and during the answer.
func (s Suite) canceled(t *testing.T) {
	events, terminal := s.script()
	cause := errors.New("enough")
	t.Run("before", func(t *testing.T) {
		srv := s.serve(t, stream(nil))
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(cause)
		r := srv.ask(t, ctx)
		want(t, r, llm.Canceled)
		if srv.requests.Load() != 0 {
			t.Error("a request was sent after the context ended")
		}
	})
	t.Run("while", func(t *testing.T) {
		srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
			begin(w)
			_, _ = w.Write(bytes.Join(events[:terminal], nil))
			flush(w)
			<-r.Context().Done()
		})
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var text string
		resp, err := srv.provider.Stream(ctx, llm.Request{Model: "model-1", Prompt: "p"}, func(delta []byte) error {
			text += string(delta)
			if text == strings.Join(Text, "") {
				cancel()
			}
			return nil
		})
		want(t, result{text, resp, err}, llm.Canceled)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("errors.Is(%v, context.Canceled) is false", err)
		}
	})
	t.Run("deadline", func(t *testing.T) {
		srv := s.serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
		defer cancel()
		want(t, srv.ask(t, ctx), llm.Timeout)
	})
}

// callback checks that an error of the function that receives the text ends the
// request and is returned.
func (s Suite) callback(t *testing.T) {
	events, _ := s.script()
	full := errors.New("disk full")
	srv := s.serve(t, func(w http.ResponseWriter, r *http.Request) {
		begin(w)
		_, _ = w.Write(bytes.Join(events[:len(events)-1], nil))
		flush(w)
		<-r.Context().Done()
	})
	calls := 0
	_, err := srv.provider.Stream(t.Context(), llm.Request{Model: "model-1", Prompt: "p"}, func([]byte) error {
		calls++
		return full
	})
	if !errors.Is(err, full) || calls != 1 {
		t.Errorf("got %v after %d calls, want %v after 1", err, calls, full)
	}
}

// status checks the kind of error and the wait for each status, with several
// bodies. The client must not retry.
func (s Suite) status(t *testing.T) {
	for _, c := range []struct {
		status int
		header string // Retry-After
		kind   llm.Kind
		wait   time.Duration
		page   llm.Kind // if the body is not JSON; KindNone for kind
	}{
		{status: 400, kind: llm.BadRequest},
		{status: 401, kind: llm.Auth},
		{status: 403, kind: llm.Auth},
		{status: 404, kind: llm.UnknownModel, page: llm.WrongAddress},
		{status: 405, kind: llm.WrongAddress},
		{status: 413, kind: llm.TooLarge},
		{status: 429, kind: llm.RateLimited},
		{status: 429, header: "7", kind: llm.RateLimited, wait: 7 * time.Second},
		{status: 429, header: "0.25", kind: llm.RateLimited, wait: 250 * time.Millisecond},
		{status: 429, header: "soon", kind: llm.RateLimited},
		{status: 429, header: "-3", kind: llm.RateLimited},
		{status: 500, kind: llm.ServerError},
		{status: 502, kind: llm.ServerError},
		{status: 503, kind: llm.Overloaded},
		{status: 503, header: "30", kind: llm.Overloaded, wait: 30 * time.Second},
		{status: 504, kind: llm.ServerError},
		{status: 529, kind: llm.Overloaded},
	} {
		bodies := map[string][]byte{
			"theirs": s.Wire.Error(c.status, "a message from the server"),
			"html":   []byte("<html><body>a message from the server</body></html>"),
			"none":   nil,
			"cut":    []byte(`{"error":{"message":"a mess`),
		}
		for name, body := range bodies {
			t.Run(fmt.Sprintf("%d %s %s", c.status, c.header, name), func(t *testing.T) {
				srv := s.serve(t, func(w http.ResponseWriter, _ *http.Request) {
					if c.header != "" {
						w.Header().Set("Retry-After", c.header)
					}
					w.Header().Set(s.Wire.RequestIDHeader, "req_43")
					w.WriteHeader(c.status)
					_, _ = w.Write(body)
				})
				r := srv.ask(t, t.Context())
				kind := c.kind
				if name != "theirs" && c.page != llm.KindNone {
					kind = c.page
				}
				want(t, r, kind)
				var e *llm.Error
				if !errors.As(r.err, &e) {
					return
				}
				if e.Status != c.status || e.RetryAfter != c.wait || e.RequestID != "req_43" {
					t.Errorf("got status %d, wait %s, request %q; want %d, %s, req_43", e.Status, e.RetryAfter, e.RequestID, c.status, c.wait)
				}
				if name == "theirs" && !strings.Contains(e.Error(), "a message from the server") {
					t.Errorf("the error lacks the server's message: %v", e)
				}
			})
		}
	}
}

// errorEvent checks the kind of error that an error event causes.
func (s Suite) errorEvent(t *testing.T) {
	events, terminal := s.script()
	for event, kind := range s.Wire.ErrorEvents {
		t.Run(fmt.Sprintf("%s %.60s", kind, event), func(t *testing.T) {
			body := append(bytes.Join(events[:terminal], nil), event...)
			r := s.serve(t, stream(body)).ask(t, t.Context())
			want(t, r, kind)
			if r.text == "" {
				t.Error("the text before the error is lost")
			}
		})
	}
}

// malformed checks that malformed data is an error, within a stream and instead
// of one.
func (s Suite) malformed(t *testing.T) {
	events, terminal := s.script()
	for _, bad := range s.Wire.Malformed {
		t.Run(fmt.Sprintf("%.60q", bad), func(t *testing.T) {
			body := append(bytes.Join(events[:terminal], nil), bad...)
			want(t, s.serve(t, stream(body)).ask(t, t.Context()), llm.Malformed)
		})
	}
	for mime, body := range map[string]string{
		"text/html":                "<html>Log in to the hotel's network</html>\n\n",
		"application/json":         `{"ok":true}`,
		"application/octet-stream": "\x00\xff\xfe\n\n\x00",
	} {
		t.Run(mime, func(t *testing.T) {
			r := s.serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", mime)
				_, _ = w.Write([]byte(body))
			}).ask(t, t.Context())
			want(t, r, llm.NotAnAPI)
		})
	}
}

// network checks that a failed connection, and one that closes before a response,
// are errors of kind Network. Nothing is charged for them.
func (s Suite) network(t *testing.T) {
	refused := errors.New("dial: connection refused")
	p, err := s.New("http://127.0.0.1:1", Key, roundTrip(func(*http.Request) (*http.Response, error) { return nil, refused }))
	if err != nil {
		t.Fatal(err)
	}
	r := collect(t.Context(), p, llm.Request{Model: "model-1", Prompt: "p"})
	checkError(t, r)
	want(t, r, llm.Network)
	srv := s.serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	want(t, srv.ask(t, t.Context()), llm.Network)
}

// roundTrip is a function as an http.RoundTripper.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// redirect checks that redirects are not followed, because they would send the key
// to another address, and that the error names that address.
func (s Suite) redirect(t *testing.T) {
	for _, status := range []int{301, 307} {
		srv := s.serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		})
		r := srv.ask(t, t.Context())
		want(t, r, llm.WrongAddress)
		if !strings.Contains(fmt.Sprint(r.err), "/elsewhere") {
			t.Errorf("the error does not name the address: %v", r.err)
		}
	}
}

// key checks that the key appears in no error and no response, even if the server
// sends it back.
func (s Suite) key(t *testing.T) {
	events, terminal := s.script()
	before := bytes.Join(events[:terminal], nil)
	echo := func(w http.ResponseWriter, r *http.Request) string {
		var all strings.Builder
		_ = r.Header.Write(&all)
		if !strings.Contains(all.String(), Key) {
			t.Error("the client did not send the key, so the test checks nothing")
		}
		w.Header().Set(s.Wire.RequestIDHeader, Key)
		w.Header().Set("Retry-After", Key)
		return "Incorrect key " + Key + " in " + r.URL.String()
	}
	handlers := map[string]http.HandlerFunc{
		"stream": func(w http.ResponseWriter, r *http.Request) {
			words := echo(w, r)
			begin(w)
			_, _ = w.Write(before)
			_, _ = w.Write([]byte("data: {\"error\":{\"message\":\"" + words + "\"}}\n\n"))
		},
		"malformed": func(w http.ResponseWriter, r *http.Request) {
			words := echo(w, r)
			begin(w)
			_, _ = w.Write([]byte("data: {" + words + "\n\n" + words + "\n\n"))
		},
		"type": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/"+echo(w, r))
		},
	}
	for _, status := range []int{302, 400, 401, 403, 404, 429, 500, 503} {
		handlers[fmt.Sprint(status)] = func(w http.ResponseWriter, r *http.Request) {
			words := echo(w, r)
			w.Header().Set("Location", "http://127.0.0.1/"+Key)
			w.WriteHeader(status)
			_, _ = w.Write(s.Wire.Error(status, words))
		}
		handlers[fmt.Sprint(status, " plain")] = func(w http.ResponseWriter, r *http.Request) {
			words := echo(w, r)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(words + "\n" + words))
		}
	}
	for name, handle := range handlers {
		t.Run(name, func(t *testing.T) {
			r := s.serve(t, handle).ask(t, t.Context())
			if r.err == nil {
				t.Fatal("no error")
			}
			for err := r.err; err != nil; err = errors.Unwrap(err) {
				noKey(t, fmt.Sprintf("%v\n%+v\n%#v", err, err, err))
			}
			noKey(t, fmt.Sprintf("%+v %#v", r.resp, r.resp))
		})
	}
	t.Run("network", func(t *testing.T) {
		p, err := s.New("http://127.0.0.1:1", Key, roundTrip(func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("refused: %v", r.Header)
		}))
		if err != nil {
			t.Fatal(err)
		}
		r := collect(t.Context(), p, llm.Request{Model: "model-1", Prompt: "p"})
		noKey(t, fmt.Sprintf("%v\n%+v\n%#v", r.err, r.err, r.err))
	})
	t.Run("construction", func(t *testing.T) {
		for _, base := range []string{"http://models.example.com/v1", "http://[::1", "http://" + Key, "%zz" + Key} {
			_, err := s.New(base, Key, nil)
			noKey(t, fmt.Sprintf("%v\n%+v\n%#v", err, err, err))
		}
		if _, err := s.New("http://models.example.com/v1", Key, nil); err == nil {
			t.Error("the client accepts an unencrypted address outside this machine")
		}
	})
}

// noKey fails the test if s contains the key or a large part of it.
func noKey(t *testing.T, s string) {
	t.Helper()
	for _, part := range []string{Key, "Zq9+secret", "Zq9%2Bsecret", "0123456789abcdef"} {
		if strings.Contains(s, part) {
			t.Errorf("%q is in %.300q", part, s)
		}
	}
}
