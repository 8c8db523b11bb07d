package fleettest

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// TestPausedInBrowser pauses a run through River's interface while a process works on it: the
// chapters at work end, no other one is taken until the run is resumed, and then the run ends
// as if nothing had happened. A chapter at work cannot be cancelled, retried or deleted.
func TestPausedInBrowser(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, append(slices.Clone(slow), "--scale", "400")...)
	f := newFleet(t, commandtest.Vendors(base))
	f.env["FLEET_TOKEN"] = "a-long-random-text"
	w := f.work(2, "--ui", "127.0.0.1:0", "--token", "@env:FLEET_TOKEN")
	follow := f.start(append([]string{"annotate", "Joel", "--quiet", "--dir", t.TempDir(), "--fleet", "--wait"}, byModel...)...)
	f.awaitTable("fleet.river_job")
	f.await("it works", `(SELECT count(*) = 2 FROM fleet.river_job WHERE state = 'running')`)
	address := regexp.MustCompile(`http://\S+/fleet/`).FindString(w.stderr.String())
	send := func(method, path, body string) int {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, address+"api/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer a-long-random-text")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("%v: %s", err, &w.stderr)
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	var queue string
	if err := f.db.QueryRowContext(t.Context(), `SELECT min(queue) FROM fleet.river_job`).Scan(&queue); err != nil {
		t.Fatal(err)
	}
	if got := send("PUT", "queues/"+queue+"/pause", ""); got != http.StatusOK {
		t.Fatalf("pause: %d", got)
	}
	for _, change := range []string{"cancel", "retry", "delete"} {
		if got := send("POST", "jobs/"+change, `{"ids":["1","2","3","4"]}`); got != http.StatusForbidden {
			t.Errorf("%s: %d", change, got)
		}
	}
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
	if got := send("PUT", "queues/"+queue+"/resume", ""); got != http.StatusOK {
		t.Fatalf("resume: %d", got)
	}
	follow.exit(0)
	f.await("each chapter was begun once", `(SELECT bool_and(state = 'completed' AND attempt = 1) FROM fleet.river_job)`)
}
