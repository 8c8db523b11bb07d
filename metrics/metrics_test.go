package metrics_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"go.uber.org/goleak"

	"mashal"
	"mashal/llm"
	"mashal/metrics"
	"mashal/pipeline"
	"mashal/report"
	"mashal/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// assignment returns the task of a worker at Joel 2:1-3.
func assignment(worker int, attempt int64) pipeline.Assignment {
	return pipeline.Assignment{Worker: worker, Attempt: attempt, Purpose: mashal.Detection, Chapter: mashal.Chapter{Book: 29, Number: 2}, Verses: []int{1, 2, 3}}
}

// asked returns the event that a request for verses has ended.
func asked(attempt int64, failure error, of, lacking []int) pipeline.Asked {
	return pipeline.Asked{Assignment: assignment(1, attempt), Model: "openai:m", Of: of, Lacking: lacking, Failure: failure, Response: llm.Response{
		Usage: mashal.Tokens{Input: 1000, CachedInput: 600, Output: 50, Reasoning: 20, Reported: true},
		Cost:  mashal.Cost{Amount: mashal.Dollar / 100, State: mashal.CostExact}, Duration: 3 * time.Second, FirstText: time.Second,
	}}
}

// everything returns metrics each of which has a value.
func everything() *metrics.Metrics {
	m := metrics.New("test")
	m.Observe(pipeline.Planned{Run: "r", Annotator: "openai:m", Verses: 3, Workers: 2})
	m.Inspect(func() pipeline.Snapshot {
		return pipeline.Snapshot{Queued: 4, LedgerWAL: sqlite.WAL{Bytes: 5, HighWater: 6}}
	})
	m.Models(func() metrics.Models {
		return metrics.Models{
			Limiters: map[string]llm.LimiterStats{"openai": {Window: 3, InFlight: 2, Waiting: 1, Requests: llm.Window{Limit: 60, Remaining: 59}, Tokens: llm.Window{Limit: 100, Remaining: 7}}},
			Brakes:   map[string]llm.BrakeState{"openai:m": {Phase: llm.BrakePaused, InRow: 5}},
			Budget:   &metrics.Budget{Limit: 5 * mashal.Dollar, Spent: mashal.Dollar},
		}
	})
	m.Fleet(func(context.Context) (metrics.Fleet, error) {
		return metrics.Fleet{Jobs: map[string]int{"available": 7}, Leases: map[string]time.Duration{"w1": 3 * time.Second}}, nil
	})
	m.Observe(pipeline.Started{Assignment: assignment(1, 1)})
	m.Observe(asked(1, &llm.Error{Kind: llm.Cut}, []int{1, 2, 3}, []int{3}))
	m.Observe(asked(1, nil, []int{3}, nil))
	unpriced := asked(1, nil, nil, nil)
	unpriced.Response.Cost = mashal.Cost{}
	m.Observe(unpriced)
	m.Observe(pipeline.Held{Assignment: assignment(1, 1), For: time.Second})
	m.Observe(pipeline.Paused{Pause: llm.Pause{Model: "openai:m"}})
	m.Observe(pipeline.Ended{Assignment: assignment(1, 1), Outcome: mashal.Failed, Ended: 3, Failed: 2, Figures: 2, Failures: []mashal.Failure{{Kind: "refused"}}})
	var batched pipeline.Batched
	batched.Batch.Model, batched.Batch.State = "openai:m", mashal.BatchEnded
	m.Observe(batched)
	m.Page("/read/{book}", 200, time.Millisecond)
	return m
}

// TestNames checks the names, the types and the help of all metrics by the rules of
// Prometheus.
func TestNames(t *testing.T) {
	problems, err := testutil.GatherAndLint(everything().Gatherer())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// names returns the names of all metrics.
func names(t *testing.T) (list []string) {
	t.Helper()
	families, err := everything().Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		list = append(list, f.GetName())
	}
	return list
}

// TestDocumented compares the table in docs/watching.md with the metrics.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/watching.md")
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(mashal_\\w+)` \\|").FindAllSubmatch(text, -1) {
		rows = append(rows, string(row[1]))
	}
	all := names(t)
	for _, name := range all {
		if strings.HasPrefix(name, "mashal_") && !slices.Contains(rows, name) {
			t.Errorf("docs/watching.md does not describe %s", name)
		}
	}
	for _, name := range rows {
		if !slices.Contains(all, name) {
			t.Errorf("docs/watching.md describes %s, which does not exist", name)
		}
	}
	checkNames(t, "docs/watching.md", all, string(text))
}

// TestDashboard checks that each metric in the dashboard exists, and that it shows each
// metric.
func TestDashboard(t *testing.T) {
	text, err := os.ReadFile("../docs/grafana.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &dashboard); err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for _, p := range dashboard.Panels {
		if len(p.Targets) == 0 {
			t.Errorf("%s shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			shown.WriteString(target.Expr + "\n")
		}
	}
	all := names(t)
	named := checkNames(t, "docs/grafana.json", all, shown.String())
	for _, name := range all {
		if strings.HasPrefix(name, "mashal_") && !slices.Contains(named, name) {
			t.Errorf("the dashboard does not show %s", name)
		}
	}
}

// checkNames checks that each metric that a text names exists, and returns their names.
func checkNames(t *testing.T, file string, all []string, text string) (named []string) {
	t.Helper()
	for _, name := range regexp.MustCompile(`\b(mashal|process|go)_\w+[a-z]\b`).FindAllString(text, -1) {
		name = regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
		if named = append(named, name); !slices.Contains(all, name) {
			t.Errorf("%s names %s, which does not exist", file, name)
		}
	}
	return named
}

// TestCounts checks what is counted of requests and verses.
func TestCounts(t *testing.T) {
	m := everything()
	late := asked(2, &llm.Error{Kind: llm.OverBudget}, []int{1}, nil)
	m.Observe(late) // was not sent
	m.Observe(pipeline.Paused{Pause: llm.Pause{Model: "openai:m"}})
	want := `
# HELP mashal_requests_total Requests to models that were sent, failed ones included.
# TYPE mashal_requests_total counter
mashal_requests_total{model="openai:m",purpose="detection"} 3
# HELP mashal_retries_total Requests for verses that an earlier request of the same attempt did not get.
# TYPE mashal_retries_total counter
mashal_retries_total{model="openai:m",purpose="detection"} 1
# HELP mashal_request_failures_total Requests that ended without a complete answer, by kind of failure.
# TYPE mashal_request_failures_total counter
mashal_request_failures_total{kind="cut",model="openai:m",purpose="detection"} 1
# HELP mashal_unpriced_requests_total Requests that were sent and whose cost is unknown.
# TYPE mashal_unpriced_requests_total counter
mashal_unpriced_requests_total{model="openai:m",purpose="detection"} 1
# HELP mashal_cost_dollars_total Cost of requests in US dollars, as far as it is known.
# TYPE mashal_cost_dollars_total counter
mashal_cost_dollars_total{model="openai:m",purpose="detection"} 0.02
# HELP mashal_failed_verses_total Verses that failed, by kind of failure.
# TYPE mashal_failed_verses_total counter
mashal_failed_verses_total{kind="missing",purpose="detection"} 1
mashal_failed_verses_total{kind="refused",purpose="detection"} 1
# HELP mashal_verses_total Verses that came to their end.
# TYPE mashal_verses_total counter
mashal_verses_total{outcome="done",purpose="detection"} 1
mashal_verses_total{outcome="failed",purpose="detection"} 2
# HELP mashal_pauses_total Pauses of the run by the brake of a model.
# TYPE mashal_pauses_total counter
mashal_pauses_total{model="openai:m"} 1
`
	if err := testutil.GatherAndCompare(m.Gatherer(), strings.NewReader(want), "mashal_requests_total", "mashal_retries_total", "mashal_request_failures_total",
		"mashal_unpriced_requests_total", "mashal_cost_dollars_total", "mashal_failed_verses_total", "mashal_verses_total", "mashal_pauses_total"); err != nil {
		t.Error(err)
	}
}

// TestEfficiency checks that waiting is not work, and that the time of a run is counted
// once.
func TestEfficiency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := metrics.New("test")
		release := m.Inspect(func() pipeline.Snapshot { return pipeline.Snapshot{} })
		m.Observe(pipeline.Planned{Workers: 2})
		m.Observe(pipeline.Started{Assignment: assignment(1, 1)})
		time.Sleep(10 * time.Second)
		m.Observe(pipeline.Held{Assignment: assignment(1, 1), For: 4 * time.Second}) // 6 of work
		time.Sleep(2 * time.Second)
		m.Observe(pipeline.Waiting{Assignment: assignment(1, 1)}) // 8
		time.Sleep(3 * time.Second)
		m.Observe(pipeline.Resumed{Assignment: assignment(2, 1)})
		time.Sleep(5 * time.Second)
		m.Observe(pipeline.Ended{Assignment: assignment(2, 1)}) // 13, of 2 × 20
		check := func(capacity string) {
			t.Helper()
			want := `
# HELP mashal_run_efficiency_ratio Busy time of the workers divided by their capacity, of the run or of the last one.
# TYPE mashal_run_efficiency_ratio gauge
mashal_run_efficiency_ratio 0.325
# HELP mashal_worker_busy_seconds_total Time for which workers worked; waiting is not work.
# TYPE mashal_worker_busy_seconds_total counter
mashal_worker_busy_seconds_total 13
# HELP mashal_worker_capacity_seconds_total Time for which workers could have worked: their number times the time of runs.
# TYPE mashal_worker_capacity_seconds_total counter
mashal_worker_capacity_seconds_total ` + capacity + "\n"
			if err := testutil.GatherAndCompare(m.Gatherer(), strings.NewReader(want), "mashal_run_efficiency_ratio", "mashal_worker_busy_seconds_total", "mashal_worker_capacity_seconds_total"); err != nil {
				t.Error(err)
			}
		}
		check("40")
		m.Observe(pipeline.Finished{Report: &report.Report{}})
		release()
		time.Sleep(time.Hour)
		check("40")
	})
}

// TestFleetThatCannotBeRead checks that the other metrics are there.
func TestFleetThatCannotBeRead(t *testing.T) {
	m := everything()
	m.Fleet(func(context.Context) (metrics.Fleet, error) { return metrics.Fleet{}, errors.New("no connection") })
	all, err := m.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		switch f.GetName() {
		case "mashal_fleet_jobs":
			t.Error("there are jobs")
		case "mashal_fleet_read_errors_total":
			if n := f.GetMetric()[0].GetCounter().GetValue(); n != 1 {
				t.Errorf("%v errors", n)
			}
		}
	}
}

// TestServer checks which requests are answered.
func TestServer(t *testing.T) {
	server, err := everything().Listen(t.Context(), ":0")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(server.URL(), "http://127.0.0.1:") {
		t.Errorf("without a host it is at %s", server.URL())
	}
	for _, row := range []struct {
		path, host string
		status     int
	}{
		{"", "", 200},
		{"", "localhost:1", 200},
		{"", "mashal.example", 421},
		{"/more", "", 404},
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL()+row.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host, req.Close = row.host, true
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if resp.StatusCode != row.status {
			t.Errorf("%+v: %s", row, resp.Status)
		}
		if row.status == 200 && !bytes.Contains(body, []byte(`mashal_run_info{annotator="openai:m",run="r",validator=""} 1`)) {
			t.Errorf("no run in\n%s", body)
		}
	}
	if _, err := metrics.New("").Listen(t.Context(), strings.TrimSuffix(strings.TrimPrefix(server.URL(), "http://"), "/metrics")); err == nil {
		t.Error("two servers on one port")
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	if _, err := metrics.New("").Listen(t.Context(), "9464"); mashal.CodeOf(err) != mashal.Usage {
		t.Errorf("without a port: %v", err)
	}
}

// TestOddCounts observes numbers that are no counts. They must not end a run with a panic.
func TestOddCounts(t *testing.T) {
	m := metrics.New("test")
	odd := asked(1, nil, []int{1}, nil)
	odd.Response.Usage = mashal.Tokens{Input: -1, CachedInput: 5, Output: -1, Reasoning: -7, Reported: true}
	odd.Response.Cost.Amount = -1
	m.Observe(odd)
	m.Observe(pipeline.Held{Assignment: assignment(1, 1), For: -time.Second})
	m.Observe(pipeline.Ended{Assignment: assignment(1, 1), Outcome: mashal.Failed, Ended: 1, Failed: 2, Figures: -1})
	if _, err := m.Gatherer().Gather(); err != nil {
		t.Error(err)
	}
}

// TestSecondRunOfAFleet lets a process of a fleet work on two runs at a time, of which none
// ends in it: the capacity is that of its workers, and never decreases.
func TestSecondRunOfAFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := metrics.New("test")
		m.Observe(pipeline.Planned{Run: "1", Workers: 2})
		time.Sleep(10 * time.Second)
		m.Observe(pipeline.Planned{Run: "2", Workers: 2})
		time.Sleep(5 * time.Second)
		const want = `
# HELP mashal_worker_capacity_seconds_total Time for which workers could have worked: their number times the time of runs.
# TYPE mashal_worker_capacity_seconds_total counter
mashal_worker_capacity_seconds_total 30
`
		if err := testutil.GatherAndCompare(m.Gatherer(), strings.NewReader(want), "mashal_worker_capacity_seconds_total"); err != nil {
			t.Error(err)
		}
	})
}
