package watchtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	otlp "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
	"mashal/report"
)

// gated returns a server in front of base that answers few requests, and the others when
// open is closed. held is the number of those that wait.
func gated(t *testing.T, base string, few int, open <-chan struct{}, held *atomic.Int64) string {
	t.Helper()
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	free := make(chan struct{}, few)
	for range few {
		free <- struct{}{}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-free:
		default:
			held.Add(1)
			select {
			case <-open:
			case <-r.Context().Done():
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// A collector keeps the spans that it gets.
type collector struct {
	*httptest.Server
	mu    sync.Mutex
	spans []*otlp.Span
}

func collect(t *testing.T) *collector {
	t.Helper()
	c := &collector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var data otlp.TracesData
		if err == nil {
			err = proto.Unmarshal(body, &data)
		}
		if err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, resource := range data.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				c.spans = append(c.spans, scope.Spans...)
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// attribute returns an attribute of a span that is a text.
func attribute(s *otlp.Span, name string) string {
	for _, a := range s.Attributes {
		if a.Key == name {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

// value returns the sum of the values of a metric over all labels.
func value(t *testing.T, metrics, name string) (sum float64) {
	t.Helper()
	for _, sample := range regexp.MustCompile(`(?m)^`+name+`(?:\{[^}]*\})? (\S+)$`).FindAllStringSubmatch(metrics, -1) {
		v, err := strconv.ParseFloat(sample[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += v
	}
	return sum
}

// calls returns the calls of the only run in a folder that have ended.
func calls(t *testing.T, dir string) (run mashal.Run, ended []mashal.Call) {
	t.Helper()
	l, err := ledger.OpenReadOnly(t.Context(), report.Folder(dir).Ledger())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	if run, err = l.LatestRun(t.Context()); err != nil {
		t.Fatal(err)
	}
	all, err := l.RunCalls(t.Context(), run.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !c.Ended.IsZero() {
			ended = append(ended, c)
		}
	}
	return run, ended
}

// TestWatchedRun watches a run with a model whose server holds requests back: the metrics
// meanwhile are those of the rows in the ledger, the spans and logs have each request of
// it, and nothing has a prompt or an answer.
func TestWatchedRun(t *testing.T) {
	base, _ := commandtest.Simulate(t, "--fault", "refusal=0.2,overloaded=0.4", "--seed", "5", "--scale", strconv.Itoa(commandtest.Scale))
	open := make(chan struct{})
	var held atomic.Int64
	base = gated(t, base, 14, open, &held)
	c := collect(t)
	env := commandtest.Vendors(base)
	env["OTEL_EXPORTER_OTLP_ENDPOINT"] = c.URL
	dir := t.TempDir()
	found := make(chan struct{})
	var once sync.Once
	stderr := commandtest.Watch{Text: "/metrics\"", Found: func() { once.Do(func() { close(found) }) }}
	var stdout bytes.Buffer
	code := make(chan int, 1)
	go func() {
		p := commandtest.Program{Env: env, Stdout: &stdout, Stderr: &stderr, Backoff: func(d time.Duration) time.Duration { return d / commandtest.Scale }}
		code <- p.Run(t.Context(), "annotate", "Joel", "Obadiah", "--annotator", "openai:gpt-5.1", "--passage", "8", "--workers", "3", "--dir", dir,
			"--budget", "50", "--metrics-addr", "127.0.0.1:0", "--log-format", "json", "--json")
	}()
	<-found
	at := regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`).FindString(stderr.String())
	var metrics string
	var ended []mashal.Call
	// A request waits until the gate opens. What was done before is soon recorded.
	for held.Load() < 1 || value(t, metrics, "mashal_requests_total") != float64(len(ended)) || len(ended) == 0 {
		if metrics = commandtest.Page(t, at); held.Load() >= 1 {
			_, ended = calls(t, dir)
		}
	}
	var spent mashal.Spend
	failed := 0
	for _, call := range ended {
		spent.Add(mashal.Spend{Calls: 1, Tokens: call.Tokens, Cost: call.Cost.Amount})
		if call.Outcome != mashal.CallDone {
			failed++
		}
	}
	for name, want := range map[string]float64{
		"mashal_requests_total": float64(spent.Calls), "mashal_input_tokens_total": float64(spent.Input), "mashal_output_tokens_total": float64(spent.Output),
		"mashal_cached_input_tokens_total": float64(spent.CachedInput), "mashal_reasoning_tokens_total": float64(spent.Reasoning),
		"mashal_request_failures_total": float64(failed), "mashal_workers": 3, "mashal_run_planned_verses": 94, "mashal_request_duration_seconds_count": float64(spent.Calls),
	} {
		if got := value(t, metrics, name); got != want {
			t.Errorf("%s is %v, and the ledger has %v", name, got, want)
		}
	}
	if got, want := value(t, metrics, "mashal_cost_dollars_total"), spent.Cost.USD(); got < want-1e-9 || got > want+1e-9 || want == 0 {
		t.Errorf("the cost is %v, and the ledger has %v", got, want)
	}
	if failed == 0 || value(t, metrics, "mashal_retries_total") == 0 {
		t.Errorf("%d failed, %v retries: the test needs some", failed, value(t, metrics, "mashal_retries_total"))
	}
	for _, want := range []string{
		`mashal_brake_phase{model="openai:gpt-5.1@127.0.0.1:` + strings.TrimPrefix(base, "http://127.0.0.1:") + `",phase="running"} 1`, `mashal_budget_dollars{part="limit"} 50`,
		`mashal_wal_bytes{file="ledger"}`, `mashal_queue_passages{state="working"}`, `mashal_limiter_window_requests{server="openai@127.0.0.1:`, "process_cpu_seconds_total",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
	close(open)
	if got := <-code; got != 0 && got != 3 {
		t.Fatalf("exit code %d: %s", got, &stderr.Buffer)
	}
	run, ended := calls(t, dir)
	checkSpans(t, c, run, ended)
	for name, log := range map[string]string{"standard error": stderr.String(), "run.log": commandtest.Read(t, filepath.Join(dir, "runs", run.ID, "run.log"))} {
		checkLog(t, name, log, run, ended)
	}
	for line := range strings.Lines(stdout.String()) { // events stay as docs/events.md has them
		var event struct{ Event string }
		if err := json.Unmarshal([]byte(line), &event); err != nil || strings.Contains(event.Event, "request") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// checkSpans checks that there is a span for each call, below those of its attempt,
// passage, chapter and run.
func checkSpans(t *testing.T, c *collector, run mashal.Run, ended []mashal.Call) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	byID, requests := map[string]*otlp.Span{}, map[string]int{}
	for _, s := range c.spans {
		byID[string(s.SpanId)] = s
		text := fmt.Sprint(s.Name, s.Attributes, s.Events, s.Status) // identifiers are random bytes
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) || strings.Contains(text, `\u05`) {
			t.Errorf("a span has a text: %s", text)
		}
	}
	for _, s := range c.spans {
		if s.Name != "request" {
			continue
		}
		var names []string
		for parent := byID[string(s.ParentSpanId)]; parent != nil; parent = byID[string(parent.ParentSpanId)] {
			if names = append(names, parent.Name); parent.Name == "run" && attribute(parent, "mashal.run") != run.ID {
				t.Errorf("a run %s", parent)
			}
		}
		if got := strings.Join(names, " "); got != "attempt passage chapter run" {
			t.Errorf("a request is below %s", got)
		}
		requests[fmt.Sprint(attribute(s, "mashal.request_id"), attribute(s, "error.type"), attribute(s, "mashal.chapter"))]++
	}
	for _, call := range ended {
		kind := call.Outcome
		if kind == mashal.CallDone {
			kind = ""
		}
		requests[fmt.Sprint(call.VendorID, kind, call.Chapter)]--
	}
	for request, n := range requests {
		if n != 0 {
			t.Errorf("%s: spans and calls differ by %d", request, n)
		}
	}
}

// checkLog checks that a log has each call with its run, chapter, passage and attempt, and
// no text of an answer.
func checkLog(t *testing.T, name, log string, run mashal.Run, ended []mashal.Call) {
	t.Helper()
	if strings.ContainsFunc(log, func(r rune) bool { return unicode.Is(unicode.Hebrew, r) }) || strings.Contains(log, "I cannot") || strings.Contains(log, "sorry") {
		t.Errorf("%s has a text", name)
	}
	requests := map[string]int{}
	for line := range strings.Lines(log) {
		var record struct {
			Time, Level, Msg, Run, Chapter, Passage, Kind string
			Attempt                                       int64
			RequestID                                     *string `json:"request_id"`
		}
		if err := json.Unmarshal([]byte(line), &record); err != nil || record.Time == "" || record.Level == "" || record.Msg == "" {
			t.Fatalf("%s: %v in %q", name, err, line)
		}
		if record.RequestID == nil {
			continue
		}
		if record.Run != run.ID || record.Attempt == 0 || !strings.HasPrefix(record.Passage, record.Chapter) {
			t.Errorf("%s: %s", name, line)
		}
		requests[fmt.Sprint(*record.RequestID, record.Kind, record.Chapter)]++
	}
	for _, call := range ended {
		kind := call.Outcome
		if kind == mashal.CallDone {
			kind = ""
		}
		requests[fmt.Sprint(call.VendorID, kind, call.Chapter)]--
	}
	for request, n := range requests {
		if n != 0 {
			t.Errorf("%s: %s: records and calls differ by %d", name, request, n)
		}
	}
}

// TestExplorerMetrics checks that pages are counted by route, on an address of their own.
func TestExplorerMetrics(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := commandtest.Run(t, dir, "annotate", "Obadiah"); code != 0 {
		t.Fatal(stderr)
	}
	ln := httptest.NewServer(nil) // finds a free port
	address := strings.TrimPrefix(ln.URL, "http://")
	ln.Close()
	base, stop := commandtest.Explore(t, dir, "--metrics-addr", address)
	for _, path := range []string{"/read/Obad/1?secret=1", "/read/Obad/1", "/search?text=secret"} {
		resp := commandtest.Get(t, base+path)
		_ = resp.Body.Close()
	}
	if resp := commandtest.Get(t, base+"/metrics"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the explorer answers /metrics with %s", resp.Status)
	}
	metrics := commandtest.Page(t, "http://"+address+"/metrics")
	for _, want := range []string{
		`mashal_page_duration_seconds_count{route="/read/{book}/{chapter}"} 2`, `mashal_page_requests_total{route="/read/{book}/{chapter}",status="2xx"} 1`,
		`mashal_page_requests_total{route="/",status="4xx"} 1`,
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s:\n%s", want, regexp.MustCompile(`(?m)^mashal_page_requests_total.*$`).FindAllString(metrics, -1))
		}
	}
	if strings.Contains(metrics, "secret") || strings.Contains(metrics, "Obad") {
		t.Error("the metrics have an address")
	}
	if said := stop(); !strings.Contains(said, "metrics are at http://"+address) {
		t.Error(said)
	}
}

// TestExitStatus checks that status --watch ends like the run.
func TestExitStatus(t *testing.T) {
	base, _ := commandtest.Simulate(t)
	refused, _ := commandtest.Simulate(t, "--fault", "refusal=1")
	for name, row := range map[string]struct {
		base string
		args []string
		code int
	}{
		"done":       {base, nil, 0},
		"budget":     {base, []string{"--budget", "0.0001"}, 4},
		"incomplete": {refused, nil, 3},
		"refused":    {"http://127.0.0.1:1", nil, 2},
	} {
		dir := t.TempDir()
		run := commandtest.Annotate(t, row.base, "openai", dir, append([]string{"Obadiah"}, row.args...)...)
		if run.Code != row.code {
			t.Errorf("%s: annotate ended with %d: %s", name, run.Code, run.Stderr)
		}
		if code, _, stderr := commandtest.Run(t, dir, "status", "--watch"); code != row.code {
			t.Errorf("%s: status --watch ended with %d, not with %d: %s", name, code, row.code, stderr)
		}
	}
}
