//go:build unix

package killtest

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mashal"
	"mashal/cmd/mashal/commandtest"
	"mashal/ledger"
)

// TestStopped sends the program a signal while a model answers slowly, or while its
// requests fail and are made again. After the signal no request begins, whatever would
// have followed. What has arrived stays, and the next run requests only the rest.
func TestStopped(t *testing.T) {
	t.Parallel()
	program := commandtest.Build(t)
	// Processes of tests that were started with nohup would ignore SIGHUP too, unless
	// this one handles it.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(signals) })
	slow := []string{"--scale", "60", "--first-token", "6s", "--tokens-per-second", "90", "--tokens-per-event", "4", "--seed", "3"}
	base := []string{"--passage", "6", "--validator", "none"}
	for _, test := range []struct {
		name     string
		signal   os.Signal
		again    bool // send it twice
		args     []string
		simulate []string
		cut      bool // requests are cut
	}{
		{name: "interrupt", signal: os.Interrupt, args: base},
		{name: "interrupt with validations", signal: os.Interrupt, args: []string{"--passage", "6"}},
		{name: "interrupt with votes", signal: os.Interrupt, args: append(slices.Clone(base), "--votes", "3")},
		{name: "interrupt with verses missing", signal: os.Interrupt, args: base, simulate: []string{"--fault", "wrong-verse=0.6"}},
		{name: "interrupt with retries", signal: os.Interrupt, args: base, simulate: []string{"--fault", "cut=0.7,overloaded=0.2"}},
		{name: "interrupt with a fallback", signal: os.Interrupt, args: append(slices.Clone(base), "--fallback", "anthropic:other"), simulate: []string{"--fault", "refusal=0.5"}},
		{name: "terminate", signal: syscall.SIGTERM, args: append(slices.Clone(base), "--grace", "20ms"), cut: true},
		{name: "terminate with votes", signal: syscall.SIGTERM, args: append(slices.Clone(base), "--votes", "3", "--grace", "0s"), cut: true},
		{name: "terminate and finish", signal: syscall.SIGTERM, args: append(slices.Clone(base), "--grace", "1m")},
		{name: "hang up", signal: syscall.SIGHUP, args: append(slices.Clone(base), "--grace", "20ms"), cut: true},
		{name: "interrupt twice", signal: os.Interrupt, again: true, args: base, cut: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			simulated, stop := commandtest.Simulate(t, slices.Concat(slow, test.simulate)...)
			g := newStopGate(t, simulated)
			dir := t.TempDir()
			command := slices.Concat([]string{"annotate", "Ezekiel 15-18", "--dir", dir, "--annotator", "anthropic:m", "--served-as", commandtest.ServedAs, "--workers", "4"}, test.args)
			cmd := exec.Command(program, command...)
			cmd.Env = commandtest.Environ(commandtest.Vendors(g.address))
			var stderr, stdout bytes.Buffer
			var said commandtest.Watch
			said.Text, said.Found = "stopping: ", sync.OnceFunc(func() { g.stopped.Store(true) })
			cmd.Stdout, cmd.Stderr = &stdout, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-g.enough
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			if test.again {
				time.AfterFunc(50*time.Millisecond, func() { _ = cmd.Process.Signal(test.signal) })
			}
			err := cmd.Wait()
			stderr.WriteString(said.String())
			if failed, ok := errors.AsType[*exec.ExitError](err); !ok || failed.ExitCode() != 130 {
				t.Fatalf("it ended with %v, not with exit code 130: %s", err, &stderr)
			}
			if n := g.late.Load(); n > 0 {
				t.Errorf("%d requests began after the signal: %s", n, &stderr)
			}
			calls, done := recorded(t, dir)
			inPart := 0
			for i := range calls {
				if calls[i].PaidInPart() {
					inPart++
					if calls[i].Cost.State != mashal.CostUnknown && calls[i].Tokens.Input == 0 {
						t.Errorf("a request that was cut has no tokens: %+v", calls[i])
					}
				}
			}
			if (inPart > 0) != test.cut {
				t.Errorf("%d requests are paid in part, cut %v: %s", inPart, test.cut, &stderr)
			}
			if want := fmt.Sprintf("%d of them cut and paid in part", inPart); test.cut && !strings.Contains(stdout.String(), want) {
				t.Errorf("the report does not say %q: %s", want, &stdout)
			}
			stop()
			simulated, _ = commandtest.Simulate(t, "--scale", "5000", "--tokens-per-event", "24", "--seed", "3")
			again := exec.Command(program, command...)
			again.Env = commandtest.Environ(commandtest.Vendors(simulated))
			if out, err := again.CombinedOutput(); err != nil {
				t.Fatalf("the next run ended with %v: %s", err, out)
			}
			after, _ := recorded(t, dir)
			for _, c := range after[len(calls):] {
				for _, v := range c.Verses {
					if c.Purpose == mashal.Detection && done[mashal.Ref{Chapter: c.Chapter, Verse: v}] {
						t.Errorf("%s:%d was done, and is requested again", c.Chapter, v)
					}
				}
			}
			if test.cut && !strings.Contains(test.name, "votes") && len(done) == 0 {
				t.Error("no verse of the answers that were cut is kept")
			}
		})
	}
}

// recorded returns the requests that the ledger of a folder has, and the verses that
// are done.
func recorded(t *testing.T, dir string) (calls []mashal.Call, done map[mashal.Ref]bool) {
	t.Helper()
	done = map[mashal.Ref]bool{}
	seen := map[int64]bool{}
	commandtest.EachRun(t, dir, func(book *ledger.Ledger, run string) error {
		of, err := book.RunCalls(t.Context(), run)
		calls = append(calls, of...)
		for i := range of {
			if err != nil || seen[of[i].Reading] {
				continue
			}
			seen[of[i].Reading] = true
			var r *mashal.Reading
			if r, err = book.Reading(t.Context(), of[i].Reading); err == nil {
				for _, v := range r.Verses {
					if v.State == mashal.Done {
						done[mashal.Ref{Chapter: r.Chapter, Verse: v.Verse}] = true
					}
				}
			}
		}
		return err
	})
	return calls, done
}

// A stopGate is what lies between the program and the model. It counts the requests that
// begin after the program has said that it stops.
type stopGate struct {
	address string
	enough  chan struct{} // closed when so much has arrived that the signal is sent
	stopped atomic.Bool
	late    atomic.Int64
	passed  atomic.Int64
}

// signalAfter is how many bytes of answers arrive before the signal.
const signalAfter = 24 << 10

func newStopGate(t *testing.T, base string) *stopGate {
	t.Helper()
	target, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	g := &stopGate{enough: make(chan struct{})}
	enough := sync.OnceFunc(func() { close(g.enough) })
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{DisableKeepAlives: true}
	proxy.FlushInterval = -1
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {}
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Body = &counted{r.Body, func(n int) {
			if g.passed.Add(int64(n)) >= signalAfter {
				enough()
			}
		}}
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.stopped.Load() {
			g.late.Add(1)
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	g.address = server.URL
	return g
}

// A counted is the body of an answer whose bytes are counted.
type counted struct {
	body interface {
		Read([]byte) (int, error)
		Close() error
	}
	add func(int)
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.body.Read(p)
	c.add(n)
	return n, err
}

func (c *counted) Close() error { return c.body.Close() }
