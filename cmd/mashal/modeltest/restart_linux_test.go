package modeltest

import (
	"bytes"
	"database/sql"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
	"mashal/ledger/postgrestest"
)

// TestServerRestarts stops and kills the PostgreSQL server in the middle of a run of 64
// workers, and has it allow 20 connections. The run goes on: no answer is lost or bought
// twice, another writer is refused, and the concordance is that of an undisturbed run.
func TestServerRestarts(t *testing.T) {
	annotate := func(dir, log, scale string, args ...string) (string, int) {
		base, stop := commandtest.Simulate(t, "--scale", scale, "--log", log)
		defer stop()
		var stderr bytes.Buffer
		p := commandtest.Program{Env: commandtest.Vendors(base), Stderr: &stderr}
		code := p.Run(t.Context(), append([]string{"annotate", "Hosea 1-10", "--annotator", "anthropic:m", "--passage", "7", "--served-as", commandtest.ServedAs, "--workers", "64", "--dir", dir, "--json"}, args...)...)
		return stderr.String(), code
	}
	calm, calmLog := t.TempDir(), filepath.Join(t.TempDir(), "calm.jsonl")
	if log, code := annotate(calm, calmLog, "5000"); code != 0 {
		t.Fatalf("exit code %d: %s", code, log)
	}

	server := postgrestest.NewServer(t, "max_connections=20")
	where := server.NewDatabase(t)
	dir, log := t.TempDir(), filepath.Join(t.TempDir(), "served.jsonl")
	done := make(chan string, 1)
	go func() {
		stderr, code := annotate(dir, log, "100", "--ledger", where)
		if code != 0 {
			t.Errorf("exit code %d", code)
		}
		done <- stderr
	}()
	for i, end := range []func(){server.Stop, server.Kill} {
		// Some requests are answered, and others are under way.
		waitForAnswers(t, where, 2+8*i)
		end()
		server.Start(t)
		if second, err := ledger.Open(t.Context(), where); err == nil {
			t.Error("a second writer was admitted")
			_ = second.Close()
		} else if !strings.Contains(err.Error(), "it is being written by") {
			t.Error(err)
		}
	}
	stderr := <-done
	logs, err := filepath.Glob(filepath.Join(dir, "runs", "*", "run.log"))
	if err != nil || len(logs) != 1 {
		t.Fatalf("logs %v, %v; %s", logs, err, stderr)
	}
	for _, line := range []string{"waiting for the ledger's server since", "the ledger's server is back after"} {
		if !strings.Contains(commandtest.Read(t, logs[0]), line) {
			t.Errorf("run.log does not say %q", line)
		}
	}
	bought, want := commandtest.AnswersByRequest(commandtest.SimulatorLog(t, log)), commandtest.AnswersByRequest(commandtest.SimulatorLog(t, calmLog))
	if !maps.Equal(bought, want) {
		t.Errorf("%d different requests were answered, %d in an undisturbed run", len(bought), len(want))
		for hash, n := range bought {
			if n != want[hash] {
				t.Errorf("%s was bought %d times, and %d times in an undisturbed run", hash, n, want[hash])
			}
		}
	}
	book, err := ledger.OpenReadOnly(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	run, err := book.LatestRun(t.Context())
	if err != nil || run.State != mashal.RunDone {
		t.Errorf("the run is %s, %v", run.State, err)
	}
	calls, err := book.RunCalls(t.Context(), run.ID)
	if err != nil || len(calls) != len(want) {
		t.Errorf("%d calls are recorded, %d were answered; %v", len(calls), len(want), err)
	}
	rows := commandtest.ConcordanceRows(t, dir)
	for view, wanted := range commandtest.ConcordanceRows(t, calm) {
		if !slices.Equal(rows[view], wanted) {
			t.Errorf("%s differs from an undisturbed run: %s", view, commandtest.FirstDifference(rows[view], wanted))
		}
	}
}

// waitForAnswers waits until a ledger has at least n answers.
func waitForAnswers(t *testing.T, where string, n int) {
	t.Helper()
	db, err := sql.Open("pgx", where)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for answers := 0; answers < n; {
		// The table may not exist yet.
		_ = db.QueryRowContext(t.Context(), `SELECT count(*) FROM request WHERE outcome = 'done'`).Scan(&answers)
		select {
		case <-time.After(2 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("too few answers")
		}
	}
}
