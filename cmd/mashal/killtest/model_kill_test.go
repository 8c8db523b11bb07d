package killtest

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
)

// TestKilledWhileAsking kills the program with SIGKILL while a model answers 16 workers,
// gives the same command again, and wants the concordance of an undisturbed run. What was
// reported as done must be in the ledger, and no more tokens are bought twice than were on
// their way when it was killed, one answer for each worker.
func TestKilledWhileAsking(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	scale := []string{"--scale", "3000", "--first-token", "60s", "--tokens-per-second", "62", "--tokens-per-event", "4"}
	calmLog := filepath.Join(t.TempDir(), "calm.jsonl")
	base, stop := commandtest.Simulate(t, append(slices.Clone(scale), "--log", calmLog)...)
	calm := newWire(t, base)
	undisturbed := t.TempDir()
	if _, ended := calm.annotate(t, program, undisturbed, -1); ended.ExitCode() != 0 {
		t.Fatalf("an undisturbed run ends with %s", ended)
	}
	stop()
	want := commandtest.ConcordanceRows(t, undisturbed)
	var harm commandtest.Harm
	bought := served(t, &harm, calmLog, undisturbed)
	if bought.Open != 0 || harm != (commandtest.Harm{}) {
		t.Errorf("%d answers of an undisturbed run are not in the ledger; %+v", bought.Open, harm)
	}

	row := commandtest.NewTorture(t, "kill -9 of a local run, 16 workers", 24, 100)
	row.Run(t, func(t *testing.T, random *rand.Rand) (hit bool, harm commandtest.Harm) {
		after := random.Int64N(calm.passed.Load())
		log := filepath.Join(t.TempDir(), "killed.jsonl")
		base, stop := commandtest.Simulate(t, append(slices.Clone(scale), "--log", log)...)
		wire := newWire(t, base)
		dir := t.TempDir()
		acknowledged, first := wire.annotate(t, program, dir, after)
		hit = commandtest.Killed(first)
		harm.False = checkLeft(t, dir, acknowledged)
		_, second := wire.annotate(t, program, dir, -1)
		stop()
		harm.Compare(t, commandtest.ConcordanceRows(t, dir), want)
		harm.Reported(t, second.ExitCode() == 0, second.String())
		if out, err := exec.Command(program, "verify", "--dir", dir).CombinedOutput(); err != nil {
			t.Errorf("verify: %s", out)
			harm.Altered++
		}
		got := served(t, &harm, log, dir)
		harm.CountTwice(t, got, bought, workers)
		t.Logf("killed after %d bytes, %d places acknowledged; %+v; undisturbed %+v", after, len(acknowledged), got, bought)
		if t.Failed() || harm.Twice > harm.InFlight {
			for name, of := range map[string][2]string{"undisturbed": {calmLog, undisturbed}, "killed": {log, dir}} {
				logPurchases(t, name, of[0], of[1])
			}
		}
		return hit, harm
	})
}

// served returns what a simulated model has served to the runs of a data folder, and adds
// to harm where the ledger differs.
func served(t *testing.T, harm *commandtest.Harm, path, dir string) commandtest.Purchase {
	t.Helper()
	var recorded []commandtest.Charge
	commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		requests, err := book.RunCalls(t.Context(), run)
		for i := range requests {
			recorded = append(recorded, commandtest.Charge{VendorID: requests[i].VendorID, Output: requests[i].Tokens.Output})
		}
		return err
	})
	return harm.Bought(t, commandtest.SimulatorLog(t, path), recorded)
}

// logPurchases logs the requests in the ledger and what was served.
func logPurchases(t *testing.T, name, path, dir string) {
	t.Helper()
	commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		requests, err := book.RunCalls(t.Context(), run)
		for _, r := range requests {
			t.Logf("%s, in the ledger: run %s %s %s %v out %d %v %s id %s", name, run, r.Purpose, r.Chapter, r.Verses, r.Tokens.Output, r.Outcome, r.Error, r.VendorID)
		}
		return err
	})
	for _, e := range commandtest.SimulatorLog(t, path) {
		t.Logf("%s, served: %s %s out %d status %d end %s finished %v verses %v fault %s error %s", name, e.ID, e.Hash, e.Output, e.Status, e.End, e.Finished, e.Verses, e.Fault, e.Error)
	}
}

// A wire is what lies between the program and the model: it counts the bytes
// that pass, and pulls the plug of the program.
type wire struct {
	address string
	passed  atomic.Int64
	cut     atomic.Int64           // after so many bytes; 0 for never
	kill    atomic.Pointer[func()] // called once
}

func newWire(t *testing.T, base string) *wire {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{DisableKeepAlives: true} // other tests close the idle connections of the default one
	proxy.FlushInterval = -1
	proxy.ErrorLog = log.New(io.Discard, "", 0)                             // a killed program's connections break
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {} // the program has gone
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Body = &metered{r.Body, w}
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	w.address = server.URL
	return w
}

type metered struct {
	io.ReadCloser
	wire *wire
}

func (m *metered) Read(p []byte) (int, error) {
	n, err := m.ReadCloser.Read(p)
	passed := m.wire.passed.Add(int64(n))
	if cut := m.wire.cut.Load(); cut > 0 && passed >= cut {
		if kill := m.wire.kill.Swap(nil); kill != nil {
			(*kill)()
		}
	}
	return n, err
}

// workers is the number of workers of runs over the wire.
const workers = 16

// annotate annotates over the wire, and is killed after so many bytes (never if
// negative). It returns the places that the program has reported as done, and how it ended.
func (w *wire) annotate(t *testing.T, program, dir string, after int64) (acknowledged map[string]bool, ended *os.ProcessState) {
	t.Helper()
	cmd := exec.Command(program, "annotate", "Ezekiel 15-19", "--dir", dir, "--annotator", "anthropic:m", "--served-as", commandtest.ServedAs, "--workers", fmt.Sprint(workers), "--passage", "6", "--json")
	cmd.Env = commandtest.Environ(commandtest.Vendors(w.address))
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after >= 0 {
		kill := func() { _ = cmd.Process.Kill() }
		w.kill.Store(&kill)
		w.cut.Store(max(after, 1))
	}
	if err := cmd.Wait(); err != nil {
		t.Logf("%v: %s", err, &stderr)
	}
	w.cut.Store(0)
	return commandtest.Acknowledged(stdout.String()), cmd.ProcessState
}
