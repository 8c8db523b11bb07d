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
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
)

// A gate is what lies between the program and the vendor. It counts requests, and
// kills the program at a moment: before a request reaches the vendor, after the
// vendor has answered it and before the program gets the answer, or some time after
// that.
type gate struct {
	address string
	mu      sync.Mutex
	seen    int // requests
	posts   int // of them, those that create something
	moment  moment
	running *running
}

// A running is a program that asks over the gate.
type running struct {
	cmd    *exec.Cmd
	killed atomic.Bool
}

func (r *running) kill() {
	r.killed.Store(true)
	_ = r.cmd.Process.Kill()
}

// A moment is when the gate kills the program.
type moment struct {
	at     int  // the request to kill at, from 1; 0 for none
	atPost bool // at counts only those that create something
	before bool
	delay  time.Duration // after the answer; 0 keeps the answer back
}

func newGate(t *testing.T, base string, when moment) *gate {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{moment: when}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}              // other tests close the idle connections of the default one
	proxy.ErrorLog = log.New(io.Discard, "", 0)                             // a killed program's connections break
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {} // the program has gone
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.seen++
		m, program := g.moment, g.running
		now := g.seen == m.at && !m.atPost
		if r.Method == http.MethodPost {
			g.posts++
			now = now || g.posts == m.at && m.atPost
		}
		g.mu.Unlock()
		if now && m.before {
			program.kill()
			return
		}
		if now && m.delay == 0 {
			// The vendor gets all of it, and the program no answer.
			r = r.WithContext(t.Context())
			proxy.ServeHTTP(httptest.NewRecorder(), r)
			program.kill()
			return
		}
		proxy.ServeHTTP(w, r)
		if now {
			time.AfterFunc(m.delay, program.kill)
		}
	}))
	t.Cleanup(server.Close)
	g.address = server.URL
	return g
}

// annotate annotates in batches over the gate until everything is done or the program is
// killed. The command is given again while verses fail because of the faults: the run after
// a kill tries those again that failed before it.
func (g *gate) annotate(t *testing.T, program, vendor, dir string) (killed bool) {
	t.Helper()
	for range 5 {
		if over, killed := g.annotateOnce(t, program, vendor, dir); over || killed {
			return killed
		}
	}
	t.Fatal("verses fail again and again")
	return false
}

// annotateOnce runs the command once. It reports whether everything is done, and whether
// the program was killed before it ended.
func (g *gate) annotateOnce(t *testing.T, program, vendor, dir string) (over, killed bool) {
	t.Helper()
	cmd := exec.Command(program, "annotate", "Hosea 1-3", "--dir", dir, "--annotator", vendor+":m", "--served-as", commandtest.ServedAs, "--passage", "20", "--batch", "--wait", "--quiet")
	cmd.Env = commandtest.Environ(commandtest.Vendors(g.address))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	now := &running{cmd: cmd}
	g.mu.Lock() // its first request waits until it is known
	g.running = now
	err := cmd.Start()
	g.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); err != nil && !now.killed.Load() && code != 3 {
		t.Fatalf("%v: %s", err, &stderr)
	}
	return err == nil, commandtest.Killed(cmd.ProcessState)
}

// TestKilledInBatches kills the program with SIGKILL at random moments of a run in
// batches, gives the same command again, and wants every request answered once, every
// answer recorded once, and the concordance of an undisturbed run.
func TestKilledInBatches(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	vendors := []string{"openai", "anthropic", "gemini"}
	const faults = "length=0.15,damage=0.15,unavailable=0.1"
	simulate := func(t *testing.T, path string) (string, func()) {
		return commandtest.Simulate(t, "--scale", "4000", "--batch-time", "1h", "--fault", faults, "--seed", "7", "--log", path)
	}
	type calm struct {
		requests int
		posts    int
		rows     map[string][]string
		answers  map[string]int
		calls    int
		tokens   int64
	}
	undisturbed := map[string]calm{}
	for _, vendor := range vendors {
		path := filepath.Join(t.TempDir(), vendor+".jsonl")
		base, stop := simulate(t, path)
		g := newGate(t, base, moment{})
		dir := t.TempDir()
		g.annotate(t, program, vendor, dir)
		stop()
		c := calm{requests: g.seen, posts: g.posts, rows: commandtest.ConcordanceRows(t, dir), answers: commandtest.AnswersByRequest(commandtest.SimulatorLog(t, path))}
		c.calls, c.tokens = batchCalls(t, dir)
		undisturbed[vendor] = c
		t.Logf("%s: %d requests, %d answers, %d calls", vendor, c.requests, len(c.answers), c.calls)
	}
	row := commandtest.NewTorture(t, "kill -9 of a local run in batches", 3, 30)
	row.Run(t, func(t *testing.T, random *rand.Rand) (hit bool, harm commandtest.Harm) {
		vendor := vendors[random.IntN(len(vendors))]
		want := undisturbed[vendor]
		atPost := random.IntN(3) > 0 // the hard moments: around the creation of a batch
		at := 1 + random.IntN(want.requests)
		if atPost {
			at = 1 + random.IntN(want.posts)
		}
		before := random.IntN(3) == 0
		var delay time.Duration
		if random.IntN(2) == 0 {
			delay = time.Duration(random.IntN(60)) * time.Millisecond
		}
		t.Logf("%s at %d, of those that create %v, before %v, delay %s", vendor, at, atPost, before, delay)
		path := filepath.Join(t.TempDir(), "served.jsonl")
		base, stop := simulate(t, path)
		g := newGate(t, base, moment{at, atPost, before, delay})
		dir := t.TempDir()
		hit = g.annotate(t, program, vendor, dir)
		g.mu.Lock()
		g.moment = moment{}
		g.mu.Unlock()
		g.annotate(t, program, vendor, dir)
		stop()
		got := commandtest.AnswersByRequest(commandtest.SimulatorLog(t, path))
		for hash, n := range want.answers {
			harm.Lost += max(0, n-got[hash])
		}
		for hash, n := range got {
			harm.Doubled += max(0, n-want.answers[hash])
		}
		calls, tokens := batchCalls(t, dir)
		harm.Twice = max(0, tokens-want.tokens) // a batch goes on without the program: nothing is bought twice
		if calls != want.calls || tokens != want.tokens {
			t.Errorf("%d calls with %d tokens, undisturbed %d with %d", calls, tokens, want.calls, want.tokens)
		}
		harm.Compare(t, commandtest.ConcordanceRows(t, dir), want.rows)
		return hit, harm
	})
}

// batchCalls returns the number of calls that a data folder records, and their tokens.
func batchCalls(t *testing.T, dir string) (calls int, tokens int64) {
	t.Helper()
	ids := map[string]bool{}
	commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		list, err := book.RunCalls(t.Context(), run)
		for _, c := range list {
			if key := c.VendorID + c.Settings["batch"] + fmt.Sprint(c.Chapter, c.Verses, c.Purpose); ids[key] {
				t.Errorf("the answer to %s:%v is recorded twice", c.Chapter, c.Verses)
			} else {
				ids[key] = true
			}
			calls++
			tokens += c.Tokens.Total()
		}
		return err
	})
	return calls, tokens
}
