package llmtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"mashal/llm"
)

// Run runs the whole suite as subtests.
func Run(t *testing.T, s Suite) {
	t.Run("good", s.good)
	t.Run("request", s.request)
	t.Run("limits", s.limits)
	t.Run("concurrent", s.concurrent)
	t.Run("endings", s.endings)
	t.Run("empty", s.empty)
	t.Run("cut", s.cut)
	t.Run("disconnect", s.disconnect)
	t.Run("stall", s.stall)
	t.Run("canceled", s.canceled)
	t.Run("callback", s.callback)
	t.Run("status", s.status)
	t.Run("error event", s.errorEvent)
	t.Run("malformed", s.malformed)
	t.Run("network", s.network)
	t.Run("redirect", s.redirect)
	t.Run("key", s.key)
	t.Run("large", s.large)
}

// server is a server for one case, with a client for it. It counts requests.
type server struct {
	provider llm.Provider
	requests atomic.Int64
}

// serve starts a server with this handler and a client for it.
func (s Suite) serve(t *testing.T, handle http.HandlerFunc) *server {
	t.Helper()
	srv := new(server)
	hs := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		srv.requests.Add(1)
		// net/http notices a disconnected client only after the whole body of
		// the request has been read.
		sent, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(sent))
		handle(w, r)
	}))
	hs.Config.ErrorLog = quiet
	hs.Start()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		hs.CloseClientConnections()
		hs.Close()
	})
	p, err := s.New(hs.URL, Key, transport)
	if err != nil {
		t.Fatal(err)
	}
	srv.provider = p
	return srv
}

// result is the outcome of one request.
type result struct {
	text string
	resp llm.Response
	err  error
}

// ask sends one request and returns its result. It fails the test if the client
// sends more than one, or if the text is not UTF-8.
func (srv *server) ask(t *testing.T, ctx context.Context) result {
	t.Helper()
	before := srv.requests.Load()
	r := collect(ctx, srv.provider, llm.Request{Model: "model-1", System: "s", Prompt: "p"})
	if n := srv.requests.Load() - before; n > 1 {
		t.Errorf("the client sent %d requests for one", n)
	}
	if !utf8.ValidString(r.text) {
		t.Errorf("text is not UTF-8: %q", r.text)
	}
	checkError(t, r)
	return r
}

// collect sends a request and returns its result.
func collect(ctx context.Context, p llm.Provider, req llm.Request) result {
	var r result
	var text strings.Builder
	r.resp, r.err = p.Stream(ctx, req, func(delta []byte) error {
		text.Write(delta)
		return nil
	})
	r.text = text.String()
	return r
}

// checkError checks that an error has its kind, provider, model and cause, and
// that its message is one short line.
func checkError(t *testing.T, r result) {
	t.Helper()
	if r.err == nil {
		return
	}
	var e *llm.Error
	if !errors.As(r.err, &e) {
		t.Errorf("error %v is not an *llm.Error", r.err)
		return
	}
	if e.Kind == llm.KindNone || e.Provider == "" || e.Model != "model-1" {
		t.Errorf("error lacks its kind, provider or model: %#v", e)
	}
	if e.Err == nil {
		t.Errorf("error %v has no cause", r.err)
	}
	if len(r.err.Error()) > 2000 || strings.ContainsAny(r.err.Error(), "\n\r\x00\x1b") {
		t.Errorf("error is not one short clean line: %.200q", r.err)
	}
}

// want checks the kind of a result's error.
func want(t *testing.T, r result, kind llm.Kind) {
	t.Helper()
	if got := llm.KindOf(r.err); got != kind || (kind == llm.KindNone) != (r.err == nil) {
		t.Errorf("got %v (%v), want %v", got, r.err, kind)
	}
}

// script returns the events of the answer Text.
func (s Suite) script() (events [][]byte, terminal int) {
	return s.Wire.Events(Script{Pieces: Text, End: Stop, Usage: Counted})
}

// begin writes the headers of a stream.
func begin(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	flush(w)
}

// flush sends what was written, or closes the connection if that fails.
func flush(w http.ResponseWriter) {
	if err := http.NewResponseController(w).Flush(); err != nil {
		panic(http.ErrAbortHandler) // the client has disconnected
	}
}

// stream returns a handler that writes a body and ends normally.
func stream(body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		begin(w)
		_, _ = w.Write(body)
	}
}
