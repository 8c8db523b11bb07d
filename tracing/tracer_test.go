package tracing_test

import (
	"compress/gzip"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"mashal"
	"mashal/llm"
	"mashal/pipeline"
	"mashal/report"
	"mashal/tracing"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A traces is a collector that keeps the spans it gets.
type traces struct {
	*httptest.Server
	mu       sync.Mutex
	spans    []*otlp.Span
	service  string
	requests []*http.Request
	busy     int // requests that are answered with 503
}

func collect(t *testing.T) *traces {
	c := &traces{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			var err error
			if body, err = gzip.NewReader(r.Body); err != nil {
				t.Error(err)
			}
		}
		data, err := io.ReadAll(body)
		if err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.requests = append(c.requests, r)
		if c.busy > 0 {
			c.busy--
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		var request otlp.TracesData // the request of the protocol has the same encoding, in a package that needs gRPC
		if err := proto.Unmarshal(data, &request); err != nil {
			t.Error(err)
		}
		for _, rs := range request.ResourceSpans {
			for _, a := range rs.Resource.Attributes {
				if a.Key == "service.name" {
					c.service = a.Value.GetStringValue()
				}
			}
			for _, ss := range rs.ScopeSpans {
				c.spans = append(c.spans, ss.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// env returns the environment with these variables.
func env(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if n, value, _ := strings.Cut(p, "="); n == name {
				return value
			}
		}
		return ""
	}
}

// joel returns an assignment in Joel 2.
func joel(attempt, follows int64, purpose mashal.Purpose, verses ...int) pipeline.Assignment {
	return pipeline.Assignment{Worker: 1, Attempt: attempt, Follows: follows, Purpose: purpose, Chapter: mashal.Chapter{Book: 29, Number: 2}, Verses: verses}
}

// play observes a run: a passage is annotated with a request that fails and one that
// does not, and its figures are validated; another passage fails.
func play(r *tracing.Run) {
	first, second, validation := joel(1, 0, mashal.Detection, 1, 2, 3), joel(2, 0, mashal.Detection, 4, 5), joel(3, 1, mashal.Validation, 2)
	request := func(a pipeline.Assignment, failure error, id string) pipeline.Asked {
		return pipeline.Asked{Assignment: a, Model: "openai:m", Of: a.Verses, Started: time.Now(), Failure: failure, Response: llm.Response{
			RequestID: id, Status: 200, Usage: mashal.Tokens{Input: 10, Output: 5, Reported: true}, Cost: mashal.Cost{Amount: mashal.Dollar / 4, State: mashal.CostExact},
		}}
	}
	r.Observe(pipeline.Planned{Run: "r1", Annotator: "openai:m", Chapters: 1, Verses: 5, Workers: 2})
	r.Observe(pipeline.Started{Assignment: first})
	r.Observe(request(first, &llm.Error{Kind: llm.Refused, Err: errors.New("the secret answer")}, "req-1"))
	r.Observe(pipeline.Waiting{Assignment: first, For: time.Second})
	r.Observe(pipeline.Resumed{Assignment: first})
	r.Observe(request(first, nil, "req-2"))
	r.Observe(pipeline.Started{Assignment: second})
	r.Observe(pipeline.Ended{Assignment: first, Outcome: mashal.Done, Ended: 3, Figures: 1, Left: 2})
	r.Observe(pipeline.Started{Assignment: validation})
	r.Observe(pipeline.Ended{Assignment: second, Outcome: mashal.Failed, Ended: 2, Failed: 2, Left: 1, Failures: []mashal.Failure{{Kind: "refused", Reason: "the secret answer"}, {Kind: "refused"}}})
	r.Observe(pipeline.Ended{Assignment: validation, Outcome: mashal.Done, Ended: 1, Figures: 1, Left: 0})
	r.Observe(pipeline.Finished{Report: &report.Report{Run: mashal.Run{State: mashal.RunIncomplete}}})
}

// attribute returns an attribute of a span as text.
func attribute(s *otlp.Span, name string) string {
	for _, a := range s.Attributes {
		if a.Key == name {
			return strings.Trim(strings.SplitN(a.Value.String(), ":", 2)[1], `"`)
		}
	}
	return ""
}

// TestSpans decodes what a collector gets of a run.
func TestSpans(t *testing.T) {
	c := collect(t)
	tracer, err := tracing.New(env("OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL+"/", "OTEL_EXPORTER_OTLP_HEADERS=api-key=se%20cret,x=y", "OTEL_EXPORTER_OTLP_COMPRESSION=gzip"), "1.2",
		func(err error) { t.Error(err) })
	if err != nil || tracer == nil {
		t.Fatal(tracer, err)
	}
	play(tracer.Run())
	tracer.Close()
	if c.service != "mashal" || len(c.requests) == 0 || c.requests[0].URL.Path != "/v1/traces" || c.requests[0].Header.Get("Api-Key") != "se cret" ||
		c.requests[0].Header.Get("Content-Type") != "application/x-protobuf" {
		t.Errorf("service %q, requests %+v", c.service, c.requests)
	}
	names := map[string]string{} // by id
	for _, s := range c.spans {
		names[string(s.SpanId)] = s.Name + " " + attribute(s, "mashal.verses") + " " + attribute(s, "mashal.request_id")
	}
	var tree []string
	for _, s := range c.spans {
		if s.EndTimeUnixNano < s.StartTimeUnixNano || s.StartTimeUnixNano == 0 {
			t.Errorf("%s from %d to %d", s.Name, s.StartTimeUnixNano, s.EndTimeUnixNano)
		}
		if string(s.TraceId) != string(c.spans[0].TraceId) {
			t.Errorf("%s is in a trace of its own", s.Name)
		}
		if text := s.String(); strings.Contains(text, "secret") {
			t.Errorf("a span has an answer: %s", text)
		}
		tree = append(tree, strings.TrimSpace(names[string(s.ParentSpanId)])+" > "+strings.TrimSpace(names[string(s.SpanId)]))
		switch {
		case s.Name == "run" && (attribute(s, "mashal.run") != "r1" || attribute(s, "mashal.state") != "incomplete"),
			s.Name == "attempt" && attribute(s, "mashal.attempt") == "1" && (attribute(s, "mashal.requests") != "2" || attribute(s, "mashal.cost_dollars") != "0.5" || len(s.Events) != 2),
			s.Name == "attempt" && attribute(s, "mashal.attempt") == "2" && (s.Status.Code != otlp.Status_STATUS_CODE_ERROR || !strings.Contains(s.String(), "refused")),
			s.Name == "request" && s.Kind != otlp.Span_SPAN_KIND_CLIENT,
			attribute(s, "mashal.request_id") == "req-1" && (attribute(s, "error.type") != "refused" || attribute(s, "gen_ai.usage.input_tokens") != "10" || attribute(s, "gen_ai.request.model") != "openai:m"):
			t.Errorf("%s", s)
		}
	}
	slices.Sort(tree)
	want := []string{
		" > run 5", "attempt 1-3 > request 1-3 req-1", "attempt 1-3 > request 1-3 req-2", "chapter > passage 1-3", "chapter > passage 4-5",
		"passage 1-3 > attempt 1-3", "passage 1-3 > attempt 2", "passage 4-5 > attempt 4-5", "run 5 > chapter",
	}
	if !slices.Equal(tree, want) {
		t.Errorf("spans\n%s\nwant\n%s", strings.Join(tree, "\n"), strings.Join(want, "\n"))
	}
}

// TestBusyCollector checks that spans are sent again.
func TestBusyCollector(t *testing.T) {
	c := collect(t)
	c.busy = 1
	tracer, err := tracing.New(env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="+c.URL+"/own"), "", func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	play(tracer.Run())
	tracer.Close()
	if len(c.spans) != 9 || len(c.requests) != 2 || c.requests[0].URL.Path != "/own" {
		t.Errorf("%d spans in %d requests, the first to %s", len(c.spans), len(c.requests), c.requests[0].URL)
	}
}

// TestOff checks when no spans are sent.
func TestOff(t *testing.T) {
	for _, variables := range [][]string{
		nil,
		{"OTEL_SERVICE_NAME=x"},
		{"OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"},
		{"OTEL_SDK_DISABLED=true", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1"},
	} {
		tracer, err := tracing.New(env(variables...), "", nil)
		if tracer != nil || err != nil {
			t.Errorf("%v: %v, %v", variables, tracer, err)
		}
		tracer.Run().Observe(pipeline.Planned{})
		tracer.Close()
	}
}

// TestRefused checks which values are refused, and that no address is repeated.
func TestRefused(t *testing.T) {
	for _, variable := range []string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=user:secret@collector:4318", "OTEL_EXPORTER_OTLP_ENDPOINT=ftp://secret/", "OTEL_EXPORTER_OTLP_ENDPOINT=http://%zz:secret",
		"OTEL_TRACES_EXPORTER=zipkin", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=-1", "OTEL_EXPORTER_OTLP_TIMEOUT=10s",
		"OTEL_EXPORTER_OTLP_COMPRESSION=zstd",
	} {
		_, err := tracing.New(env(variable, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="+map[bool]string{false: "http://127.0.0.1:1"}[strings.Contains(variable, "ENDPOINT")]), "", nil)
		if mashal.CodeOf(err) != mashal.Usage || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", variable, err)
		}
	}
}

// TestDeadCollector checks that a collector which is gone, or does not answer, is told of
// once and does not keep the program.
func TestDeadCollector(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0") // accepts connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	silent := "http://" + ln.Addr().String()
	gone := httptest.NewServer(nil)
	gone.Close()
	angry := httptest.NewServer(http.NotFoundHandler())
	defer angry.Close()
	for name, endpoint := range map[string]string{"silent": silent, "gone": gone.URL, "angry": angry.URL} {
		told := make(chan error, 10)
		tracer, err := tracing.New(env("OTEL_EXPORTER_OTLP_ENDPOINT="+strings.Replace(endpoint, "http://", "http://user:secret@", 1), "OTEL_EXPORTER_OTLP_TIMEOUT=200"), "", func(err error) { told <- err })
		if err != nil {
			t.Fatal(err)
		}
		for range 300 { // more than the queue of spans holds
			play(tracer.Run())
		}
		tracer.Close()
		if len(told) != 1 {
			t.Errorf("%s: told %d times", name, len(told))
		} else if err := <-told; strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	_ = ln.Close()
}

// TestRunsThatHaveNotEnded closes a tracer with several open runs, as a process of a fleet
// has them.
func TestRunsThatHaveNotEnded(t *testing.T) {
	c := collect(t)
	tracer, err := tracing.New(env("OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL), "1", func(err error) { t.Error(err) })
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		tracer.Run().Observe(pipeline.Planned{Run: "r"})
	}
	tracer.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.spans) != 3 {
		t.Errorf("%d spans were sent, not 3", len(c.spans))
	}
}

// TestRedirect checks that the headers, which are secrets, stay with the collector that the
// variables name.
func TestRedirect(t *testing.T) {
	other := collect(t)
	c := httptest.NewServer(http.RedirectHandler(other.URL+"/v1/traces", http.StatusTemporaryRedirect))
	t.Cleanup(c.Close)
	var failed error
	tracer, err := tracing.New(env("OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL, "OTEL_EXPORTER_OTLP_HEADERS=x-team=secret"), "1", func(err error) { failed = err })
	if err != nil {
		t.Fatal(err)
	}
	tracer.Run().Observe(pipeline.Planned{Run: "r"})
	tracer.Close()
	if len(other.requests) != 0 || failed == nil {
		t.Errorf("the other server has %d requests; the failure is %v", len(other.requests), failed)
	}
}
