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
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
)

// TestKilledWhileAsking kills the program with SIGKILL while a model answers,
// gives the same command again, and wants the concordance of an undisturbed
// run, and no more tokens bought than were on their way when it was killed.
func TestKilledWhileAsking(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	scale := []string{"--scale", "3000", "--first-token", "60s", "--tokens-per-second", "62", "--tokens-per-event", "4"}
	calmLog := filepath.Join(t.TempDir(), "calm.jsonl")
	base, stop := commandtest.Simulate(t, append(slices.Clone(scale), "--log", calmLog)...)
	calm := newWire(t, base)
	undisturbed := t.TempDir()
	calm.annotate(t, program, undisturbed, -1)
	stop()
	want := commandtest.ConcordanceRows(t, undisturbed)
	bought := served(t, calmLog, undisturbed)
	if bought.open != 0 {
		t.Errorf("%d tokens of an undisturbed run are not in the ledger", bought.open)
	}

	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	for range 24 {
		after := random.Int64N(calm.passed.Load())
		t.Run(fmt.Sprintf("after %d bytes", after), func(t *testing.T) {
			t.Parallel()
			log := filepath.Join(t.TempDir(), "killed.jsonl")
			base, stop := commandtest.Simulate(t, append(slices.Clone(scale), "--log", log)...)
			wire := newWire(t, base)
			dir := t.TempDir()
			wire.annotate(t, program, dir, after)
			wire.annotate(t, program, dir, -1)
			stop()
			for view, rows := range commandtest.ConcordanceRows(t, dir) {
				if !slices.Equal(rows, want[view]) {
					t.Errorf("%s: %d rows differ from the %d of an undisturbed run: %s", view, len(rows), len(want[view]), commandtest.FirstDifference(rows, want[view]))
				}
			}
			got := served(t, log, dir)
			// Each answer that is begun anew has its own few tokens around the
			// verses.
			most := got.open + 16*int64(max(0, got.answers-bought.answers))
			t.Logf("%d tokens in %d answers; undisturbed %d in %d; under way when killed %d", got.output, got.answers, bought.output, bought.answers, got.open)
			if twice := got.output - bought.output; twice > most {
				t.Errorf("%d tokens were bought twice, and at most %d were under way", twice, most)
				for name, of := range map[string][2]string{"undisturbed": {calmLog, undisturbed}, "killed": {log, dir}} {
					commandtest.EachRun(t, of[1], func(book *ledger.Ledger, run string) error {
						requests, err := book.RunCalls(t.Context(), run)
						for _, r := range requests {
							t.Logf("%s, in the ledger: run %s %s %s %v out %d %v %s id %s", name, run, r.Purpose, r.Chapter, r.Verses, r.Tokens.Output, r.Outcome, r.Error, r.VendorID)
						}
						return err
					})
					for _, e := range commandtest.SimulatorLog(t, of[0]) {
						t.Logf("%s, served: %s %s out %d status %d end %s finished %v verses %v fault %s error %s", name, e.ID, e.Hash, e.Output, e.Status, e.End, e.Finished, e.Verses, e.Fault, e.Error)
					}
				}
			}
		})
	}
}

// A purchase is what a simulated model has served.
type purchase struct {
	answers      int
	output, open int64 // tokens; of them, those of answers that the ledger does not know to have ended
}

func served(t *testing.T, path, dir string) (p purchase) {
	t.Helper()
	ended := map[string]bool{}
	commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		requests, err := book.RunCalls(t.Context(), run)
		for _, r := range requests {
			ended[r.VendorID] = true
		}
		return err
	})
	for _, e := range commandtest.SimulatorLog(t, path) {
		p.answers++
		p.output += e.Output
		if !ended["req_01"+e.ID] { // as Anthropic names them
			p.open += e.Output
		}
	}
	return p
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

// annotate annotates over the wire, and is killed after so many bytes (never if
// negative).
func (w *wire) annotate(t *testing.T, program, dir string, after int64) {
	t.Helper()
	cmd := exec.Command(program, "annotate", "Ezekiel 15-17", "--dir", dir, "--annotator", "anthropic:m", "--served-as", commandtest.ServedAs, "--workers", "4", "--passage", "20", "--quiet")
	cmd.Env = commandtest.Environ(commandtest.Vendors(w.address))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if after >= 0 {
		kill := func() { _ = cmd.Process.Kill() }
		w.kill.Store(&kill)
		w.cut.Store(max(after, 1))
	}
	err := cmd.Wait()
	w.cut.Store(0)
	if killed := w.kill.Load() == nil && after >= 0; err != nil && !killed {
		t.Fatalf("%v: %s", err, &stderr)
	}
}
