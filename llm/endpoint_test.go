package llm_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"mashal/llm"
)

// A roundTrip is a function as a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestNewEndpoint(t *testing.T) {
	const key = "sk-1"
	for base, may := range map[string]bool{
		"https://api.openai.com/v1": true, "http://127.0.0.1:8089/v1": true, "http://[::1]:1/": true, "http://localhost/v1": true,
		"http://192.168.1.5:8000/v1": true, "http://10.0.0.2": true, "http://vllm:8000/v1": true, "http://box.local/": true,
		"http://example.com/v1": false, "http://8.8.8.8/v1": false, "http://[2001:db8::1]/": false, "http://[::1": false, "http://127.0.0.1.example.com": false,
	} {
		_, err := llm.NewEndpoint("openai", base, nil, nil, "", key)
		if (err == nil) != may || err != nil && llm.KindOf(err) != llm.Auth {
			t.Errorf("%s: %v", base, err)
		}
		if _, err := llm.NewEndpoint("openai", base, nil, nil, ""); (err == nil) != !strings.HasSuffix(base, "[::1") {
			t.Errorf("%s without a key: %v", base, err)
		}
	}
}

func TestEndpointURL(t *testing.T) {
	for base, want := range map[string]string{
		"http://127.0.0.1:1":                   "http://127.0.0.1:1/chat/completions",
		"http://127.0.0.1:1/v1":                "http://127.0.0.1:1/v1/chat/completions",
		"http://127.0.0.1:1/v1/":               "http://127.0.0.1:1/v1/chat/completions",
		"http://127.0.0.1:1/a%2Fb?version=2":   "http://127.0.0.1:1/a%2Fb/chat/completions?version=2",
		"https://gateway.example.com/x/openai": "https://gateway.example.com/x/openai/chat/completions",
	} {
		e, err := llm.NewEndpoint("openai", base, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.URL("chat/completions").String(); got != want {
			t.Errorf("%s: got %s, want %s", base, got, want)
		}
	}
}

// post sends a request to a server that answers with body.
func post(t *testing.T, status int, body io.Reader) *llm.Exchange {
	t.Helper()
	e, err := llm.NewEndpoint("openai", "http://127.0.0.1:1", http.Header{"X-Own": {"a"}}, roundTrip(func(r *http.Request) (*http.Response, error) {
		sent, err := io.ReadAll(r.Body)
		if err != nil || string(sent) != `{"text":"<a>"}` || r.Method != http.MethodPost || r.URL.Path != "/x" ||
			r.Header.Get("X-Own") != "a" || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("User-Agent") == "" {
			t.Errorf("sent %s %s %v %s, %v", r.Method, r.URL, r.Header, sent, err)
		}
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(body), Request: r}, nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return e.Post(t.Context(), e.URL("x"), "model-1", map[string]string{"text": "<a>"})
}

func TestExchange(t *testing.T) {
	x := post(t, http.StatusOK, strings.NewReader("event: e\ndata: a\n\n{\"error\":1}\n\ndata: b\n\n"))
	var got []string
	for x.Next() {
		got = append(got, x.Event().Name+"|"+string(x.Event().Data))
	}
	x.Close()
	if strings.Join(got, " ") != "e|a |b" || string(x.Unknown()) != "{\"error\":1}\n" || x.Status() != 200 || x.ErrorBody() != nil {
		t.Errorf("got events %q and unknown lines %q", got, x.Unknown())
	}
	if e := x.Failure(t.Context(), llm.KindNone, nil); e.Kind != llm.Cut || !e.Ended || e.Provider != "openai" || e.Model != "model-1" {
		t.Errorf("without a terminal event: %v", e)
	}
}

// TestExchangeIsBounded checks that a server cannot fill the memory.
func TestExchangeIsBounded(t *testing.T) {
	event := "data: " + strings.Repeat("x", 1<<20) + "\n\n"
	x := post(t, http.StatusOK, &endless{event: event})
	n := 0
	for x.Next() {
		n++
	}
	if e := x.Failure(t.Context(), llm.KindNone, nil); n != 63 || e.Kind != llm.Malformed || !strings.Contains(e.Error(), "larger than 64 MB") {
		t.Errorf("after %d events: %v", n, e)
	}
	x = post(t, http.StatusOK, &endless{event: "data: x"})
	if x.Next() {
		t.Error("an event without an end is returned")
	}
	if e := x.Failure(t.Context(), llm.KindNone, nil); e.Kind != llm.Malformed || !strings.Contains(e.Error(), "too large") {
		t.Errorf("one event: %v", e)
	}
	x = post(t, http.StatusBadGateway, &endless{event: "down "})
	if e := x.Failure(t.Context(), llm.KindNone, errors.New(string(x.ErrorBody()))); x.Next() || len(x.ErrorBody()) != 16<<10 || e.Kind != llm.ServerError || len(e.Error()) > 1000 {
		t.Errorf("an error of %d bytes: %v", len(x.ErrorBody()), e)
	}
	x = post(t, http.StatusBadGateway, io.MultiReader(strings.NewReader("down"), iotest.ErrReader(errors.New("reset"))))
	if string(x.ErrorBody()) != "down" {
		t.Errorf("an error body that is cut: %q", x.ErrorBody())
	}
}

// An endless is a body that repeats an event for ever.
type endless struct {
	event string
	rest  string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		e.rest = e.event
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}
