package fleettest

import (
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// byModel are the flags with which tests annotate.
var byModel = []string{"--annotator", "anthropic:m", "--served-as", commandtest.ServedAs, "--passage", "10"}

// TestEqualsLocalRun annotates two books with a simulated model, on one machine and by
// two processes of a fleet, and wants the same rows in the ledger and in the
// concordance.
func TestEqualsLocalRun(t *testing.T) {
	t.Parallel()
	// Each has a simulated model of its own, because faults depend on how often a request
	// was made before.
	simulator := func() map[string]string {
		base, _ := commandtest.Simulate(t, "--scale", "5000", "--fault", "length=0.1,damage=0.1", "--seed", "3")
		return commandtest.Vendors(base)
	}
	for name, flags := range map[string][]string{"model": byModel, "offline": {"--annotator", "offline"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			local, f := newFleet(t, simulator()), newFleet(t, simulator())
			localDir, dir := t.TempDir(), t.TempDir()
			args := append([]string{"annotate", "Hosea", "Joel", "--quiet"}, flags...)
			alone := local.start(append(slices.Clone(args), "--dir", localDir, "--workers", "4")...)
			<-alone.ended
			code := alone.ProcessState.ExitCode()
			if code != 0 && code != 3 { // some verses fail by the simulated faults, the same ones in both
				t.Fatalf("exit code %d: %s", code, &alone.stderr)
			}

			workers := []*process{f.work(3), f.work(3)}
			f.start(append(slices.Clone(args), "--dir", dir, "--fleet", "--wait")...).exit(code)
			names := slices.Collect(maps.Keys(tables))
			mustEqual(t, rows(t, f.ledger, names), rows(t, local.ledger, names))
			mustEqual(t, commandtest.ConcordanceRows(t, dir), commandtest.ConcordanceRows(t, localDir))
			if files, err := os.ReadDir(dir + "/runs"); err != nil || len(files) != 1 {
				t.Errorf("%d reports, %v", len(files), err)
			}
			for _, args := range [][]string{{"status"}, {"plan", "Hosea", "Joel"}, {"build"}} {
				f.start(append(args, "--dir", t.TempDir())...).exit(0)
			}
			retried := f.start("retry", "--dir", dir)
			<-retried.ended
			if got := retried.ProcessState.ExitCode(); got != 0 && got != code {
				t.Errorf("retry ends with %d: %s", got, &retried.stderr)
			}
			for _, w := range workers {
				_ = w.Process.Signal(syscall.SIGTERM)
				w.exit(0)
			}
		})
	}
}

// slow are the flags of a simulated model whose answers take a second or more.
var slow = []string{"--scale", "120", "--first-token", "60s", "--tokens-per-second", "62", "--tokens-per-event", "4"}

// TestStopped stops a process with SIGTERM while it waits for answers: its chapters are
// given back without an attempt, and another process ends the run.
func TestStopped(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, slow...)
	f := newFleet(t, commandtest.Vendors(base))
	stopped := f.work(2)
	follow := f.start(append([]string{"annotate", "Joel", "--quiet", "--dir", t.TempDir(), "--fleet", "--wait"}, byModel...)...)
	f.awaitTable("fleet.river_job")
	f.await("it works", `(SELECT count(*) = 2 FROM fleet.river_job WHERE state = 'running')`)
	f.await("answers arrive", `(SELECT count(*) > 0 FROM verse WHERE state = 'done')`)
	if err := stopped.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	stopped.exit(0)
	f.await("its chapters are given back", `(SELECT count(*) FILTER (WHERE state = 'running') = 0 AND max(attempt) <= 1 FROM fleet.river_job)`)
	f.await("nothing is left open", `(SELECT count(*) = 0 FROM attempt WHERE ended_at IS NULL)`)
	f.work(4)
	follow.exit(0)
}

// TestManyAtOnce starts processes at the same time on an empty database. Two give the
// same command, and one run does it.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	f := newFleet(t, nil)
	for range 3 {
		f.work(2)
	}
	var follow []*process
	for range 2 {
		follow = append(follow, f.start("annotate", "Hosea", "Joel", "Amos", "--quiet", "--dir", t.TempDir(), "--fleet", "--wait"))
	}
	for _, p := range follow {
		p.exit(0)
	}
	f.await("one run did everything", `(SELECT count(*) = 270 + 146 FROM verse WHERE state = 'done')`)
}

// awaitTable waits until a table is made.
func (f *fleet) awaitTable(name string) {
	f.t.Helper()
	f.await(name+" is made", `to_regclass($1) IS NOT NULL`, name)
}

// TestRefusedAndCancelled wants a process to refuse a run that it may not work on and
// to say why, and a run to end when it is cancelled while chapters are at work.
func TestRefusedAndCancelled(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, slow...)
	f := newFleet(t, commandtest.Vendors(base))
	f.work(2, "--annotator", "openai:gpt-5.1")
	f.awaitTable("fleet.worker")
	none := f.start("status")
	none.exit(2)
	if got := none.stderr.String(); !strings.Contains(got, "annotate Ezekiel 1-10 --ledger") {
		t.Errorf("status of no run says:\n%s", got)
	}
	follow := f.start(append([]string{"annotate", "Joel", "Hosea", "--dir", t.TempDir(), "--fleet", "--wait"}, byModel...)...)
	f.awaitTable("fleet.worker")
	f.await("the run is refused", `EXISTS (SELECT 1 FROM fleet.worker WHERE refuses LIKE '%--annotator does not name anthropic:m@simulator%')`)
	f.await("no chapter is taken", `(SELECT count(*) = 18 AND bool_and(state = 'available') FROM fleet.river_job)`)

	f.work(2)
	f.await("answers arrive", `(SELECT count(*) > 0 FROM verse WHERE state = 'done')`)
	status := f.start("status")
	status.exit(0)
	for _, want := range []string{"2 chapters at work and 16 waiting", "it refuses run", "has 2 chapters"} {
		if got := status.stdout.String(); !strings.Contains(got, want) {
			t.Errorf("status does not say %q:\n%s", want, got)
		}
	}
	var run string
	if err := f.db.QueryRowContext(t.Context(), `SELECT id FROM run`).Scan(&run); err != nil {
		t.Fatal(err)
	}
	f.start("cancel", run).exit(0)
	follow.exit(130)
	if got := follow.stderr.String(); !strings.Contains(got, "workers take its chapters: ") {
		t.Errorf("annotate does not say what works on the run:\n%s", got)
	}
	f.await("the run has ended", `(SELECT outcome = 'interrupted' FROM run)`)
	f.await("nothing is open", `(SELECT count(*) = 0 FROM attempt WHERE ended_at IS NULL)`)
	f.await("what was done is kept", `(SELECT count(*) > 0 AND count(*) FILTER (WHERE state = 'running') = 0 FROM verse WHERE state <> 'not run')`)
	f.await("the queue is empty", `NOT EXISTS (SELECT 1 FROM fleet.river_job WHERE state IN ('available', 'running', 'retryable', 'scheduled', 'pending'))`)
	status = f.start("status")
	status.exit(0)
	if got := status.stdout.String(); strings.Contains(got, "it refuses run") {
		t.Errorf("status shows that a run is refused that has ended:\n%s", got)
	}
	unknown := f.start("cancel", "nosuch")
	unknown.exit(2)
	if got := unknown.stderr.String(); !strings.Contains(got, `no run of a fleet that has not ended, and no batch "nosuch"`) || !strings.Contains(got, "status --ledger") {
		t.Errorf("cancel says:\n%s", got)
	}
}
