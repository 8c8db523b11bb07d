package browsertest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
	"time"

	"mashal/explore/browser"
)

// program is mashal, built once. Runs, and the ledger that pages show them
// from, are made by it and by nothing else.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "browsertest")
	if err != nil {
		return "", err
	}
	browser.AtEnd(func() error { return os.RemoveAll(dir) })
	if out, err := exec.CommandContext(context.Background(), "go", "build", "-o", dir+string(filepath.Separator), "mashal/cmd/mashal").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w %s", err, out)
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, names[0].Name()), nil // with .exe where programs have it
})

// A process is the program at work.
type process struct {
	cmd    *exec.Cmd
	stderr bytes.Buffer
	ended  chan struct{}
}

// begin starts the program in a folder, which ends with the test if not before.
func begin(t testing.TB, dir string, env []string, stdout io.Writer, args ...string) *process {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.CommandContext(context.Background(), path, args...), ended: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = stdout, &p.stderr
	// It is what was typed, and no setting of whoever tests reaches it, such as a
	// server or a key.
	p.cmd.Args[0], p.cmd.Dir, p.cmd.Env = "mashal", dir, append([]string{"TMPDIR=" + os.TempDir()}, env...)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.cmd.Wait() // its exit code is in its state
	}()
	t.Cleanup(p.stop)
	return p
}

// wait waits until it has ended, and gives its exit code.
func (p *process) wait() int {
	<-p.ended
	return p.cmd.ProcessState.ExitCode()
}

// stop ends it, if it has not ended. What annotate has begun it finishes, unless
// it is told twice.
func (p *process) stop() {
	for {
		_ = p.cmd.Process.Signal(os.Interrupt) // to one that has ended, nothing happens
		timer := time.NewTimer(time.Second)
		select {
		case <-p.ended:
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// address starts a command that serves, and gives the address it prints.
func address(t testing.TB, dir string, args ...string) string {
	t.Helper()
	out, in := io.Pipe()
	p := begin(t, dir, nil, in, append(args, "--listen", "127.0.0.1:0")...)
	go func() {
		<-p.ended
		_ = in.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s: %v: %s", args[0], err, &p.stderr)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return regexp.MustCompile(`http://[0-9.:]+`).FindString(line)
}

// data is the data folder of a program, below the folder that it works in, so
// that what it prints and keeps names no folder of the machine.
const data = "prophets"

// explored is the address of an explorer of a data folder, its ledger included.
func explored(t testing.TB, dir string) string {
	t.Helper()
	return address(t, dir, "explore", "--dir", data, "--no-browser")
}

// A gate stands before a simulated model, and lets no question through until
// it is told to.
type gate struct {
	address string
	asked   chan struct{} // has an element for each question that has come
	turns   chan struct{} // has an element for each that may be answered, or is closed when all may
}

// simulated is a simulated model behind a gate.
func simulated(t testing.TB, args ...string) *gate {
	t.Helper()
	behind, err := url.Parse(address(t, t.TempDir(), append([]string{"simulate"}, args...)...))
	if err != nil {
		t.Fatal(err)
	}
	const enough = 10_000 // questions of one test
	g := &gate{asked: make(chan struct{}, enough), turns: make(chan struct{}, enough)}
	pass := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(behind) },
		FlushInterval: -1,
		Transport:     &http.Transport{DisableKeepAlives: true},
		ErrorHandler:  func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }, // what breaks off there does here
		ErrorLog:      log.New(io.Discard, "", 0),
	}
	over := make(chan struct{})
	web := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet { // the list of models, asked for before a run
			pass.ServeHTTP(w, r)
			return
		}
		g.asked <- struct{}{}
		select {
		case <-g.turns:
			pass.ServeHTTP(w, r)
		case <-over: // who has asked may have left, which is noticed only when the question is read
		}
	}))
	web.Config.ErrorLog = pass.ErrorLog
	web.Start()
	t.Cleanup(func() {
		close(over)
		web.Close()
	})
	g.address = web.URL
	return g
}

// open lets so many questions through.
func (g *gate) open(n int) {
	for range n {
		g.turns <- struct{}{}
	}
}

// openWide lets all of them through, from now on.
func (g *gate) openWide() { close(g.turns) }

// annotate begins a run with the model behind the gate, and returns when the
// first question has come.
func (g *gate) annotate(t testing.TB, dir string, args ...string) (p *process, run string) {
	t.Helper()
	for len(g.asked) > 0 { // of an earlier run
		<-g.asked
	}
	env := []string{"OPENAI_API_KEY=simulated", "OPENAI_BASE_URL=" + g.address + "/v1"}
	p = begin(t, dir, env, io.Discard, append(append([]string{"annotate"}, args...), "--annotator", "openai:gpt-5.1", "--dir", data)...)
	select {
	case <-g.asked:
	case <-p.ended:
		t.Fatalf("annotate asked nothing: %s", &p.stderr)
	}
	runs, err := os.ReadDir(filepath.Join(dir, data, "runs"))
	if err != nil || len(runs) == 0 {
		t.Fatalf("there is no run: %v", err)
	}
	return p, runs[len(runs)-1].Name()
}
