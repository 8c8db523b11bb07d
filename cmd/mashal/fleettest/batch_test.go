package fleettest

import (
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"mashal/cmd/mashal/commandtest"
)

// batchTables are the tables of batches, without what differs between two runs.
var batchTables = map[string]string{
	"batch": `SELECT key, purpose, model, state, vendor_state, error, answered, failed FROM batch`,
	"batch_item": `SELECT r.book, r.chapter, to_jsonb(i) - 'batch' - 'reading' - 'vendor_id' - 'ended_at' - 'request' - 'cached' - 'cache_write' - 'error'
FROM batch_item i JOIN reading r ON r.id = i.reading`,
}

func init() { maps.Copy(tables, batchTables) }

// inBatches are the flags with which tests annotate in batches.
func inBatches(vendor string) []string {
	return []string{"annotate", "Hosea 1-3", "--quiet", "--annotator", vendor + ":m", "--served-as", commandtest.ServedAs, "--passage", "20", "--batch", "--wait"}
}

// TestBatchesEqualLocalRun annotates in batches, on one machine and by two processes of a
// fleet, and wants the same rows.
func TestBatchesEqualLocalRun(t *testing.T) {
	t.Parallel()
	simulator := func() map[string]string {
		base, _ := commandtest.Simulate(t, "--scale", "4000", "--batch-time", "1h", "--fault", "length=0.15,damage=0.15,unavailable=0.1", "--seed", "7")
		return commandtest.Vendors(base)
	}
	local, f := newFleet(t, simulator()), newFleet(t, simulator())
	localDir, dir := t.TempDir(), t.TempDir()
	prices := commandtest.File(t, "prices.csv", "vendor,model,above,input,cached,cache_write,output,batch,as_of,source\nopenai,m,0,3,0.3,3.75,15,0.5,2026-11-25,test\n")
	args := append(inBatches("openai"), "--budget", "50", "--prices", prices)
	alone := local.start(append(slices.Clone(args), "--dir", localDir)...)
	workers := []*process{f.work(3), f.work(3)}
	follow := f.start(append(slices.Clone(args), "--dir", dir, "--fleet")...)
	<-alone.ended
	code := alone.ProcessState.ExitCode()
	if code != 0 && code != 3 { // some verses fail by the simulated faults, the same ones in both
		t.Fatalf("exit code %d: %s", code, &alone.stderr)
	}
	follow.exit(code)
	mustEqual(t, rows(t, f.ledger, slices.Collect(maps.Keys(tables))), rows(t, local.ledger, slices.Collect(maps.Keys(tables))))
	mustEqual(t, commandtest.ConcordanceRows(t, dir), commandtest.ConcordanceRows(t, localDir))
	f.await("one job did everything without an attempt for each poll", `(SELECT count(*) = 1 AND bool_and(kind = 'batches' AND state = 'completed' AND attempt = 1) FROM fleet.river_job)`)
	for _, w := range workers {
		_ = w.Process.Signal(syscall.SIGTERM)
		w.exit(0)
	}
}

// A gate is between the processes and the vendor. It answers each request after hook,
// which may end the process that waits for the answer.
type gate struct {
	mu   sync.Mutex
	hook func(r *http.Request) // is called when the vendor has answered a request
}

func newGate(t *testing.T, base string) (g *gate, address string) {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	g = &gate{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	proxy.ErrorLog = log.New(io.Discard, "", 0)                             // a killed program's connections break
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {} // the program has gone
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		proxy.ServeHTTP(answer, r.WithContext(t.Context()))
		g.mu.Lock()
		if g.hook != nil {
			g.hook(r)
		}
		g.mu.Unlock()
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()) // the program may have gone
	}))
	t.Cleanup(server.Close)
	return g, server.URL
}

// once calls end at the first request from now on for which is reports true, and closes
// the channel that it returns then.
func (g *gate) once(is func(r *http.Request) bool, end func()) (reached <-chan struct{}) {
	done := make(chan struct{})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hook = func(r *http.Request) {
		if is(r) {
			g.hook = nil
			end()
			close(done)
		}
	}
	return done
}

// TestBatchesAreTakenOver kills or freezes a process of a fleet when the vendor has
// created a batch and before the process knows, stops one while no result is there, and
// kills one that fetches results. Others follow the batches. Each request is answered
// once, each answer is recorded once, and the rows are those of a local run.
func TestBatchesAreTakenOver(t *testing.T) {
	t.Parallel()
	for vendor, signal := range map[string]syscall.Signal{"openai": syscall.SIGKILL, "anthropic": syscall.SIGSTOP} {
		t.Run(vendor, func(t *testing.T) {
			t.Parallel()
			simulator := func() (base, served string, stop func()) {
				served = filepath.Join(t.TempDir(), "served.jsonl")
				base, stop = commandtest.Simulate(t, "--scale", "2000", "--batch-time", "1h", "--log", served)
				return base, served, stop
			}
			base, servedAlone, stopAlone := simulator()
			local := newFleet(t, commandtest.Vendors(base))
			alone := local.start(append(inBatches(vendor), "--dir", t.TempDir())...)

			base, served, stop := simulator()
			g, address := newGate(t, base)
			f := newFleet(t, commandtest.Vendors(address))
			first := f.work(2)
			created := g.once(func(r *http.Request) bool {
				return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "batches")
			},
				func() { _ = first.Process.Signal(signal) })
			follow := f.start(append(inBatches(vendor), "--dir", t.TempDir(), "--fleet")...)
			<-created
			second := f.work(2)
			f.await("the batch was found", `(SELECT count(*) > 0 AND bool_and(vendor_id IS NOT NULL) FROM batch)`)
			f.await("no process has the run", `(SELECT bool_and(state IN ('available', 'scheduled') AND scheduled_at > now()) FROM fleet.river_job)`)
			_ = second.Process.Signal(syscall.SIGTERM)
			second.exit(0)
			if signal == syscall.SIGSTOP {
				_ = first.Process.Signal(syscall.SIGCONT)
				first.exit(75)
			}
			third := f.work(2)
			fetched := g.once(func(r *http.Request) bool {
				return strings.Contains(r.URL.Path, "results") || strings.HasSuffix(r.URL.Path, "content")
			},
				func() { _ = third.Process.Kill() })
			<-fetched
			f.work(2)
			follow.exit(0)
			alone.exit(0)
			mustEqual(t, rows(t, f.ledger, findings), rows(t, local.ledger, findings))
			for _, name := range []string{"batch", "batch_item", "attempt"} {
				mustEqual(t, rows(t, f.ledger, []string{name}), rows(t, local.ledger, []string{name}))
			}
			stop()
			stopAlone()
			mustEqual(t, answered(t, served), answered(t, servedAlone))
		})
	}
}

// answered returns how often a simulated vendor has answered each request.
func answered(t *testing.T, served string) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for hash, n := range commandtest.AnswersByRequest(commandtest.SimulatorLog(t, served)) {
		for range n {
			all["answers"] = append(all["answers"], hash)
		}
	}
	slices.Sort(all["answers"])
	return all
}

// TestBatchesCancelled cancels a run in batches: a process cancels them at the vendor, and
// the run ends with what was answered.
func TestBatchesCancelled(t *testing.T) {
	t.Parallel()
	base, _ := commandtest.Simulate(t, "--scale", "100", "--batch-time", "10h")
	f := newFleet(t, commandtest.Vendors(base))
	f.work(2)
	follow := f.start(append(inBatches("anthropic"), "--dir", t.TempDir(), "--fleet")...)
	f.awaitTable("fleet.river_job")
	f.await("a batch was sent", `(SELECT count(*) = 1 AND bool_and(state = 'sent') FROM batch)`)
	f.await("the process waits", `(SELECT bool_and(state <> 'running') FROM fleet.river_job)`)
	status := f.start("status")
	status.exit(0)
	if got := status.stdout.String(); !strings.Contains(got, "is in batches, which a process looks at in") {
		t.Errorf("status says:\n%s", got)
	}
	var run, batch string
	if err := f.db.QueryRowContext(t.Context(), `SELECT run, vendor_id FROM batch`).Scan(&run, &batch); err != nil {
		t.Fatal(err)
	}
	f.start("cancel", batch).exit(2)
	cancel := f.start("cancel", run)
	cancel.exit(0)
	if got := cancel.stdout.String(); !strings.Contains(got, "requests answered") {
		t.Errorf("cancel says:\n%s", got)
	}
	follow.exit(130)
	f.await("the batch has ended", `(SELECT bool_and(state = 'ended') AND count(*) = 1 FROM batch)`)
	f.await("the run has ended", `(SELECT outcome = 'interrupted' FROM run)`)
}

// TestBatchesNotServed ends a run at once whose server has no batches, and one whose
// budget allows no request.
func TestBatchesNotServed(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	f := newFleet(t, commandtest.Vendors(server.URL))
	f.work(2)
	for code, want := range map[int]string{2: "no batch interface", 4: "could cost"} {
		args := append(inBatches("anthropic"), "--dir", t.TempDir(), "--fleet")
		if code == 4 {
			args = append(args, "--budget", "0.0001", "--prices", commandtest.Prices(t))
		}
		follow := f.start(args...)
		follow.exit(code)
		if !strings.Contains(follow.stderr.String(), want) {
			t.Errorf("it says: %s", &follow.stderr)
		}
	}
	contradiction := f.start(append(inBatches("anthropic"), "--fleet", "--finish-online", "--budget", "1")...)
	contradiction.exit(2)
}
