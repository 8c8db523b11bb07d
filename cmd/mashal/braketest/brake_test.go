package braketest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mashal"
	"mashal/annotate"
	"mashal/cmd/mashal/commandtest"
	"mashal/llm/llmsim"
)

// brakeScale is how much faster than a real model's the time of the simulated one
// runs here. Periods of its faults must be long enough for the machine.
const brakeScale = 100

// A brakeRow is a fault of a server, and what the run comes to.
type brakeRow struct {
	fault    string
	args     []string
	code     int
	requests int      // that reach the server, probes included, at most; 0 for any number
	before   int      // of these, before the first probe, at most; 0 for any number
	says     []string // on the terminal
	done     bool     // every verse is done
}

// runBraked annotates with what the server of the row does, and checks the row.
func runBraked(t *testing.T, vendor string, row brakeRow) {
	t.Helper()
	log := filepath.Join(t.TempDir(), "served.jsonl")
	base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(brakeScale), "--first-token", "8s", "--tokens-per-second", "500", "--tokens-per-event", "16", "--seed", "3", "--log", log, "--fault", row.fault)
	if strings.HasPrefix(row.fault, "tls") {
		base = strings.Replace(base, "http://", "https://", 1)
	}
	dir := t.TempDir()
	code, stderr := annotateBraked(t, t.Context(), base, dir, append([]string{"Hosea 1-7", "--annotator", vendor + ":m"}, row.args...)...)
	stop()
	requests, before := 0, 0
	if _, err := os.Stat(log); err == nil {
		served := commandtest.SimulatorLog(t, log)
		requests = len(served)
		before = slices.IndexFunc(served, func(e llmsim.Entry) bool { return e.Prompt == annotate.ProbePrompt })
	}
	states := map[mashal.State]int{}
	for _, v := range (commandtest.ModelRun{Dir: dir}).Readings(t) {
		states[v.State]++
	}
	t.Logf("exit %d, %d requests, verses %v:\n%s", code, requests, states, stderr)
	if code != row.code {
		t.Errorf("exit code %d, want %d", code, row.code)
	}
	if row.requests > 0 && requests > row.requests {
		t.Errorf("%d requests, want at most %d", requests, row.requests)
	}
	if row.before > 0 && (before < 0 || before > row.before) {
		t.Errorf("%d requests before the first probe, want at most %d", before, row.before)
	}
	if row.code == 2 && strings.Contains(stderr, "paused: ") {
		t.Error("it waits before it stops")
	}
	for _, want := range row.says {
		if !strings.Contains(stderr, want) {
			t.Errorf("the terminal lacks %q", want)
		}
	}
	if row.done && (states[mashal.Failed] > 0 || states[mashal.Done] != 100) {
		t.Errorf("verses %v", states)
	}
	if code == 2 || code == 3 {
		reports, err := filepath.Glob(filepath.Join(dir, "runs", "*", "failures.json"))
		if err != nil || len(reports) != 1 || !strings.Contains(commandtest.Read(t, reports[0]), row.says[0]) {
			t.Errorf("failures.json lacks %q (%v)", row.says[0], err)
		}
		if log := commandtest.Read(t, filepath.Join(filepath.Dir(reports[0]), "run.log")); !strings.Contains(log, row.says[0]) {
			t.Errorf("run.log lacks %q", row.says[0])
		}
		if c, out, log := commandtest.Run(t, dir, "status"); c != 0 || !strings.Contains(out, row.says[0]) {
			t.Errorf("status lacks %q: %s%s", row.says[0], out, log)
		}
	}
	if code == 2 && states[mashal.Failed] > 0 {
		t.Errorf("verses %v; all should be not run", states)
	}
}

// annotateBraked runs annotate with short waits and shows its progress.
func annotateBraked(t *testing.T, ctx context.Context, base, dir string, args ...string) (code int, stderr string) {
	t.Helper()
	var log bytes.Buffer
	p := commandtest.Program{Env: commandtest.Vendors(base), Stderr: &log, Backoff: func(d time.Duration) time.Duration { return d / brakeScale }}
	code = p.Run(ctx, append([]string{"annotate", "--passage", "10", "--dir", dir}, args...)...)
	return code, log.String()
}

// TestBrakeMatrix plays each fault of a server on the program. What cannot work is
// said without a wait and after few requests. An outage fails no verse.
func TestBrakeMatrix(t *testing.T) {
	t.Parallel()
	rows := []brakeRow{
		{fault: "no-key=1", code: 2, requests: 4, says: []string{"Incorrect API key", "Check the key"}},
		{fault: "no-credit=1", code: 2, requests: 4, says: []string{"Insufficient credits", "Check the credit"}},
		{fault: "no-model=1", code: 2, requests: 4, says: []string{"does not exist", "Check the model's name"}},
		{fault: "wrong-path=1", code: 2, requests: 4, says: []string{"404 page not found", "address"}},
		{fault: "wrong-path=1", args: []string{"--workers", "64"}, code: 2, requests: 4, says: []string{"404 page not found", "address"}},
		{fault: "login-page=1", code: 2, requests: 4, says: []string{"not this API", "address"}},
		{fault: "unknown-form=1", code: 2, requests: 4, says: []string{"not this API", "address"}},
		{fault: "unknown-form=1", args: []string{"--workers", "64"}, code: 2, requests: 4, says: []string{"not this API", "address"}},
		{fault: "elsewhere=1", code: 2, requests: 4, says: []string{"not in this protocol", "openai-responses, anthropic, gemini"}},
		{fault: "model-error=1", code: 2, requests: 4, says: []string{"unknown model", "Check the model's name"}},
		{fault: "not-served=1", code: 2, requests: 4, says: []string{"auth (status 40", "The vendor does not serve this country or region"}},
		{fault: "daily-limit=1", code: 2, requests: 4, says: []string{"quota", "when it resets"}},
		{fault: "refusal=1", code: 3, requests: 45, says: []string{"the last 25 answers could not be used (refused)"}},
		{fault: "unstreamed=1", code: 0, done: true},
		// With several workers, another's request may fail before the program has read the first answer.
		{fault: "wrong-path@0s+300s=1", args: []string{"--workers", "1"}, code: 0, done: true, says: []string{"paused: ", "the server answers again"}},
		{fault: "tls=1", code: 2, requests: 4, says: []string{"the TLS certificate of 127.0.0.1:", "is not valid"}},
		{fault: "refuse=1", code: 2, requests: 4, says: []string{"nothing answers at 127.0.0.1:", "connection refused", "Is the server running?"}},
		{fault: "outage@0s+300s=1", code: 0, done: true, says: []string{"paused: ", "in a row), probing", "the server answers again"}},
		{fault: "refuse@0s+300s=1", args: []string{"--workers", "1"}, code: 0, done: true, says: []string{"paused: ", "network (5 in a row)", "the server answers again"}},
		{fault: "outage@0s+300s=1", args: []string{"--workers", "16", "--brake", "3"}, code: 0, done: true, says: []string{"(3 in a row)"}},
		{fault: "outage@0s=1", args: []string{"--patience", "2m"}, code: 3, requests: 60, says: []string{"no recovery within --patience", "so far", "Resume with the same command: mashal annotate"}},
		{fault: "outage=1", args: []string{"--patience", "2m", "--workers", "64"}, code: 3, requests: 20, says: []string{"no recovery within --patience", "so far", "Resume with the same command: mashal annotate"}},
		{fault: "no-text=1", args: []string{"--patience", "2m"}, code: 3, requests: 30, before: 5, says: []string{"empty"}},
		{fault: "garbage=1", code: 3, requests: 30, before: 5, says: []string{"no verse in the answers"}},
		{fault: "empty=1", code: 3, args: []string{"--patience", "2m", "--workers", "3"}, requests: 30, before: 5, says: []string{"empty"}},
		{fault: "malformed@0=1", code: 3, args: []string{"--patience", "2m"}, requests: 30, before: 5, says: []string{"malformed"}},
		{fault: "other-format=1", code: 3, requests: 30, before: 5, says: []string{"no verse in the answers"}},
		{fault: "no-text=0.5,server-error=1", code: 3, args: []string{"--patience", "2m"}, requests: 40, before: 10, says: []string{"in a row"}},
		{fault: "no-text=1", args: []string{"--workers", "64", "--patience", "2m"}, code: 3, requests: 100, says: []string{"empty"}},
	}
	for _, vendor := range []string{"openai", "anthropic", "gemini"} {
		for n, row := range rows {
			t.Run(fmt.Sprint(vendor, "/", row.fault, n), func(t *testing.T) {
				t.Parallel()
				runBraked(t, vendor, row)
			})
		}
	}
}

// TestPauseIsAnEvent: programs that read the events learn of a pause and its end.
func TestPauseIsAnEvent(t *testing.T) {
	t.Parallel()
	base, stop := commandtest.Simulate(t, "--scale", fmt.Sprint(brakeScale), "--first-token", "8s", "--fault", "outage@0s+300s=1")
	defer stop()
	var out bytes.Buffer
	p := commandtest.Program{Stdout: &out, Backoff: func(d time.Duration) time.Duration { return d / brakeScale }}
	if code := p.Run(t.Context(), "annotate", "Hosea 1-7", "--passage", "10", "--dir", t.TempDir(), "--json", "--annotator", "openai:m@"+base+"/v1"); code != 0 {
		t.Errorf("exit code %d", code)
	}
	var names []string
	for line := range strings.Lines(out.String()) {
		var e struct {
			Event, Kind, Model string
			InRow              int     `json:"in_a_row"`
			Seconds            float64 `json:"seconds"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		if names = append(names, e.Event); e.Event == "paused" && (e.InRow < 5 || e.Kind == "" || !strings.HasPrefix(e.Model, "openai:m")) {
			t.Errorf("%+v", e)
		}
	}
	if paused, over := slices.Index(names, "paused"), slices.Index(names, "continued"); paused < 0 || over < paused {
		t.Errorf("events %v", names)
	}
}

// TestServersThatAreNotThere: what is wrong with an address is said without a wait,
// exit code 2, and no verse fails.
func TestServersThatAreNotThere(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	plain, _ := commandtest.Simulate(t)
	for _, test := range []struct {
		address string
		says    []string
	}{
		{"http://" + gone + "/v1", []string{"nothing answers at " + gone, "Is the server running?"}},
		{"https://no-such-host.invalid/v1", []string{"no-such-host.invalid", "Check the"}},
		{strings.Replace(plain, "http:", "https:", 1) + "/v1", []string{"does not speak TLS", "begins with http://"}},
	} {
		t.Run(test.address, func(t *testing.T) {
			dir := t.TempDir()
			code, stderr := annotateBraked(t, t.Context(), "http://127.0.0.1:1", dir, "Hosea", "--annotator", "openai:m@"+test.address, "--workers", "64")
			if code != 2 || strings.Contains(stderr, "paused: ") {
				t.Errorf("exit code %d: %s", code, stderr)
			}
			for _, want := range test.says {
				if !strings.Contains(stderr, want) {
					t.Errorf("the terminal lacks %q:\n%s", want, stderr)
				}
			}
			if n := len((commandtest.ModelRun{Dir: dir}).Readings(t)); n > 0 {
				t.Errorf("%d verses have a result", n)
			}
		})
	}
}

// TestServerFaultsArePlayed checks that the matrix has every fault of a server.
func TestServerFaultsArePlayed(t *testing.T) {
	source := commandtest.Read(t, "brake_test.go") + commandtest.Read(t, "../faulttest/fault_test.go")
	for _, f := range llmsim.ServerFaultNames() {
		if !strings.Contains(source, `"`+string(f)+"=") && !strings.Contains(source, `"`+string(f)+"@") {
			t.Errorf("no test plays %s", f)
		}
	}
}

// TestInterruptEndsWaits: an interrupt ends a pause, a probe, the wait of a passage
// and the wait of the limiter at once, and the same command then does the rest.
func TestInterruptEndsWaits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, fault string
		args        []string
		probes      bool   // hang
		after       string // on the terminal; "" for the first wait of a passage
	}{
		{"pause", "outage=1", []string{"--brake", "1"}, false, "probing again in"},
		{"passage", "outage=1", []string{"--brake", "1000"}, false, ""},
		{"limiter", "rate-limited@55s=1", nil, false, ""},
		{"long limit", "rate-limited@5m=1", nil, false, "probing again in"},
		{"probe", "outage=1", []string{"--brake", "1"}, true, "probing now"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			base, stop := commandtest.Simulate(t, "--fault", test.fault)
			defer stop()
			to, err := url.Parse(base)
			if err != nil {
				t.Fatal(err)
			}
			proxy := httputil.NewSingleHostReverseProxy(to)
			var answered atomic.Bool
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					return
				}
				if test.probes && bytes.Contains(body, []byte(annotate.ProbePrompt)) {
					<-r.Context().Done()
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				answered.Store(answered.Load() || r.Method == http.MethodPost)
				proxy.ServeHTTP(w, r)
			}))
			defer front.Close()
			dir := t.TempDir()
			ctx, interrupt := context.WithCancelCause(t.Context())
			waits := make(chan struct{})
			waiting := sync.OnceFunc(func() { close(waits) })
			log := &commandtest.Watch{Text: test.after, Found: func() {
				if test.after != "" {
					waiting()
				}
			}}
			p := commandtest.Program{
				Env: map[string]string{"OPENAI_API_KEY": commandtest.Key}, Stderr: log,
				Backoff: func(d time.Duration) time.Duration {
					if test.after == "" && answered.Load() { // not while the brake is configured
						waiting()
					}
					return d
				},
			}
			command := []string{"annotate", "Hosea 1-3", "--passage", "10", "--dir", dir, "--validator", "none", "--annotator", "openai:m@" + front.URL + "/v1"}
			code := make(chan int, 1)
			go func() { code <- p.Run(ctx, append(command, test.args...)...) }()
			select {
			case <-waits:
			case c := <-code:
				t.Fatalf("exit code %d before it waits:\n%s", c, log.String())
			}
			interrupt(&mashal.Error{Code: mashal.Interrupted, Op: "interrupted"})
			select {
			case c := <-code:
				if c != 130 {
					t.Errorf("exit code %d:\n%s", c, log.String())
				}
			case <-time.After(30 * time.Second): // the waits are longer
				t.Fatalf("it still waits:\n%s", log.String())
			}
			for place, v := range (commandtest.ModelRun{Dir: dir}).Readings(t) {
				t.Errorf("%s is %s", place, v.State)
			}
			calm, calmed := commandtest.Simulate(t)
			defer calmed()
			again := commandtest.Program{Env: p.Env, Stderr: log}
			command[len(command)-1] = "openai:m@" + calm + "/v1"
			if c := again.Run(t.Context(), command...); c != 0 {
				t.Errorf("again: exit code %d:\n%s", c, log.String())
			}
			if n := len((commandtest.ModelRun{Dir: dir}).Readings(t)); n != 39 {
				t.Errorf("%d verses have a result", n)
			}
		})
	}
}

// TestFallbackInOutage annotates with a model whose server is down, and a patience
// without end: the fallback is asked at once, and the run ends well.
func TestFallbackInOutage(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", fmt.Sprint(commandtest.Scale))
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet { // the list of models says that it is simulated
			httputil.NewSingleHostReverseProxy(target).ServeHTTP(w, r)
			return
		}
		asked.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, `{"error":{"message":"The engine is overloaded","type":"server_error"}}`)
	}))
	defer down.Close()
	run := commandtest.AnnotateBy(t, base, t.TempDir(), "Hosea", "--annotator", "openai:m@"+down.URL+"/v1", "--validator", "none", "--fallback", "openai:next@"+base+"/v1", "--patience", "10000h")
	if run.Code != 0 {
		t.Fatalf("exit code %d: %s", run.Code, run.Stderr)
	}
	if n := asked.Load(); n > 100 {
		t.Errorf("%d requests were sent to the server that is down", n)
	}
}
