package fleettest

import (
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// An interface is River's, served by a process.
type webInterface struct {
	t       testing.TB
	process *process
	address string
}

const uiToken = "a-long-random-text"

// withInterface starts a process that works and serves River's interface.
func (f *fleet) withInterface(workers int) *webInterface {
	f.env["FLEET_TOKEN"] = uiToken
	return &webInterface{t: f.t, process: f.work(workers, "--ui", "127.0.0.1:0", "--token", "@env:FLEET_TOKEN")}
}

// send sends a request, and returns the status and the body of the answer.
func (w *webInterface) send(method, path, body string) (int, string) {
	w.t.Helper()
	if w.address == "" {
		w.address = regexp.MustCompile(`http://\S+/fleet/`).FindString(w.process.stderr.String())
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.address+"api/"+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+uiToken)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatalf("%v: %s", err, &w.process.stderr)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// do sends a request that must succeed.
func (w *webInterface) do(method, path, body string) {
	w.t.Helper()
	if status, text := w.send(method, path, body); status != http.StatusOK {
		w.t.Fatalf("%s %s: %d, %s", method, path, status, text)
	}
}

// TestPausedInBrowser pauses a run through River's interface while a process works on it: the
// chapters at work end, no other one is taken until the run is resumed, and then the run ends
// as if nothing had happened.
func TestPausedInBrowser(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, append(slices.Clone(slow), "--scale", "400")...)
	f := newFleet(t, commandtest.Vendors(base))
	w := f.withInterface(2)
	follow := f.start(append([]string{"annotate", "Joel", "--quiet", "--dir", t.TempDir(), "--fleet", "--wait"}, byModel...)...)
	f.awaitTable("fleet.river_job")
	f.await("it works", `(SELECT count(*) = 2 FROM fleet.river_job WHERE state = 'running')`)
	var queue string
	if err := f.db.QueryRowContext(t.Context(), `SELECT min(queue) FROM fleet.river_job`).Scan(&queue); err != nil {
		t.Fatal(err)
	}
	w.do("PUT", "queues/"+queue+"/pause", "")
	paused := `(SELECT count(*) FILTER (WHERE state = 'running') = 0 AND count(*) FILTER (WHERE state = 'available') > 0 FROM fleet.river_job WHERE queue = $1)`
	f.await("the chapters at work end", paused, queue)
	status := f.start("status", "--dir", t.TempDir())
	status.exit(0)
	if !strings.Contains(status.stdout.String(), " waiting; it is paused") {
		t.Errorf("status says: %s", &status.stdout)
	}
	var left, leftNow int
	waiting := `SELECT count(*) FROM fleet.river_job WHERE queue = $1 AND state = 'available'`
	if err := f.db.QueryRowContext(t.Context(), waiting, queue).Scan(&left); err != nil {
		t.Fatal(err)
	}
	// The process has workers to spare, and does another run.
	f.start("annotate", "Obadiah", "--annotator", "offline", "--quiet", "--dir", t.TempDir(), "--fleet", "--wait").exit(0)
	if err := f.db.QueryRowContext(t.Context(), waiting, queue).Scan(&leftNow); err != nil || leftNow != left {
		t.Errorf("of %d chapters that waited %d still do, %v", left, leftNow, err)
	}
	w.do("PUT", "queues/"+queue+"/resume", "")
	follow.exit(0)
	f.await("each chapter was begun once", `(SELECT bool_and(state = 'completed' AND attempt = 1) FROM fleet.river_job)`)
}

// TestChangedInBrowser cancels a chapter at work, deletes one that waits, and cancels and
// retries another. The run says what it lacks, and nothing of that is taken for done. The same
// command does the rest. A chapter of a run that has ended cannot be retried.
func TestChangedInBrowser(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, slow...)
	f := newFleet(t, commandtest.Vendors(base))
	w := f.withInterface(2)
	command := append([]string{"annotate", "Joel", "--quiet", "--dir", t.TempDir(), "--fleet", "--wait"}, byModel...)
	follow := f.start(command...)
	f.awaitTable("fleet.river_job")
	f.await("it works", `(SELECT count(*) = 2 FROM fleet.river_job WHERE state = 'running')`)
	var queue, run string
	if err := f.db.QueryRowContext(t.Context(), `SELECT queue, args->>'run' FROM fleet.river_job LIMIT 1`).Scan(&queue, &run); err != nil {
		t.Fatal(err)
	}
	w.do("PUT", "queues/"+queue+"/pause", "")
	// The longest chapters are the first jobs.
	w.do("POST", "jobs/cancel", `{"ids":["1","4"]}`)
	w.do("POST", "jobs/delete", `{"ids":["3"]}`)
	w.do("POST", "jobs/retry", `{"ids":["4"]}`)
	f.await("one is cut and one ends", `(SELECT array_agg(state::text ORDER BY id) = '{cancelled,completed,available}' FROM fleet.river_job)`)
	f.await("its attempts have ended", `(SELECT count(*) = 0 FROM attempt WHERE ended_at IS NULL)`)
	status := f.start("status", "--dir", t.TempDir())
	status.exit(0)
	if want := "0 chapters at work and 1 waiting; 2 left out: cancelled or deleted in the queue, or given up after errors; it is paused"; !strings.Contains(status.stdout.String(), want) {
		t.Errorf("status says: %s", &status.stdout)
	}
	w.do("PUT", "queues/"+queue+"/resume", "")
	follow.exit(130)
	if want := "stopped: 2 chapters were cancelled or deleted in the queue, or given up after errors"; !strings.Contains(follow.stderr.String(), want) {
		t.Errorf("it does not say %q", want)
	}
	f.await("the run is not done", `(SELECT outcome = 'interrupted' FROM run)`)
	// All verses of the chapter that was cut may be annotated, and only their validation missing.
	f.await("two chapters are done, and one is untouched", `(SELECT count(*) FILTER (WHERE done) >= 2 AND count(*) FILTER (WHERE none) >= 1 FROM (
		SELECT bool_and(state = 'done') AS done, bool_and(state = 'not run') AS none FROM verse GROUP BY reading) c)`)
	if status, text := w.send("POST", "jobs/retry", `{"ids":["1"]}`); status != http.StatusConflict || !strings.Contains(text, "Run "+run+" has ended") {
		t.Errorf("a chapter of a run that has ended: %d, %s", status, text)
	}
	f.start(command...).exit(0)
	f.await("everything is done", `(SELECT bool_and(state = 'done') AND count(*) = 73 FROM verse)`)
	if strings.Contains(w.process.stderr.String(), uiToken) {
		t.Error("the process prints the token")
	}
}
